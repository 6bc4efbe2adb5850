"""One reading of one file in a process of its own: `python -m benchmarks.log_once SIDE FILE FOLDER`.

`product` imports the file and counts what stands in it. `table` is DuckDB reading the whole file into a table and
counting which activity follows which; `lean` counts them straight from the file and reads three columns of it.
"""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time

PAIRS = """
    SELECT "from", "to", count(*) AS n FROM (
      SELECT incident_state AS "from", lead(incident_state) OVER (
        PARTITION BY number ORDER BY strptime(sys_updated_at, '%d/%m/%Y %H:%M'), {tie}
      ) AS "to" FROM {source}
    ) WHERE "to" IS NOT NULL GROUP BY ALL ORDER BY n DESC, "from", "to" LIMIT 15
"""


def product(file: Path, folder: Path) -> list[list[object]]:
    """As `jidoka log import` and `jidoka log stats` do it."""
    from measurement.log.library import Library
    from measurement.log.mapping import SERVICENOW
    from measurement.log.stats import stats
    from settings import system_clock

    library = Library(folder)
    library.import_(file, "grown", SERVICENOW, now=system_clock())
    return [[pair["from"], pair["to"], pair["count"]] for pair in stats(library.open("grown"))["dfg_top15"]]


def table(file: Path, _: Path) -> list[list[object]]:
    """The whole file, as one would read it to look at it."""
    import duckdb

    db = duckdb.connect()
    db.execute("CREATE TABLE log AS FROM read_csv(?, all_varchar = true)", [str(file)])
    return [list(row) for row in db.execute(PAIRS.format(source="log", tie="rowid")).fetchall()]


def lean(file: Path, _: Path) -> list[list[object]]:
    """Only what the pairs need; ties of time fall as they may."""
    import duckdb

    source = f"read_csv('{file}', all_varchar = true)"
    return [list(row) for row in duckdb.connect().execute(PAIRS.format(source=source, tie="1")).fetchall()]


def peak_mib() -> float:
    """The most memory this process has had. (What getrusage says includes the process it was forked from.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


SIDES = {"product": product, "table": table, "lean": lean}

if __name__ == "__main__":
    side, file, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    begun, worked = perf_counter(), process_time()
    pairs = SIDES[side](file, folder)
    took = {"s": perf_counter() - begun, "cpu_s": process_time() - worked}
    print(json.dumps(took | {"peak_mib": peak_mib(), "pairs": pairs}))
