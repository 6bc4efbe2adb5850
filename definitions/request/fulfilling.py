"""Fulfilling a request: tasks open as soon as what they wait for is done; people and automations do them."""

from collections.abc import Iterator
from datetime import datetime

from definitions.case import SYSTEM, CaseState, Stage
from definitions.catalogue import RequestDefinition
from definitions.facts import Draft
from definitions.plans import UNDO, Task, ready
from definitions.request.acts import ClaimTask, ReleaseTask, TaskDone
from definitions.request.approving import granted
from definitions.request.facts import of
from definitions.request.state import Work
from definitions.request.tasks import rework_key, stage_key
from definitions.rules.base import Refused, decide, draft, ref, said
from definitions.rules.ending import resolution
from definitions.runs import AutomationCall, AutomationResult

BUSY = ("running", "claimed")
DID_IT = ("done", "nothing")
"""Outcomes of an automation after which there is nothing left to do."""


@decide.register
def _(act: ClaimTask, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    if stage_key(act.task) is not None:
        _may_decide(act, state)
        return (said(act, "task_claimed", task=act.task, assignee=act.by),)
    work = _waiting(act.task, state, definition)
    if work.state == "claimed":
        raise Refused(f"{work.assignee} has claimed {act.task} already; let them release it")
    return (_claimed(act, work, state),)


def _claimed(act: ClaimTask | TaskDone, work: Work, state: CaseState) -> Draft:
    return said(act, "task_claimed", step(state, work.key, busy=True), task=work.key, assignee=act.by)


def _may_decide(act: ClaimTask, state: CaseState) -> None:
    """Refuse unless the stage lies with a team, and nobody of it has it."""
    request = of(state)
    approval = request.stage
    if approval is None or state.ended or approval.stage != stage_key(act.task):
        raise Refused(f"{state.id} does not wait for {act.task}")
    if approval.team is None:
        raise Refused(f"{act.task} is for those who are asked: {', '.join(approval.silent)}")
    if act.by in (state.requester, request.for_whom):
        raise Refused(f"nobody decides on their own request: {state.id} was asked for by or for {act.by}")
    if approval.claimed_by is not None:
        raise Refused(f"{approval.claimed_by} has claimed {act.task} already; let them release it")
    if act.by in approval.asked:
        raise Refused(f"{act.by} is asked already: approve or reject")


@decide.register
def _(act: ReleaseTask, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    if stage_key(act.task) is not None:
        approval = of(state).stage
        if approval is None or state.ended or approval.claimed_by is None or approval.stage != stage_key(act.task):
            raise Refused(f"nobody has claimed {act.task}: there is nothing to release")
        return (said(act, "task_released", task=act.task),)
    work = _waiting(act.task, state, definition)
    if work.state != "claimed":
        raise Refused(f"nobody has claimed {act.task}: there is nothing to release")
    return (said(act, "task_released", step(state, work.key, busy=False), task=act.task),)


@decide.register
def _(act: TaskDone, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    if stage_key(act.task) is not None:
        raise Refused(f"{act.task} is a decision: approve or reject")
    work = _waiting(act.task, state, definition)
    if work.state == "claimed" and work.assignee != act.by:
        raise Refused(f"{work.assignee} is at {act.task}: let them finish it, or release it first")
    if act.stays and work.kind != "undo":
        raise Refused(f"{act.task} takes nothing back, so nothing stays: say that it is done, or cancel {state.id}")
    if act.stays and act.text is None:
        raise Refused(f"say why what {act.task} was to take back has to stay")
    taken = () if work.state == "claimed" else (_claimed(act, work, state),)
    done = said(act, "task_done", step(state, work.key, busy=False), task=work.key, automated=False, text=ref(act.text))
    return (*taken, done, *_undone(act, work, definition))


def _undone(act: TaskDone, work: Work, definition: RequestDefinition) -> tuple[Draft, ...]:
    if work.kind != "undo":
        return ()
    task = definition.plan.task(work.key.removeprefix(UNDO))
    if act.stays:
        return (said(act, "remains", public=True, task=task.key, title=task.title, why=None, text=ref(act.text)),)
    return (said(act, "undone", public=True, task=task.key, automated=False),)


def _waiting(key: str, state: CaseState, definition: RequestDefinition) -> Work:
    """The task, when people can do something about it. Refused otherwise, with the reason."""
    request = of(state)
    work = request.work(key)
    if work is not None and work.state in ("open", "claimed"):
        return work
    if work is None:
        open_ = ", ".join(each.key for each in request.tasks if not each.over) or "none"
        task = next((task for task in definition.plan.tasks if task.key == key), None)
        if task is None:
            raise Refused(f"{state.id} has no task {key!r}; those open are: {open_}")
        raise Refused(f"{key} is not open: {_why_not(task, state)}; those open are: {open_}")
    if work.state == "running":
        raise Refused(f"the automation {work.automation} is at {key}; a person takes over if it cannot")
    raise Refused(f"{key} is {work.state} already, by {work.ended_by}")


def _why_not(task: Task, state: CaseState) -> str:
    """What a task of the plan waits for."""
    request = of(state)
    before = [each for each in task.after if each not in request.done]
    if state.ended or request.cancelling:
        return f"{state.id} is {state.stage if state.ended else 'being cancelled'}"
    if request.stage is not None:
        return f"{request.stage.title!r} is not answered yet"
    return f"it waits for {', '.join(before)}" if before else f"{state.id} is {state.stage}"


def step(state: CaseState, key: str | None, *, busy: bool) -> str:
    """The step in force once the task `key` is under way or not: somebody works on something, or it waits for a team.

    Work after a reopening and work that takes back are rework.
    """
    request = of(state)
    if busy or any(work.state in BUSY for work in request.tasks if work.key != key):
        return "rework" if state.reopened or request.cancelling else "work"
    return "queue"


# -- what follows by itself ----------------------------------------------------------------------------------------


def going_on(state: CaseState, definition: RequestDefinition, now: datetime) -> Iterator[Draft]:
    """Tasks that nothing holds back any more; when all are done, the request is."""
    request = of(state)
    if not granted(state, definition) or state.stage not in (Stage.QUEUED, Stage.IN_PROGRESS):
        return
    news = [task for task in ready(definition.plan, request.done) if request.work(task.key) is None]
    busy = any(task.automation for task in news)
    for task in news:
        yield opened(task.key, "fulfil", task.title, task.team, task.automation, step(state, None, busy=busy))
    if news or not all(work.over for work in request.tasks):
        return
    if state.reopened and request.work(rework_key(state.reopened)) is None:
        title = f"See what is still missing: {definition.title}"
        yield opened(rework_key(state.reopened), "rework", title, definition.team, None, "queue")
    else:
        yield from resolution(SYSTEM, state.channel, state, definition, now)


def opened(key: str, kind: str, title: str, team: str, automation: str | None, step: str | None) -> Draft:
    """A task is there to be done."""
    return draft("task_opened", SYSTEM, step, task=key, kind=kind, title=title, team=team, automation=automation)


# -- automations ---------------------------------------------------------------------------------------------------


def call(work: Work, state: CaseState) -> AutomationCall:
    """What an automation is given for a task: the same for each attempt, so that its effect happens once."""
    assert work.automation is not None
    request = of(state)
    task = work.key.removeprefix(UNDO) if work.kind == "undo" else work.key
    yeses = [said.by for stage in request.stages for said in stage.said if said.yes]
    return AutomationCall(
        automation=work.automation,
        case_id=state.id,
        inputs=dict(request.inputs.get(task, {})),
        step=task,
        mode="undo" if work.kind == "undo" else "run",
        consent_by=state.requester if state.requester == request.for_whom else None,
        approved_by=yeses[-1] if yeses else None,
    )


def _trouble(result: AutomationResult) -> str | None:
    """What a run says against itself though it ran to its end."""
    if result.data.get("verified") is False:
        return "unverified"
    return "trouble" if result.data.get("good") is False else None


def tried(key: str, result: AutomationResult, state: CaseState) -> tuple[Draft, ...]:
    """What becomes of a task after its automation; a person takes over what it could not do."""
    work = of(state).work(key)
    assert work is not None
    ends = step(state, key, busy=False)
    # A check that found trouble, or an effect that does not hold, is no task done: somebody must look.
    trouble = _trouble(result)
    if result.outcome in DID_IT and trouble is None:
        done = draft("task_done", SYSTEM, ends, task=key, automated=True, text=None)
        back = draft("undone", SYSTEM, task=key.removeprefix(UNDO), automated=True) if work.kind == "undo" else None
        return (done, back) if back else (done,)
    why = result.finding or f"{work.automation}: {result.outcome}"
    failed = draft("task_failed", SYSTEM, ends, task=key, why=why, outcome=trouble or result.outcome)
    if of(state).cancelling and work.kind != "undo":
        return (failed, draft("task_withdrawn", SYSTEM, task=key))
    return (failed,)
