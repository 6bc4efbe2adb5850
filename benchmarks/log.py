"""Log: importing an event log and counting what stands in it, against DuckDB reading the file and counting pairs.

The file is the UCI log grown by a seeded generator, gzipped as it is kept. Each reading has a process of its own; both
sides start from nothing and must agree on the commonest pairs. The reference reads all columns, as the product does;
what DuckDB takes when it reads only the three columns that pairs need is told too, without a goal.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.grown import grow
from benchmarks.machine import load
from benchmarks.options import Options
from benchmarks.paired import Ratio, abba, ratio
from benchmarks.report import Figure, Result

SIZES = (141_712, 1_000_000)
FULL = (*SIZES, 5_000_000)
GOAL = 2.5
LINEAR = 1.1
"""Time an event at the largest size, against a fifth of it; a tenth is within what the machine drifts."""


class Once(NamedTuple):
    """One reading."""

    s: float
    cpu_s: float
    peak_mib: float
    pairs: list[list[object]]


class Size(NamedTuple):
    """All readings at one size."""

    events: int
    all_columns: Ratio
    three_columns: Ratio
    processor: Ratio
    peak_mib: float
    reference_peak_mib: float


async def once(side: str, file: Path, folder: Path) -> Once:
    """Read the file in a new process."""
    place = folder / "datasets"
    shutil.rmtree(place, ignore_errors=True)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.log_once", side, str(file), str(place)), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError(f"{side} did not read {file.name}")
    return Once(**json.loads(out))


async def size(source: Path, events: int, folder: Path, pairs: int) -> Size:
    """Grow the log to this size and read it from both sides."""
    file = folder / "grown.csv.gz"
    made = await asyncio.to_thread(grow, source, events, file)
    taken: dict[str, list[Once]] = {"product": [], "table": [], "lean": []}

    async def reading(side: str) -> float:
        found = await once(side, file, folder)
        taken[side].append(found)
        return found.s

    whole = await abba(lambda: reading("product"), lambda: reading("table"), pairs)
    lean = [await reading("lean") for _ in range(pairs)]
    if taken["product"][0].pairs != taken["table"][0].pairs:
        raise RuntimeError("both sides must count the same pairs")
    products, tables = taken["product"], taken["table"]
    return Size(
        made,
        whole,
        ratio([(one.s, bare) for one, bare in zip(products, lean, strict=True)]),
        ratio([(one.cpu_s, other.cpu_s) for one, other in zip(products, tables, strict=True)]),
        max(one.peak_mib for one in products),
        max(one.peak_mib for one in tables),
    )


async def run(options: Options) -> Result:
    """All sizes; the largest one only when asked for everything."""
    source = source_file()
    found = []
    for events in FULL if options.full else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            found.append(await size(source, events, Path(folder), max(options.pairs // 2, 2)))
    figures = []
    for one in found:
        named = f"{one.events:,} events"
        figures += [
            Figure(
                what=f"import and stats, {named}, product : table",
                value=one.all_columns.value,
                goal=GOAL,
                interval=(one.all_columns.low, one.all_columns.high),
            ),
            Figure(what=f"processor time of the two, {named}", value=one.processor.value),
            Figure(what=f"import and stats : reading three columns, {named}", value=one.three_columns.value),
            Figure(what=f"peak memory, {named}", value=one.peak_mib, unit="MiB"),
        ]
    small, large = found[-2], found[-1]
    growth = (large.all_columns.a / large.events) / (small.all_columns.a / small.events)
    figures.append(Figure(what=f"time an event, {large.events:,} : {small.events:,}", value=growth, goal=LINEAR))
    details = {
        f"{one.events:,}": {
            "product_s": round(one.all_columns.a, 2),
            "table_s": round(one.all_columns.b, 2),
            "three_columns_s": round(one.three_columns.b, 2),
            "table_peak_mib": round(one.reference_peak_mib),
        }
        for one in found
    }
    return Result(name="log", figures=figures, details={**details, "pairs": max(options.pairs // 2, 2), "load": load()})


def source_file() -> Path:
    """The real log that is grown."""
    shared = Path(os.environ.get("JIDOKA_SHARED", Path(__file__).parents[2] / "shared"))
    file = shared / "data" / "uci_incident_event_log.csv.gz"
    if not file.is_file():
        raise SystemExit(f"There is no {file}: set JIDOKA_SHARED to where the reference logs are.")
    return file
