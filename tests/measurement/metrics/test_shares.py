"""Numbers from counts alone have their intervals, or none where there is nothing to have one of."""

import pytest
from scipy import stats

from measurement.metrics.shares import mean_score, net_score, rolled, satisfied
from tests.measurement.oracles import oracle


def test_satisfaction_is_the_share_of_four_and_five() -> None:
    value, interval = satisfied({5: 6, 4: 2, 3: 1, 1: 1})

    exact = stats.binomtest(8, 10).proportion_ci(0.95, "wilson")
    assert value == 0.8
    assert (interval.low, interval.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_effort_is_a_mean_with_a_t_interval() -> None:
    answers = [7, 7, 6, 2]

    value, interval = mean_score({7: 2, 6: 1, 2: 1})

    low, high = stats.t.interval(0.95, 3, loc=5.5, scale=stats.sem(answers))
    assert (value, interval.low, interval.high) == (5.5, pytest.approx(low), pytest.approx(high))


def test_no_answer_is_no_number_and_one_answer_no_interval() -> None:
    assert satisfied({})[0] is None
    assert mean_score({})[0] is None
    assert mean_score({6: 1})[0] == 6
    assert mean_score({6: 1})[1].low is None


def test_a_net_score_ends_at_minus_and_plus_one_hundred() -> None:
    value, interval = net_score(3, 0, 3)

    assert (value, interval.low, interval.high) == (100, 100, 100)
    assert net_score(9, 1, 10)[1].high == 100


def test_rolled_yield_is_that_of_the_reference() -> None:
    example = oracle("rty_four_step")

    value, interval = rolled(example["input"]["fpy"], [example["input"]["units"]] * 4)

    assert value == pytest.approx(example["expected"]["rty"], abs=example["tolerance"]["abs"])
    assert interval.low is not None
    assert interval.low < value
    assert rolled([0.9, 0.0], [10, 10]) == (0.0, rolled([0.0], [1])[1])
