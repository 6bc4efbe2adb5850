"""What stands on the face of a chart comes true, also when its limits came from data."""

import numpy as np
import pytest
from scipy import special, stats

from measurement.charts.chart import RunLength
from measurement.charts.portfolio import Watched, points_between, portfolio, sigma_for
from measurement.charts.promise import of_neighbours, of_shares
from measurement.values import BadData


def test_a_huge_baseline_gives_the_exact_binomial_tails() -> None:
    ucl, lcl = 18 / 60, 1 / 60

    found = of_shares([60], lcl, ucl, late=1_500_000_000, of=10_000_000_000)

    assert found.points == pytest.approx(1 / (stats.binom.sf(18, 60, 0.15) + stats.binom.pmf(0, 60, 0.15)), rel=1e-3)


def test_it_is_the_negative_hypergeometric_law_of_later_cases_beyond_a_quantile() -> None:
    """Of a continuous law, the share of later cases above the largest 15 of 99 is a beta-binomial, without a model."""
    found = of_shares([20], None, 0.3, late=15, of=99)

    assert found.points == pytest.approx(1 / stats.betabinom.sf(6, 20, 16, 85), rel=1e-3)


def test_weeks_of_different_size_share_one_promise() -> None:
    one, other = of_shares([30], 0.0, 0.35, 150, 1000), of_shares([60], 0.0, 0.35, 150, 1000)

    both = of_shares([30, 60], 0.0, (0.35, 0.35), 150, 1000)

    assert one.points is not None
    assert other.points is not None
    assert both.points == pytest.approx(2 / (1 / one.points + 1 / other.points))


def test_limits_that_no_share_can_pass_promise_silence_and_not_infinity() -> None:
    found = of_shares([10], 0.0, 1.0, 1, 100)

    assert found.points is None
    assert "never" in found.how


@pytest.mark.parametrize("m", [12, 25, 100])
def test_limits_from_few_neighbours_cry_wolf_as_often_as_said(m: int) -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(20_000, m))
    centre = points.mean(axis=1)
    reach = 3 * np.abs(np.diff(points)).mean(axis=1) / 1.128379

    rate = np.mean(special.ndtr(centre - reach) + special.ndtr(-centre - reach))

    assert of_neighbours(m).points == pytest.approx(1 / rate, rel=0.15)


def test_with_many_points_the_promise_becomes_the_textbook_one() -> None:
    assert of_neighbours(100_000).points == pytest.approx(370.4, rel=0.005)
    assert of_neighbours(2).points is None


def test_false_alarms_of_a_wall_of_charts_add_up() -> None:
    weekly = [Watched(f"team {i}", RunLength(370.4, ""), 4.3) for i in range(100)]

    found = portfolio([*weekly, Watched("T chart", RunLength(None, "no rule"), 2)])

    assert found.expected == pytest.approx(430 / 370.4)
    assert found.at_least_one == pytest.approx(1 - (1 - 1 / 370.4) ** 430)
    assert found.words == "101 charts, 432 points a month: expect 1.2 false alarms a month (not counted: T chart)"


def test_limits_are_chosen_by_budget() -> None:
    assert sigma_for(370.4, budget=1) == pytest.approx(3.0, abs=1e-4)
    assert points_between(430, budget=0.5) == 860
    assert sigma_for(4300, budget=1) > sigma_for(430, budget=1) > 3
    with pytest.raises(BadData, match="cannot be planned"):
        points_between(430, 0)
