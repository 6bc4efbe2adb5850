"""Metrics: throughput of the product with metrics on against off, each in its own worker."""

import asyncio
import urllib.request

from benchmarks.life import crowd
from benchmarks.lives import ProductLife
from benchmarks.machine import cpu_s, load
from benchmarks.options import Options
from benchmarks.paired import Block, abba, interval
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig

ON, OFF = "metrics-on", "metrics-off"


async def run(options: Options) -> Result:
    """On : off. A block with metrics on is scraped once, four times as often as Prometheus would."""
    pairs = max(4, options.pairs)
    lives = max(10, options.lives // 2)
    async with Rig() as rig:
        with_metrics = await rig.work(queue=ON)
        without = await rig.work(queue=OFF, metrics=False)
        used: dict[str, list[float]] = {ON: [], OFF: []}

        def counted(queue: str, pid: int) -> Block:
            inner = crowd(rig, ProductLife(rig, queue), lives)

            async def block() -> float:
                before = cpu_s(pid)
                rate = await inner()
                if queue == ON:
                    await asyncio.to_thread(_scrape, rig.ports[ON])
                used[queue].append((cpu_s(pid) - before) / lives)
                return rate

            return block

        on, off = counted(ON, with_metrics.pid), counted(OFF, without.pid)
        await on()
        await off()
        used[ON].clear()
        used[OFF].clear()
        found = await abba(on, off, pairs)
    spent = [without / with_ for with_, without in zip(used[ON], used[OFF], strict=True)]
    low, high = interval(spent)
    return Result(
        name="metrics",
        figures=[
            Figure(
                what="lives per second, metrics on : off",
                value=found.value,
                interval=(found.low, found.high),
                goal=0.97,
                better="at least",
            ),
            Figure(
                what="worker processor time a life, off : on",
                value=sorted(spent)[len(spent) // 2],
                interval=(low, high),
            ),
        ],
        details={"per_s": {"on": found.a, "off": found.b}, "pairs": pairs, "lives_per_block": lives, "load": load()},
    )


def _scrape(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        if b"jidoka_cases_opened" not in answer.read():
            raise RuntimeError("the scrape shows no opened case: metrics are not on")
