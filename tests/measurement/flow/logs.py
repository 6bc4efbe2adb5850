"""Small logs whose numbers can be checked by hand."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules

START = datetime(2026, 3, 2, 9, tzinfo=UTC).replace(tzinfo=None)
"""A Monday."""
KINDS = {"queue": "waiting", "work": "value_adding", "check": "necessary", "wait": "waiting", "redo": "rework"}

Told = tuple[str, str, float] | tuple[str, str, float, str | None]


def instant(minutes: float) -> datetime:
    """Minutes after START."""
    return START + timedelta(minutes=minutes)


def log(
    *told: Told,
    kinds: dict[str, str] | None = None,
    done: tuple[str, ...] = ("done",),
    again: tuple[str, ...] = (),
    as_of: float | None = None,
    opened: float | None = None,
    **more: list[str | bool | None],
) -> EventLog:
    """Of `(case, activity, minute[, team])`; kinds as in KINDS; `opened`: minute in which all were opened."""
    known = KINDS if kinds is None else kinds
    columns = {
        "case_id": [t[0] for t in told],
        "activity": [t[1] for t in told],
        "at": pa.array([instant(t[2]) for t in told], AT),
        "team": pa.array([t[3] if len(t) > 3 else None for t in told], pa.string()),
        "kind": pa.array([known.get(t[1]) for t in told], pa.string()),
    }
    if opened is not None:
        columns["opened"] = pa.array([instant(opened)] * len(told), AT)
    return EventLog.of(
        pa.table(columns | more),
        name="toy",
        source="made by hand",
        rules=CaseRules(kind="incident", opened=None if opened is None else "opened", done=done, again=again),
        as_of=None if as_of is None else instant(as_of).replace(tzinfo=UTC),
    )
