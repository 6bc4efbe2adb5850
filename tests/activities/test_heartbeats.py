"""A worker that lives says so; a quick activity says nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.heartbeats import Heartbeats


class Work(ActivityInboundInterceptor):
    """The end of the chain: does what a test says."""

    def __init__(self, work: Any) -> None:
        self._work = work

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await self._work()


async def beats_while(work: Any, **info: Any) -> int:
    """How many signs of life come while `work` is done; the first of them sets `work.seen`."""
    env = ActivityEnvironment()
    env.info = replace(env.info, **info)
    seen: list[Any] = []

    def beat(*details: Any) -> None:
        seen.append(details)
        if len(seen) == 3:
            work.seen.set()

    env.on_heartbeat = beat

    async def done() -> None:
        chain = Heartbeats().intercept_activity(Work(work))
        await chain.execute_activity(ExecuteActivityInput(fn=work, args=[], executor=None, headers={}))

    await env.run(done)
    return len(seen)


class UntilSeen:
    """Work that takes until three signs of life were given."""

    def __init__(self) -> None:
        self.seen = asyncio.Event()

    async def __call__(self) -> None:
        await asyncio.wait_for(self.seen.wait(), 10)


class AtOnce(UntilSeen):
    """Work of no time at all."""

    async def __call__(self) -> None:
        await asyncio.sleep(0)


async def test_a_long_activity_gives_signs_of_life_by_itself() -> None:
    assert await beats_while(UntilSeen(), heartbeat_timeout=timedelta(milliseconds=30)) >= 3


async def test_what_is_done_at_once_costs_no_sign_of_life() -> None:
    assert await beats_while(AtOnce(), heartbeat_timeout=timedelta(seconds=10)) == 0


async def test_an_activity_of_the_run_itself_has_no_timeout_to_keep() -> None:
    assert await beats_while(AtOnce(), heartbeat_timeout=timedelta(0), is_local=True) == 0
