"""What a cycle brought is counted against what would have come anyway, and only what is proven is added up."""

import pytest

from definitions.cycle.benefit import Entry, actual, forecast, ledger
from definitions.cycle.evidence import Evidence
from definitions.verdict import Verdict
from tests.definitions.cycle.lives import BASELINE, CHARTER, MONDAY, SERIES, TRIAL, verdict


def of(found: Verdict, **trial: object) -> Evidence:
    return Evidence(baseline=BASELINE, trial=TRIAL.model_copy(update=trial), verdict=found)


def test_a_ratio_of_times_scales_the_baseline() -> None:
    found = actual(CHARTER, of(verdict("win", 0.7, 0.55, 0.9)), accepted=True, at=MONDAY)

    assert found is not None
    assert found.per_case == pytest.approx(27_000)
    assert found.low == pytest.approx(9_000)
    assert (found.by_itself, found.verified, found.unit) == (0, True, "s")
    assert found.a_year == pytest.approx(27_000 * 20 * 365.25 / 7)


def test_a_difference_of_shares_stands_for_itself_in_the_direction_of_the_charter() -> None:
    evidence = of(verdict("win", 0.12, 0.04, 0.2), measure="share")
    more = CHARTER.model_copy(update={"direction": "higher"})

    better = actual(more, evidence, accepted=True, at=MONDAY)
    worse = actual(CHARTER, evidence, accepted=True, at=MONDAY)

    assert better is not None
    assert worse is not None
    assert (better.per_case, better.low) == (0.12, 0.04)
    assert (worse.per_case, worse.low) == (-0.12, -0.2)


def test_what_beat_before_and_not_the_rebound_is_not_verified() -> None:
    luck = SERIES.model_copy(update={"after": 0.28, "beaten": False})

    found = actual(CHARTER, Evidence(baseline=BASELINE, interrupted=luck), accepted=True, at=MONDAY)

    assert found is not None
    assert found.per_case == pytest.approx(0.02), "against what was to be expected, not against before (0.12)"
    assert not found.verified


def test_a_standard_without_a_win_is_not_verified_and_without_a_result_there_is_nothing() -> None:
    against = actual(CHARTER, of(verdict("futility", 0.9, 0.7, 1.2)), accepted=True, at=MONDAY)

    assert against is not None
    assert not against.verified
    assert actual(CHARTER, Evidence(baseline=BASELINE), accepted=True, at=MONDAY) is None


def test_the_forecast_goes_from_the_baseline_to_the_goal() -> None:
    found = forecast(CHARTER, BASELINE, MONDAY)

    assert found is not None
    assert found.per_case == 30_000
    assert forecast(CHARTER.model_copy(update={"goal": None}), BASELINE, MONDAY) is None


def test_only_verified_benefits_are_added_up_and_never_those_of_different_metrics() -> None:
    expected = forecast(CHARTER, BASELINE, MONDAY)
    won = actual(CHARTER, of(verdict()), accepted=True, at=MONDAY)
    claimed = actual(CHARTER, of(verdict("futility")), accepted=True, at=MONDAY)
    back = actual(CHARTER, of(verdict("harm", 1.4)), accepted=False, at=MONDAY)
    entries = [
        Entry(cycle=f"DMC-{number}", metric=metric, unit="s", forecast=expected, actual=found)
        for number, (metric, found) in enumerate(
            [("a", won), ("a", won), ("b", won), ("a", claimed), ("b", None), ("a", back)]
        )
    ]

    found = ledger(entries)

    assert won is not None
    assert [(total.metric, total.cycles, total.a_year) for total in found.totals] == [
        ("a", 3, 2 * won.a_year),
        ("b", 1, won.a_year),
    ]
    assert (found.unverified, found.expected) == (1, 1)
    assert [entry.standing for entry in found.entries][3:] == ["unverified", "expected", "verified"]
