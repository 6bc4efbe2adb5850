"""What is going to happen, by its time, on a clock that skips what lies between."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count

from examples.improvement.clock import SkippedTime

TICK = timedelta(minutes=10)
"""What happens within one happens at its end, together: each look at the server's clock takes milliseconds."""
Step = Callable[[datetime], Awaitable[None]]


class Agenda:
    """Takes steps when they are due; a step may plan others."""

    def __init__(self, clock: SkippedTime) -> None:
        self._clock, self._order = clock, count()
        self._due: list[tuple[datetime, int, Step]] = []

    def at(self, when: datetime, step: Step) -> None:
        """Take `step`, with the time that it is then, at most one tick after `when`."""
        heapq.heappush(self._due, (when, next(self._order), step))

    async def until(self, end: datetime) -> None:
        """Let all of it happen that is due before `end`."""
        while self._due and self._due[0][0] < end:
            now = await self._clock.until(min(end, self._due[0][0] + TICK))
            together = []
            while self._due and self._due[0][0] <= now:
                together.append(heapq.heappop(self._due)[2])
            await asyncio.gather(*(step(now) for step in together))
        await self._clock.until(end)
