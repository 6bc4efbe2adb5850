"""Open: what an open incident costs in memory of worker and server, against an idle bare run."""

import asyncio
from time import perf_counter
from typing import NamedTuple

from pydantic import JsonValue

from benchmarks.lives import BareLife, Life, ProductLife, casting, record_mails
from benchmarks.machine import Process, load, memory
from benchmarks.options import Options
from benchmarks.paired import at_once
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig
from records.values import CaseQuery

AT_ONCE, BATCH = 40, 250
MIB = 2**20
MANY, CACHE = 10_000, 1_000
PATIENCE_S = 120.0


class Slope(NamedTuple):
    """Bytes for each further open run."""

    worker: float
    server: float
    opened_per_s: float


async def slope(kind: str, runs: int) -> Slope:
    """Open a quarter, weigh, open the rest, weigh: the difference, so that what is paid once does not count."""
    async with Rig() as rig:
        life, worker = await _prepared(rig, kind, cached_runs=runs + 100)
        first, rest = runs // 4, runs - runs // 4
        await _open(rig, life, first)
        begin = memory(worker.pid).own, memory(rig.server.pid).own
        per_s = await _open(rig, life, rest)
        end = memory(worker.pid).own, memory(rig.server.pid).own
    return Slope((end[0] - begin[0]) / rest, (end[1] - begin[1]) / rest, per_s)


async def _prepared(rig: Rig, kind: str, *, cached_runs: int) -> tuple[Life, Process]:
    product = await rig.work(cached_runs=cached_runs)
    await record_mails(rig)
    if kind == "product":
        return ProductLife(rig), product
    await rig.rest(product)
    return BareLife(rig), await rig.work("bare", cached_runs=cached_runs)


async def _open(rig: Rig, life: Life, number: int) -> float:
    """Cases a second up to their first mail; in batches, so that none is opened faster than handled."""
    casts = await asyncio.to_thread(casting, rig, number)
    begun = perf_counter()
    for start in range(0, number, BATCH):
        batch = casts[start : start + BATCH]
        before = rig.sent(life.queue)
        opened = rig.store.cases.count(CaseQuery(open_only=True)) if isinstance(life, ProductLife) else 0
        await at_once(batch, AT_ONCE, life.open)
        await _settled(rig, life, len(batch), before, opened)
    return number / (perf_counter() - begun)


async def _settled(rig: Rig, life: Life, number: int, mails: int, cases: int) -> None:
    """Until each new run has sent its first mail and, where there are records, is in them."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S
    while loop.time() < end:
        stored = not isinstance(life, ProductLife) or rig.store.cases.count(CaseQuery(open_only=True)) >= cases + number
        if stored and rig.sent(life.queue) >= mails + number:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{rig.sent(life.queue) - mails} of {number} runs sent their first mail")


async def many() -> tuple[float, float, float]:
    """Resident MiB of worker and server with ten thousand open, and how many were opened a second."""
    async with Rig() as rig:
        life, worker = await _prepared(rig, "product", cached_runs=CACHE)
        per_s = await _open(rig, life, MANY)
        return memory(worker.pid).resident / MIB, memory(rig.server.pid).resident / MIB, per_s


async def run(options: Options) -> Result:
    """Product and bare one after the other, each on a fresh server."""
    bare = await slope("bare", options.runs)
    product = await slope("product", options.runs)
    figures = [
        Figure(what="worker memory per open run, product : bare", value=product.worker / bare.worker, goal=1.25),
        Figure(what="server memory per open run, product : bare", value=product.server / bare.server, goal=1.25),
    ]
    details: dict[str, JsonValue] = {
        "kib_per_run": {
            "worker": {"product": product.worker / 1024, "bare": bare.worker / 1024},
            "server": {"product": product.server / 1024, "bare": bare.server / 1024},
        },
        "opened_per_s": {"product": product.opened_per_s, "bare": bare.opened_per_s},
        "runs": options.runs,
        "load": load(),
    }
    if options.full:
        worker_mib, server_mib, per_s = await many()
        figures.append(
            Figure(what=f"worker with {MANY:,} open, cache {CACHE:,}", value=worker_mib, unit="MiB", goal=250)
        )
        figures.append(Figure(what=f"server with {MANY:,} open", value=server_mib, unit="MiB"))
        details["opened_per_s_of_many"] = per_s
    return Result(name="open", figures=figures, details=details)
