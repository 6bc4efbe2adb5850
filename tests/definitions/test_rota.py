"""Who is on call: local time through both DST nights, swaps, layers, and gaps that are shown."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from definitions.teams import LOOK_AHEAD, Layer, Member, Rota, Swap, Team, gaps, on_call, shifts

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = Layer(people=("sam", "kim", "lee"), start=date(2026, 1, 5), handover=0, handover_at=time(9, 0))


def _team(*layers: Layer, zone: str = "Europe/Berlin") -> Team:
    return Team(
        key="desk",
        title="Desk",
        calendar="office",
        zone=zone,
        members=(Member(person="sam"), Member(person="kim"), Member(person="lee")),
        lead="sam",
        manager="kim",
        rota=Rota(zone=zone, layers=layers) if layers else None,
    )


def _local(*parts: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN, fold=fold)


def _swap(person: str, instead_of: str, from_: datetime, until: datetime, team: str = "desk") -> Swap:
    return Swap(team=team, person=person, instead_of=instead_of, from_=from_, until=until)


def test_turns_pass_at_the_handover_in_order_and_begin_again() -> None:
    team = _team(WEEKLY)

    found = [on_call(team, _local(2026, 1, 5, 9, 0) + timedelta(days=7 * week)).person for week in range(4)]

    assert found == ["sam", "kim", "lee", "sam"]


def test_the_handover_minute_belongs_to_the_next_person() -> None:
    team = _team(WEEKLY)

    before, after = on_call(team, _local(2026, 1, 12, 8, 59)), on_call(team, _local(2026, 1, 12, 9, 0))

    assert (before.person, after.person) == ("sam", "kim")
    assert before.until == _local(2026, 1, 12, 9, 0)


def test_handover_keeps_its_local_hour_when_the_clocks_change() -> None:
    team = _team(WEEKLY)

    winter, summer = on_call(team, _local(2026, 3, 20, 12, 0)).until, on_call(team, _local(2026, 3, 29, 12, 0)).until

    assert winter == datetime(2026, 3, 23, 8, 0, tzinfo=UTC)
    assert summer == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def test_a_handover_in_the_doubled_hour_happens_once() -> None:
    night = Layer(people=("sam", "kim"), start=date(2026, 10, 18), handover=6, handover_at=time(2, 30))
    team = _team(night)

    people = [
        on_call(team, at).person
        for at in (
            _local(2026, 10, 25, 2, 29),
            _local(2026, 10, 25, 2, 30),
            _local(2026, 10, 25, 2, 10, fold=1),
            _local(2026, 10, 25, 2, 50, fold=1),
        )
    ]

    assert people == ["sam", "kim", "kim", "kim"]


def test_a_handover_in_the_skipped_hour_still_happens() -> None:
    night = Layer(people=("sam", "kim"), start=date(2026, 3, 22), handover=6, handover_at=time(2, 30))
    team = _team(night)

    before = on_call(team, datetime(2026, 3, 29, 1, 29, tzinfo=UTC))
    after = on_call(team, datetime(2026, 3, 29, 1, 30, tzinfo=UTC))

    assert (before.person, after.person) == ("sam", "kim")


def test_day_and_night_layers_share_the_week_without_a_gap() -> None:
    day = Layer(key="day", people=("sam", "kim"), start=date(2026, 1, 5), from_=time(8), until=time(20))
    night = Layer(key="night", people=("lee",), start=date(2026, 1, 5), from_=time(20), until=time(8))
    team = _team(day, night)
    start = _local(2026, 3, 16, 12, 0)

    duty = list(shifts(team, start, start + timedelta(days=28)))

    assert gaps(team, start, start + timedelta(days=28)) == ()
    assert {shift.person for shift in duty} == {"sam", "kim", "lee"}
    night_of_the_change = next(s for s in duty if s.start == _local(2026, 3, 28, 20, 0))
    assert night_of_the_change.person == "lee"
    assert night_of_the_change.end - night_of_the_change.start == timedelta(hours=11)


def test_the_first_layer_that_covers_an_instant_wins() -> None:
    office = Layer(key="office", people=("kim",), start=date(2026, 1, 5), from_=time(9), until=time(17))
    always = Layer(key="always", people=("lee",), start=date(2026, 1, 5))
    team = _team(office, always)

    noon, evening = on_call(team, _local(2026, 2, 3, 12, 0)), on_call(team, _local(2026, 2, 3, 18, 0))

    assert (noon.person, noon.reason) == ("kim", "turn in layer office")
    assert (evening.person, evening.until) == ("lee", _local(2026, 2, 4, 9, 0))


def test_hours_that_nobody_covers_are_shown_as_gaps() -> None:
    weekdays = Layer(
        people=("sam",), start=date(2026, 1, 5), days=(0, 1, 2, 3, 4), from_=time(8), until=time(18), key="weekdays"
    )
    team = _team(weekdays)

    found = gaps(team, _local(2026, 2, 6, 8, 0), _local(2026, 2, 10, 8, 0))

    assert [(gap.start, gap.end) for gap in found] == [
        (_local(2026, 2, 6, 18, 0), _local(2026, 2, 9, 8, 0)),
        (_local(2026, 2, 9, 18, 0), _local(2026, 2, 10, 8, 0)),
    ]
    saturday = on_call(team, _local(2026, 2, 7, 12, 0))
    assert (saturday.person, saturday.gap, saturday.until) == (None, True, _local(2026, 2, 9, 8, 0))
    assert "no layer" in saturday.reason


def test_a_team_without_a_rota_says_so() -> None:
    found = on_call(_team(), _local(2026, 2, 7, 12, 0))

    assert (found.person, found.gap, found.reason) == (None, True, "team desk has no rota")


def test_before_the_first_handover_nobody_is_on_call() -> None:
    found = on_call(_team(WEEKLY), _local(2026, 1, 5, 8, 0))

    assert (found.gap, found.until) == (True, _local(2026, 1, 5, 9, 0))


def test_a_swap_holds_for_its_time_only() -> None:
    team = _team(WEEKLY)
    swap = _swap("kim", "sam", _local(2026, 1, 7, 0, 0), _local(2026, 1, 8, 0, 0))

    found = [on_call(team, at, (swap,)).person for at in (swap.from_ - timedelta(minutes=1), swap.from_, swap.until)]

    assert found == ["sam", "kim", "sam"]
    assert on_call(team, swap.from_, (swap,)).until == swap.until
    assert on_call(team, swap.from_, (swap,)).reason == "swap: kim for sam"


def test_a_swap_touches_only_the_duty_of_the_one_replaced_and_only_in_that_team() -> None:
    team = _team(WEEKLY)
    at = _local(2026, 1, 7, 12, 0)
    others = (
        _swap("lee", "kim", _local(2026, 1, 5, 0, 0), _local(2026, 1, 12, 0, 0)),
        _swap("lee", "sam", _local(2026, 1, 5, 0, 0), _local(2026, 1, 12, 0, 0), team="network"),
    )

    assert on_call(team, at, others).person == "sam"


def test_a_swap_can_be_swapped_on() -> None:
    team = _team(WEEKLY)
    at = _local(2026, 1, 7, 12, 0)
    week = (_local(2026, 1, 5, 9, 0), _local(2026, 1, 12, 9, 0))

    found = on_call(team, at, (_swap("kim", "sam", *week), _swap("lee", "kim", *week)))

    assert found.person == "lee"


def test_one_person_alone_has_no_change_in_sight() -> None:
    alone = Layer(people=("sam",), start=date(2026, 1, 5))
    at = _local(2026, 2, 3, 12, 0)

    found = on_call(_team(alone), at)

    assert (found.person, found.until) == ("sam", at + LOOK_AHEAD)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_a_year_of_shifts_has_no_holes_and_agrees_with_asking_at_each_edge(zone: str) -> None:
    day = Layer(key="day", people=("sam", "kim", "lee"), start=date(2025, 12, 1), from_=time(7, 30), until=time(19))
    night = Layer(key="night", people=("kim", "lee"), start=date(2025, 12, 1), from_=time(19), until=time(7, 30))
    team = _team(day, night, zone=zone)
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

    year = list(shifts(team, start, end))

    assert (year[0].start, year[-1].end) == (start, end)
    assert all(left.end == right.start for left, right in pairwise(year))
    assert all(on_call(team, s.start).person == s.person for s in year[::20])
    assert all(on_call(team, s.end - timedelta(seconds=1)).person == s.person for s in year[::20])


def test_a_swap_with_oneself_or_backwards_is_refused() -> None:
    early, late = _local(2026, 1, 5, 9, 0), _local(2026, 1, 6, 9, 0)

    with pytest.raises(ValidationError, match="ends before it begins"):
        _swap("kim", "sam", late, early)
    with pytest.raises(ValidationError, match="cannot swap with themselves"):
        _swap("sam", "sam", early, late)


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match="use an IANA name such as Europe/Berlin"):
        Rota(zone="Berlin", layers=(WEEKLY,))


def test_a_skill_that_nobody_has_is_refused() -> None:
    with pytest.raises(ValidationError, match="nobody has dns"):
        Team.model_validate({**_team(WEEKLY).model_dump(), "skills": ("dns",)})
