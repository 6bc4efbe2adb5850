"""What a request waits for people to do, as lists of tasks show it; and how its tasks are called."""

from definitions.case import SYSTEM, CaseState
from definitions.plans import APPROVE, REWORK, UNDO
from definitions.request.state import Approval, Work
from definitions.tasks import TaskRow


def approve_key(stage: str) -> str:
    """The task to decide on a stage: `approve-manager`."""
    return APPROVE + stage


def stage_key(task: str) -> str | None:
    """The stage that the task decides on; None for any other task."""
    return task.removeprefix(APPROVE) if task.startswith(APPROVE) else None


def undo_key(task: str) -> str:
    """The step back from a task: `undo-laptop`."""
    return UNDO + task


def rework_key(number: int) -> str:
    """The task after the reopening of this number: `rework-1`."""
    return f"{REWORK}{number}"


def tasks_of(state: CaseState) -> tuple[TaskRow, ...]:
    """Decisions first, then tasks in the order in which they were opened."""
    request = state.request
    if request is None:
        return ()
    return (
        *(_decision(state, approval) for approval in request.stages),
        *(_task(state, work) for work in request.tasks),
    )


def _decision(state: CaseState, approval: Approval) -> TaskRow:
    waiting = approval.standing == "open" and not state.ended
    claimer = approval.claimed_by
    return TaskRow(
        id=f"{state.id}/{approve_key(approval.stage)}",
        kind="approve",
        title=approval.title,
        team=approval.team,
        people=approval.silent if waiting else approval.asked,
        state=("claimed" if claimer else "open") if waiting else "done" if approval.ended_at else "withdrawn",
        assignee=claimer,
        opened_at=approval.asked_at,
        due_at=approval.due_at if waiting else None,
        ended_at=approval.ended_at or (None if waiting else state.closed_at),
        ended_by=approval.said[-1].by if approval.ended_at and approval.said else None,
    )


def _task(state: CaseState, work: Work) -> TaskRow:
    running = work.state == "running"  # an automation has claimed it
    return TaskRow(
        id=f"{state.id}/{work.key}",
        kind="undo" if work.kind == "undo" else "fulfil",
        title=work.title,
        team=work.team,
        state="claimed" if running else work.state,
        assignee=SYSTEM if running else work.assignee,
        opened_at=work.opened_at,
        ended_at=work.ended_at,
        ended_by=work.ended_by,
    )
