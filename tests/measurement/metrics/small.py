"""Logs so small that every number in a test can be checked by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""Nine o'clock in UTC; hours below are counted from here."""

RULES = CaseRules(kind="incident", done=("resolved",), again=("reopened",), cancelled=("cancelled",))


def log(*rows: tuple[Any, ...], as_of: float = 1000, rules: CaseRules = RULES) -> EventLog:
    """Events as (case, activity, hours after MONDAY, {column: value}); read up to `as_of` hours after MONDAY."""
    names = sorted({name for row in rows for name in (row[3] if len(row) > 3 else {})})
    columns: dict[str, Any] = {
        "case_id": [row[0] for row in rows],
        "activity": [row[1] for row in rows],
        "at": pa.array([at(row[2]) for row in rows], AT),
    }
    for name in names:
        values = [(row[3] if len(row) > 3 else {}).get(name) for row in rows]
        columns[name] = pa.array([at(v) for v in values], AT) if name == "ended_at" else values
    return EventLog.of(
        pa.table(columns), name="small", rules=rules, as_of=MONDAY + timedelta(hours=as_of), source="by hand"
    )


def at(hours: float | None) -> datetime | None:
    return None if hours is None else (MONDAY + timedelta(hours=hours)).replace(tzinfo=None)


def hour(n: float) -> float:
    """In seconds."""
    return n * 3600
