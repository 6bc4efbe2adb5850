"""Plans of trials without a second arm."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from definitions.cycle.before_after import PLANS, BeforeAfter
from definitions.experiment import Experiment
from tests.definitions.trials import trial

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def series(**given: Any) -> BeforeAfter:
    known: dict[str, Any] = {
        "key": "kzn-00000001",
        "hypothesis": "Fewer cases come back when the answer is read aloud",
        "cycle": "KZN-00000001",
        "metric": "reopen_rate",
        "measure": "share",
        "better": "lower",
        "follow_s": 86_400,
        "baseline": "0" * 64,
        "before": (MONDAY - timedelta(weeks=20), MONDAY),
        "starts_at": MONDAY,
        "weeks": 6,
    }
    return BeforeAfter.model_validate(known | given)


def test_a_plan_that_was_kept_as_words_is_the_same_plan_again() -> None:
    for plan in (trial(), series(), series(measure="time", metric="time_to_resolve", late_s=3_600)):
        again = PLANS.validate_json(plan.model_dump_json())

        assert (type(again), again.version) == (type(plan), plan.version)
    assert isinstance(PLANS.validate_json(trial().model_dump_json()), Experiment)


def test_it_is_over_when_the_last_case_of_the_last_week_has_been_followed() -> None:
    assert series().stops_at == MONDAY + timedelta(weeks=6, days=1)


@pytest.mark.parametrize(
    "given",
    [
        {"measure": "time"},
        {"late_s": 3_600},
        {"measure": "time", "late_s": 90_000},
        {"before": (MONDAY - timedelta(weeks=1), MONDAY + timedelta(weeks=1))},
        {"before": (MONDAY, MONDAY)},
    ],
)
def test_a_series_that_could_not_be_told_is_no_plan(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"late|weeks before"):
        series(**given)
