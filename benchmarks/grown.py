"""A real log grown to any size with its shape kept: whole cases drawn again and again, moved by whole weeks.

Kept are the ways of the cases, their times to the minute, the weekdays and hours, and every column that a row has.
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

WEEKS = 4
"""A copy is moved by 0 to 3 weeks, so that copies of one case do not stand on one another."""

TIMES = ("opened_at", "sys_created_at", "sys_updated_at", "resolved_at", "closed_at")
FORMAT = "%-d/%-m/%Y %H:%M"


def grow(source: Path, events: int, target: Path, seed: int = 1) -> int:
    """Write a UCI log of about so many events to `target` (.csv or .csv.gz); the number it has, at least `events`."""
    db = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(target.parent / "spill")})
    read = "SELECT row_number() OVER () AS row, * FROM read_csv(?, all_varchar = true)"
    db.execute(f"CREATE TABLE log AS {read}", [str(source)])
    cases = db.execute("SELECT number, count(*) AS n FROM log GROUP BY number ORDER BY number").fetchnumpy()
    sizes = np.asarray(cases["n"])
    chance = np.random.default_rng(seed)
    drawn = chance.integers(0, len(sizes), size=int(events / sizes.mean() * 1.1) + 100)
    drawn = drawn[: int(np.searchsorted(np.cumsum(sizes[drawn]), events)) + 1]
    copies = {
        "copy": np.arange(len(drawn)),
        "original": np.asarray(cases["number"], str)[drawn],
        "weeks": chance.integers(0, WEEKS, size=len(drawn)),
    }
    db.register("copies", pa.table({name: pa.array(column) for name, column in copies.items()}))
    moved = ", ".join(_moved(name) for name in TIMES)
    db.execute(
        f"COPY (SELECT * EXCLUDE (row, copy, original, weeks) REPLACE (format('INC{{:07d}}', copy) AS number, {moved}) "
        f"FROM log JOIN copies ON number = original ORDER BY copy, row) TO '{target}' (HEADER)"
    )
    db.close()
    return int(sizes[drawn].sum())


def _moved(name: str) -> str:
    # What is no time, such as `?`, stays as it is.
    moved = f"strftime(try_strptime({name}, '%d/%m/%Y %H:%M') + to_weeks(CAST(weeks AS INTEGER)), '{FORMAT}')"
    return f"coalesce({moved}, {name}) AS {name}"
