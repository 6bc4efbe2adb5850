"""The runs behind the cases, as the server sees them: which are open, which are stuck, and what to do."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from temporalio.api.enums.v1 import PendingWorkflowTaskState
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from office.errors import NotFound
from workflows.blocks.publish import PRIORITY, SERVICE, STAGE, TEAM
from workflows.cases import LISTED

OPEN = f"{LISTED} AND ExecutionStatus = 'Running'"
MANY_ATTEMPTS = 3
UNTAKEN = timedelta(minutes=1)
"""So long a task may lie on the queue before somebody should look for a worker."""
AT_ONCE = 8


class Runs:
    """Reads runs; changes nothing."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def open(self, limit: int) -> list[dict[str, Any]]:
        """The open runs, newest first, by the server's own list."""
        return [_row(run) async for run in self._client.list_workflows(OPEN, limit=limit)]

    async def stuck(self, now: datetime) -> list[dict[str, Any]]:
        """The open runs that do not get on, each with what is wrong and what to do. Every open run is looked at."""
        found: list[dict[str, Any]] = []
        gate = asyncio.Semaphore(AT_ONCE)

        async def look(run_id: str, workflow_id: str) -> dict[str, Any] | None:
            async with gate:
                try:
                    described = await self._client.get_workflow_handle(workflow_id, run_id=run_id).describe()
                except RPCError as error:
                    if error.status is RPCStatusCode.NOT_FOUND:
                        return None
                    raise
            troubles = troubles_of(described, now)
            return _row(described) | {"troubles": troubles} if troubles else None

        batch: list[asyncio.Task[dict[str, Any] | None]] = []
        async for run in self._client.list_workflows(OPEN):
            batch.append(asyncio.create_task(look(run.run_id, run.id)))
            if len(batch) >= 10 * AT_ONCE:
                found += [stuck for stuck in await asyncio.gather(*batch) if stuck]
                batch = []
        return found + [stuck for stuck in await asyncio.gather(*batch) if stuck]

    async def show(self, case_id: str, now: datetime) -> dict[str, Any]:
        """The latest run of a case with all that is pending. Raises NotFound."""
        try:
            described = await self._client.get_workflow_handle(case_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            raise NotFound(f"there is no run of {case_id!r}", "See `jidoka runs ls`.") from None
        return _row(described) | {
            "summary": await described.static_summary(),
            "history_bytes": described.raw_info.history_size_bytes,
            "closed_at": described.close_time,
            "pending_activities": [_activity(pending) for pending in described.raw_description.pending_activities],
            "troubles": troubles_of(described, now),
        }


def troubles_of(described: WorkflowExecutionDescription, now: datetime) -> list[dict[str, Any]]:
    """What keeps the run from going on: kind, what, next step."""
    raw = described.raw_description
    found = []
    if raw.HasField("pending_workflow_task"):
        task = raw.pending_workflow_task
        scheduled = task.original_scheduled_time.ToDatetime(tzinfo=now.tzinfo)
        if task.attempt > MANY_ATTEMPTS:
            found.append(
                {
                    "kind": "workflow_task",
                    "what": f"its code has failed {task.attempt} times in a row",
                    "next_step": "Read the worker's log; bring back the code it began with, or the code that mends it.",
                }
            )
        elif task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED and scheduled + UNTAKEN < now:
            found.append(
                {
                    "kind": "no_worker",
                    "what": f"no worker has taken its task since {scheduled:%Y-%m-%d %H:%M:%S} UTC",
                    "next_step": "Run `jidoka up` or `jidoka worker`; `jidoka status` says what runs.",
                }
            )
    for pending in raw.pending_activities:
        if pending.attempt > MANY_ATTEMPTS:
            activity = _activity(pending)
            found.append(
                {
                    "kind": "activity",
                    "what": f"{activity['type']} is at attempt {activity['attempt']}: {activity['last_failure']}",
                    "next_step": "Correct what it says; the next attempt comes by itself.",
                }
            )
    return found


def _activity(pending: Any) -> dict[str, Any]:
    return {
        "id": pending.activity_id,
        "type": pending.activity_type.name,
        "attempt": pending.attempt,
        "last_failure": pending.last_failure.message or None,
    }


def _row(run: WorkflowExecution) -> dict[str, Any]:
    known = run.typed_search_attributes
    return {
        "id": run.id,
        "run_id": run.run_id,
        "status": run.status.name.lower() if run.status else None,
        "stage": known.get(STAGE),
        "service": known.get(SERVICE),
        "priority": known.get(PRIORITY),
        "team": known.get(TEAM),
        "started_at": run.start_time,
        "history_events": run.history_length,
    }
