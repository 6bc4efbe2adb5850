"""Blocks are what is compared where tickets share a queue."""

import numpy as np
import pytest

from measurement.experiments.balance import balance
from measurement.experiments.switchback import switchback
from measurement.values import BadData, Refused


def test_all_arrangements_of_few_blocks_are_tried() -> None:
    """8 blocks, 4 each, the arms wholly apart: 2 of C(8,4) = 70 arrangements are as extreme."""
    found = switchback([1, 2, 3, 4, 11, 12, 13, 14], list("AAAABBBB"))

    assert found.difference == 10
    assert found.exact
    assert found.p == pytest.approx(2 / 70)
    assert found.blocks == {"A": 4, "B": 4}
    assert found.interval.low is not None
    assert found.interval.high is not None
    assert found.interval.low > 0
    assert found.interval.low < 10 < found.interval.high


def test_pairs_are_rearranged_only_within() -> None:
    """6 pairs, B better in each: 2 of 2^6 = 64."""
    values = [v for week in range(6) for v in (10 * week, 10 * week + 3)]

    found = switchback(values, ["A", "B"] * 6, pairs=[week for week in range(6) for _ in "AB"])

    assert found.difference == pytest.approx(3)
    assert found.p == pytest.approx(2 / 64)
    assert found.p < switchback(values, ["A", "B"] * 6).p


def test_block_tests_keep_their_promise_where_tickets_would_not() -> None:
    """Each block has its own luck: tickets tested apart would cry wolf far more often than 5 %."""
    rng, wrong = np.random.default_rng(5), 0
    for _ in range(200):
        wrong += switchback(rng.normal(0, 1, 10), list("ABABABABAB")).p <= 0.05

    assert wrong / 200 <= 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 200)


def test_many_blocks_are_rearranged_at_random_but_the_same_each_time() -> None:
    rng = np.random.default_rng(6)
    values, arms = rng.normal(0, 1, 40), ["A", "B"] * 20

    first, second = switchback(values, arms), switchback(values, arms)

    assert not first.exact
    assert first == second


def test_too_few_blocks_are_refused() -> None:
    with pytest.raises(Refused, match="only 6 ways"):
        switchback([1, 2, 3, 4], list("AABB"))
    with pytest.raises(BadData, match="one number and one of two arms"):
        switchback([1, 2], list("AA"))
    with pytest.raises(BadData, match="one block of each arm"):
        switchback([1, 2, 3, 4], list("AABB"), pairs=[1, 1, 2, 2])


def test_arms_that_are_not_as_drawn_are_an_alarm() -> None:
    """821,588 and 815,482 of a draw by halves: p below 1e-5 (Fabijan and others 2019)."""
    broken, fine = balance({"A": 821_588, "B": 815_482}), balance({"A": 90, "B": 210}, {"A": 1, "B": 2})

    assert not broken.ok
    assert broken.p == pytest.approx(1.8e-6, rel=0.1)
    assert "NOT as drawn" in str(broken)
    assert fine.ok
    assert fine.expected == {"A": 100, "B": 200}
    assert balance({"A": 0, "B": 0}).ok
    with pytest.raises(BadData):
        balance({"A": 3})
