"""One file read into a part of a dataset: its events as Parquet in the order of the file, and its rejects."""

import csv
import io
import itertools
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from measurement.log.cases import path_text, quoted, text
from measurement.log.files import File, Header
from measurement.log.mapping import EPOCH, EPOCH_MS, ISO, Mapping
from measurement.log.plan import FLAGS, LOCAL, REASON, TWO_WAYS, Plan
from measurement.log.sift import Progress, Reject, sift
from measurement.log.storage import PARQUET
from measurement.log.xes import Flat, flattened
from measurement.values import BadData


@dataclass(frozen=True)
class Table:
    """A file that DuckDB can read: a table expression, its columns, and what the reader has to say."""

    sql: str
    types: dict[str, str]
    missing: tuple[str, ...] = ()
    """Words that say nothing and still stand in it."""
    first_line: int = 2
    """Line of the first row."""
    lines: Sequence[int] | None = None
    """Line of each row, where they do not follow one another."""
    raw: str = ""
    """The same with nothing taken out, for showing rows as they stand there."""
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """What was read of one file: a Parquet file with one row for each of the source."""

    plan: Plan
    rows: int
    bad: dict[int, int]
    """Row (from 0) -> why it is no event (a code of `plan`)."""
    first_line: int
    lines: Sequence[int] | None
    rejects: list[Reject]
    notes: tuple[str, ...]

    @property
    def numbered(self) -> np.ndarray[Any, Any]:
        """The line of each row."""
        if self.lines is not None:
            return np.asarray(self.lines, np.int64)
        return np.arange(self.rows, dtype=np.int64) + self.first_line


def csv_table(path: Path, names: Sequence[str], delimiter: str, mapping: Mapping, *, packed: bool, head: bool) -> Table:
    """A CSV file for the fast reader, every column as text."""
    columns = "{" + ", ".join(f"{text(name)}: 'VARCHAR'" for name in names) + "}"
    options = (
        f"{path_text(path)}, auto_detect=false, columns={columns}, header={str(head).lower()}, "
        f"delim={text(delimiter)}, quote='\"', escape='\"', compression={'gzip' if packed else 'none'!r}"
    )
    # The fast reader takes no word with a quote or a delimiter in it.
    hard = tuple(word for word in mapping.missing if {*word} & {delimiter, '"', "\r", "\n"})
    nulls = ", ".join(text(word) for word in mapping.missing or ("",) if word not in hard)
    read = f"read_csv({options}{f', nullstr=[{nulls}]' if nulls else ''})"
    return Table(read, dict.fromkeys(names, "VARCHAR"), missing=hard, raw=f"read_csv({options})")


def parquet_table(db: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping) -> Table:
    """A Parquet file. Raises BadData when it is broken."""
    sql = f"read_parquet({path_text(path)})"
    try:
        found = db.execute(f"DESCRIBE FROM {sql}").fetchall()
    except duckdb.Error as error:
        raise BadData(
            f"{path} is not readable as Parquet: {str(error).partition(chr(10))[0]}", "Export it again."
        ) from None
    return Table(sql, {row[0]: row[1] for row in found}, missing=mapping.missing, first_line=1)


def xes_table(flat: Flat, mapping: Mapping) -> Table:
    """An XES file that was laid flat."""
    return Table(
        flat.sql,
        dict.fromkeys(flat.columns, "VARCHAR"),
        missing=mapping.missing,
        lines=flat.lines,
        rejects=[Reject(one.line, one.reason, "") for one in flat.unread],
        notes=[f"Not all of the file could be read: {flat.cut}."] if flat.cut else [],
    )


def _classified(flat: Flat, mapping: Mapping) -> Mapping:
    """The activity as the file's own classifier puts it together, where the mapping leaves it open."""
    if not mapping.activity_varies or not flat.head.activity:
        return mapping
    first, *more = flat.head.activity
    return mapping.model_copy(update={"activity": (first,), "activity_varies": tuple(more)})


def read(
    db: duckdb.DuckDBPyConnection, file: File, mapping: Mapping, target: Path, *, delimiter: str | None, say: Progress
) -> Part:
    """Read a file into `target`. Raises BadData when nothing of it can be used."""
    _check_formats(db, mapping)
    if file.kind == "parquet":
        return _part(db, parquet_table(db, file.path, mapping), mapping, target)
    if file.kind == "xes":
        with tempfile.TemporaryDirectory(prefix="reading-", dir=target.parent) as folder:
            flat = flattened(file.path, Path(folder))
            return _part(db, xes_table(flat, mapping), _classified(flat, mapping), target)
    header = Header.of(file, delimiter)
    table = csv_table(file.path, header.names, header.delimiter, mapping, packed=file.gzipped, head=True)
    Plan.of(mapping, table.types)
    if (part := _whole(db, file, table, mapping, target)) is not None:
        return part
    # Only now is it worth finding out line by line.
    clean = target.with_suffix(".csv")
    try:
        sifted = sift(file, header, clean, say)
        table = csv_table(clean, header.names, ",", mapping, packed=False, head=False)
        table = replace(table, lines=sifted.lines, rejects=sifted.rejects, notes=sifted.notes)
        say("reading", db.query_progress)
        return _part(db, table, mapping, target)
    finally:
        clean.unlink(missing_ok=True)


def _check_formats(db: duckdb.DuckDBPyConnection, mapping: Mapping) -> None:
    for given in mapping.time_formats:
        if given not in (ISO, EPOCH, EPOCH_MS):
            try:
                db.execute(f"SELECT try_strptime('', {text(given)})")
            except duckdb.Error as error:
                reason = str(error).partition("\n")[0].rpartition(": ")[2]
                raise BadData(
                    f"{given!r} is no format of times: {reason}.", "Write one such as %d/%m/%Y %H:%M (as strptime)."
                ) from None


def _whole(db: duckdb.DuckDBPyConnection, file: File, table: Table, mapping: Mapping, target: Path) -> Part | None:
    """The part of a file in which nothing is broken; None for any other."""
    with ThreadPoolExecutor(1) as beside:
        # The fast reader looks neither at the checksum of a gzip nor always at the last line.
        fault = beside.submit(file.fault)
        try:
            part = _part(db, table, mapping, target)
        except duckdb.Error:
            return None
        return None if part.bad or fault.result() else part


def _part(db: duckdb.DuckDBPyConnection, table: Table, mapping: Mapping, target: Path) -> Part:
    plan = Plan.of(_joined(db, table, mapping), table.types, table.missing)
    db.execute(f"COPY ({plan.sql(table.sql)}) TO {text(str(target))} {PARQUET}")
    written = f"read_parquet({path_text(target)}, file_row_number=true)"
    rows, bad, local, two_ways = db.execute(
        f"SELECT count(*), count(*) FILTER (bad), count(*) FILTER (NOT bad AND {FLAGS} & {LOCAL} > 0), "
        f"count(*) FILTER (NOT bad AND {FLAGS} & {TWO_WAYS} > 0) "
        f"FROM (SELECT {FLAGS}, {FLAGS} & {REASON} > 0 AS bad FROM {written})"
    ).fetchall()[0]
    notes = list(table.notes)
    if local:
        notes.append(f"{local:,} times carry no zone; they were taken as {mapping.zone}.")
    if two_ways:
        notes.append(f"{two_ways:,} times fit two formats that differ; the first format counts.")
    codes: dict[int, int] = {}
    if bad:
        query = f"SELECT file_row_number, {FLAGS} & {REASON} FROM {written} WHERE {FLAGS} & {REASON} > 0"
        codes = dict(db.execute(query).fetchall())
    found = [*table.rejects, *_raw(db, table, plan, codes)] if codes else table.rejects
    if rows == bad:
        raise _nothing(found)
    return Part(plan, rows, codes, table.first_line, table.lines, found, tuple(notes))


def _joined(db: duckdb.DuckDBPyConnection, table: Table, mapping: Mapping) -> Mapping:
    """With the columns that vary joined to the activity."""
    more = [name for name in mapping.activity_varies if name in table.types]
    if more:
        counts = db.execute(
            f"SELECT {', '.join(f'count(DISTINCT {quoted(name)})' for name in more)} FROM {table.sql}"
        ).fetchall()[0]
        more = [name for name, count in zip(more, counts, strict=True) if count > 1]
    return mapping.model_copy(update={"activity": (*mapping.activity, *more), "activity_varies": ()})


def _raw(db: duckdb.DuckDBPyConnection, table: Table, plan: Plan, codes: dict[int, int]) -> list[Reject]:
    """The rows that are no events, as they stand in the source."""
    db.register("wanted", pa.table({"wanted": pa.array(list(codes), pa.int64())}))
    place = next(name for n in itertools.count() if (name := f"row {n}") not in {*map(str.lower, table.types)})
    numbered = f"SELECT row_number() OVER () - 1 AS {quoted(place)}, * FROM {table.raw or table.sql}"
    query = f"SELECT * FROM ({numbered}) AS n SEMI JOIN wanted AS w ON n.{quoted(place)} = w.wanted"
    found = []
    for row, *fields in db.execute(query).fetchall():
        line = table.lines[row] if table.lines is not None else row + table.first_line
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(fields)
        found.append(Reject(line, plan.reason(codes[row]), out.getvalue()))
    db.unregister("wanted")
    return found


def _nothing(found: Sequence[Reject]) -> BadData:
    if not found:
        return BadData("The file has a header and no rows.", "Export it again.")
    said = "; ".join(f"{n:,} × {reason}" for reason, n in list(reasons(found).items())[:3])
    return BadData(
        f"None of its {len(found):,} rows is an event: {said}. Line {found[0].line} is: {found[0].raw[:200]}",
        "Correct the mapping: --time-format says how times are written, such as '%d/%m/%Y %H:%M'.",
    )


def reasons(found: Sequence[Reject]) -> dict[str, int]:
    """How often each reason was given, the most frequent one first."""
    return dict(Counter(reject.reason for reject in found).most_common())
