"""Wake: the first act on a case that the worker has forgotten; and how long the longest kept history replays."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from temporalio.worker import Replayer

import worker
from benchmarks.lives import BareLife, Cast, Life, ProductLife, casting, record_mails
from benchmarks.machine import load
from benchmarks.options import Options
from benchmarks.paired import Block, abba, at_once, percentile
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig
from office.recorded import golden
from office.wire import data_converter

HISTORIES = Path(__file__).parents[1] / "tests" / "histories"
CACHE = 10
IN_BLOCK = 6
PATIENCE_S = 60.0


async def asleep(rig: Rig, life: Life, number: int) -> list[Cast]:
    """Open cases, wait until each has sent its first mail; all but the last few are out of the cache."""
    casts = casting(rig, number + 2 * CACHE)
    before = rig.sent(life.queue)
    await at_once(casts, 10, life.open)
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S
    while rig.sent(life.queue) < before + len(casts):
        if loop.time() > end:
            raise TimeoutError("the runs do not come to rest")
        await asyncio.sleep(0.1)
    return casts[:number]


def first_acts(life: Life, casts: Iterator[Cast], seen: list[float]) -> Block:
    """A block of first acts, one after the other; its figure is the median."""

    async def block() -> float:
        took = []
        for _ in range(IN_BLOCK):
            act = life.acts(next(casts))[0]
            begun = perf_counter()
            await act()
            took.append(perf_counter() - begun)
        seen.extend(took)
        return percentile(took, 0.5)

    return block


async def replayed() -> tuple[str, int, float] | None:
    """Name, events and seconds of the longest golden history; None while there are none."""
    files = [*HISTORIES.glob("*.json.gz")] if HISTORIES.is_dir() else []
    if not files:
        return None
    histories = {path.stem: golden(path).history for path in files}
    name, longest = max(histories.items(), key=lambda item: len(item[1].events))
    replayer = Replayer(workflows=worker.WORKFLOWS, data_converter=data_converter, workflow_runner=worker.runner())
    begun = perf_counter()
    await replayer.replay_workflow(longest)
    return name, len(longest.events), perf_counter() - begun


async def run(options: Options) -> Result:
    """Product : bare, block by block."""
    pairs = max(4, options.pairs)
    async with Rig() as rig:
        await rig.work(cached_runs=CACHE)
        await record_mails(rig)
        await rig.work("bare", cached_runs=CACHE)
        product, bare = ProductLife(rig), BareLife(rig)
        seen: dict[str, list[float]] = {"product": [], "bare": []}
        needed = IN_BLOCK * pairs
        found = await abba(
            first_acts(product, iter(await asleep(rig, product, needed)), seen["product"]),
            first_acts(bare, iter(await asleep(rig, bare, needed)), seen["bare"]),
            pairs,
        )
    figures = [
        Figure(
            what="first act on an evicted case, product : bare",
            value=found.value,
            interval=(found.low, found.high),
            goal=1.3,
        )
    ]
    longest = await replayed()
    if longest is not None:
        name, events, took = longest
        figures.append(
            Figure(what=f"replay of {name} ({events} events)", value=took, unit="s", goal=1.0),
        )
    return Result(
        name="wake",
        figures=figures,
        details={
            "act_ms": {name: percentile(took, 0.5) * 1e3 for name, took in seen.items()},
            "pairs": pairs,
            "acts": needed,
            "load": load(),
            **({} if longest else {"replay": "skipped: there are no golden histories in tests/histories yet"}),
        },
    )
