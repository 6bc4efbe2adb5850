"""The clock against the minute oracle, on random calendars, targets and marks.

JIDOKA_TEST_CLOCK_CASES asks for more cases than the 20,000 of every run.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.base import PauseReason, Priority
from definitions.calendars import Calendar, Exceptional, Hours, Window
from definitions.clock import Ledger, Mark, MarkKind, ledger, position
from definitions.targets import Clock, Goal, Target
from tests.definitions.minute_oracle import BEYOND, answer, open_minutes

CASES = int(os.environ.get("JIDOKA_TEST_CLOCK_CASES", "20000"))
PER_CALENDAR = 50
SPAN = 45 * 1440
# Between them these spans hold both changes of the clock of every zone below.
FIRSTS = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC))
ZONES = (
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana"),
    *("Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "Asia/Kolkata", "UTC"),
)
KINDS = {
    **{MarkKind.PAUSED: 6, MarkKind.RESUMED: 5, MarkKind.PRIORITY: 5, MarkKind.RESOLVED: 4, MarkKind.REOPENED: 4},
    **{MarkKind.RESPONDED: 3, MarkKind.MERGED: 2, MarkKind.UNMERGED: 2, MarkKind.CONFIRMED: 2, MarkKind.CANCELLED: 1},
}

turning = [
    time(h, m) for h, m in ((0, 0), (0, 30), (1, 0), (1, 30), (2, 0), (2, 15), (2, 30), (2, 45), (3, 0), (23, 30))
]
office = [time(h, m) for h, m in ((6, 0), (8, 0), (9, 0), (12, 0), (12, 45), (13, 0), (17, 0), (18, 0), (22, 0))]
times = st.sampled_from(office) | st.sampled_from(turning) | st.times().map(lambda t: time(t.hour, t.minute))
hours = st.builds(Hours, from_=times, until=times)
week = st.just((0, 1, 2, 3, 4)) | st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
window = st.builds(Window, from_=times, until=times, days=week | st.just((6,)))
lunch = tuple(Window(from_=a, until=b, days=(0, 1, 2, 3, 4)) for a, b in (("08:00", "12:00"), ("12:45", "17:00")))
always = (Window(from_="00:00", until="00:00", days=tuple(range(7))),)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar, and the beginning of a span with a change of its clock."""
    first = draw(st.sampled_from(FIRSTS))
    dates = st.integers(0, 44).map(lambda n: (first + timedelta(days=n)).date())
    plain = {
        "key": "c",
        "title": "c",
        "zone": draw(st.sampled_from(ZONES)),
        "holidays": {"A": draw(st.lists(dates, max_size=3)), "B": draw(st.lists(dates, max_size=1))},
    }
    kept = list(draw(st.sampled_from([lunch, always, lunch[:1], ()])))
    found = Calendar(**plain, windows=kept) if kept else None
    for extra in draw(st.lists(window, min_size=0 if kept else 1, max_size=3)):
        found = _valid(plain, [*kept, extra], []) or found
        kept = list(found.windows) if found else kept
    special: list[Exceptional] = []
    for on in draw(st.lists(dates, max_size=2, unique=True)):
        extra = Exceptional(on=on, reason="x", hours=tuple(draw(st.lists(hours, max_size=2))))
        found = _valid(plain, kept, [*special, extra]) or found
        special = list(found.exceptions) if found else special
    assert found is not None
    return found, first


def _valid(plain: dict, windows: Sequence[Window], exceptions: Sequence[Exceptional]) -> Calendar | None:
    try:
        return Calendar(**plain, windows=windows, exceptions=exceptions)
    except ValidationError:
        return None


def a_target(chance: Random) -> Target:
    clock = chance.choice(list(Clock))
    reasons = [] if clock is Clock.CUSTOMER else [r for r in PauseReason if chance.random() < 0.5]
    amounts = {"minutes": (1, 1200), "hours": (1, 40), "days": (1, 5)}
    goals = {}
    for priority in Priority:
        unit = chance.choice(list(amounts))
        goals[priority] = Goal(amount=chance.randint(*amounts[unit]), unit=unit)
    return Target(key="t", title="t", clock=clock, calendar="c", goals=goals, warn=(0.5, 0.75), pauses=tuple(reasons))


def some_marks(chance: Random, first: datetime) -> list[Mark]:
    """Whole minutes, any order of kinds and now and then of time; many at one instant."""
    minute = chance.randint(2 * 1440, 16 * 1440)
    marks = [Mark(at=at(first, minute), kind=MarkKind.OPENED, priority=chance.choice(list(Priority)))]
    for _ in range(chance.randint(0, 10)):
        minute += chance.choice((0, 1, chance.randint(1, 240), chance.randint(1, 1440), chance.randint(1, 4 * 1440)))
        late = chance.choice((0, 0, 0, 0, 0, 0, chance.randint(1, 2000)))
        marks.append(_mark(chance, at(first, minute - late)))
    return marks


def _mark(chance: Random, when: datetime) -> Mark:
    kind = chance.choices(list(KINDS), KINDS.values())[0]
    return Mark(
        at=when,
        kind=kind,
        reason=chance.choice(list(PauseReason)) if kind is MarkKind.PAUSED else None,
        priority=chance.choice(list(Priority)) if kind is MarkKind.PRIORITY else None,
    )


def _turns() -> list[tuple[str, datetime]]:
    """Zone and midnight UTC before each change of its clock within the spans."""
    found = []
    for zone in ZONES:
        for first in FIRSTS:
            days = [first + timedelta(days=n) for n in range(45)]
            offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
            found += [(zone, days[n]) for n in range(44) if offsets[n] != offsets[n + 1]]
    return found


TURNS = _turns()
NIGHT_DAYS = 3


@st.composite
def nights(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar whose hours begin and end about where the clock is changed, and the day before the change."""
    zone, change = draw(st.sampled_from(TURNS))
    plain = {"key": "c", "title": "c", "zone": zone}
    edges = st.sampled_from(turning)
    night = st.builds(Window, from_=edges, until=edges, days=st.just(tuple(range(7))))
    found = Calendar(**plain, windows=[draw(night)])
    for extra in draw(st.lists(night, max_size=2)):
        found = _valid(plain, [*found.windows, extra], []) or found
    own = st.builds(Hours, from_=edges, until=edges)
    dates = st.integers(-1, 1).map(lambda n: (change + timedelta(days=n)).date())
    for on, its in draw(st.lists(st.tuples(dates, st.lists(own, max_size=2)), max_size=1)):
        found = _valid(plain, found.windows, [Exceptional(on=on, reason="x", hours=tuple(its))]) or found
    return found, change - timedelta(days=1)


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(nights())
def test_a_calendar_opens_the_minutes_of_the_oracle_when_the_clock_is_changed(drawn: tuple[Calendar, datetime]) -> None:
    calendar, first = drawn
    end = first + timedelta(days=NIGHT_DAYS)

    found = bytearray(NIGHT_DAYS * 1440)
    for begin, close in calendar.windows_between(first, end):
        a, b = (round((edge - first).total_seconds() / 60) for edge in (begin, close))
        found[a:b] = b"\x01" * (b - a)

    assert found == open_minutes(calendar, first, NIGHT_DAYS * 1440)
    assert calendar.counted_between(first, end) == found.count(1) * 60


def at(first: datetime, minute: int) -> datetime:
    return first + timedelta(minutes=minute)


def differences(
    marks: Sequence[Mark], calendar: Calendar, target: Target, now: int, first: datetime, flags: bytearray
) -> list[str]:
    """Everything in which clock and oracle disagree."""
    expected = answer(marks, calendar, target, now, first, flags)
    found: Ledger = ledger(marks, calendar, target, now=at(first, now))
    where = position(marks, calendar, target, now=at(first, now))
    pairs = {
        "state": (found.state.value, expected.state),
        "goal": (found.goal_s, expected.goal * 60),
        "counted": (found.counted_s, expected.counted * 60),
        "paused": (found.paused_s, expected.paused * 60),
        "due": (_seen(found.due_at, first), _minutes(expected.due)),
        "breached": (_seen(found.breached_at, first), _minutes(expected.breached)),
        "position": (where.due_at, found.due_at),
    }
    for share, reached in expected.shares.items():
        pairs[f"reaches {share}"] = (
            _seen(where.reaches(share), first) or None,
            None if reached is None else reached[0] * 60.0 + reached[1],
        )
    wrong = [f"{name}: clock {a}, oracle {b}" for name, (a, b) in pairs.items() if a != b]
    return wrong + _wrong_intervals(found, marks[0].at, at(first, now), first, expected.timeline)


def _seen(when: datetime | None, first: datetime) -> float | None:
    """Seconds since the first minute; 0 for what lies beyond the oracle's minutes."""
    if when is None:
        return None
    seconds = (when - first).total_seconds()
    return seconds if seconds <= SPAN * 60 else 0.0


def _minutes(due: int | None) -> float | None:
    return None if due is None else 0.0 if due == BEYOND else due * 60.0


def _wrong_intervals(found: Ledger, opened: datetime, now: datetime, first: datetime, timeline: bytearray) -> list[str]:
    wrong, reached = [], opened
    for interval in found.intervals:
        if interval.start != reached:
            wrong.append(f"a gap in the intervals at {reached}")
        reached = interval.end or max(now, opened)
        a, b = (round((edge - first).total_seconds() / 60) for edge in (interval.start, reached))
        if timeline[a:b].count(1) != (b - a if interval.counted else 0):
            wrong.append(f"{interval} was counted otherwise")
    return wrong


def shortest(marks: list[Mark], *rest: object) -> list[Mark]:
    """The marks without those that the difference does not need."""
    for n in range(len(marks) - 1, 0, -1):
        without = marks[:n] + marks[n + 1 :]
        if differences(without, *rest):
            marks = without
    return marks


@pytest.mark.timeout(120 + CASES // 50)
def test_the_clock_agrees_with_the_minute_oracle_in_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    done = 0
    states: dict[str, int] = {}

    @settings(
        max_examples=-(-CASES // PER_CALENDAR),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(calendars(), st.integers(0, 2**32))
    def agree(drawn: tuple[Calendar, datetime], seed: int) -> None:
        nonlocal done
        calendar, first = drawn
        flags, chance = open_minutes(calendar, first, SPAN), Random(seed)
        for _ in range(PER_CALENDAR):
            target, marks = a_target(chance), some_marks(chance, first)
            now = round((marks[0].at - first).total_seconds()) // 60 + chance.randint(-60, 21 * 1440)
            due = answer(marks, calendar, target, now, first, flags).due
            if due not in (None, BEYOND) and due < 40 * 1440:
                # Off by one hides at the due instant itself: look at it, or let something happen just then.
                now = chance.choice((now, now, due, due - 1))
                marks += chance.choice(([], [_mark(chance, at(first, due))]))
            wrong = differences(marks, calendar, target, now, first, flags)
            if wrong:
                few = shortest(marks, calendar, target, now, first, flags)
                pytest.fail(f"{wrong}\nmarks {few}\n{calendar}\n{target}\nnow {at(first, now)}")
            done += 1
            state = ledger(marks, calendar, target, now=at(first, now)).state
            states[state] = states.get(state, 0) + 1

    agree()

    with capsys.disabled():
        print(f"\nSLA clock against the minute oracle: {done:,} cases, 0 differences ({states})")
    assert done >= CASES
    assert len(states) == 5
