"""Not a list of alarms: how many levels a series had, whether its points know each other, whether it has a season."""

import numpy as np
import pytest

from measurement.charts.autocorrelation import autocorrelation, summary
from measurement.charts.changepoints import normal_scores, regimes
from measurement.charts.stability import seasonality, stability
from measurement.values import BadData, Refused
from tests.measurement.oracles import oracle


def test_nist_lew_mean_sd_and_autocorrelation() -> None:
    known = oracle("nist_strd_univariate_lew")

    found = summary(known["input"]["y"])

    expected, rel = known["expected"], known["tolerance"]["rel"]
    assert found.mean == pytest.approx(expected["mean"], rel=rel)
    assert found.sd == pytest.approx(expected["sd"], rel=rel)
    assert found.lag1.r == pytest.approx(expected["lag1_autocorrelation"], rel=rel)
    assert not found.lag1.independent


def test_digits_survive_a_mean_a_hundred_million_times_the_spread() -> None:
    """As NIST's NumAcc4: alternating .1 and .3 on 10,000,000 with one .2, sd exactly .1 and lag 1 exactly -.999."""
    values = [10_000_000.2] + [10_000_000.1, 10_000_000.3] * 500

    found = summary(values)

    assert found.sd == pytest.approx(0.1, rel=1e-8)
    assert found.lag1.r == pytest.approx(-0.999, rel=1e-8)


@pytest.mark.parametrize("values", [[5.0], [2.0, 2.0, 2.0]])
def test_autocorrelation_of_one_point_or_of_equal_ones_is_not_defined(values: list[float]) -> None:
    found = autocorrelation(values)

    assert found.r is None
    assert found.independent
    assert "not defined" in str(found)


def test_the_nile_changed_once_after_1898() -> None:
    known = oracle("nile_changepoint")

    before, after = regimes(known["input"]["y"])

    expected, tolerance = known["expected"], known["tolerance"]["abs"]
    assert before.last == expected["last_index_before_change_1based"]
    assert known["input"]["first_year"] + before.last - 1 == expected["year_last_before"]
    assert before.mean == pytest.approx(expected["mean_before"], abs=tolerance)
    assert after.mean == pytest.approx(expected["mean_after"], abs=tolerance)


def test_nothing_is_found_where_nothing_changed_19_times_in_20() -> None:
    rng = np.random.default_rng(4)

    cut = [len(regimes(rng.lognormal(0, 3, 52))) > 1 for _ in range(400)]

    assert np.mean(cut) < 0.05


def test_one_enormous_point_is_no_regime() -> None:
    values = np.random.default_rng(1).normal(10, 1, 40)
    values[20] = 1e9

    assert len(regimes(values)) == 1
    assert len(regimes([0.0] * 30 + [1.0] + [0.0] * 30)) == 1


def test_few_equal_or_no_points_have_one_regime_or_say_why() -> None:
    assert [(r.first, r.last, r.n) for r in regimes([3.0])] == [(1, 1, 1)]
    assert len(regimes([2.0] * 50)) == 1
    with pytest.raises(BadData):
        regimes([])


def test_ties_share_their_middle_rank() -> None:
    scores = normal_scores([1.0, 1.0, 5.0, 9.0])

    assert scores[0] == scores[1]
    assert scores[3] == pytest.approx(1.1503, abs=1e-4)


def test_what_has_four_regimes_is_called_not_stable_with_their_number() -> None:
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(level, 1, 30) for level in (0, 5, 0, -5)])

    found = stability(values)

    assert found.words == "not stable: 4 regimes"
    with pytest.raises(Refused, match="Capability refused: not stable: 4 regimes in 120 points") as refused:
        found.require("capability")
    assert "points 91 to 120" in refused.value.hint


def test_autocorrelation_is_a_warning_on_a_stable_series() -> None:
    found = stability([1.0, -1.0] * 20)

    assert found.stable
    assert found.words.startswith("stable: one regime; lag-1 autocorrelation -")
    found.require("capability")


def test_a_weekday_pattern_is_found_and_measured() -> None:
    rng = np.random.default_rng(3)
    days = ["Mon", "Tue", "Wed", "Thu", "Fri"] * 12
    values = rng.normal(0, 1, 60) + 5 * np.array([d == "Fri" for d in days])

    found = stability(values, days).season

    assert found is not None
    assert found.found
    assert found.share == pytest.approx(0.5, abs=0.15)
    assert max(found.medians, key=lambda day: found.medians[day]) == "Fri"


def test_nothing_is_said_about_a_season_below_two_cycles() -> None:
    once = seasonality([1.0, 2.0, 3.0], ["Mon", "Tue", "Wed"])
    five_of_seven = seasonality([1.0, 2.0] * 5, ["Mon", "Tue"] * 5, period=7)
    flat = seasonality([1.0, 1.0] * 5, ["Mon", "Tue"] * 5)

    assert (once.p, once.reason) == (None, "1 whole cycles of 3, at least 2 needed")
    assert (five_of_seven.p, five_of_seven.found) == (None, False)
    assert flat.reason == "all values are equal"
    with pytest.raises(BadData, match="places in the cycle"):
        seasonality([1.0, 2.0], ["Mon"])
