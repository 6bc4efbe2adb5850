"""Business calendars: when time counts. Wall-clock windows of a zone, holidays and exceptions frozen to dates."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints, model_validator

from definitions.base import Definition, Value, remembered
from definitions.teams import Weekday, Zone
from definitions.timetable import DAY_MINUTES, Minutes, NeverOpens, Timetable, timetable
from definitions.walls import SECOND, instant, micros

__all__ = ["Calendar", "Exceptional", "Hours", "NeverOpens", "Window", "holidays_of"]


def _whole_minute(at: time) -> time:
    if at.second or at.microsecond or at.tzinfo is not None:
        raise ValueError(f"{at} is no local time in whole minutes: write it like 08:30")
    return at


LocalTime = Annotated[time, AfterValidator(_whole_minute), PlainSerializer(lambda at: f"{at:%H:%M}", str)]
"""Hours and minutes of the local clock."""

Reason = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Hours(Value):
    """Open from `from_` until `until`; an `until` at or before `from_` is on the next day (00:00 to 00:00: all day)."""

    from_: LocalTime
    until: LocalTime

    @property
    def minutes(self) -> Minutes:
        """The same in minutes of the local day."""
        begin, close = (at.hour * 60 + at.minute for at in (self.from_, self.until))
        return begin, close if close > begin else close + DAY_MINUTES


class Window(Hours):
    """Hours that begin on each of these days of the week (0 is Monday)."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]


class Exceptional(Value):
    """A date that differs from its day of the week: other hours, or none at all."""

    on: date
    reason: Reason
    hours: tuple[Hours, ...] = ()


class Calendar(Definition):
    """When time counts. What `holidays` and `exceptions` say of a date holds from midnight to midnight, local time.

    Where both name a date, the exception holds. Years without holidays in the list have none.
    """

    title: str
    zone: Zone
    windows: tuple[Window, ...]
    holidays: dict[Reason, tuple[date, ...]] = {}
    """Name to dates, see `holidays_of`; grouped by name because a case carries its calendars."""
    exceptions: tuple[Exceptional, ...] = ()

    @model_validator(mode="after")
    def _rules(self) -> "Calendar":
        where = f"calendar {self.key}"
        if not self.windows:
            raise ValueError(f"{where} is not open in any week: give it at least one window")
        week = [(d * DAY_MINUTES + w.minutes[0], d * DAY_MINUTES + w.minutes[1]) for w in self.windows for d in w.days]
        _apart(f"{where}: windows", week, 7 * DAY_MINUTES)
        for exceptional in self.exceptions:
            _apart(f"{where}: hours on {exceptional.on}", [hours.minutes for hours in exceptional.hours], None)
        dates = Counter(exceptional.on for exceptional in self.exceptions)
        if repeated := sorted(str(on) for on, n in dates.items() if n > 1):
            raise ValueError(f"{where} has more than one exception on {', '.join(repeated)}: put them into one")
        return self

    @remembered
    def timetable(self) -> Timetable:
        """The calendar made ready for counting; looked up by content, so a copy with other hours counts otherwise."""
        return timetable(
            self.zone,
            tuple((window.days, window.minutes) for window in self.windows),
            tuple(self.holidays.items()),
            tuple((e.on, e.reason, tuple(hours.minutes for hours in e.hours)) for e in self.exceptions),
        )

    def counted_between(self, start: datetime, end: datetime) -> float:
        """Open seconds between two instants; 0 when `end` is not after `start`."""
        return self.timetable().counted(micros(start), micros(end)) / SECOND

    def add(self, start: datetime, seconds: float) -> datetime:
        """The first instant by which `seconds` of open time have passed; `NeverOpens` beyond ten years."""
        if seconds < 0:
            raise ValueError(f"cannot add {seconds} seconds: the calendar only counts forward")
        return instant(self.timetable().add(micros(start), round(seconds * SECOND)))

    def windows_between(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """The open stretches between two instants, cut to them."""
        found = self.timetable().stretches(micros(start), micros(end))
        return tuple((instant(piece.start), instant(piece.end)) for piece in found if piece.open)

    def is_open(self, at: datetime) -> bool:
        """Whether time counts from this instant on; the closing instant itself is closed."""
        table, moment = self.timetable(), micros(at)
        return any(begin <= moment < close for begin, close in table.day(table.ordinal(moment)).open)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening; `NeverOpens` when there is none in ten years."""
        return instant(self.timetable().next_open(micros(at)))

    def add_days(self, start: datetime, days: int) -> datetime:
        """`days` working days later at the same local time: Friday 15:00 and one day is Monday 15:00.

        Counting begins at the next opening when `start` is off hours, and ends at the next opening when the desk is
        closed at that time of the day. A working day is a date on which hours begin.
        """
        if days < 0:
            raise ValueError(f"cannot add {days} working days: the calendar only counts forward")
        table = self.timetable()
        begin = table.next_open(micros(start))
        if days == 0:
            return instant(begin)
        ordinal = table.working_day(table.ordinal(begin), days)
        return instant(table.next_open(table.opening(ordinal, table.wall(begin))))

    def is_working_day(self, on: date) -> bool:
        """Whether hours begin on this date."""
        return self.timetable().day(on.toordinal()).opens is not None

    @property
    @remembered
    def working_day_s(self) -> int:
        """Seconds in one working day, for goals in days: the commonest total of the week's open days, else the longer.

        Monday to Thursday 8 hours and Friday 6 makes a day of 8 hours.
        """
        totals: dict[int, int] = {}
        for window in self.windows:
            begin, close = window.minutes
            for day in window.days:
                totals[day] = totals.get(day, 0) + close - begin
        often = Counter(totals.values())
        return 60 * max(often, key=lambda total: (often[total], total))


def holidays_of(country: str, subdivision: str | None, years: Iterable[int]) -> dict[str, tuple[date, ...]]:
    """Public holidays by ISO codes (`DE`, `BE`), frozen to dates under their English names where there are any.

    For definitions being written: a running case carries the result and never asks again.
    """
    import holidays

    try:
        found: Mapping[date, str] = holidays.country_holidays(
            country, subdiv=subdivision, years=list(years), language="en_US"
        )
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for {country} {subdivision or ''}: {unknown}") from unknown
    named: dict[str, tuple[date, ...]] = {}
    for on in sorted(found):
        named[found[on]] = (*named.get(found[on], ()), on)
    return named


def _apart(what: str, spans: list[tuple[int, int]], around: int | None) -> None:
    """Refuse hours that overlap; `around`: the length of a circle that the last may run over."""
    spans = sorted(spans)
    if around is not None and spans:
        spans.append((spans[0][0] + around, spans[0][1] + around))
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(f"{what} overlap: let one end before the next begins")
