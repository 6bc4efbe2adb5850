"""Whose time it is when time is skipped."""

import asyncio
from datetime import UTC, datetime

from temporalio import activity
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

PATIENCE = 10
"""Calls in a row that end by themselves, after half a minute each, before nobody believes any more in a worker."""
ENDED = (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED)


class ActivityClock:
    """In a worker: the instant at which the activity began that asks, or the last one that did where none asks."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        if activity.in_activity():
            self._now = max(self._now, activity.info().started_time)
            return activity.info().started_time
        return self._now


class SkippedTime:
    """At the doors: the server's time at the last look."""

    def __init__(self, env: WorkflowEnvironment, now: datetime) -> None:
        self._env, self._now = env, now
        self.most_s: float | None = None
        """How long one call may take; where workers were killed some never come back, though time has gone on."""

    def __call__(self) -> datetime:
        return self._now

    async def until(self, at: datetime) -> datetime:
        """Let everything happen that is due before `at`; gives the time that it is then.

        Raises RPCError where the server goes away, or waits in vain for a worker: it skips nothing meanwhile.
        """
        ended = 0
        while self._now < at:
            try:
                await asyncio.wait_for(self._env.sleep(at - self._now), self.most_s)
            except TimeoutError:
                pass
            except RPCError as error:
                ended += 1
                if error.status not in ENDED or ended == PATIENCE:
                    raise
            self._now = (await self._env.get_current_time()).astimezone(UTC)
        return self._now
