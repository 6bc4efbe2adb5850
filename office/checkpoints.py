"""A signed checkpoint of the event log every minute: cut tails and missing cases are found from then on."""

import asyncio
import logging
from types import TracebackType

from records.store import Store

EVERY_S = 60.0

log = logging.getLogger("jidoka.checkpoints")


class Checkpoints:
    """Runs beside the worker of an embedded stack; elsewhere one `jidoka audit checkpoint` is scheduled for all."""

    def __init__(self, store: Store, *, every_s: float = EVERY_S) -> None:
        self._store, self._every_s = store, every_s
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Checkpoints":
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
            # Not at once: a worker that follows a killed one first lets its runs write their last facts anew.
            await asyncio.sleep(self._every_s)
            try:
                await asyncio.to_thread(self._store.audit.checkpoint)
            except Exception as error:  # the next one covers it
                log.warning("no checkpoint was written: %s", error)
