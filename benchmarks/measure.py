"""Measure: one metric of a dataset of a million events, against DuckDB grouping the same files by case.

Both sides open the dataset anew each time and read the same Parquet files. The reference makes first and last instant
of each case and their quantiles: the least that any number about cases needs, without a clock, an open case, an
interval or a reason. Every kind of metric is measured; the goal is for each.
"""

import resource
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from pydantic import JsonValue

from benchmarks.grown import grow
from benchmarks.log import source_file
from benchmarks.machine import load
from benchmarks.options import Options
from benchmarks.paired import Block, Ratio, abba
from benchmarks.report import Figure, Result
from measurement.log.library import Library
from measurement.log.mapping import SERVICENOW
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope

EVENTS = 1_000_000
LARGE = 5_000_000
GOAL = 10
LINEAR = 1.1
NAME = "grown"
IMPORTED = datetime(2026, 1, 1, tzinfo=UTC)

QUESTIONS = {
    "time to resolve": ("time_to_resolve", Scope()),
    "time to resolve by team": ("time_to_resolve", Scope(by="team")),
    "time to resolve of one priority": ("time_to_resolve", Scope(where={"priority": "3 - Moderate"})),
    "target breach rate": ("target_breach_rate", Scope()),
    "hand-overs per case": ("handovers_per_case", Scope()),
    "first-pass yield": ("first_pass_yield", Scope()),
}
GROUPED = """
    SELECT count(*), avg(s), quantile_cont(s, [0.5, 0.85, 0.95])
    FROM (SELECT (epoch_us(max("at")) - epoch_us(min("at"))) / 1e6 AS s FROM events GROUP BY case_id)
"""


async def run(options: Options) -> Result:
    """At a million events; five million too when asked for everything."""
    sizes = (EVENTS, LARGE) if options.full else (EVENTS,)
    wall: dict[int, dict[str, Ratio]] = {}
    processor: dict[int, dict[str, Ratio]] = {}
    for events in sizes:
        with tempfile.TemporaryDirectory() as folder:
            library = _imported(Path(folder), events)
            wall[events] = {name: await _asked(library, name, options.pairs, perf_counter) for name in QUESTIONS}
            processor[events] = {name: await _asked(library, name, 2, process_time) for name in QUESTIONS}
    figures = [
        Figure(
            what=f"{name}, {events:,} events, product : group-by",
            value=ratio.value,
            goal=GOAL if events == EVENTS else None,
            interval=(ratio.low, ratio.high),
        )
        for events in sizes
        for name, ratio in wall[events].items()
    ]
    if options.full:
        small, large = (wall[events]["time to resolve"].a / events for events in sizes)
        figures.append(Figure(what="time an event, 5,000,000 : 1,000,000", value=large / small, goal=LINEAR))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures.append(Figure(what="peak memory, import included", value=peak, unit="MiB"))
    details: dict[str, JsonValue] = {
        f"{events:,}": {
            name: {
                "product_ms": round(1000 * ratio.a),
                "group_by_ms": round(1000 * ratio.b),
                "processor_time": round(processor[events][name].value, 1),
            }
            for name, ratio in wall[events].items()
        }
        for events in sizes
    }
    return Result(name="measure", figures=figures, details={**details, "pairs": options.pairs, "load": load()})


def _imported(folder: Path, events: int) -> Library:
    file = folder / "grown.csv.gz"
    grow(source_file(), events, file)
    library = Library(folder / "datasets")
    library.import_(file, NAME, SERVICENOW, now=IMPORTED)
    return library


async def _asked(library: Library, name: str, pairs: int, clock: Callable[[], float]) -> Ratio:
    key, scope = QUESTIONS[name]
    return await abba(
        _timed(lambda: measure(library.open(NAME), key, scope), clock),
        _timed(lambda: library.open(NAME).db.execute(GROUPED).fetchall(), clock),
        pairs,
    )


def _timed(work: Callable[[], object], clock: Callable[[], float] = perf_counter) -> Block:
    async def block() -> float:
        begun = clock()
        work()
        return clock() - begun

    return block
