"""The files of a dataset: parts as they were read, the order of their events, the cases made of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from measurement.log.cases import case_sql, path_text, quoted, text
from measurement.log.columns import EVENTS
from measurement.log.dataset import Dataset
from measurement.log.eventlog import EventLog, connection
from measurement.log.rules import CaseRules

PARQUET = "(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 60000, WRITE_BLOOM_FILTER false)"

ORDER = ("seq", "file", "line")
"""Columns that are kept apart from the parts, because a further file can change them."""


def opened(place: Path, dataset: Dataset) -> EventLog:
    """A dataset for reading, straight from its files."""
    db = connection()
    parts = [place / source.events_file for source in dataset.sources if source.events]
    view_events(db, parts, place / dataset.order_file, dataset.attributes)
    db.execute(f"CREATE VIEW cases AS FROM read_parquet({path_text(place / dataset.cases_file)})")
    return EventLog(
        name=dataset.name,
        db=db,
        as_of=dataset.end,
        rules=dataset.mapping.rules,
        source=dataset.source,
        names=dataset.names,
    )


def view_events(db: duckdb.DuckDBPyConnection, parts: Sequence[Path], order: Path, attributes: Sequence[str]) -> None:
    """`events` over parts in their order, side by side with the file that numbers them."""
    columns = ", ".join(f"{'o' if name in ORDER else 'p'}.{quoted(name)}" for name in EVENTS.names)
    rest = "".join(f", p.{quoted(name)}" for name in attributes)
    db.execute(
        f"CREATE OR REPLACE VIEW events AS SELECT {columns}{rest} FROM "
        f"(FROM {_all(parts)}) AS p POSITIONAL JOIN (FROM read_parquet({path_text(order)})) AS o"
    )


def watched(db: duckdb.DuckDBPyConnection) -> None:
    """Let `query_progress` know how far a query is; nothing is printed."""
    for setting in ("enable_progress_bar = true", "enable_progress_bar_print = false", "progress_bar_time = 0"):
        db.execute(f"SET {setting}")


def without(db: duckdb.DuckDBPyConnection, part: Path, rows: np.ndarray[Any, Any], target: Path) -> None:
    """Copy a part without some of its rows (from 0)."""
    db.register("dropped", pa.table({"dropped": pa.array(rows, pa.int64())}))
    db.execute(
        f"COPY (SELECT p.* EXCLUDE (file_row_number) FROM read_parquet({path_text(part)}, file_row_number=true) AS p "
        f"ANTI JOIN dropped AS d ON p.file_row_number = d.dropped ORDER BY p.file_row_number) "
        f"TO {text(str(target))} {PARQUET}"
    )
    db.unregister("dropped")


def known(db: duckdb.DuckDBPyConnection, part: Path, rows: str, earlier: Sequence[Path]) -> np.ndarray[Any, Any]:
    """Rows of a part, of those that fulfil the condition, that stand in earlier parts already.

    An event is known by case, activity and time; as many of a kind are known as the earlier parts hold.
    """
    found = db.execute(
        f"""
        WITH new AS (
          SELECT file_row_number AS row, case_id, activity, "at",
            row_number() OVER (PARTITION BY case_id, activity, "at" ORDER BY file_row_number) AS nth
          FROM read_parquet({path_text(part)}, file_row_number=true) WHERE {rows}
        ), old AS (
          SELECT case_id, activity, "at", count(*) AS n FROM {_all(earlier)} GROUP BY ALL
        )
        SELECT row FROM new JOIN old USING (case_id, activity, "at") WHERE nth <= n
        """
    ).fetchnumpy()
    return np.asarray(found["row"])


def write_order(
    db: duckdb.DuckDBPyConnection,
    parts: Sequence[Path],
    places: Sequence[tuple[int, np.ndarray[Any, Any]]],
    target: Path,
) -> None:
    """Number the events of all parts within their case. `places`: for each part its file number and lines."""
    files = np.concatenate([np.full(len(lines), file, np.int16) for file, lines in places])
    lines = np.concatenate([lines for _, lines in places])
    table = {"place": np.arange(len(lines)), "file": files, "line": lines}
    db.register("places", pa.table({name: pa.array(column) for name, column in table.items()}))
    db.execute(
        f"""
        COPY (
          SELECT CAST(row_number() OVER (PARTITION BY case_id ORDER BY "at", place) AS INTEGER) AS seq, file, line
          FROM (SELECT case_id, "at" FROM {_all(parts)}) POSITIONAL JOIN (FROM places) ORDER BY place
        ) TO {text(str(target))} {PARQUET}
        """
    )
    db.unregister("places")


def write_cases(db: duckdb.DuckDBPyConnection, rules: CaseRules, columns: Collection[str], target: Path) -> None:
    """Make the cases of the view `events`."""
    db.execute(f"COPY ({case_sql(rules, columns)}) TO {text(str(target))} {PARQUET}")


@dataclass(frozen=True)
class Totals:
    """What stands in a dataset; `new_cases`: those to which the last file added something."""

    cases: int
    new_cases: int
    events: int
    start: datetime
    end: datetime


def totals(db: duckdb.DuckDBPyConnection, cases: Path, file: int) -> Totals:
    """Of the view `events` and the cases made of it."""
    [(n, first, last, events)] = db.execute(
        f"SELECT count(*), min(first_at), max(last_at), sum(events) FROM read_parquet({path_text(cases)})"
    ).fetchall()
    [(new, ended)] = db.execute(
        "SELECT count(DISTINCT case_id) FILTER (file = ?), max(ended_at) FROM events", [file]
    ).fetchall()
    end = max(last, ended) if ended else last
    return Totals(n, new, int(events), first.replace(tzinfo=UTC), end.replace(tzinfo=UTC))


def lines_of(order: Path, file: int) -> np.ndarray[Any, Any]:
    """The lines of one file, as an earlier order kept them."""
    table = pq.read_table(order, columns=["file", "line"])
    return np.asarray(table["line"].to_numpy()[table["file"].to_numpy() == file])


def _all(parts: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(path_text(part) for part in parts)}], union_by_name=true)"
