"""A log as a file for other tools: the columns named as XES names them, in CSV, Parquet and XES alike.

Nothing is made prettier: a value that begins with `=` stays as it is, for a data file is no spreadsheet.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from definitions.base import StepKind
from measurement.log.cases import quoted, text
from measurement.log.columns import EVENTS
from measurement.log.eventlog import EventLog
from measurement.log.mapping import FIELDS, Mapping
from measurement.log.xes_write import SAID, Column, write_xes

CASE, ACTIVITY, TRANSITION, TIME = "case:concept:name", "concept:name", "lifecycle:transition", "time:timestamp"
END = "time:end"
NAMES = {
    **{
        "case_id": CASE,
        "activity": ACTIVITY,
        "at": TIME,
        "ended_at": END,
        "team": "org:group",
        "person": "org:resource",
    },
    **{name: name for name in ("channel", "priority", "service", "category", "kind", "human")},
}
"""Column of a log -> what it is called outside."""
ZONED = "timezone('UTC', {})"
OURS = ("seq", "file", "line")
"""Say nothing outside of this house."""


@dataclass(frozen=True)
class Export:
    """What is written, and how it is read back."""

    log: EventLog
    columns: tuple[Column, ...]
    mapping: Mapping

    @classmethod
    def of(cls, log: EventLog) -> "Export":
        """The columns that hold anything; a name that is taken twice gets ` (source)` behind it."""
        types = {row[0]: str(row[1]) for row in log.db.execute("DESCRIBE events").fetchall() if row[0] not in OURS}
        counts = log.rows(
            f"SELECT {', '.join(f'count({quoted(name)}) AS {quoted(name)}' for name in types)} FROM events"
        )
        names = {name: type_ for name, type_ in types.items() if counts[0][name]}
        joined = _joined(log, names)
        columns: list[Column] = []
        for name, type_ in names.items():
            if name == "activity" and joined:
                continue
            called = NAMES.get(name, name) if name in EVENTS.names else name
            taken = called in {column.name for column in columns} or (
                called == name and called in _standard(names, joined)
            )
            columns.append(Column(f"{called} (source)" if taken else called, name, type_))
        return cls(log, tuple(columns), _mapping(log, columns, joined))

    def csv(self, out: Path) -> None:
        """UTF-8, header row, comma, instants as RFC 3339 in UTC; gzip when the name ends so."""
        packed = ", COMPRESSION gzip" if out.suffix == ".gz" else ", COMPRESSION none"
        self.log.db.execute(f"COPY ({self._query(SAID)}) TO {text(str(out))} (FORMAT csv, HEADER{packed})")

    def parquet(self, out: Path) -> None:
        """Instants as timestamps in UTC."""
        self.log.db.execute(f"COPY ({self._query(ZONED)}) TO {text(str(out))} (FORMAT parquet, COMPRESSION zstd)")

    def xes(self, out: Path) -> None:
        """IEEE 1849-2016; gzip when the name ends so."""
        with out.open("wb") as raw:
            if out.suffix != ".gz":
                write_xes(self.log, self.columns, self.mapping.activity, raw.write)
                return
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0, compresslevel=6) as packed:
                write_xes(self.log, self.columns, self.mapping.activity, packed.write)

    def _query(self, instant: str) -> str:
        listed = ", ".join(
            f"{instant.format(quoted(c.source)) if c.type == 'TIMESTAMP' else quoted(c.source)} AS {quoted(c.name)}"
            for c in self.columns
        )
        return f"SELECT {listed} FROM events ORDER BY case_id, seq"


FORMATS: dict[str, Callable[[Export, Path], None]] = {"csv": Export.csv, "xes": Export.xes, "parquet": Export.parquet}


def export(log: EventLog, form: str, out: Path) -> Export:
    """Write the whole log to `out`, or leave what was there; the same log gives the same bytes."""
    made = Export.of(log)
    draft = out.with_name(f".{out.name}.part{out.suffix}")
    try:
        FORMATS[form](made, draft)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return made


def toml(mapping: Mapping) -> str:
    """A mapping as a file that `log import --mapping` reads."""
    plain = mapping.model_dump(mode="json", exclude_defaults=True)
    tables = {name: plain.pop(name) for name in list(plain) if isinstance(plain[name], dict)}
    lines = [f"{name} = {_toml(value)}" for name, value in plain.items()]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{_toml(key)} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    # Strings, numbers, booleans and lists are written alike in JSON and TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _joined(log: EventLog, names: dict[str, str]) -> bool:
    """Whether the activity is what the two standard attributes say together, as the classifier of XES has it."""
    if ACTIVITY not in names or TRANSITION not in names:
        return False
    said = f"activity IS NOT DISTINCT FROM {quoted(ACTIVITY)} || '+' || {quoted(TRANSITION)}"
    return bool(log.rows(f"SELECT bool_and({said}) AS same FROM events")[0]["same"])


def _standard(names: dict[str, str], joined: bool) -> set[str]:
    """Names that our own columns will have."""
    return {
        called
        for name, called in NAMES.items()
        if name in names and called != name and not (joined and name == "activity")
    }


def _mapping(log: EventLog, columns: list[Column], joined: bool) -> Mapping:
    called = {column.source: column.name for column in columns}
    kinds = _kinds(log)
    given = {name: called.get(name) for name in FIELDS if name != "kind" or kinds is None}
    rules = log.rules
    return Mapping(
        name="exported",
        case=CASE,
        activity=(ACTIVITY, TRANSITION) if joined else (ACTIVITY,),
        time=TIME,
        ended=called.get("ended_at"),
        kinds=kinds or {},
        rules=rules.model_copy(
            update={
                "opened": called.get(rules.opened or ""),
                "resolved": tuple(called[name] for name in rules.resolved if name in called),
                "closed": called.get(rules.closed or ""),
            }
        ),
        **given,
    )


def _kinds(log: EventLog) -> dict[str, StepKind] | None:
    """What each activity is worth; None where that differs from event to event, so that only the column says it."""
    rows = log.rows(
        "SELECT activity, any_value(kind) AS kind, "
        "count(DISTINCT kind) > 1 OR count(kind) NOT IN (0, count(*)) AS differs "
        "FROM events GROUP BY activity ORDER BY activity"
    )
    if any(row["differs"] for row in rows):
        return None
    return {row["activity"]: StepKind(row["kind"]) for row in rows if row["kind"]}
