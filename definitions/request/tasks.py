"""What a request waits for people to do, as lists of tasks show it."""

from definitions.case import SYSTEM, CaseState
from definitions.request.state import Approval, Work
from definitions.tasks import TaskRow


def approve_key(stage: str) -> str:
    """The key of the task to decide on a stage."""
    return f"approve-{stage}"


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
    claimer = approval.also[-1] if approval.team and approval.also else None
    return TaskRow(
        id=f"{state.id}/{approve_key(approval.stage)}",
        kind="approve",
        title=approval.title,
        team=approval.team,
        people=approval.silent if approval.standing == "open" else approval.asked,
        state="open" if approval.standing == "open" else "done",
        assignee=claimer,
        opened_at=approval.asked_at,
        due_at=approval.due_at if approval.standing == "open" else None,
        ended_at=approval.ended_at,
        ended_by=approval.said[-1].by if approval.ended_at and approval.said else None,
    )


def _task(state: CaseState, work: Work) -> TaskRow:
    return TaskRow(
        id=f"{state.id}/{work.key}",
        kind=work.kind,
        title=work.title,
        team=work.team,
        state="claimed" if work.state == "running" else work.state,
        assignee=SYSTEM if work.state == "running" else work.assignee,
        opened_at=work.opened_at,
        ended_at=work.ended_at,
        ended_by=work.ended_by,
    )
