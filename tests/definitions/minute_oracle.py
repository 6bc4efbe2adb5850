"""A second SLA clock, slow and plain: it knows of every minute whether it is open, and counts minutes.

It is there to be compared with. It shares nothing with the real clock but the fields of calendars, targets and marks:
no instant is ever computed from a wall time here; the zone is only asked what the clock on the wall shows, minute by
minute of UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from definitions.base import PauseReason, Priority
from definitions.calendars import Calendar
from definitions.marks import Mark, MarkKind
from definitions.targets import Clock, Goal, Target

BEYOND = -1
"""A due minute that lies after the minutes the oracle looked at."""


@cache
def shown(zone: str, first: datetime, minutes: int) -> list[int]:
    """What the wall shows at each minute of UTC, as minutes since the year 1."""
    there, walls = ZoneInfo(zone), []
    for n in range(minutes):
        wall = (first + timedelta(minutes=n)).astimezone(there)
        walls.append(wall.toordinal() * 1440 + wall.hour * 60 + wall.minute)
    return walls


def open_minutes(calendar: Calendar, first: datetime, minutes: int) -> bytearray:
    """1 for each minute that counts, from `first` on."""
    walls = shown(calendar.zone, first, minutes)
    special = {on for dates in calendar.holidays.values() for on in dates} | {e.on for e in calendar.exceptions}
    flags = bytearray(minutes)
    for day in range(walls[0] // 1440 - 1, walls[-1] // 1440 + 2):
        since = day * 1440 - walls[0]
        # No clock in these zones is put forward or back by more than three hours.
        near = range(max(0, since - 180), min(minutes, since + 2 * 1440 + 180))
        for begin, close in _hours_on(calendar, date.fromordinal(day) if day > 0 else date.min, special):
            within = [n for n in near if begin <= walls[n] - day * 1440 < close]
            for n in range(within[0], within[-1] + 1) if within else ():
                there = walls[n] // 1440
                if there == day or date.fromordinal(there) not in special:
                    flags[n] = 1
    return flags


def _hours_on(calendar: Calendar, on: date, special: set[date]) -> list[tuple[int, int]]:
    if on in special:
        chosen = [hours for e in calendar.exceptions if e.on == on for hours in e.hours]
    else:
        chosen = [window for window in calendar.windows if on.weekday() in window.days]
    found = []
    for hours in chosen:
        begin = hours.from_.hour * 60 + hours.from_.minute
        close = hours.until.hour * 60 + hours.until.minute
        found.append((begin, close if close > begin else close + 1440))
    return found


def day_minutes(calendar: Calendar) -> int:
    """The commonest length of a day of the week, the longer one of two that are as common."""
    lengths = [sum(c - b for b, c in _hours_on(calendar, date(2001, 1, d), set())) for d in range(1, 8)]
    worked = [length for length in lengths if length]
    return max(worked, key=lambda length: worked.count(length) * 100_000 + length)


def goal_minutes(goal: Goal, calendar: Calendar) -> int:
    if goal.unit == "days":
        return goal.amount * day_minutes(calendar)
    return goal.amount * (60 if goal.unit == "hours" else 1)


@dataclass
class Answer:
    """What the oracle says; instants are minutes since `first`."""

    state: str
    goal: int
    counted: int
    paused: int
    due: int | None
    breached: int | None
    timeline: bytearray
    """1 for each minute that was counted, up to now."""
    shares: dict[float, tuple[int, int] | None]
    """Share of the goal to (minute, second) at which it is reached."""


def answer(
    marks: Sequence[Mark], calendar: Calendar, target: Target, now: int, first: datetime, flags: bytearray
) -> Answer:
    """Read the marks minute by minute up to minute `now`."""
    read = _in_order(marks, now, first)
    minutes = [at for at, _ in read]
    until = max(now, minutes[0])
    counting, pausing = bytearray(len(flags)), bytearray(len(flags))
    breached = due = None
    goal = 0
    for k in range(1, len(read) + 1):
        past = [mark for _, mark in read[:k]]
        at, over = minutes[k - 1], _done(target.clock, past) or past[-1].kind is MarkKind.CANCELLED
        if breached is None and not over:
            goal = goal_minutes(target.goals[_priority(past)], calendar)
            if counting.count(1) >= goal:
                breached, due = at, _nth(counting, 0, goal)
        was_over = k > 1 and _done(target.clock, past[:-1])
        if breached is None and over and not was_over:
            due = _nth(flags, at, goal - counting.count(1))
        if over:
            continue
        end = minutes[k] if k < len(read) else until
        if _merged(past):
            continue
        if _pause(past) in target.pauses:
            pausing[at:end] = flags[at:end]
            continue
        counting[at:end] = flags[at:end]
        if breached is None and counting.count(1) >= goal:
            breached = due = _nth(counting, 0, goal)
    past = [mark for _, mark in read]
    state, now_due = "running", due
    if breached is not None:
        state = "breached"
    elif _done(target.clock, past):
        state = "met"
    elif past[-1].kind is MarkKind.CANCELLED:
        state = "cancelled"
    elif _merged(past) or _pause(past) in target.pauses:
        state, now_due = "paused", None
    else:
        now_due = _nth(flags, until, goal - counting.count(1))
    expected = bytearray(counting)
    if state == "running":
        expected[until:] = flags[until:]
    shares = {share: _reach(expected, round(share * goal * 60)) for share in target.warn}
    return Answer(state, goal, counting.count(1), pausing.count(1), now_due, breached, counting, shares)


def _in_order(marks: Sequence[Mark], now: int, first: datetime) -> list[tuple[int, Mark]]:
    def minute(at: datetime) -> int:
        return round((at.astimezone(UTC) - first).total_seconds()) // 60

    opened = minute(marks[0].at)
    read = [(opened, marks[0])]
    known = [(max(opened, minute(mark.at)), mark) for mark in marks[1:] if minute(mark.at) <= now]
    for at in sorted({at for at, _ in known}):
        read += [(at, mark) for when, mark in known if when == at]
    for k, (_, mark) in enumerate(read):
        if mark.kind is MarkKind.CANCELLED:
            return read[: k + 1]
    return read


def _last(past: Sequence[Mark], *kinds: MarkKind) -> MarkKind | None:
    found = [mark.kind for mark in past if mark.kind in kinds]
    return found[-1] if found else None


def _resolved(past: Sequence[Mark]) -> bool:
    return _last(past, MarkKind.RESOLVED, MarkKind.CONFIRMED, MarkKind.REOPENED) not in (None, MarkKind.REOPENED)


def _done(clock: Clock, past: Sequence[Mark]) -> bool:
    if clock is Clock.RESPONSE:
        return _last(past, MarkKind.RESPONDED, MarkKind.RESOLVED, MarkKind.CONFIRMED) is not None
    if clock is Clock.RESOLUTION:
        return _resolved(past)
    return _last(past, MarkKind.CONFIRMED, MarkKind.REOPENED) is MarkKind.CONFIRMED


def _merged(past: Sequence[Mark]) -> bool:
    return _last(past, MarkKind.MERGED, MarkKind.UNMERGED) is MarkKind.MERGED


def _pause(past: Sequence[Mark]) -> PauseReason | None:
    for k in range(len(past) - 1, -1, -1):
        kind, resolved = past[k].kind, _resolved(past[:k])
        if kind in (MarkKind.RESUMED, MarkKind.RESOLVED, MarkKind.CONFIRMED):
            return None
        if kind is MarkKind.REOPENED and resolved:
            return None
        if kind is MarkKind.PAUSED and not resolved:
            return past[k].reason
    return None


def _priority(past: Sequence[Mark]) -> Priority:
    return [mark.priority for mark in past if mark.priority is not None][-1]


def _nth(flags: bytearray, start: int, n: int) -> int:
    """The end of the n-th minute set from `start` on."""
    at = start
    for _ in range(n):
        at = flags.find(1, at) + 1
        if at == 0:
            return BEYOND
    return at


def _reach(flags: bytearray, seconds: int) -> tuple[int, int] | None:
    whole, rest = divmod(seconds, 60)
    at = _nth(flags, 0, whole)
    if at == BEYOND or rest == 0:
        return None if at == BEYOND else (at, 0)
    inside = flags.find(1, at)
    return None if inside < 0 else (inside, rest)
