"""Which cases a number is about: a cohort by opening, filters, groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from definitions.calendars import Calendar
from measurement.log.cases import quoted, text
from measurement.log.columns import CASES
from measurement.log.eventlog import EventLog
from measurement.metrics.metric import Clock

CALENDAR_FIELDS = {
    "day": "strftime(opened_at, '%Y-%m-%d')",
    "week": "strftime(opened_at, '%G-W%V')",
    "month": "strftime(opened_at, '%Y-%m')",
    "weekday": "strftime(opened_at, '%u %a')",
    "hour": "strftime(opened_at, '%H')",
}
"""Groups made of the instant of opening, in UTC."""

EVERYTHING = "everything"
"""The cases of the whole log in the query of a cohort."""

ANY = ""
"""The key of the calendar for teams that have none of their own."""


@dataclass(frozen=True)
class Scope:
    """The question beside the metric. Cases opened in [since, until) whose fields have the values of `where`.

    `by`: a field of the case, or day, week, month, weekday, hour of its opening. `clock`: None is the metric's own.
    `calendars`: of each team, for the business clock; `ANY` for all others. `goals`: what `experience` is judged by.
    """

    since: datetime | None = None
    until: datetime | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None
    clock: Clock | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it leaves no case out."""
        return self.since is None and self.until is None and not self.where

    def grouped(self, by: str) -> "Scope":
        """The same, shown by this field."""
        return replace(self, by=by)

    def of_cases(self, fields: tuple[str, ...]) -> "Scope":
        """The same question about whole cases: without groups, and without the fields of other units."""
        return replace(self, by=None, where={name: value for name, value in self.where.items() if name not in fields})

    def within(self, log: EventLog, tables: tuple[str, ...] = ("events",)) -> str:
        """`WITH cases AS (...), events AS (...)`: the tables of the log, cut down to the cohort; empty for all of it.

        Raises BadData for a field that the log does not have.
        """
        if self.whole:
            return ""
        parts = []
        if self.since:
            parts.append(f"opened_at >= {instant(self.since)}")
        if self.until:
            parts.append(f"opened_at < {instant(self.until)}")
        for name, value in self.where.items():
            parts.append(_condition(log, name, value))
        cut = [f"{EVERYTHING} AS (SELECT * FROM cases)"]
        cut += [f"cases AS (SELECT * FROM {EVERYTHING} WHERE {' AND '.join(parts)})"]
        cut += [f"{name} AS (SELECT * FROM {name} SEMI JOIN cases USING (case_id))" for name in tables]
        return f"WITH {', '.join(cut)}\n"

    def groups(self, log: EventLog) -> str | None:
        """A query `(case_id, value)`: the group of each case; None without `by`."""
        return None if self.by is None else _field(log, self.by)


def instant(at: datetime) -> str:
    """As an SQL literal of the log's columns: UTC without a zone."""
    return f"TIMESTAMP '{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"


def _field(log: EventLog, name: str) -> str:
    if name in CALENDAR_FIELDS and name not in log.columns:
        return f"SELECT case_id, {CALENDAR_FIELDS[name]} AS value FROM cases"
    return log.field_sql(name)


def _condition(log: EventLog, name: str, value: str) -> str:
    name = log.names.get(name, name)
    if name in CASES.names:
        return f"CAST({quoted(name)} AS VARCHAR) = {text(value)}"
    return f"case_id IN (SELECT case_id FROM ({_field(log, name)}) WHERE value = {text(value)})"
