"""Work that comes round every few seconds beside something else, and survives its own failures."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType

log = logging.getLogger("jidoka.rounds")


class Rounds:
    """Calls `work`, waits, calls again, between entering and leaving it."""

    def __init__(self, work: Callable[[], Awaitable[object]], *, every_s: float, what: str) -> None:
        self._work, self._every_s, self._what = work, every_s, what
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Rounds":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            # Not at once: what follows a killed process first lets the runs go on by themselves.
            await asyncio.sleep(self._every_s)
            try:
                await self._work()
            except Exception as error:  # whatever is away now may be back in the next round
                log.warning("%s failed: %s", self._what, error)
