"""Signs of life from every activity that has a heartbeat timeout: so a killed worker is noticed within seconds."""

import asyncio
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

BEATS_PER_TIMEOUT = 3
"""The first one comes after a third of the timeout, so that what is done in milliseconds costs none."""


class Heartbeats(Interceptor):
    """Give it to a worker; no activity has to think of it."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Around each activity."""
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        if info.is_local or not info.heartbeat_timeout:
            return await super().execute_activity(input)
        every_s = info.heartbeat_timeout.total_seconds() / BEATS_PER_TIMEOUT
        beat = asyncio.create_task(_beat(every_s))
        try:
            return await super().execute_activity(input)
        finally:
            beat.cancel()


async def _beat(every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        activity.heartbeat()
