"""Deciding on a request: whom a stage asks, what their answers come to, and what follows from their silence."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from definitions.acts import Act
from definitions.approvals import Stage, Standing, standing
from definitions.base import rfc3339
from definitions.case import SYSTEM, CaseState
from definitions.catalogue import RequestDefinition
from definitions.facts import Draft, Visibility
from definitions.request.acts import Approve, NotDecided, Reject
from definitions.request.facts import of
from definitions.request.state import Approval, Said
from definitions.request.tasks import approve_key
from definitions.rules.base import Refused, counted, decide, draft, ref, said


@decide.register
def _(act: Approve, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    approval = _speaks(act, act.stage, act.for_whom, state, definition)
    yes = said(act, "approved", public=True, stage=approval.stage, for_whom=act.for_whom)
    return (yes, *_outcome(act, approval, state, definition, now, yes=True))


@decide.register
def _(act: Reject, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    approval = _speaks(act, act.stage, act.for_whom, state, definition)
    no = said(act, "rejected", public=True, stage=approval.stage, for_whom=act.for_whom, text=ref(act.text))
    return (no, *_outcome(act, approval, state, definition, now, yes=False))


@decide.register
def _(news: NotDecided, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    return (draft("not_decided", SYSTEM, person=news.person, task=news.task, why=news.why),)


def _outcome(
    act: Approve | Reject, approval: Approval, state: CaseState, definition: RequestDefinition, now: datetime, yes: bool
) -> tuple[Draft, ...]:
    answers = {each.person: each.yes for each in approval.said} | {act.for_whom or act.by: yes}
    match standing(_stage(definition, approval.stage), approval.people, answers, approval.also):
        case Standing.GRANTED:
            granted = draft("stage_granted", SYSTEM, "queue", visibility=Visibility.PUBLIC, stage=approval.stage)
            return (granted,)
        case Standing.REFUSED:
            text = ref(act.text) if isinstance(act, Reject) else None
            return (
                draft("stage_refused", SYSTEM, visibility=Visibility.PUBLIC, stage=approval.stage, text=text),
                draft("closed", SYSTEM, "end", visibility=Visibility.PUBLIC, outcome="rejected"),
            )
        case Standing.OPEN:
            return ()


def _speaks(
    act: Act, stage: str | None, for_whom: str | None, state: CaseState, definition: RequestDefinition
) -> Approval:
    """The stage that the act answers. Refused unless the person is asked, has not answered, and is not the one served.

    A name that speaks for another is one voice all the same: two yeses of one person are no second pair of eyes.
    """
    request = of(state)
    approval = request.stage
    if approval is None or state.ended or (stage is not None and stage != approval.stage):
        raise Refused(_not_asked(stage, state, definition))
    if act.by in (state.requester, request.for_whom):
        raise Refused(f"nobody decides on their own request: {state.id} was asked for by or for {act.by}")
    person = for_whom or act.by
    for earlier in approval.said:
        if person == earlier.person or act.by == earlier.by:
            raise Refused(f"{_voice(earlier)} already, at {rfc3339(earlier.at)}; one person answers once")
    if person not in approval.asked:
        whom = ", ".join(approval.silent) or "nobody is left"
        raise Refused(f"{person} is not asked about {state.id}; the stage {approval.stage} waits for: {whom}")
    return approval


def _not_asked(stage: str | None, state: CaseState, definition: RequestDefinition) -> str:
    request = of(state)
    known = [each.key for each in definition.approvals]
    if not known:
        return f"{state.id} needs no approval"
    if stage is not None and stage not in known:
        return f"{state.id} has no stage {stage!r}: its stages are {', '.join(known)}"
    over = next((each for each in request.stages if each.stage == (stage or request.stages[-1].stage)), None)
    if over is not None and over.standing != "open":
        voices = ", ".join(map(_voice, over.said))
        return f"the stage {over.stage} of {state.id} was {over.standing} already: {voices}"
    if state.ended or request.cancelling:
        return f"{state.id} is {state.outcome or 'being cancelled'}: there is nothing to decide"
    return f"the stage {stage} of {state.id} is not asked yet; it waits for the stage {request.stages[-1].stage}"


def _voice(answer: Said) -> str:
    word = f"{answer.by} said {'yes' if answer.yes else 'no'}"
    return word if answer.by == answer.person else f"{word} for {answer.person}"


# -- what follows by itself ----------------------------------------------------------------------------------------


def granted(state: CaseState, definition: RequestDefinition) -> bool:
    """Every stage has its yeses."""
    stages = of(state).stages
    return len(stages) == len(definition.approvals) and all(stage.standing == "granted" for stage in stages)


def asking(state: CaseState, definition: RequestDefinition, now: datetime) -> Iterator[Draft]:
    """The next stage is asked, when the one before was granted."""
    request = of(state)
    if request.stage is not None or len(request.stages) == len(definition.approvals):
        return
    stage = definition.approvals[len(request.stages)]
    people = request.approvers.get(stage.key, ())
    remind_at, due_at = _spans(stage, definition, now)
    yield draft(
        "approval_asked",
        SYSTEM,
        "wait_approval",
        visibility=Visibility.PUBLIC,
        stage=stage.key,
        title=stage.title,
        people=list(people),
        needs=stage.needs,
        remind_at=remind_at,
        due_at=due_at,
    )
    if not people:
        yield _nobody(stage, definition)


def silence(state: CaseState, definition: RequestDefinition, now: datetime) -> Iterator[Draft]:
    """Those who are silent are reminded; when the time is over somebody else is asked too. Silence is never a yes."""
    request = of(state)
    approval = request.stage
    if approval is None:
        return
    stage = _stage(definition, approval.stage)
    if approval.due_at is not None and approval.due_at <= now:
        if stage.escalate_to in (state.requester, request.for_whom, *approval.asked):
            yield _nobody(stage, definition)
        else:
            _, due_at = _spans(stage, definition, now)
            yield draft("approval_escalated", SYSTEM, stage=stage.key, to=stage.escalate_to, due_at=due_at)
    elif _reminds(approval) and approval.remind_at is not None and approval.remind_at <= now:
        yield draft("approval_reminded", SYSTEM, stage=stage.key, to=list(approval.silent))


def ahead(state: CaseState) -> Iterator[tuple[datetime, str]]:
    """When silence will have consequences."""
    approval = of(state).stage
    if approval is None:
        return
    if approval.remind_at is not None and _reminds(approval):
        yield approval.remind_at, f"a reminder about the stage {approval.stage}"
    if approval.due_at is not None:
        yield approval.due_at, f"somebody else is asked about the stage {approval.stage}"


def _reminds(approval: Approval) -> bool:
    return not approval.reminded and bool(approval.silent) and approval.due_at is not None


def _nobody(stage: Stage, definition: RequestDefinition) -> Draft:
    """Nobody is left to ask: whoever does triage finds somebody who decides, or decides."""
    return draft(
        "task_opened",
        SYSTEM,
        task=approve_key(stage.key),
        kind="approve",
        title=stage.title,
        team=definition.triage,
        automation=None,
    )


def _spans(stage: Stage, definition: RequestDefinition, now: datetime) -> tuple[JsonValue, JsonValue]:
    """When a stage that is asked now is reminded of, and when its time is over."""
    calendar = definition.calendar(stage.calendar)
    seconds = stage.within.seconds(calendar.working_day_s)
    return (
        counted(calendar, now, seconds * stage.remind).isoformat(),
        counted(calendar, now, seconds).isoformat(),
    )


def _stage(definition: RequestDefinition, key: str) -> Stage:
    return next(stage for stage in definition.approvals if stage.key == key)
