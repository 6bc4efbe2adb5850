"""How a case begins: opened; and how an incident is triaged and routed."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, JsonValue

from definitions import acts
from definitions.base import Instant, Level, Value, absent
from definitions.case import SYSTEM, CaseState
from definitions.facts import Draft, TextRef, Visibility
from definitions.feedback.state import FeedbackBrief
from definitions.findings import Findings
from definitions.help import Arm
from definitions.problem.state import ProblemBrief
from definitions.request.state import RequestBrief
from definitions.review.state import ReviewBrief
from definitions.routing import Routing, route
from definitions.routing_learned import Asked
from definitions.rules.base import alerted, draft
from definitions.similar import SimilarFound
from definitions.slices import CaseDefinition, IncidentDefinition

NOTHING = Findings()


class Opening(Value):
    """How a case begins: decided at the door in one transaction, pinned in the run's input."""

    service: str
    category: str | None = None
    channel: str
    title: TextRef
    text: TextRef | None = None
    requester: str | None
    by: str
    at: Instant
    impact: Level
    urgency: Level
    arm: str | None = None
    alerts: tuple[acts.AlertSeen, ...] = ()
    silent: bool = False
    """Nobody is to be answered: the first contact was automatic."""
    unsure: str | None = None
    """Why the service is only a guess; None when it was named or clear."""
    request: Annotated[RequestBrief | None, Field(exclude_if=absent)] = None
    """What only a request begins with."""
    help: Annotated[Arm | None, Field(exclude_if=absent)] = None
    """Whether it may be helped before a person, as drawn; None for what no help is meant for."""
    feedback: Annotated[FeedbackBrief | None, Field(exclude_if=absent)] = None
    """What only feedback begins with."""
    problem: Annotated[ProblemBrief | None, Field(exclude_if=absent)] = None
    """What only a problem begins with."""
    review: Annotated[ReviewBrief | None, Field(exclude_if=absent)] = None
    """What only a review begins with."""


def opened(start: Opening, definition: CaseDefinition) -> Draft:
    """The first fact of every case."""
    data: dict[str, JsonValue] = {
        **start.model_dump(mode="json", exclude={"by", "at", "alerts", "unsure"}),
        "priority": definition.priority_at(start.impact, start.urgency).value,
        "definition_version": definition.version,
    }
    if start.unsure:
        data["unsure"] = start.unsure
    return Draft(
        type="opened", actor=start.by, step="triage", channel=start.channel, visibility=Visibility.PUBLIC, data=data
    )


def opening(start: Opening, definition: IncidentDefinition) -> tuple[Draft, ...]:
    """The first facts of an incident: opened, and what monitoring said."""
    return (opened(start, definition), *((alerted(start.alerts),) if start.alerts else ()))


def proposed(state: CaseState, definition: IncidentDefinition) -> Routing:
    """Which team the rules name for the case as it is."""
    return route(
        definition.routing,
        definition.default_team,
        category=state.category,
        priority=state.priority,
        channel=state.channel,
    )


def asked(state: CaseState, definition: IncidentDefinition) -> Asked | None:
    """What is asked of routing that learns; None where the organisation does not want it."""
    if definition.learned is None:
        return None
    return Asked(
        proposed=proposed(state, definition).team,
        teams=definition.teams,
        service=state.service,
        category=state.category,
        priority=state.priority,
        settings=definition.learned,
    )


def _similar(found: SimilarFound) -> Iterator[Draft]:
    if found.open or found.past:
        alike = found.model_dump(mode="json", exclude={"outage"})
        yield Draft(type="similar_found", actor=SYSTEM, data=alike)
    if found.outage is not None:
        yield Draft(type="parent_proposed", actor=SYSTEM, data=found.outage.model_dump(mode="json"))


def triage(state: CaseState, definition: IncidentDefinition, found: Findings = NOTHING) -> tuple[Draft, ...]:
    """Priority by impact and urgency is set with `opened`; here the case finds its team."""
    drafts = []
    if found.cases:
        drafts.append(draft("duplicates_found", SYSTEM, duplicates=list(found.cases)))
    drafts += _similar(found.similar) if found.similar else ()
    if found.problems:
        drafts.append(draft("problems_found", SYSTEM, problems=[one.model_dump(mode="json") for one in found.problems]))
    routing = proposed(state, definition)
    step = "queue" if state.step == "triage" else None
    data: dict[str, JsonValue] = {"team": routing.team, "rule": routing.rule, "why": routing.why}
    # It was made for what the rules said then: when somebody has changed the priority since, it is about another case.
    if found.routing is not None and found.routing.proposed == routing.team:
        data |= {"team": found.routing.team, "learned": found.routing.model_dump(mode="json", exclude={"team"})}
        if found.routing.paired is not None:
            data["assignee"] = found.routing.paired.learner
    drafts.append(Draft(type="routed", actor=SYSTEM, step=step, data=data))
    return tuple(drafts)
