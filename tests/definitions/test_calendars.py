"""What a calendar promises; the nights of the clock change have an oracle of their own."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.base import canonical
from definitions.calendars import Calendar, Exceptional, Hours, NeverOpens, Window, holidays_of
from definitions.targets import Clock, Goal, Target

WEEKDAYS = (0, 1, 2, 3, 4)


def berlin(**more: object) -> Calendar:
    """Monday to Friday, 8 to 17, an hour for lunch."""
    windows = [
        Window(days=WEEKDAYS, from_="08:00", until="12:00"),
        Window(days=WEEKDAYS, from_="13:00", until="17:00"),
    ]
    return Calendar(**{"key": "berlin", "title": "Office", "zone": "Europe/Berlin", "windows": windows} | more)


def nights(zone: str, from_: str, until: str) -> Calendar:
    return Calendar(key="n", title="Night", zone=zone, windows=[Window(days=tuple(range(7)), from_=from_, until=until)])


def hours(day: int, from_: str, until: str) -> Window:
    return Window(days=(day,), from_=from_, until=until)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_lunch_does_not_count() -> None:
    found = berlin().counted_between(at("2026-12-01T11:30+01:00"), at("2026-12-01T13:30+01:00"))

    assert found == 3600


def test_microseconds_are_kept() -> None:
    due = berlin().add(at("2026-12-01T16:59:59.999999+01:00"), 0.000002)

    assert due == at("2026-12-02T08:00:00.000001+01:00")


def test_time_that_ends_with_the_day_is_due_at_closing_not_at_the_next_opening() -> None:
    due = berlin().add(at("2026-12-01T13:00+01:00"), 4 * 3600)

    assert due == at("2026-12-01T17:00+01:00")


def test_a_shift_through_the_night_counts_on_both_sides_of_midnight() -> None:
    found = nights("Europe/Berlin", "22:00", "06:00").windows_between(
        at("2026-12-01T12:00+01:00"), at("2026-12-02T12:00+01:00")
    )

    assert found == ((at("2026-12-01T22:00+01:00"), at("2026-12-02T06:00+01:00")),)


def test_a_holiday_closes_the_day_from_midnight_to_midnight() -> None:
    calendar = nights("Europe/Berlin", "22:00", "06:00").model_copy(update={"holidays": {"X": (date(2026, 12, 2),)}})

    found = calendar.windows_between(at("2026-12-01T12:00+01:00"), at("2026-12-03T12:00+01:00"))

    assert found == ((at("2026-12-01T22:00+01:00"), at("2026-12-02T00:00+01:00")),)


def test_an_exception_outranks_a_holiday() -> None:
    half = Exceptional(on=date(2026, 12, 24), reason="half day", hours=(Hours(from_="08:00", until="12:00"),))
    calendar = berlin(holidays={"Christmas Eve": (date(2026, 12, 24),)}, exceptions=[half])

    assert calendar.counted_between(at("2026-12-24T00:00+01:00"), at("2026-12-25T00:00+01:00")) == 4 * 3600


@pytest.mark.parametrize(
    ("zone", "spring", "autumn", "missing"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-10-25", 60),
        ("America/New_York", "2026-03-08", "2026-11-01", 60),
        ("Australia/Lord_Howe", "2026-10-04", "2026-04-05", 30),
    ],
)
def test_a_night_shift_is_as_long_as_the_night_was(zone: str, spring: str, autumn: str, missing: int) -> None:
    calendar = nights(zone, "00:00", "06:00")
    midnights = [at(f"{day}T00:00").replace(tzinfo=ZoneInfo(zone)) for day in (spring, autumn)]

    found = [calendar.counted_between(midnight, midnight + timedelta(days=1)) for midnight in midnights]

    assert found == [(360 - missing) * 60, (360 + missing) * 60]


def test_hours_within_the_missing_hour_are_empty_and_within_the_double_hour_run_from_first_to_last() -> None:
    calendar = nights("Europe/Berlin", "02:15", "02:45")

    spring = calendar.windows_between(at("2026-03-28T23:00Z"), at("2026-03-29T21:00Z"))
    autumn = calendar.windows_between(at("2026-10-24T23:00Z"), at("2026-10-25T21:00Z"))

    assert spring == ()
    assert autumn == ((at("2026-10-25T02:15+02:00"), at("2026-10-25T02:45+01:00")),)


def test_the_closing_instant_is_closed_and_the_opening_instant_is_open() -> None:
    calendar = berlin()

    assert calendar.is_open(at("2026-12-01T08:00+01:00"))
    assert not calendar.is_open(at("2026-12-01T12:00+01:00"))
    assert calendar.next_open(at("2026-12-01T12:00+01:00")) == at("2026-12-01T13:00+01:00")
    assert calendar.next_open(at("2026-12-01T09:00+01:00")) == at("2026-12-01T09:00+01:00")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-12-04T15:00+01:00", 1, "2026-12-07T15:00+01:00"),
        ("2026-12-04T20:00+01:00", 1, "2026-12-08T08:00+01:00"),
        ("2026-12-05T11:00+01:00", 1, "2026-12-08T08:00+01:00"),
        ("2026-12-23T12:30+01:00", 2, "2026-12-28T13:00+01:00"),
        ("2026-10-23T09:00+02:00", 1, "2026-10-26T09:00+01:00"),
        ("2026-12-05T11:00+01:00", 0, "2026-12-07T08:00+01:00"),
    ],
)
def test_working_days_are_counted_at_the_same_local_time(start: str, days: int, end: str) -> None:
    calendar = berlin(holidays={"Christmas Day": (date(2026, 12, 25),)})

    assert calendar.add_days(at(start), days) == at(end)


def test_a_working_day_is_the_commonest_day_of_the_week() -> None:
    short_friday = berlin(
        windows=[
            Window(days=(0, 1, 2, 3), from_="08:00", until="16:30"),
            Window(days=(4,), from_="08:00", until="14:00"),
        ]
    )

    half_and_half = berlin(windows=[hours(0, "08:00", "16:00"), hours(1, "08:00", "12:00")])

    assert short_friday.working_day_s == 8.5 * 3600
    assert half_and_half.working_day_s == 8 * 3600
    assert nights("UTC", "00:00", "00:00").working_day_s == 24 * 3600


def test_a_calendar_that_never_opens_again_says_so() -> None:
    day = Exceptional(on=date(2026, 12, 1), reason="one day", hours=(Hours(from_="08:00", until="12:00"),))
    # No such calendar can be defined; the search must end all the same.
    calendar = berlin(exceptions=[day]).model_copy(update={"windows": ()})

    assert calendar.add(at("2026-11-01T00:00Z"), 3600) == at("2026-12-01T09:00+01:00")
    with pytest.raises(NeverOpens, match="too little open time"):
        calendar.next_open(at("2026-12-02T00:00Z"))
    with pytest.raises(NeverOpens, match="too little open time"):
        calendar.add_days(at("2026-11-01T00:00Z"), 2)
    with pytest.raises(NeverOpens, match="smaller goal"):
        berlin().add(at("2026-12-02T00:00Z"), 10**9)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"zone": "Europe/Berln"}, "no time zone"),
        ({"windows": []}, "not open in any week"),
        ({"windows": [hours(0, "08:00", "12:00"), hours(0, "11:00", "13:00")]}, "overlap"),
        ({"windows": [hours(6, "22:00", "06:00"), hours(0, "05:00", "13:00")]}, "overlap"),
        ({"exceptions": [Exceptional(on=date(2026, 1, 2), reason="a")] * 2}, "more than one exception"),
        ({"windows": [{"days": [7], "from_": "08:00", "until": "12:00"}]}, "less than or equal to 6"),
        ({"windows": [{"days": [1], "from_": "08:00:30", "until": "12:00"}]}, "whole minutes"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_with_the_reason(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        berlin(**wrong)


def test_holidays_are_frozen_to_dates_under_english_names() -> None:
    found = holidays_of("DE", "BE", [2026, 2027])

    assert found["Good Friday"] == (date(2026, 4, 3), date(2027, 3, 26))
    assert date(2026, 6, 4) not in {on for dates in found.values() for on in dates}
    assert date(2026, 6, 4) in {on for dates in holidays_of("DE", "BY", [2026]).values() for on in dates}
    with pytest.raises(ValueError, match="no public holidays"):
        holidays_of("XX", None, [2026])


def test_a_copy_with_other_hours_counts_by_those() -> None:
    calendar = berlin()
    day = (at("2026-12-01T00:00Z"), at("2026-12-02T00:00Z"))
    before = calendar.counted_between(*day)

    copied = calendar.model_copy(update={"windows": calendar.windows[:1]})

    assert (before, copied.counted_between(*day)) == (8 * 3600, 4 * 3600)
    assert copied.version != calendar.version


def test_two_calendars_and_three_targets_with_three_years_of_holidays_fit_the_slice_of_a_case() -> None:
    years = [2026, 2027, 2028]
    here = berlin(holidays=holidays_of("DE", "BE", years))
    there = berlin(zone="America/New_York", holidays=holidays_of("US", "NY", years))
    goals = {p: Goal(amount=4, unit="hours") for p in ("P1", "P2", "P3", "P4", "P5")}
    target = Target(key="resolve", title="Solved in time", clock=Clock.RESOLUTION, calendar="berlin", goals=goals)

    size = len(canonical([value.model_dump(mode="json") for value in (here, there, target, target, target)]))

    assert size < 3400
    assert Calendar.model_validate_json(here.model_dump_json()) == here


starts = st.integers(0, 366 * 86400 * 10**6).map(
    lambda us: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(starts, st.integers(1, 200 * 3600), st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/Havana"]))
def test_adding_and_counting_are_inverse(start: datetime, seconds: int, zone: str) -> None:
    calendar = berlin(zone=zone, holidays={"X": (date(2026, 5, 1), date(2026, 10, 26))})

    end = calendar.add(start, seconds)

    assert calendar.counted_between(start, end) == seconds
    assert calendar.counted_between(start, end - timedelta(microseconds=1)) < seconds
    pieces = (close - begin for begin, close in calendar.windows_between(start, end))
    assert sum(pieces, timedelta()) == timedelta(seconds=seconds)
