"""Questions to a running stack: does it answer, does somebody poll?"""

import asyncio
import urllib.error
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temporalio.client import Client

    from settings import Settings


async def client_of(settings: "Settings") -> "Client":
    """Without a first call, so that it can be made before the server is up."""
    from temporalio.client import Client

    from activities.core_log import client_runtime

    return await Client.connect(**settings.connect_config(), lazy=True, runtime=client_runtime())


async def answers(url: str, *, seconds: float = 2.0) -> str | None:
    """None when it answers 200, else why not."""
    return await asyncio.to_thread(_get, url, seconds)


def _get(url: str, seconds: float) -> str | None:
    # No proxy: these are the stack's own addresses.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as answer:
            return None if answer.status == 200 else f"{url} answers {answer.status}"
    except urllib.error.HTTPError as error:
        said = error.read(300).decode(errors="replace").strip()
        return f"{url} answers {error.code}" + (f": {said}" if said else "")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return f"{url} does not answer ({getattr(reason, 'strerror', None) or reason})"


async def polled(client: "Client", task_queue: str, pid: int | None = None) -> str | None:
    """None when a worker (the one with that pid) asks for workflow tasks and for activities."""
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    from stack.temporal_server import short

    for kind, what in (
        (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, "workflow tasks"),
        (TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, "activities"),
    ):
        try:
            answer = await client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind
                ),
                timeout=timedelta(seconds=3),
                retry=False,
            )
        except Exception as error:  # any answer but a good one means: not yet
            return f"Temporal: {short(error)}"
        # The server lists a poller for minutes after its death; the identity begins with its pid.
        if not any(pid is None or poller.identity.startswith(f"{pid}@") for poller in answer.pollers):
            return f"no worker polls {task_queue} for {what}"
    return None


async def unready(settings: "Settings") -> list[str]:
    """Why the first command would fail; empty when it would succeed."""
    from stack import state
    from stack.temporal_server import healthy

    now = state.live(settings.data_dir)
    if settings.embedded and now is None:
        # Whatever answers on these ports belongs to another data directory.
        return [f"No stack is running in {settings.data_dir}."]
    client = await client_of(settings)
    # Without a supervisor of ours (production) any worker that polls will do.
    pid = now.pid_of("worker") if now else None
    temporal, web, worker = await asyncio.gather(
        healthy(client),
        answers(f"http://{settings.web_host}:{settings.web_port}/readyz"),
        answers(f"http://{settings.metrics_host}:{settings.metrics_port}/metrics"),
    )
    polling = None if temporal else await polled(client, settings.task_queue, pid)
    reasons = [f"Temporal at {settings.temporal_address} does not answer: {temporal}" if temporal else None]
    reasons += [f"Worker: {why}" if why else None for why in dict.fromkeys((worker, polling))]
    reasons += [f"Web: {web}" if web else None]
    return [reason for reason in reasons if reason]
