"""A withdrawn case is neither resolved nor still open."""

import numpy as np
import pytest

from measurement.survival.competing import aalen_johansen
from measurement.survival.curve import kaplan_meier
from measurement.survival.gap import mean_gap
from measurement.survival.times import Times
from measurement.values import BadData
from tests.measurement.survival.test_curve import random_times


def test_with_one_kind_of_end_it_is_kaplan_meier() -> None:
    times = random_times(300)
    curve = kaplan_meier(times)

    found = aalen_johansen(times.time, np.where(times.ended, "resolved", None))["resolved"]

    assert found.share == pytest.approx(1 - curve.survival)
    left = curve.survival > 0
    assert found.se[left] == pytest.approx(curve.se[left])


def test_without_open_cases_the_shares_are_the_simple_ones() -> None:
    ends = ["resolved", "cancelled", "resolved", "resolved", "cancelled"]

    found = aalen_johansen([1, 2, 3, 4, 5], ends)

    assert found["resolved"].at(3)[0] == pytest.approx(2 / 5)
    assert found["cancelled"].at(9)[0] == pytest.approx(2 / 5)
    assert found["resolved"].se[-1] == pytest.approx(np.sqrt(0.6 * 0.4 / 5))
    assert found["resolved"].at(0.5)[0] == 0


def test_the_ends_never_add_up_to_more_than_all() -> None:
    """By hand: at 1 one of 4 is resolved, at 3 (2 left) one is cancelled: .25 and .75 * 1/2."""
    found = aalen_johansen([1, 2, 3, 4], ["resolved", None, "cancelled", None])

    share, interval = found["cancelled"].at(3)
    assert found["resolved"].at(3)[0] == pytest.approx(0.25)
    assert share == pytest.approx(0.375)
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < share < interval.high


def test_nothing_ended_gives_no_curves() -> None:
    assert aalen_johansen([1, 2], [None, None]) == {}


def test_a_gap_of_means_covers_only_what_both_were_watched() -> None:
    slow, fast = Times.of([4, 8, 9], [1, 1, 0]), Times.of([1, 2, 6], [1, 1, 1])

    gap = mean_gap(("slow", slow), ("fast", fast))

    assert gap.tau == 9
    assert gap.means["slow"].value == pytest.approx(7)
    assert gap.means["fast"].value == pytest.approx(3)
    assert gap.difference == pytest.approx(-4)
    assert gap.p is not None
    assert gap.p < 0.05


def test_a_gap_without_spread_has_no_interval() -> None:
    gap = mean_gap(("a", Times.of([3, 3])), ("b", Times.of([5, 5])))

    assert (gap.difference, gap.p, gap.interval.low) == (2, None, None)


def test_a_gap_to_nobody_is_refused() -> None:
    with pytest.raises(BadData, match="two groups"):
        mean_gap(("a", Times.of([1.0])), ("b", Times.of([])))
