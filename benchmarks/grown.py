"""A real log grown to any size with its shape kept: whole cases drawn again and again, moved by whole weeks.

Kept are the ways of the cases, their times to the minute, the weekdays and hours, and every column that a row has.
"""

import gzip
import shutil
from io import BufferedWriter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

WEEKS = 4
"""A copy is moved by 0 to 3 weeks, so that copies of one case do not stand on one another."""

BATCH = 50_000
"""Cases written at a time, so that five million events need no more memory than one."""

TIMES = ("opened_at", "sys_created_at", "sys_updated_at", "resolved_at", "closed_at")
FORMAT = "%-d/%-m/%Y %H:%M"


def grow(source: Path, events: int, target: Path, seed: int = 1) -> int:
    """Write a UCI log of about so many events to `target` (.csv or .csv.gz); the number it has, at least `events`."""
    db = duckdb.connect()
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
    moved = ", ".join(_moved(name) for name in TIMES)
    batch = target.with_name("batch.csv")
    with _opened(target) as out:
        for start in range(0, len(drawn), BATCH):
            part = {name: pa.array(column[start : start + BATCH]) for name, column in copies.items()}
            db.register("copies", pa.table(part))
            db.execute(
                f"COPY (SELECT * EXCLUDE (row, copy, original, weeks) "
                f"REPLACE (format('INC{{:07d}}', copy) AS number, {moved}) "
                f"FROM log JOIN copies ON number = original ORDER BY copy, row) "
                f"TO '{batch}' (HEADER {str(start == 0).lower()})"
            )
            with batch.open("rb") as lines:
                shutil.copyfileobj(lines, out)
    batch.unlink()
    db.close()
    return int(sizes[drawn].sum())


def _opened(target: Path) -> gzip.GzipFile | BufferedWriter:
    return gzip.GzipFile(target, "wb", compresslevel=6, mtime=0) if target.suffix == ".gz" else target.open("wb")


def _moved(name: str) -> str:
    # What is no time, such as `?`, stays as it is.
    moved = f"strftime(try_strptime({name}, '%d/%m/%Y %H:%M') + to_weeks(CAST(weeks AS INTEGER)), '{FORMAT}')"
    return f"coalesce({moved}, {name}) AS {name}"
