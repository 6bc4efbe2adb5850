"""What people read of a cycle's signals."""

from datetime import UTC, datetime
from typing import Any

from commands.cycle_story import of_rule, story
from definitions.cycle.state import Signal

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
CHART = "Share late by week (late: 3,600 s and more), p chart: limits from 40 cases; false alarms: 1 in 370 points"
SIGNAL = Signal(at=NOW, rule=f"one point beyond a limit ({CHART})", value=0.4)


def test_a_signal_is_told_by_its_rule_and_not_by_its_chart_again() -> None:
    seen: dict[str, Any] = {"seq": 1, "at": NOW.isoformat(), "type": "signal_seen", "actor": "jidoka"}
    told = [line for _, line in story({"events": [seen | {"data": SIGNAL.model_dump()}], "people": {}}, 0, NOW)]

    assert len(told) == 1
    assert told[0].endswith("The control chart gives a signal: one point beyond a limit.")


def test_the_chart_of_a_signal_is_told_whole() -> None:
    assert of_rule(SIGNAL.rule) == ("one point beyond a limit", CHART)
    assert of_rule("one point beyond a limit") == ("one point beyond a limit", "")
