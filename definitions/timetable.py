"""A calendar made ready for counting: the open stretches of each local day, in microseconds since 1970 UTC."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from definitions.walls import EPOCH, SECOND, closes, instant, opens

DAY_MINUTES = 24 * 60
LOOK_AHEAD_DAYS = 3660
"""How far a search goes before it gives up: ten years."""
_KEPT_DAYS = 5000

Minutes = tuple[int, int]
"""From and until in minutes of the local day; until is beyond 1440 when the hours run into the next day."""


class NeverOpens(ValueError):
    """There is no open time where it was looked for."""


class Day(NamedTuple):
    """One local day; `open` is sorted, without overlaps, within `start` and `end`."""

    start: int
    end: int
    open: tuple[tuple[int, int], ...]
    total: int
    opens: int | None
    """When its own hours begin; a night shift from the day before does not make it a working day."""
    closed: str | None
    """Why all of it is closed, when a holiday or an exception says so."""


class Stretch(NamedTuple):
    """A piece of time that is open or closed throughout."""

    start: int
    end: int
    open: bool
    reason: str
    """Why it is closed; empty when it is open."""


class Timetable:
    """Pure but for its memory of days; the same arguments always give the same answers."""

    def __init__(
        self, zone: ZoneInfo, week: tuple[tuple[Minutes, ...], ...], own: Mapping[date, tuple[tuple[Minutes, ...], str]]
    ) -> None:
        """`week`: hours of Monday to Sunday. `own`: the dates that differ, with their hours and the reason."""
        self._zone = zone
        self._week = week
        self._own = {day.toordinal(): hours for day, hours in own.items()}
        self._opens_for_ever = any(week)
        self._last_own = max(self._own, default=0)
        self._days: dict[int, Day] = {}

    def day(self, ordinal: int) -> Day:
        """The day with this `date.toordinal()`."""
        found = self._days.get(ordinal)
        if found is None:
            if len(self._days) >= _KEPT_DAYS:
                self._days.clear()
            try:
                found = self._days[ordinal] = self._make(ordinal)
            except OverflowError as beyond:
                raise ValueError("the calendar was asked for a day outside the years 1 to 9999") from beyond
        return found

    def ordinal(self, at: int) -> int:
        """The local day of an instant."""
        guess = at // (86400 * SECOND) + EPOCH.toordinal()
        while at < self.day(guess).start:
            guess -= 1
        while at >= self.day(guess).end:
            guess += 1
        return guess

    def counted(self, start: int, end: int) -> int:
        """Open time between two instants."""
        if end <= start:
            return 0
        ordinal, total = self.ordinal(start), 0
        while True:
            day = self.day(ordinal)
            if start <= day.start and day.end <= end:
                total += day.total
            else:
                for begin, close in day.open:
                    if begin < end and start < close:
                        total += min(close, end) - max(begin, start)
            if day.end >= end:
                return total
            ordinal += 1

    def add(self, start: int, amount: int, days: int = LOOK_AHEAD_DAYS) -> int:
        """The first instant by which `amount` of open time has passed since `start`; looks this many days ahead."""
        if amount <= 0:
            return start
        for day in self._days_from(start, days):
            if start <= day.start and day.total < amount:
                amount -= day.total
                continue
            for begin, close in day.open:
                begin = max(begin, start)
                if close - begin >= amount:
                    return begin + amount
                amount -= max(0, close - begin)
        raise self._never(start)

    def next_open(self, start: int) -> int:
        """`start` when it is open, else the next opening."""
        for day in self._days_from(start):
            for begin, close in day.open:
                if start < close:
                    return max(begin, start)
        raise self._never(start)

    def working_day(self, ordinal: int, later: int) -> int:
        """The working day that comes `later` working days after this one."""
        for ahead in range(ordinal + 1, ordinal + 1 + LOOK_AHEAD_DAYS):
            if later == 0 or not self._may_open(ahead):
                break
            later -= self.day(ahead).opens is not None
            ordinal = ahead
        if later:
            raise self._never(self.day(ordinal).start)
        return ordinal

    def opening(self, ordinal: int, wall: datetime) -> int:
        """The first instant at which the local clock shows that day's `wall` time or a later one."""
        return opens(self._zone, datetime.combine(date.fromordinal(ordinal), wall.time()))

    def wall(self, at: int) -> datetime:
        """What the local clock shows."""
        return instant(at).astimezone(self._zone).replace(tzinfo=None, fold=0)

    def stretches(self, start: int, end: int) -> Iterator[Stretch]:
        """Open and closed pieces that fill the time between, joined where nothing changes."""
        last: Stretch | None = None
        for piece in self._pieces(start, end):
            if last is not None and (last.open, last.reason) == (piece.open, piece.reason):
                last = last._replace(end=piece.end)
                continue
            if last is not None:
                yield last
            last = piece
        if last is not None:
            yield last

    def _pieces(self, start: int, end: int) -> Iterator[Stretch]:
        ordinal = self.ordinal(start)
        while start < end:
            day = self.day(ordinal)
            for n, (begin, close) in enumerate(day.open):
                if start < min(begin, end):
                    yield Stretch(start, min(begin, end), False, _gap(day, n))
                if (start := max(start, begin)) < min(close, end):
                    yield Stretch(start, min(close, end), True, "")
                start = max(start, close)
            if start < min(day.end, end):
                yield Stretch(start, min(day.end, end), False, day.closed or "outside hours")
            start = max(start, day.end)
            ordinal += 1

    def _days_from(self, start: int, days: int = LOOK_AHEAD_DAYS) -> Iterator[Day]:
        first = self.ordinal(start)
        for ordinal in range(first, first + days):
            if not self._may_open(ordinal):
                return
            yield self.day(ordinal)

    def _may_open(self, ordinal: int) -> bool:
        return self._opens_for_ever or ordinal <= self._last_own + 1

    def _never(self, start: int) -> NeverOpens:
        return NeverOpens(
            f"the calendar has too little open time in the ten years after {instant(start):%Y-%m-%d}: "
            "give it weekly windows, or a smaller goal"
        )

    def _hours(self, ordinal: int) -> tuple[Minutes, ...]:
        own = self._own.get(ordinal)
        return own[0] if own is not None else self._week[(ordinal - 1) % 7]

    def _make(self, ordinal: int) -> Day:
        midnight = datetime.fromordinal(ordinal)
        start, end = opens(self._zone, midnight), opens(self._zone, midnight + timedelta(days=1))
        spans = [self._span(midnight, hours) for hours in self._hours(ordinal)]
        opens_at = min((begin for begin, close in spans if begin < close), default=None)
        if ordinal not in self._own:
            # A date with hours of its own cuts the night before at midnight: "closed on the 25th" means all of it.
            before = midnight - timedelta(days=1)
            spans += [self._span(before, hours) for hours in self._hours(ordinal - 1) if hours[1] > DAY_MINUTES]
        merged: list[tuple[int, int]] = []
        for begin, close in sorted((max(begin, start), min(close, end)) for begin, close in spans):
            if begin >= close:
                continue
            if merged and begin <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(close, merged[-1][1]))
            else:
                merged.append((begin, close))
        own = self._own.get(ordinal)
        closed = own[1] if own is not None and not own[0] else None
        return Day(start, end, tuple(merged), sum(close - begin for begin, close in merged), opens_at, closed)

    def _span(self, midnight: datetime, hours: Minutes) -> tuple[int, int]:
        begin, close = (midnight + timedelta(minutes=minutes) for minutes in hours)
        return opens(self._zone, begin), closes(self._zone, close)


def _gap(day: Day, n: int) -> str:
    """Why it is closed before the n-th opening: a break lies between hours that begin on the same day."""
    return "break" if n > 0 and day.opens is not None and day.open[n - 1][1] > day.opens else "outside hours"


@lru_cache(maxsize=256)
def timetable(
    zone: str,
    windows: tuple[tuple[tuple[int, ...], Minutes], ...],
    holidays: tuple[tuple[str, tuple[date, ...]], ...],
    exceptions: tuple[tuple[date, str, tuple[Minutes, ...]], ...],
) -> Timetable:
    """One timetable per content, shared by all cases of a process. An exception outranks a holiday."""
    week = tuple(tuple(sorted(hours for days, hours in windows if day in days)) for day in range(7))
    names: dict[date, list[str]] = {}
    for name, dates in holidays:
        for day in dates:
            names.setdefault(day, []).append(name)
    own: dict[date, tuple[tuple[Minutes, ...], str]] = {
        day: ((), f"holiday: {', '.join(sorted(called))}") for day, called in names.items()
    }
    own |= {day: (tuple(sorted(hours)), f"closed: {reason}") for day, reason, hours in exceptions}
    return Timetable(ZoneInfo(zone), week, own)
