"""Whose time it is when time is skipped."""

from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.testing import WorkflowEnvironment


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

    def __call__(self) -> datetime:
        return self._now

    async def until(self, at: datetime) -> datetime:
        """Let everything happen that is due before `at`; gives the time that it is then."""
        left = at - await self._env.get_current_time()
        if left > timedelta(0):
            await self._env.sleep(left)
        self._now = (await self._env.get_current_time()).astimezone(UTC)
        return self._now
