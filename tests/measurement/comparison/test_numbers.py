"""The test fits the data and the effect says something."""

import numpy as np
import pytest

from measurement.comparison.numbers import compare_numbers
from measurement.comparison.times import compare_times
from measurement.survival.times import Times
from measurement.values import BadData, Refused


def test_skewed_numbers_are_compared_by_ranks_with_the_means_beside_it() -> None:
    rng = np.random.default_rng(1)

    found = compare_numbers({"a": rng.lognormal(0, 1, 50), "b": rng.lognormal(1, 1, 50)})

    assert found.tested.test == "mann-whitney"
    assert [e.what for e in (found.tested.effect, *found.tested.further) if e] == [
        "ratio (Hodges-Lehmann)",
        "shift (Hodges-Lehmann)",
        "probability that b is larger",
        "mean of b minus mean of a",
    ]


def test_counts_that_are_mostly_equal_are_told_by_their_means() -> None:
    few, more = np.array([0.0] * 70 + [1.0] * 20 + [3.0] * 10), np.array([0.0] * 50 + [1.0] * 30 + [3.0] * 20)

    found = compare_numbers({"a": few, "b": more})

    assert found.tested.effect is not None
    assert found.tested.effect.what == "mean of b minus mean of a"
    assert found.tested.effect.value == pytest.approx(0.4)


def test_zeros_and_ones_are_shares() -> None:
    found = compare_numbers({"a": [0, 1, 1, 0] * 9, "b": [1, 1, 1, 0] * 9})

    assert found.tested.test == "two-proportions"
    assert [group.value for group in found.groups] == [0.5, 0.75]
    with pytest.raises(BadData, match="zeros and ones"):
        compare_numbers({"a": [0, 2], "b": [1, 1]}, "two-proportions")


def test_equal_numbers_are_no_difference() -> None:
    found = compare_numbers({"a": [4, 4, 4], "b": [4, 4]})

    assert found.verdict == "no difference found"
    assert found.tested.warnings == ("all values are equal: there is nothing to compare",)


def test_two_single_values_are_no_error() -> None:
    found = compare_numbers({"a": [4], "b": [5]})

    assert found.tested.p == 1
    assert found.warnings


def test_open_cases_decide_the_test() -> None:
    closed, open_ = Times.of([1, 2, 3, 9]), Times.of([4, 5, 6, 7], [1, 1, 1, 0])

    assert compare_times({"a": closed, "b": closed}).tested.test == "mann-whitney"
    assert compare_times({"a": closed, "b": open_}).tested.test == "log-rank"
    assert compare_times({"a": closed, "b": closed}, "log-rank").tested.test == "log-rank"
    with pytest.raises(Refused, match="1 open cases out"):
        compare_times({"a": closed, "b": open_}, "welch")
    with pytest.raises(BadData, match="No cases in b"):
        compare_times({"a": closed, "b": Times.of([])})


def test_all_open_says_that_nothing_can_be_said() -> None:
    found = compare_times({"a": Times.of([1, 2], [0, 0]), "b": Times.of([3, 4], [0, 0])})

    assert found.verdict == "nothing can be said"
    assert [group.value for group in found.groups] == [None, None]


def test_share_late_is_beyond_the_p85_of_the_first_group_unless_given() -> None:
    first, second = Times.of(np.arange(1.0, 101)), Times.of(np.arange(31.0, 131))

    by_itself, given = compare_times({"a": first, "b": second}), compare_times({"a": first, "b": second}, None, 50)

    assert by_itself.about == {"late_after": 85.5, "late_after_from": "P85 of a"}
    assert [group.share_late for group in by_itself.groups] == pytest.approx([0.15, 0.45])
    assert given.about["late_after"] == 50
    late = next(e for e in given.tested.further if e.what.startswith("share late"))
    assert late.value == pytest.approx(0.3)
