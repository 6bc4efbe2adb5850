"""The gage study of triage: do people give the same case the same label."""

from typing import get_args

import numpy as np
import pytest

from measurement.charts.agreement import Weights, cohen, fleiss
from measurement.values import BadData

# Fleiss (1971) as Wikipedia works it out: 10 cases, 14 raters, 5 labels; kappa .210.
FLEISS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)


def rows(table: tuple[tuple[int, ...], ...]) -> list[list[str]]:
    return [[str(label) for label, times in enumerate(row) for _ in range(times)] for row in table]


def pairs(both: int, first: int, second: int, neither: int) -> tuple[list[str], list[str]]:
    a = ["yes"] * (both + first) + ["no"] * (second + neither)
    b = ["yes"] * both + ["no"] * first + ["yes"] * second + ["no"] * neither
    return a, b


def test_cohens_kappa_of_two_readers() -> None:
    found = cohen(*pairs(20, 5, 10, 15))

    assert (found.observed, found.by_chance) == pytest.approx((0.7, 0.5))
    assert found.kappa == pytest.approx(0.4)
    assert found.words == "fair"


def test_the_interval_is_that_of_the_jackknife() -> None:
    rng = np.random.default_rng(1)
    first = rng.integers(0, 4, 400)
    second = np.where(rng.random(400) < 0.7, first, rng.integers(0, 4, 400))
    order = [0, 1, 2, 3]

    for weights in get_args(Weights):
        found = cohen(first.tolist(), second.tolist(), weights=weights, order=order)
        without = [
            cohen(np.delete(first, i).tolist(), np.delete(second, i).tolist(), weights=weights, order=order)
            for i in range(400)
        ]
        kappas = np.array([each.kappa for each in without], dtype=float)
        se = np.sqrt(399 / 400 * np.sum((kappas - kappas.mean()) ** 2))
        assert found.interval is not None
        assert found.interval.low is not None
        assert found.kappa is not None
        assert (found.kappa - found.interval.low) / 1.959964 == pytest.approx(se, rel=0.02)


def test_a_near_miss_on_the_scale_of_priorities_counts_less_with_weights() -> None:
    scale = ["P1", "P2", "P3", "P4"]
    first, second = scale * 5, ["P2", "P2", "P3", "P3"] * 5

    plain = cohen(first, second).kappa
    squared = cohen(first, second, weights="quadratic", order=scale).kappa

    assert plain is not None
    assert squared is not None
    assert squared > plain


def test_fleiss_kappa_of_fourteen_raters() -> None:
    found = fleiss(rows(FLEISS))

    assert found.kappa == pytest.approx(0.210, abs=5e-4)
    assert (found.cases, found.raters) == (10, 14)
    assert found.interval is not None
    assert found.interval.low is not None
    assert found.interval.low < 0.21 < (found.interval.high or 0)


def test_one_label_only_leaves_kappa_undefined_and_says_so() -> None:
    for found in (cohen(["a", "a"], ["a", "a"]), fleiss([["a", "a"], ["a", "a"]])):
        assert found.kappa is None
        assert found.words.startswith("not defined")


def test_perfect_agreement_is_one_and_opposite_labels_are_below_zero() -> None:
    assert cohen(["a", "b"] * 9, ["a", "b"] * 9).kappa == pytest.approx(1)
    opposite = cohen(["a", "b"] * 9, ["b", "a"] * 9)
    assert opposite.kappa == pytest.approx(-1)
    assert opposite.words == "none beyond chance"
    assert fleiss([["a", "b"]]).interval is None


def test_labels_that_do_not_match_are_refused() -> None:
    with pytest.raises(BadData, match="2 labels against 1"):
        cohen(["a", "b"], ["a"])
    with pytest.raises(BadData, match="'c' is not on the scale"):
        cohen(["a", "c"], ["a", "a"], order=["a", "b"])
    with pytest.raises(BadData, match="Weights need the order"):
        cohen(["a", "b"], ["a", "a"], weights="linear")
    with pytest.raises(BadData, match="equally many labels"):
        fleiss([["a", "b"], ["a"]])
    with pytest.raises(BadData):
        fleiss([])
