"""The event log: events and cases as columns in DuckDB, read by SQL or as arrays."""

import functools
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from measurement.log.cases import case_sql, quoted
from measurement.log.columns import CASES, EVENTS
from measurement.log.rules import CaseRules
from measurement.values import BadData


@dataclass(frozen=True)
class EventLog:
    """A dataset, open for reading: table `events` (see `columns.EVENTS`) and table `cases` (see `columns.CASES`).

    `as_of` is the instant up to which the source was read: what has no end by then is open, not missing.
    """

    name: str
    db: duckdb.DuckDBPyConnection
    as_of: datetime
    rules: CaseRules = field(default_factory=CaseRules)
    source: str = ""
    """Where it came from, in words: the foot of every picture."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Further names of columns: those of the source that became ours."""
    asked: "EventLog | None" = None
    """What people were asked and answered, each question a case; None where their answers are events of the cases."""

    @classmethod
    def of(
        cls,
        events: pa.Table,
        *,
        name: str = "unnamed",
        rules: CaseRules | None = None,
        as_of: datetime | None = None,
        cases: pa.Table | None = None,
        source: str = "",
    ) -> "EventLog":
        """A log over columns in memory; missing ones of `EVENTS` are filled with null, `seq` is counted.

        `cases`: where the source knows them better than its events do; else they are made by `rules`.
        """
        db = connection()
        db.register("events", _complete(events, db))
        if cases is not None:
            db.register("cases", _filled(cases, CASES))
        last = as_of or _last(db)
        return cls(name=name, db=db, as_of=last, rules=rules or CaseRules(), source=source).ready(cases is not None)

    def ready(self, has_cases: bool = False) -> "EventLog":
        """With its cases made, unless they stand there already."""
        if not has_cases:
            columns = {row[0] for row in self.db.execute("DESCRIBE events").fetchall()}
            self.db.execute(f"CREATE OR REPLACE TABLE cases AS {case_sql(self.rules, columns)}")
        return self

    def table(self, query: str, *values: Any) -> pa.Table:
        """The answer of a query as Arrow columns; `?` stands for each of `values`."""
        return self.db.sql(query, params=list(values)).to_arrow_table()

    def arrays(self, query: str, *values: Any) -> dict[str, np.ndarray[Any, Any]]:
        """The answer of a query as arrays; nulls are NaN, NaT or None."""
        found = self.db.execute(query, list(values)).fetchnumpy()
        return {name: _open(column) for name, column in found.items()}

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The answer of a short query as rows."""
        rows: list[dict[str, Any]] = self.table(query, *values).to_pylist()
        return rows

    @functools.cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of an event, those of the source included."""
        return tuple(row[0] for row in self.db.execute("DESCRIBE events").fetchall())

    def field_sql(self, name: str) -> str:
        """A query `(case_id, value)` for any field: of the case, or the last one among its events.

        Raises BadData when the log has no such field.
        """
        name = self.names.get(name, name)
        if name in CASES.names:
            return f"SELECT case_id, CAST({quoted(name)} AS VARCHAR) AS value FROM cases"
        if name in self.columns:
            return (
                f"SELECT case_id, CAST(arg_max({quoted(name)}, seq) AS VARCHAR) AS value FROM events GROUP BY case_id"
            )
        known = sorted({*CASES.names, *self.columns, *self.names} - {"case_id", "seq", "file", "line"})
        raise BadData(f"Dataset {self.name} has no field {name!r}.", f"It has: {', '.join(known)}.")


def connection() -> duckdb.DuckDBPyConnection:
    """A DuckDB of our own, in memory, in UTC, that reaches neither network nor extensions."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        # Made only when memory runs short, and taken away again; the default is `.tmp` where one happens to stand.
        "temp_directory": str(Path(tempfile.gettempdir()) / f"jidoka-{secrets.token_hex(8)}"),
    }
    db = duckdb.connect(config=config)
    db.execute("SET TimeZone = 'UTC'")
    return db


def _last(db: duckdb.DuckDBPyConnection) -> datetime:
    (last,) = db.execute('SELECT max(greatest("at", coalesce(ended_at, "at"))) FROM events').fetchone() or (None,)
    if last is None:
        raise BadData("The log has no events.", "Import a file that has some.")
    return datetime.fromisoformat(str(last)).replace(tzinfo=UTC)


def _complete(events: pa.Table, db: duckdb.DuckDBPyConnection) -> pa.Table:
    filled = _filled(events, EVENTS, but={"seq"})
    if "seq" in events.column_names:
        return filled
    filled = filled.append_column("place", pa.array(range(len(filled)), pa.int64()))
    others = ", ".join(quoted(n) for n in filled.column_names if n not in ("case_id", "place"))
    numbered = 'CAST(row_number() OVER (PARTITION BY case_id ORDER BY "at", place) AS INTEGER) AS seq'
    db.register("unnumbered", filled)
    table = db.sql(f"SELECT case_id, {numbered}, {others} FROM unnumbered ORDER BY case_id, seq").to_arrow_table()
    db.unregister("unnumbered")
    return table


def _filled(table: pa.Table, schema: pa.Schema, but: Sequence[str] | set[str] = ()) -> pa.Table:
    """All columns of the schema, in its order and types, and then the rest."""
    names, columns = [], []
    for wanted in schema:
        if wanted.name in table.column_names:
            columns.append(table[wanted.name].cast(wanted.type))
        elif wanted.name in but:
            continue
        elif wanted.nullable:
            columns.append(pa.nulls(len(table), wanted.type))
        else:
            raise BadData(f"The log has no column {wanted.name!r}.", "Name it in the mapping.")
        names.append(wanted.name)
    for name in table.column_names:
        if name not in names:
            names.append(name)
            columns.append(table[name])
    return pa.table(dict(zip(names, columns, strict=True)))


def _open(column: Any) -> np.ndarray[Any, Any]:
    """A masked array of DuckDB as a plain one."""
    if not isinstance(column, np.ma.MaskedArray):
        return np.asarray(column)
    masked: Any = column
    if masked.dtype.kind in "iub" and not masked.mask.any():
        return np.asarray(masked.data)
    plain, empty = {"M": (masked.dtype, np.datetime64("NaT")), "O": (object, None)}.get(
        masked.dtype.kind, (float, np.nan)
    )
    return np.asarray(np.where(masked.mask, np.array(empty, plain), masked.data.astype(plain)))
