"""The shipped organisation is whole, believable, and the same in fast motion."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from definitions.base import Priority, canonical
from definitions.calendars import holidays_of
from definitions.checks import problems
from definitions.example import holidays, organisation
from definitions.example.demo import organisation as demo
from definitions.loading import load
from definitions.organisation import INCIDENT_BYTES, Organisation
from definitions.people import Role
from definitions.targets import Clock
from definitions.teams import gaps, shifts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("org", [organisation, demo], ids=["example", "demo"])


@BOTH
def test_nothing_is_wrong_with_it(org: Organisation) -> None:
    found = problems(org, NOW)

    assert found == ()


@BOTH
def test_every_slice_fits_into_the_input_of_a_case(org: Organisation) -> None:
    sizes = {service.key: len(canonical(org.incident(service.key))) for service in org.services}

    print(f"\n{org.key}: bytes of definition in a case: {sizes}")
    assert max(sizes.values()) <= INCIDENT_BYTES


def test_it_has_the_services_teams_and_people_that_documents_and_tests_name() -> None:
    assert {s.key for s in organisation.services} == {"vpn", "email", "erp", "network", "workplace", "identity"}
    assert len(organisation.teams) == 5
    assert organisation.desk_address == "help@example.com"
    assert Role.ANALYST in organisation.person("sam").roles
    assert Role.ANALYST in organisation.person("kim").roles
    assert Role.OPERATOR in organisation.person("olga").roles
    assert Role.ADMIN in organisation.person("ada").roles
    assert organisation.person("rita").addresses[0] == "rita@example.org"


def test_every_service_promises_an_answer_a_solution_and_a_yes() -> None:
    for service in organisation.services:
        clocks = [target.clock for target in organisation.incident(service.key).targets]

        assert sorted(clocks) == sorted(Clock)


def test_more_pressing_is_never_promised_later() -> None:
    for target in organisation.targets:
        calendar = organisation.calendar(target.calendar)
        unit = {"seconds": 1, "minutes": 60, "hours": 3600, "days": calendar.working_day_s}
        allowed = [goal.amount * unit[goal.unit] for goal in (target.goals[priority] for priority in Priority)]

        assert allowed == sorted(allowed), target.key


def test_the_office_calendars_are_in_two_zones_and_cross_both_changes_of_the_clock() -> None:
    for key, opening in (("berlin-office", 8), ("new-york-office", 9)):
        calendar = organisation.calendar(key)
        zone = ZoneInfo(calendar.zone)
        days = [datetime(2026, month, 2, tzinfo=zone) for month in (2, 7, 11)]

        opened = [calendar.next_open(day) for day in days]

        assert {at.astimezone(zone).hour for at in opened} == {opening}
        assert len({at.astimezone(UTC).hour for at in opened}) == 2


def test_the_holidays_written_down_are_those_that_the_almanac_knows() -> None:
    assert holidays_of("DE", "BE", holidays.YEARS) == holidays.BERLIN
    assert holidays_of("US", None, holidays.YEARS) == holidays.UNITED_STATES


def test_lunch_christmas_eve_and_holidays_do_not_count_in_berlin() -> None:
    berlin = organisation.calendar("berlin-office")
    zone = ZoneInfo("Europe/Berlin")
    at = [
        (2026, 3, 2, 11),
        (2026, 3, 2, 12),
        (2026, 12, 24, 9),
        (2026, 12, 24, 14),
        (2026, 12, 25, 9),
        (2026, 10, 3, 9),
    ]

    found = [berlin.is_open(datetime(*moment, 30, tzinfo=zone)) for moment in at]

    assert found == [True, False, True, False, False, False]


def test_teams_that_never_close_have_somebody_on_call_all_year_and_nobody_twice_in_a_row() -> None:
    for key in ("network", "platform"):
        team = organisation.team(key)
        start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

        longest = max(shift.end - shift.start for shift in shifts(team, start, end))

        assert gaps(team, start, end) == ()
        assert longest <= timedelta(days=7, hours=1)
    network = list(shifts(organisation.team("network"), NOW, NOW + timedelta(days=365)))
    assert all(left.person != right.person for left, right in pairwise(network))


def test_the_demo_differs_in_pace_only() -> None:
    assert [s.key for s in demo.services] == [s.key for s in organisation.services]
    assert demo.people == organisation.people
    assert demo.routing == organisation.routing
    assert {goal.unit for target in demo.targets for goal in target.goals.values()} <= {"seconds", "minutes"}
    assert {target.calendar for target in demo.targets} == {"always"}
    assert max(step.after_s for chain in demo.chains for step in chain.steps) <= 60


@BOTH
def test_it_is_found_by_its_import_string(org: Organisation) -> None:
    path = {"example": "definitions.example:organisation", "demo": "definitions.example.demo:organisation"}[org.key]

    assert load(path) is org
