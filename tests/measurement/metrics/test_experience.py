"""Experience is goals met, with its parts; a watermelon is called one."""

import pytest

from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from measurement.values import BadData, Interval
from tests.measurement.metrics.small import log

ROWS: tuple[tuple[object, ...], ...] = (
    *((f"c{n}", "resolved", 1) for n in range(100)),
    *((f"c{n}", "target_met", 1, {"target": "resolution"}) for n in range(100)),
    *((f"c{n}", "rated", 2, {"question": "csat", "score": "5" if n < 20 else "1"}) for n in range(40)),
)


def test_targets_met_and_experience_missed_is_a_watermelon() -> None:
    # No breach in 100 (95 %: at most 3.7 %), half of 40 content (35 % to 65 %): surely met, surely missed.
    found = measure(log(*ROWS), "experience", Scope(goals={"target_breach_rate": 0.1, "csat": 0.8}))

    assert (found.estimate.n, found.estimate.value) == (2, 0.5)
    assert found.estimate.interval == Interval(0.5, 0.5, 0.95, "goals surely met to goals not surely missed")
    assert [b.what for b in found.beside] == ["target_breach_rate at most 0.1: met", "csat at least 0.8: missed"]
    assert "watermelon" in found.warnings[0]


def test_a_goal_within_the_interval_is_in_doubt() -> None:
    found = measure(log(*ROWS), "experience", Scope(goals={"csat": 0.45}))

    assert (found.estimate.value, found.beside[0].what) == (1.0, "csat at least 0.45: perhaps met")
    assert found.estimate.interval == Interval(0.0, 1.0, 0.95, "goals surely met to goals not surely missed")


def test_what_cannot_be_measured_is_left_out_with_its_reason() -> None:
    found = measure(log(*ROWS), "experience", Scope(goals={"nps": 30}))

    assert (found.estimate.n, found.estimate.value) == (0, None)
    assert found.excluded[0].reason.startswith("nps:")


def test_without_goals_there_is_no_experience() -> None:
    found = measure(log(*ROWS), "experience")

    assert (found.estimate.n, found.estimate.value) == (0, None)
    assert "--goal" in found.excluded[0].reason


def test_no_goal_on_itself_nor_on_activity() -> None:
    with pytest.raises(BadData, match="cannot be a goal of itself"):
        measure(log(*ROWS), "experience", Scope(goals={"experience": 1}))
    with pytest.raises(BadData, match="takes no goal"):
        measure(log(*ROWS), "experience", Scope(goals={"knowledge_link_rate": 1}))
