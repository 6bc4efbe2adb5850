"""The worker of the other faults, which dies before or after whatever it does for a cycle."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from temporalio.common import RetryPolicy

import worker
import workflows.cycle
from definitions.organisation import Organisation

# What a gate reads with: here once, and not in each new worker.
from measurement.cycles import answers  # noqa: F401
from office import cycling_reading
from office.cycling import Cycling
from records.experiments import Experiments
from records.standards import Standards
from settings import Settings
from tests.faults import worker_main
from tests.faults.points import Killer

BEFORE, AFTER = "before", "after"
ERRANDS = ("measure", "begin", "look", "settle")
NOTICED = timedelta(seconds=2)
"""These three are longer in production: the same happens, but nobody waits for it."""
TASK_FOR = timedelta(seconds=1)
AGAIN = RetryPolicy(initial_interval=timedelta(seconds=0.2), maximum_attempts=0)


def main(settings: Settings, organisation: Organisation | None, point: str, parent: Connection) -> None:
    """Work as `worker_main.main` does; at `point` (BEFORE or AFTER, else never) it dies of each thing once."""
    workflows.cycle.NOTICED = NOTICED
    workflows.cycle.AGAIN = AGAIN
    worker.TASK_FOR = TASK_FOR
    # Of a process of its own each measurement would wait some seconds.
    cycling_reading.one_process = lambda: ThreadPoolExecutor(1)  # type: ignore
    if point:
        arm(Killer(point, worker_main.marks_of(settings)))
    worker_main.main(settings, organisation, point, parent)


def arm(killer: Killer) -> None:
    """Around each errand, and within it around each word that the records keep for good."""
    for errand in ERRANDS:
        _errand(errand, killer)
    _word(Experiments, "looked", killer, lambda key, number, decision: f"look {number} is remembered")
    _word(Experiments, "end", killer, lambda *_: "the verdict is remembered")
    _word(Standards, "add", killer, lambda *_, **__: "the standard is remembered")


def _errand(errand: str, killer: Killer) -> None:
    real = getattr(Cycling, errand)

    async def patched(self: Cycling, asked: Any) -> Any:
        what = f"{errand} in {asked.state.phase} after {asked.state.looks} looks"
        await asyncio.to_thread(_here, killer, BEFORE, what)
        found = await real(self, asked)
        await asyncio.to_thread(_here, killer, AFTER, what)
        return found

    setattr(Cycling, errand, patched)


def _word(owner: type, name: str, killer: Killer, what: Callable[..., str]) -> None:
    real = getattr(owner, name)

    def patched(self: Any, *args: Any, **more: Any) -> Any:
        _here(killer, BEFORE, what(*args, **more))
        done = real(self, *args, **more)
        _here(killer, AFTER, what(*args, **more))
        return done

    setattr(owner, name, patched)


def _here(killer: Killer, point: str, what: str) -> None:
    if killer.point == point:
        killer.once(f"{point} {what}")
