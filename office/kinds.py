"""What the desk needs to know of each kind of case besides its rules."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from definitions.case import CaseState, Stage
from definitions.cycle.rules import method_of
from definitions.facts import Fact
from definitions.feedback.state import Tone
from definitions.organisation import Organisation
from definitions.runs import AnyDefinition
from office.cycle_view import cycle_refs, cycle_team, cycle_view
from office.feedback_view import feedback_refs, feedback_view
from office.help_view import help_view
from office.problem_view import incident_refs, incident_view, problem_refs, problem_view
from office.request_view import request_refs, request_view
from office.review_view import review_refs, review_view
from office.triage_view import triage_view

View = Callable[[CaseState, Sequence[Fact], Mapping[str, str], bool], dict[str, Any]]


NEXT: Mapping[Stage, str] = {
    Stage.QUEUED: "start",
    Stage.ACKNOWLEDGED: "start",
    Stage.IN_PROGRESS: "resolve {id} --note WORDS",
    Stage.PAUSED: "resume",
}
"""What somebody who has a case does next."""


class AtTheDesk(NamedTuple):
    """One kind of case."""

    definition: Callable[[Organisation, CaseState], AnyDefinition]
    """The slice as the organisation has it today, for cases whose own is lost."""
    view: View = lambda state, facts, texts, internal: {}
    """What `show` adds: from the state, the facts the reader may see, texts by id, and whether they work here."""
    refs: Callable[[CaseState, Sequence[Fact]], list[str]] = lambda state, facts: []
    """The texts that the view needs besides those of the facts."""
    next: Mapping[Stage, str] = NEXT
    """What somebody who has such a case does next, by its stage; nothing where it only waits."""
    team: Callable[[Any], tuple[str, ...]] = lambda state: ()
    """Who takes part by what the state says, as records have it: beside the requester and whoever is asked."""


def _incident(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    help = help_view(state, internal=internal)
    return incident_view(state, facts, texts, internal) | help | triage_view(facts, internal=internal)


def _request(organisation: Organisation, state: CaseState) -> AnyDefinition:
    assert state.request is not None
    return organisation.request(state.request.item)


def _review(organisation: Organisation, state: CaseState) -> AnyDefinition:
    return organisation.review(state.team or organisation.triage)


def _feedback(organisation: Organisation, state: CaseState) -> AnyDefinition:
    idea = state.feedback is not None and state.feedback.tone is Tone.IDEA
    return organisation.feedback(state.service, named=state.requester is not None, idea=idea)


def _cycle(organisation: Organisation, state: CaseState) -> AnyDefinition:
    assert state.cycle is not None
    return organisation.cycle(method_of(state.cycle), state.cycle.charter.owner)


LED: Mapping[Stage, str] = {Stage.IN_PROGRESS: "show {id}"}
"""A cycle says itself what it needs from whom."""

AT_THE_DESK: dict[str, AtTheDesk] = {
    "incident": AtTheDesk(lambda organisation, state: organisation.incident(state.service), _incident, incident_refs),
    "problem": AtTheDesk(lambda organisation, state: organisation.problem(state.service), problem_view, problem_refs),
    "request": AtTheDesk(_request, request_view, request_refs),
    "review": AtTheDesk(_review, review_view, review_refs, {Stage.QUEUED: "conclude", Stage.ACKNOWLEDGED: "conclude"}),
    "feedback": AtTheDesk(
        _feedback,
        feedback_view,
        feedback_refs,
    ),
    **dict.fromkeys(("dmaic", "kaizen"), AtTheDesk(_cycle, cycle_view, cycle_refs, LED, cycle_team)),
}
