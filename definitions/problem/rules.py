"""The life of a problem: known error, solved, watched, proven or back again; and what its incidents hear of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from definitions.case import SYSTEM, CaseState, Stage
from definitions.clock import Mark, MarkKind
from definitions.facts import Draft, Fact, TextRef
from definitions.problem.acts import (
    IncidentLinked,
    IncidentUnlinked,
    LinkIncident,
    ProblemLinked,
    ProblemSolved,
    RecordKnownError,
    Recurred,
    ResolveProblem,
    RuleOut,
    WorkaroundFound,
)
from definitions.problem.definition import ProblemDefinition
from definitions.problem.state import ProblemState
from definitions.rules import deadlines, notices
from definitions.rules.base import Refused, acknowledged_by, decide, draft, ref, said, workable
from definitions.rules.facts import COMMON, Change, Rule
from definitions.rules.notices import Command, Notify, Tell
from definitions.rules.opening import Opening, opened

PROVEN = "proven"
"""The outcome of a problem that did not come back while it was watched."""


def of(state: CaseState) -> ProblemState:
    """What the problem remembers."""
    return state.problem or ProblemState()


def opening(start: Opening, definition: ProblemDefinition) -> tuple[Draft, ...]:
    """The first facts: opened, and with the team of the service."""
    team = draft("routed", SYSTEM, "queue", team=definition.team, rule=None, why="the team of the service")
    return (opened(start, definition), team)


# -- what people do ------------------------------------------------------------------------------------------------


@decide.register
def _(act: RecordKnownError, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "record what is known of")
    known = said(act, "known_error", text=ref(act.text), workaround=ref(act.workaround), article=act.article)
    return (*acknowledged_by(act, state, "known_error"), known)


@decide.register
def _(act: RuleOut, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "rule something out for")
    return (*acknowledged_by(act, state, "rule_out"), said(act, "ruled_out", text=ref(act.text)))


@decide.register
def _(act: ResolveProblem, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "resolve")
    until = (act.at or now) + timedelta(days=act.watch_days or definition.watch_days)
    resolved = said(act, "resolved", "watch", text=ref(act.text), article=act.article, watch_until=until.isoformat())
    return (*acknowledged_by(act, state, "resolve"), resolved)


@decide.register
def _(act: LinkIncident, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.ended:
        raise Refused(f"{state.id} has ended ({state.stage}); reopen it first")
    if act.incident in of(state).incidents:
        raise Refused(f"{act.incident} is linked to {state.id} already")
    return (said(act, "incident_linked", incident=act.incident),)


@decide.register
def _(news: IncidentLinked, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    if news.incident in of(state).incidents:
        return ()
    # What an incident comes from is for the incident to say: it is not told what it has just said.
    linked = draft("incident_linked", news.by, incident=news.incident, heard=True)
    again = state.stage is Stage.RESOLVED and state.resolved_at is not None and news.opened_at > state.resolved_at
    return (linked, *(_back_by(news.incident, state) if again else ()))


@decide.register
def _(news: IncidentUnlinked, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    if news.incident not in of(state).incidents:
        return ()
    return (draft("incident_unlinked", news.by, incident=news.incident),)


@decide.register
def _(news: Recurred, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Draft, ...]:
    return _back_by(news.incident, state) if state.stage is Stage.RESOLVED else ()


def _back_by(incident: str, state: CaseState) -> tuple[Draft, ...]:
    """Held to be solved, and here it is again: open, unless this very incident has said so before."""
    if incident in of(state).recurrences:
        return ()
    return (draft("recurred", SYSTEM, incident=incident), draft("reopened", SYSTEM, "queue", text=None))


# -- what facts change ---------------------------------------------------------------------------------------------


def _opened(state: CaseState, fact: Fact) -> Change:
    brief = fact.data.get("problem")
    incidents = brief.get("incidents", ()) if isinstance(brief, dict) else ()
    made = ProblemState.model_validate({"incidents": incidents})
    return {"opened_at": fact.at, "queued_at": fact.at, "problem": made}


def _acknowledged(state: CaseState, fact: Fact) -> Change:
    # Seeing a problem answers nobody: its response clock waits for the workaround.
    return {"acknowledged_at": fact.at}


def _known_error(state: CaseState, fact: Fact) -> Change:
    named = {"cause": fact.data["text"], "workaround": fact.data["workaround"], "article": fact.data["article"]}
    said = {name: value for name, value in named.items() if value is not None}
    change = _remembered(state, known_error=of(state).known_error.model_dump() | said)
    if "workaround" in said and state.responded_at is None:
        change |= {"responded_at": fact.at, "marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.RESPONDED))}
    if "article" in said:
        change["articles"] = tuple(dict.fromkeys((*state.articles, str(said["article"]))))
    return change


def _ruled_out(state: CaseState, fact: Fact) -> Change:
    return _remembered(state, ruled_out=(*of(state).ruled_out, fact.data["text"]))


def _resolved(state: CaseState, fact: Fact) -> Change:
    return COMMON["resolved"].also(state, fact) | _remembered(state, watch_until=fact.data["watch_until"])  # type: ignore[misc]


def _remembered(state: CaseState, **change: object) -> Change:
    return {"problem": ProblemState.model_validate(of(state).model_dump() | change)}


def _linked(state: CaseState, fact: Fact) -> Change:
    return _remembered(state, incidents=(*of(state).incidents, fact.data["incident"]))


def _unlinked(state: CaseState, fact: Fact) -> Change:
    left = tuple(incident for incident in of(state).incidents if incident != fact.data["incident"])
    return _remembered(state, incidents=left)


def _recurred(state: CaseState, fact: Fact) -> Change:
    return _remembered(state, recurrences=(*of(state).recurrences, fact.data["incident"]))


def _back(state: CaseState, fact: Fact) -> Change:
    return COMMON["reopened"].also(state, fact) | _remembered(state, watch_until=None)  # type: ignore[misc]


RULES: dict[str, Rule] = COMMON | {
    "opened": replace(COMMON["opened"], also=_opened),
    "acknowledged": replace(COMMON["acknowledged"], also=_acknowledged),
    "commented": Rule(by_hand=True),
    "known_error": Rule(also=_known_error, by_hand=True),
    "ruled_out": Rule(also=_ruled_out, by_hand=True),
    "incident_linked": Rule(also=_linked, by_hand=True),
    "incident_unlinked": Rule(also=_unlinked, by_hand=True),
    "resolved": replace(COMMON["resolved"], also=_resolved),
    "recurred": Rule(also=_recurred),
    "reopened": replace(COMMON["reopened"], also=_back),
}


# -- what time brings ----------------------------------------------------------------------------------------------


def look(state: CaseState, definition: ProblemDefinition, now: datetime) -> deadlines.Outlook:
    """As for every case; a problem that did not come back while it was watched is closed."""
    until = of(state).watch_until if state.stage is Stage.RESOLVED else None
    if until is None:
        return deadlines.look(state, definition, now)
    due = [draft("closed", SYSTEM, "end", outcome=PROVEN)] if until <= now else []
    return deadlines.look(state, definition, now, due=due, ahead=[(until, "the watch for its return ends")])


# -- what follows from facts ---------------------------------------------------------------------------------------


def reactions(fact: Fact, state: CaseState, definition: ProblemDefinition, now: datetime) -> tuple[Command, ...]:
    """What its incidents hear, and who hears that it came back."""
    return (*notices.reactions(fact, state, definition, now), *_news(fact, state), *_messages(fact, state, definition))


def _news(fact: Fact, state: CaseState) -> Iterator[Notify]:
    known = of(state)
    match fact.type:
        case "opened":
            for incident in known.incidents:
                yield Notify(case_id=incident, news=ProblemLinked(by=fact.actor, problem=state.id))
        case "incident_linked" if not fact.data.get("heard"):
            incident = str(fact.data["incident"])
            yield Notify(case_id=incident, news=ProblemLinked(by=fact.actor, problem=state.id))
        case "known_error" if fact.data["workaround"] is not None and known.known_error.workaround is not None:
            found = WorkaroundFound(
                problem=state.id, text=known.known_error.workaround, article=known.known_error.article
            )
            for incident in known.incidents:
                yield Notify(case_id=incident, news=found)
        case "resolved":
            solved = ProblemSolved(problem=state.id, text=TextRef.model_validate(fact.data["text"]))
            for incident in known.incidents:
                yield Notify(case_id=incident, news=solved)
        case _:
            pass


def _messages(fact: Fact, state: CaseState, definition: ProblemDefinition) -> Iterator[Tell]:
    if fact.type == "recurred":
        who = state.assignee or definition.lead
        yield Tell(template="recurred", to=who, reason=str(fact.data["incident"]))
