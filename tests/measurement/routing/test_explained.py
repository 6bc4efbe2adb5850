"""One case explained: by what was known in its week, with teams, people and queues as they stood."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from definitions.routing_learned import LearnedRouting
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.routing.explained import explained

MONDAY = datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None)
SETTINGS = LearnedRouting()
NEW = "case-099"


def rows() -> list[tuple[str, datetime, str, str | None, str | None, str]]:
    """Ninety-nine cases that the desk had first and jay of the network resolved, but each tenth; then a new one."""
    found: list[tuple[str, datetime, str, str | None, str | None, str]] = []
    for n in range(99):
        case, at = f"case-{n:03}", MONDAY + timedelta(hours=n)
        person = "maria" if n % 10 == 0 else "jay"
        found += [
            (case, at, "new", "desk", None, "vpn"),
            (case, at + timedelta(hours=1), "work", "network", person, "vpn"),
            (case, at + timedelta(hours=3), "done", "network", person, "vpn"),
        ]
    at = MONDAY + timedelta(days=8)
    return [*found, (NEW, at, "new", "desk", None, "vpn"), ("case-100", at, "new", None, None, "vpn")]


@pytest.fixture
def log() -> EventLog:
    names = ("case_id", "at", "activity", "team", "person", "service")
    columns = dict(zip(names, map(list, zip(*rows(), strict=True)), strict=True))
    return EventLog.of(
        pa.table(columns | {"at": pa.array(columns["at"], pa.timestamp("us"))}), rules=CaseRules(done=("done",))
    )


def test_the_team_and_then_the_person_who_resolve_the_kind_are_named(log: EventLog) -> None:
    found = explained(log, NEW, SETTINGS)

    assert found is not None
    assert (found.choice.who, found.choice.proposed, found.resolver, found.trained) == ("network", "desk", None, 99)
    assert found.told == {"service": "vpn"}
    assert found.person is not None
    assert (found.person.who, found.person.proposed) == ("jay", None)
    assert found.person.line == "jay: resolves 90% of vpn (89 of n 99), open now"


def test_a_case_of_the_first_week_is_told_that_nothing_was_known(log: EventLog) -> None:
    found = explained(log, "case-050", SETTINGS)

    assert found is not None
    assert (found.choice.who, found.trained, found.resolver) == ("desk", 0, "network")
    assert "no resolved case is known yet" in found.choice.line
    assert found.person is None


def test_a_case_that_is_not_there_or_has_no_team_is_not_explained(log: EventLog) -> None:
    assert explained(log, "case-999", SETTINGS) is None
    assert explained(log, "case-100", SETTINGS) is None
