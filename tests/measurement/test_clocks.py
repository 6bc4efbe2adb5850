"""The clock of columns is the clock of cases."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from definitions.calendars import Calendar, Exceptional, Hours, Window
from definitions.walls import micros
from measurement.clocks import open_seconds

ZONE = "Europe/Berlin"
DAYS = Calendar(
    key="days",
    title="Days",
    zone=ZONE,
    windows=(
        Window(days=(0, 1, 2, 3), from_=time(8), until=time(12)),
        Window(days=(0, 1, 2, 3, 4), from_=time(13), until=time(17, 30)),
    ),
    holidays={"Christmas": (date(2025, 12, 25), date(2025, 12, 26))},
    exceptions=(Exceptional(on=date(2025, 12, 24), reason="eve", hours=(Hours(from_=time(9), until=time(11)),)),),
)
NIGHTS = Calendar(
    key="nights", title="Nights", zone=ZONE, windows=(Window(days=tuple(range(7)), from_=time(22), until=time(6)),)
)
ALWAYS = Calendar(
    key="always", title="Always", zone="UTC", windows=(Window(days=tuple(range(7)), from_=time(0), until=time(0)),)
)
SPRING, AUTUMN = datetime(2025, 3, 30, tzinfo=UTC), datetime(2025, 10, 26, tzinfo=UTC)


def around(middle: datetime, days: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rng = np.random.default_rng(seed)
    span = days * 86_400_000_000
    return tuple(np.sort(micros(middle) + rng.integers(-span, span, (2, n)), axis=0))


@pytest.mark.parametrize("calendar", [DAYS, NIGHTS, ALWAYS], ids=lambda c: c.key)
@pytest.mark.parametrize(
    ("middle", "days"), [(SPRING, 2), (AUTUMN, 2), (datetime(2025, 12, 25, tzinfo=UTC), 5), (AUTUMN, 400)]
)
def test_random_instants_count_as_the_clock_of_cases_counts_them(
    calendar: Calendar, middle: datetime, days: int
) -> None:
    begin, until = around(middle, days, 300, seed=days)

    counted = calendar.timetable().counted
    wanted = [counted(a, b) / 1e6 for a, b in zip(begin.tolist(), until.tolist(), strict=True)]

    assert open_seconds(calendar, begin, until).tolist() == wanted


@pytest.mark.parametrize(("night", "hours"), [(SPRING, 7), (AUTUMN, 9)])
def test_a_night_shift_has_seven_hours_in_spring_and_nine_in_autumn(night: datetime, hours: int) -> None:
    begin, until = (np.array([micros(night + timedelta(hours=h))]) for h in (-6, 12))

    assert open_seconds(NIGHTS, begin, until).tolist() == [hours * 3600]


def test_an_end_that_is_not_after_its_begin_counts_nothing() -> None:
    at = np.array([micros(SPRING)])

    assert open_seconds(DAYS, at, at).tolist() == [0]
    assert open_seconds(ALWAYS, at, at - 1).tolist() == [0]
    assert open_seconds(DAYS, at[:0], at[:0]).tolist() == []


def test_a_holiday_a_short_day_and_a_weekend_do_not_count() -> None:
    """24 December 9 to 11, Christmas on Thursday and Friday, and a weekend: 2 h from Wednesday to Monday morning."""
    begin, until = (np.array([micros(datetime(2025, 12, day, 7, tzinfo=UTC))]) for day in (24, 29))

    assert open_seconds(DAYS, begin, until).tolist() == [2 * 3600]
