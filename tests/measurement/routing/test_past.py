"""What a log tells about who resolves what: as known at the opening, and at the resolution."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.routing.past import fields_of, past
from measurement.values import BadData

MONDAY = datetime(2026, 1, 5, tzinfo=UTC).replace(tzinfo=None)
NINE = MONDAY + timedelta(days=1, hours=9)
ROWS = (
    ("a", 0, "new", "desk", "vpn", "unclear"),
    ("a", 1, "moved", "network", "vpn", "drop"),
    ("a", 2, "done", "network", "vpn", "drop"),
    ("a", 3, "filed", "archive", "vpn", "drop"),
    ("b", 0, "new", None, "mail", None),
    ("b", 1, "done", None, "mail", "quota"),
    ("c", 5, "new", "desk", "mail", "quota"),
)


@pytest.fixture
def log() -> EventLog:
    columns = {
        "case_id": [row[0] for row in ROWS],
        "at": pa.array([NINE + timedelta(hours=row[1]) for row in ROWS], pa.timestamp("us")),
        "activity": [row[2] for row in ROWS],
        "team": [row[3] for row in ROWS],
        "service": [row[4] for row in ROWS],
        "category": [row[5] for row in ROWS],
    }
    return EventLog.of(pa.table(columns), name="toy", rules=CaseRules(done=("done",)))


def test_fields_count_as_they_stood_at_the_opening(log: EventLog) -> None:
    (case,) = past(log).cases

    assert case.kind == ("vpn", "unclear")
    assert case.category == "unclear"


def test_the_resolver_is_who_held_it_when_it_was_resolved(log: EventLog) -> None:
    (case,) = past(log).cases

    assert (case.first, case.resolver, case.week) == ("desk", "network", MONDAY)


def test_what_teaches_nothing_is_counted(log: EventLog) -> None:
    assert [(x.n, x.reason) for x in past(log).excluded] == [
        (1, "not resolved"),
        (1, "no team is known when it was resolved"),
    ]


def test_a_field_that_is_never_filled_is_left_out_unless_asked_for(log: EventLog) -> None:
    assert fields_of(log) == ("service", "category")
    assert fields_of(log, ("channel",)) == ("channel",)


@pytest.mark.parametrize(("name", "message"), [("colour", "no column 'colour'"), ("team", "not known when")])
def test_a_field_that_cannot_be_known_is_refused(log: EventLog, name: str, message: str) -> None:
    with pytest.raises(BadData, match=message):
        fields_of(log, (name,))


def test_a_column_that_the_rules_end_a_case_with_is_refused(uci_log: EventLog) -> None:
    with pytest.raises(BadData, match="resolved_at is not known when a case is opened"):
        fields_of(uci_log, ("resolved_at",))
