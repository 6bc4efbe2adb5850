"""A quantile's interval promises what the data hold."""

import numpy as np
import pytest
from scipy import stats

from measurement.quantiles import least_n, mean, quantile, worthwhile_n


def test_the_interval_of_a_median_is_that_of_the_sign_test() -> None:
    """n = 20: ranks 6 and 15 hold the median with probability .9586 (Conover, table A3)."""
    found = quantile(np.arange(1, 21), 0.5)

    assert found.value == 10.5
    assert (found.interval.low, found.interval.high) == (6, 15)
    assert stats.binom.cdf(14, 20, 0.5) - stats.binom.cdf(5, 20, 0.5) == pytest.approx(0.9586, abs=1e-4)


@pytest.mark.parametrize("q", [0.5, 0.85, 0.95])
def test_intervals_hold_the_truth_as_often_as_they_say(q: float) -> None:
    rng = np.random.default_rng(4)
    truth, inside = float(stats.lognorm.ppf(q, 3)), 0
    for _ in range(400):
        interval = quantile(rng.lognormal(0, 3, 200), q).interval
        assert interval.low is not None
        assert interval.high is not None
        inside += interval.low <= truth <= interval.high

    assert inside / 400 >= 0.95 - 2.5 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize(("q", "n"), [(0.5, 6), (0.85, 23), (0.95, 72)])
def test_too_few_data_bound_a_quantile_on_one_side_only_and_say_so(q: float, n: int) -> None:
    short, enough = quantile(np.arange(n - 1), q), quantile(np.arange(n), q)

    assert least_n(q) == n
    assert short.interval.high is None
    assert f"needs n >= {n}, has {n - 1}" in short.note
    assert None not in (enough.interval.low, enough.interval.high)


def test_a_p85_of_fewer_than_60_cases_is_said_to_be_weak() -> None:
    assert worthwhile_n(0.85) == 60
    assert "n >= 60, has 59" in quantile(np.arange(59), 0.85).note
    assert quantile(np.arange(60), 0.85).note == ""


def test_no_data_and_one_value_are_no_error() -> None:
    assert quantile([], 0.5).value is None
    assert mean([]).value is None
    assert quantile([3], 0.5).value == 3
    assert mean([3]).interval.low is None
    assert mean([2, 2, 2]).note == "all values are equal"


def test_the_mean_of_skewed_times_is_resampled_and_that_of_many_is_not() -> None:
    rng = np.random.default_rng(1)
    few, many = mean(rng.lognormal(0, 1.5, 200)), mean(rng.lognormal(0, 1.5, 6000))

    assert few.interval.method.startswith("BCa bootstrap")
    assert many.interval.method == "t"
    assert few.value is not None
    assert (few.interval.high or 0) - few.value > few.value - (few.interval.low or 0)
    assert mean(rng.lognormal(0, 1.5, 50), seed=3) != few
