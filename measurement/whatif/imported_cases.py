"""The cases of an imported log as its declared names make them: what came in, who had it when, when it was solved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from definitions.base import Priority, StepKind
from definitions.calendars import Calendar
from measurement.log.eventlog import EventLog
from measurement.whatif.names import Names

WORK = (StepKind.VALUE_ADDING.value, StepKind.NECESSARY.value, StepKind.REWORK.value)
"""What the stretch after an event is worth where somebody is at it; what the mapping leaves unclassified is no work."""
CASES = """
    SELECT e.case_id, e."at", e.kind, e.team, e.priority, e.category, e.service, c.channel, c.opened_at, c.resolved_at,
      c.ended_as = 'cancelled' AS cancelled
    FROM events e JOIN cases c USING (case_id) ORDER BY c.opened_at, e.case_id, e.seq
"""


@dataclass(frozen=True)
class Visit:
    """A case at a team from `arrived` on, with the stretches in which somebody was at it."""

    team: str | None
    """None: a team that nobody declared."""
    arrived: datetime
    stretches: tuple[tuple[datetime, datetime], ...]

    def work(self, hours: Calendar | None) -> float:
        """Seconds of open time."""
        if hours is None:
            return sum((end - start).total_seconds() for start, end in self.stretches)
        return sum(hours.counted_between(start, end) for start, end in self.stretches)


@dataclass(frozen=True)
class Imported:
    """One case. Service, category, priority: as it came in."""

    id: str
    service: str
    category: str | None
    priority: Priority | None
    channel: str | None
    opened_at: datetime
    resolved_at: datetime | None
    cancelled: bool
    visits: tuple[Visit, ...]


def imported(log: EventLog, names: Names) -> Iterator[Imported | None]:
    """Each case by its opening; None for one whose service nobody declared."""
    for case_id, rows in groupby(log.db.execute(CASES).fetchall(), key=itemgetter(0)):
        yield _case(case_id, list(rows), names)


def _case(case_id: str, rows: list[tuple[object, ...]], names: Names) -> Imported | None:
    def first(place: int) -> str | None:
        return next((str(row[place]) for row in rows if row[place] is not None), None)

    service = names.of("service", first(6))
    if service is None:
        return None
    priority = names.of("priority", first(4))
    channel, opened, resolved, cancelled = rows[0][7:11]
    return Imported(
        id=case_id,
        service=service,
        category=names.of("category", first(5)),
        priority=None if priority is None else Priority(priority),
        channel=names.of("channel", None if channel is None else str(channel)),
        opened_at=_utc(opened),
        resolved_at=None if resolved is None else _utc(resolved),
        cancelled=bool(cancelled),
        visits=tuple(_visits(rows, names)),
    )


def _visits(rows: list[tuple[object, ...]], names: Names) -> Iterator[Visit]:
    ends = [_utc(row[1]) for row in rows[1:]] + [_utc(rows[-1][1])]
    stretches = [(row, end) for row, end in zip(rows, ends, strict=True) if row[3] is not None]
    for team, at_team in groupby(stretches, key=lambda each: each[0][3]):
        found = list(at_team)
        worked = tuple((_utc(row[1]), end) for row, end in found if row[2] in WORK and _utc(row[1]) < end)
        yield Visit(names.of("team", str(team)), _utc(found[0][0][1]), worked)


def _utc(at: object) -> datetime:
    assert isinstance(at, datetime)
    return at.replace(tzinfo=UTC)
