"""At equal mix only what differs within strata is left."""

import numpy as np
import pytest

from measurement.comparison.mix import Mix, adjusted_shares, adjusted_times
from measurement.comparison.ranks import mann_whitney, van_elteren
from measurement.survival.curve import kaplan_meier
from measurement.survival.logrank import log_rank, stratified_log_rank
from measurement.survival.times import Times
from measurement.survival.weighted import mix_weights, weighted_kaplan_meier
from tests.measurement.survival.test_curve import random_times


def mix(**strata: str) -> Mix:
    """One letter a case."""
    return Mix.of({name: np.array(list(letters), object) for name, letters in strata.items()})


def test_the_distance_of_two_mixes_is_the_share_that_would_have_to_change() -> None:
    assert mix(a="pppq", b="pqqq").distance == 0.5
    assert mix(a="pq", b="ppqq").distance == 0
    assert mix(a="pp", b="qq").shared == 0
    assert mix(a="ppq", b="ppr").shared == pytest.approx(2 / 3)


def test_weights_give_a_group_the_mix_of_all() -> None:
    """p is 2 of 3 in the group and 1 of 2 in the standard: .75; q 1.5."""
    known = mix(a="ppq", b="q")

    weights, covered = mix_weights(known.codes["a"], known.standard())
    _, missing = mix_weights(known.codes["b"], known.standard())

    assert weights.tolist() == [0.75, 0.75, 1.5]
    assert covered == 1
    assert missing == 0.5


def test_equal_weights_give_the_plain_curve() -> None:
    times = random_times(200)
    plain, weighted = kaplan_meier(times), weighted_kaplan_meier(times, np.full(200, 3.0))

    assert weighted.survival == pytest.approx(plain.survival)
    assert weighted.se == pytest.approx(plain.se, nan_ok=True)
    assert weighted.median() == plain.median()


def test_a_weight_of_two_is_a_case_twice_in_the_curve_but_not_in_its_certainty() -> None:
    once, twice = Times.of([1, 2, 3], [1, 1, 0]), Times.of([1, 1, 2, 3], [1, 1, 1, 0])

    weighted = weighted_kaplan_meier(once, np.array([2.0, 1, 1]))

    assert weighted.survival.tolist() == kaplan_meier(twice).survival.tolist()
    assert weighted.se[0] > kaplan_meier(twice).se[0]
    assert weighted_kaplan_meier(Times.of([]), np.zeros(0)).n == 0


def test_one_stratum_is_no_stratification() -> None:
    groups = {"a": random_times(90, 1), "b": random_times(80, 2)}
    closed = {name: times.time for name, times in groups.items()}

    assert stratified_log_rank([groups]).chisq == log_rank(groups).chisq
    z, p = van_elteren([closed]).statistic, mann_whitney(closed).p
    assert z is not None
    assert van_elteren([closed]).p == pytest.approx(p, rel=0.02)


def test_strata_with_one_group_say_nothing() -> None:
    found = adjusted_times({"a": Times.of([1, 2]), "b": Times.of([3, 4])}, mix(a="pp", b="qq"), None)

    assert found.p is None
    assert "no stratum" in found.warnings[0]


def test_the_order_of_shares_is_second_to_first() -> None:
    """Odds within p: a 1 of 4, b 3 of 4: 9; within q the same."""
    flags = np.array([1.0, 0, 0, 0] * 2)

    found = adjusted_shares({"a": flags, "b": 1 - flags}, mix(a="ppppqqqq", b="ppppqqqq"))

    assert found is not None
    assert found.effect is not None
    assert found.effect.value == pytest.approx(9)
    assert adjusted_shares({"a": flags, "b": flags, "c": flags}, mix(a="p" * 8, b="p" * 8, c="p" * 8)) is None
