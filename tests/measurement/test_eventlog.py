"""A log is the same columns whatever it came from."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from measurement.log.columns import AT, CASES, EVENTS
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.values import BadData

START = datetime(2026, 3, 2, 9, tzinfo=UTC).replace(tzinfo=None)


def events(*rows: tuple[str, str, int], **more: list[str | None]) -> pa.Table:
    """Case, activity, minutes after START."""
    columns = {
        "case_id": [case for case, _, _ in rows],
        "activity": [activity for _, activity, _ in rows],
        "at": pa.array([START + timedelta(minutes=m) for _, _, m in rows], AT),
    }
    return pa.table(columns | more)


def test_events_are_numbered_by_time_and_then_by_the_order_of_the_source() -> None:
    log = EventLog.of(events(("a", "late", 9), ("a", "first", 0), ("a", "twin 1", 4), ("a", "twin 2", 4)))

    assert [r["activity"] for r in log.rows("FROM events ORDER BY seq")] == ["first", "twin 1", "twin 2", "late"]


def test_every_column_is_there_and_columns_of_the_source_are_kept() -> None:
    log = EventLog.of(events(("a", "open", 0), location=["north"]))

    assert log.columns == (*EVENTS.names, "location")
    assert log.table("FROM cases").schema.names == CASES.names


def test_a_case_ends_with_its_last_done_activity_and_is_open_without_one() -> None:
    log = EventLog.of(
        events(("a", "open", 0), ("a", "solve", 5), ("a", "solve", 8), ("a", "archive", 60), ("b", "open", 1)),
        rules=CaseRules(done=("solve",)),
    )

    ends = {r["case_id"]: (r["resolved_at"], r["ended_as"]) for r in log.rows("FROM cases")}
    assert ends == {"a": (START + timedelta(minutes=8), "resolved"), "b": (None, None)}
    assert log.as_of == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_case_that_was_opened_again_is_open() -> None:
    rules = CaseRules(done=("solve",), again=("reopen",))

    log = EventLog.of(events(("a", "open", 0), ("a", "solve", 5), ("a", "reopen", 8)), rules=rules)

    assert log.rows("SELECT resolved_at, ended_as FROM cases") == [{"resolved_at": None, "ended_as": None}]


def test_a_cancelled_case_is_not_resolved() -> None:
    rules = CaseRules(done=("solve",), cancelled=("withdraw",))

    log = EventLog.of(events(("a", "open", 0), ("a", "withdraw", 5)), rules=rules)

    assert log.rows("SELECT resolved_at, ended_as FROM cases") == [{"resolved_at": None, "ended_as": "cancelled"}]


def test_a_field_that_does_not_exist_is_refused_with_those_that_do() -> None:
    log = EventLog.of(events(("a", "open", 0), location=["north"]))

    assert log.rows(log.field_sql("location")) == [{"case_id": "a", "value": "north"}]
    with pytest.raises(BadData, match="no field 'colour'") as refused:
        log.field_sql("colour")
    assert "location" in refused.value.hint
