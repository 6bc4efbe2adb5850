"""Working on an incident: acknowledge, start, pause, resume, hand over, talk, triage again."""

from datetime import datetime

from definitions import acts
from definitions.base import Level, PauseReason
from definitions.case import ENDED, SYSTEM, CaseState, Stage
from definitions.facts import Draft, TextRef
from definitions.help import CONSENT
from definitions.routing import route
from definitions.rules.base import (
    SOLVED,
    Refused,
    acknowledged_by,
    decide,
    ref,
    resumed,
    said,
    work_step,
    workable,
)
from definitions.rules.ending import confirmed, reopened
from definitions.rules.help import said_to_help
from definitions.rules.overrides import overridden
from definitions.slices import CaseDefinition, IncidentDefinition


@decide.register
def _(act: acts.Acknowledge, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "acknowledge")
    if state.acknowledged_at is not None:
        raise Refused(f"{state.id} is already acknowledged; {state.assignee or 'the team'} has it")
    return (said(act, "acknowledged", public=True, assignee=state.assignee or act.by),)


@decide.register
def _(act: acts.Start, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "start")
    if state.stage is Stage.IN_PROGRESS:
        raise Refused(f"{state.id} is already being worked on by {state.assignee}")
    if state.stage is Stage.PAUSED:
        raise Refused(f"{state.id} is paused; resume it")
    return (*acknowledged_by(act, state, "start"), said(act, "started", work_step(state), assignee=act.by))


@decide.register
def _(act: acts.Pause, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "pause")
    if state.stage is Stage.PAUSED and state.step == f"wait_{act.reason}":
        raise Refused(f"{state.id} is already paused for this reason ({act.reason})")
    if act.reason is PauseReason.REQUESTER and state.requester is None:
        raise Refused(f"{state.id} has no requester to wait for; pause it for another reason")
    seen = acknowledged_by(act, state, "pause")
    return (
        *seen,
        said(act, "paused", f"wait_{act.reason}", public=True, reason=act.reason.value, text=ref(act.text)),
    )


@decide.register
def _(act: acts.Resume, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is not Stage.PAUSED:
        raise Refused(f"{state.id} is not paused: it is {state.stage}")
    return (resumed(act, state),)


@decide.register
def _(act: acts.Assign, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "assign")
    if act.team is None and act.to is None:
        raise Refused("assign to whom? Name a team, a person or both")
    if act.team is not None and act.team != state.team:
        awake = (resumed(act, state),) if state.stage is Stage.PAUSED else ()
        moved = said(
            act, "handed_over", "handover", team=act.team, assignee=act.to, from_team=state.team, text=ref(act.text)
        )
        against = overridden(act, "routing", act.reason) if state.learned else ()
        return (*awake, moved, *against)
    if act.to == state.assignee or act.to is None:
        raise Refused(f"{state.id} is already with {state.assignee or state.team}")
    return (said(act, "assigned", assignee=act.to, text=ref(act.text)),)


@decide.register
def _(act: acts.Comment, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage in ENDED:
        raise Refused(f"{state.id} is {state.stage}; reopen it to say more")
    if act.broadcast and not state.children:
        raise Refused(f"{state.id} has no child cases to speak to")
    return (said(act, "commented", public=not act.internal, text=act.text.model_dump(), broadcast=act.broadcast),)


@decide.register
def _(act: acts.Hear, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.ended:
        raise Refused(f"{state.id} has ended ({state.stage})")
    heard = said(
        act,
        "heard",
        public=True,
        text=act.text.model_dump(),
        verified=act.verified,
        message_id=act.message_id,
        logged_by=act.logged_by,
    )
    if act.by != state.requester or (act.at is not None and state.stage_since and act.at < state.stage_since):
        # Words from before the pause or the solution, written down late, are no answer to it.
        return (heard,)
    if helped := said_to_help(act, state):
        return (heard, *helped)
    if state.stage is Stage.PAUSED and state.step == "wait_requester":
        return (heard, resumed(act, state, actor=SYSTEM))
    if state.stage is Stage.RESOLVED and act.answer is True:
        return (heard, *confirmed(act, state))
    if state.stage is Stage.RESOLVED and act.answer is False:
        return (heard, *reopened(act, state))
    return (heard,)


@decide.register
def _(act: acts.SetPriority, state: CaseState, definition: IncidentDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "change the priority of")
    priority = definition.matrix.priority(act.impact, act.urgency)
    if (act.impact, act.urgency) == (state.impact, state.urgency):
        raise Refused(f"{state.id} already has impact {act.impact} and urgency {act.urgency} ({priority})")
    return (
        _prioritised(act, definition, act.impact, act.urgency, act.text),
        *overridden(act, "priority", act.reason),
    )


def _prioritised(
    act: acts.Act, definition: IncidentDefinition, impact: Level, urgency: Level, text: TextRef | None = None
) -> Draft:
    priority = definition.matrix.priority(impact, urgency)
    return said(act, "prioritised", impact=impact.value, urgency=urgency.value, priority=priority.value, text=ref(text))


@decide.register
def _(act: acts.Redefine, state: CaseState, definition: IncidentDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "reclassify")
    new = act.definition
    if new.version == definition.version and act.category == state.category:
        raise Refused(f"{state.id} already follows {new.key} at {new.version}")
    redefined = said(
        act,
        "redefined",
        service=new.key,
        category=act.category,
        definition_version=new.version,
        was=definition.version,
        definition=new.model_dump(mode="json"),
    )
    routing = route(
        new.routing, new.default_team, category=act.category, priority=state.priority, channel=state.channel
    )
    if routing.team == state.team:
        return (redefined,)
    awake = (resumed(act, state),) if state.stage is Stage.PAUSED else ()
    moved = said(act, "handed_over", "handover", team=routing.team, assignee=None, from_team=state.team, text=None)
    return (redefined, *awake, moved)


@decide.register
def _(act: acts.Major, state: CaseState, definition: IncidentDefinition, now: datetime) -> tuple[Draft, ...]:
    if act.declare == state.major:
        raise Refused(f"{state.id} is {'already' if state.major else 'not'} a major incident")
    if not act.declare:
        return (said(act, "major_stood_down", public=True),)
    workable(state, "declare a major incident on")
    declared = said(act, "major_declared", public=True)
    if (state.impact, state.urgency) == (Level.HIGH, Level.HIGH):
        return (declared,)
    return (declared, _prioritised(act, definition, Level.HIGH, Level.HIGH))


@decide.register
def _(act: acts.Answer, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    question = next((q for q in state.questions if q.key == act.question), None)
    if question is None:
        raise Refused(f"{state.id} has not asked {act.question!r}")
    if question.state != "open":
        who = question.answered_by or "nobody"
        raise Refused(f"{act.question!r} was {question.state} already: {who} said {question.answer!r}")
    if question.key == SOLVED:
        raise Refused(f"say it with confirm or reopen: {state.id} ends or goes on with that answer")
    if question.key == CONSENT and act.by != question.to:
        raise Refused(f"only {question.to} can agree to that; nobody does it for them")
    if question.options and act.value not in question.options:
        raise Refused(f"{act.value!r} is no answer to {act.question!r}; say one of {', '.join(question.options)}")
    return (said(act, "answered", key=act.question, value=act.value),)
