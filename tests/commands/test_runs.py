"""Which runs are stuck, and what is said about them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.api.enums.v1 import PendingWorkflowTaskState
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import WorkflowExecutionDescription

from office.runs import troubles_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCHEDULED = PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED


def described(raw: DescribeWorkflowExecutionResponse) -> WorkflowExecutionDescription:
    """What the client gives for this answer of the server."""
    return cast(WorkflowExecutionDescription, SimpleNamespace(raw_description=raw))


def waiting_since(at: datetime, *, attempt: int = 1) -> DescribeWorkflowExecutionResponse:
    """A run whose workflow task lies on the queue."""
    raw = DescribeWorkflowExecutionResponse()
    raw.pending_workflow_task.state = SCHEDULED
    raw.pending_workflow_task.attempt = attempt
    raw.pending_workflow_task.original_scheduled_time.FromDatetime(at)
    return raw


@pytest.mark.parametrize(
    ("since", "attempt", "kinds"),
    [
        (NOW - timedelta(seconds=5), 1, []),
        (NOW - timedelta(minutes=5), 1, ["no_worker"]),
        (NOW - timedelta(minutes=5), 9, ["workflow_task"]),
    ],
)
def test_a_task_that_is_not_taken_or_keeps_failing_is_a_trouble(
    since: datetime, attempt: int, kinds: list[str]
) -> None:
    troubles = troubles_of(described(waiting_since(since, attempt=attempt)), NOW)

    assert [trouble["kind"] for trouble in troubles] == kinds
    assert all(trouble["next_step"] for trouble in troubles)


def test_an_activity_is_a_trouble_from_its_fourth_attempt_on_and_says_why() -> None:
    raw = DescribeWorkflowExecutionResponse()
    for attempt in (3, 4):
        pending: Any = raw.pending_activities.add()
        pending.activity_type.name = f"tell-{attempt}"
        pending.attempt = attempt
        pending.last_failure.message = "the mail server does not answer"

    troubles = troubles_of(described(raw), NOW)

    assert [trouble["what"] for trouble in troubles] == ["tell-4 is at attempt 4: the mail server does not answer"]
