"""An act and news in one workflow task: whatever a server delivers first, a replay goes the way of the live run."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from definitions import acts
from definitions.base import Level
from definitions.case import Receipt
from definitions.example import organisation
from definitions.facts import Fact
from definitions.rules.opening import Opening
from definitions.runs import AutomationCall, AutomationResult, PageMessage, Sent, StartCase, TellMessage
from office.recorded import Golden
from office.replay import Replays
from office.wire import data_converter
from records.values import Flush
from settings import system_clock
from tests.definitions.test_random_lives import WORDS
from tests.faults.plant import served
from tests.workflows.house import register
from worker import WORKFLOWS, runner
from workflows.blocks.turns import Turns
from workflows.incident import IncidentWorkflow

QUEUE = "turns"
CASE = "INC-turns000"
OTHER = "INC-other000"
ARRIVES = 0.3
"""Seconds after which the server has an act; it shows only once a worker has taken it."""
ORDERS = {"act first": ("act", "news"), "news first": ("news", "act"), "between": ("news", "act", "news")}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_news_is_heard_before_acts_in_whatever_order_they_stand_in_line(order: tuple[str, ...]) -> None:
    turns, went = Turns(), []

    async def handler(kind: str, number: int) -> None:
        await (turns.for_act() if kind == "act" else turns.for_news())
        went.append((kind, number))

    await asyncio.gather(*(handler(kind, number) for number, kind in enumerate(order)))

    assert went == sorted(((kind, number) for number, kind in enumerate(order)), key=lambda one: one[0] == "act")


# -- on servers --------------------------------------------------------------------------------------------------------


@activity.defn(name="records.flush")
async def flush(flush: Flush) -> int:
    """Records that take everything."""
    return flush.facts[-1].seq


@activity.defn(name="channels.tell")
async def tell(message: TellMessage) -> list[Sent]:
    """Mail that arrives."""
    return [Sent(to=message.to, channel="email", outcome="sent")]


@activity.defn(name="channels.page")
async def page(message: PageMessage) -> list[Sent]:
    """A page that arrives."""
    return [Sent(to=message.notify, channel="page", outcome="sent")]


@activity.defn(name="automations.run")
async def automate(call: AutomationCall) -> AutomationResult:
    """Nothing to be found."""
    return AutomationResult(outcome="nothing")


def working(client: Client) -> Worker:
    """A worker for as long as one is wanted; a task that comes in the meantime waits."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=WORKFLOWS,
        activities=[flush, tell, page, automate],
        workflow_runner=runner(),
    )


async def begun(client: Client) -> WorkflowHandle[Any, Receipt]:
    """A run of an incident."""
    start = Opening(
        service="vpn", channel="email", title=WORDS, requester="rita", by="rita", at=system_clock(),
        impact=Level.LOW, urgency=Level.LOW,
    )  # fmt: skip
    return await client.start_workflow(
        IncidentWorkflow.run,
        StartCase(case_id=CASE, definition=organisation.incident("vpn"), opening=start),
        id=CASE,
        task_queue=QUEUE,
    )


async def facts_of(handle: WorkflowHandle[Any, Any]) -> tuple[Fact, ...]:
    return tuple(Fact.model_validate_json(line) for line in await handle.query(IncidentWorkflow.journal_lines))


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again."""
    async with asyncio.timeout(20):
        while not await check():
            await asyncio.sleep(0.02)


async def knows(handle: WorkflowHandle[Any, Any], type_: str) -> None:
    """Wait for a fact of this type, and until all facts are in the records."""

    async def so() -> bool:
        view = await handle.query(IncidentWorkflow.view, system_clock())
        return not view["unstored"] and type_ in [fact.type for fact in await facts_of(handle)]

    await until(so)


async def replayed(handle: WorkflowHandle[Any, Any]) -> list[str]:
    """What a replay makes otherwise than the live run did."""
    run = Golden("turns", await handle.fetch_history(), await facts_of(handle))
    return list((await Replays().of(run)).troubles)


@pytest.fixture
async def skipping() -> AsyncIterator[Client]:
    """The time-skipping server: an act stands before the news that came after its task was scheduled."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=data_converter,
    ) as env:
        await register(env.client)
        yield env.client


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Client]:
    """A real server."""
    async with served(tmp_path) as address:
        yield await Client.connect(address, data_converter=data_converter)


async def test_an_act_overtaken_by_news_that_forbids_it_is_refused_live_and_in_replay(skipping: Client) -> None:
    handle = await begun(skipping)
    act = asyncio.create_task(handle.execute_update("merge", acts.Merge(by="jay", into=OTHER), result_type=Receipt))
    await asyncio.sleep(ARRIVES)
    await handle.signal("absorbed", acts.Absorbed(source=OTHER))

    async with working(skipping):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await act
        await knows(handle, "absorbed")

        assert "is merged into INC-turns000 already" in str(refused.value.cause)
        assert "merged" not in [fact.type for fact in await facts_of(handle)]
        assert await replayed(handle) == []


async def test_an_act_and_news_of_one_task_leave_their_facts_in_the_same_order(skipping: Client) -> None:
    handle = await begun(skipping)
    act = asyncio.create_task(handle.execute_update("start", acts.Start(by="jay"), result_type=Receipt))
    await asyncio.sleep(ARRIVES)
    await handle.signal("absorbed", acts.Absorbed(source=OTHER))

    async with working(skipping):
        assert (await act).state == "in_progress"
        await knows(handle, "started")

        types = [fact.type for fact in await facts_of(handle)]
        assert types.index("absorbed") < types.index("started")
        assert await replayed(handle) == []


async def test_a_reset_run_replays_though_the_server_gives_it_acts_before_news(real: Client) -> None:
    handle = await begun(real)
    async with working(real):
        await knows(handle, "told")
        before = (await handle.fetch_history()).events
        await handle.execute_update("start", acts.Start(by="jay"), result_type=Receipt)
        await handle.signal("absorbed", acts.Absorbed(source=OTHER))
        await knows(handle, "absorbed")
    last = max(e.event_id for e in before if e.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)

    answer = await real.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=real.namespace,
            workflow_execution=WorkflowExecution(workflow_id=CASE, run_id=handle.first_execution_run_id),
            workflow_task_finish_event_id=last,
            reason="a bad release",
            request_id="once",
        )
    )

    again = real.get_workflow_handle(CASE, run_id=answer.run_id)
    async with working(real):
        await knows(again, "started")

        types = [fact.type for fact in await facts_of(again)]
        assert types.index("absorbed") < types.index("started")
        assert await replayed(again) == []
