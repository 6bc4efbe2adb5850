"""What a run has under way beside its process; a fault in it is a fault of the run."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any


class Beside:
    """Made in the `__init__` of a run."""

    def __init__(self) -> None:
        self.errands: set[asyncio.Task[None]] = set()
        """Those the run waits for before it ends or starts afresh."""
        self.faults: list[BaseException] = []
        # Else each of its commands would name the update that happened to begin it.
        self._context = copy_context()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Begin an errand."""
        self.errands.add(self.begin(work, lambda: None))

    def begin(self, work: Coroutine[Any, Any, Any], then: Callable[[], None]) -> asyncio.Task[None]:
        """Begin what the run does not wait for; `then` follows where it did not fail."""

        def ends(task: asyncio.Task[None]) -> None:
            self.errands.discard(task)
            if not task.cancelled() and (fault := task.exception()) is not None:
                self.faults.append(fault)
            else:
                then()

        task = asyncio.create_task(work, context=self._context)
        task.add_done_callback(ends)
        return task
