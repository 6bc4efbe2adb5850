"""Rank tests agree with R and with their definitions."""

import numpy as np
import pytest
from scipy import stats

from measurement.comparison import hodges_lehmann
from measurement.comparison.hodges_lehmann import ratio, shift, zeros_said
from measurement.comparison.ranks import kolmogorov_smirnov, kruskal_wallis, mann_whitney, normal_scores
from measurement.values import BadData
from tests.measurement.oracles import oracle

AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]
"""Hollander and Wolfe 1973, p. 69; the example of R's wilcox.test."""


def test_mann_whitney_is_that_of_r() -> None:
    found = mann_whitney({"term": AT_TERM, "early": EARLY})

    assert found.statistic == 35
    assert found.p == pytest.approx(0.2544, abs=1e-4)
    moved = found.further[0]
    assert moved.value == pytest.approx(-0.305)
    assert moved.interval is not None
    assert (moved.interval.low, moved.interval.high) == pytest.approx((-0.76, 0.15))
    assert found.further[1].value == pytest.approx(1 - 35 / 50)


def test_kruskal_wallis_of_the_air_quality_is_that_of_r() -> None:
    known = oracle("r_airquality_kruskal")

    found = kruskal_wallis(known["input"]["groups"])

    assert found.statistic == pytest.approx(known["expected"]["H"], abs=known["tolerance"]["abs"])
    assert found.df == known["expected"]["df"]
    assert found.p == pytest.approx(known["expected"]["p"], rel=known["tolerance"]["p_rel"])


def test_the_middle_of_all_differences_is_exact_whatever_the_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hodges_lehmann, "_FEW", 10)
    rng = np.random.default_rng(5)
    for a, b in (
        (rng.normal(size=301), rng.normal(1, 2, size=200)),
        (rng.integers(0, 5, 300).astype(float), rng.integers(0, 4, 201).astype(float)),
        (np.full(40, 7.0), np.full(30, 2.0)),
    ):
        every = np.sort((b[None, :] - a[:, None]).ravel())

        assert shift(a, b).value == np.median(every)


def test_the_exact_interval_counts_all_arrangements() -> None:
    """Of 2 and 3 values U is 0..6 in 1, 1, 2, 2, 2, 1, 1 of 10 arrangements."""
    assert hodges_lehmann._u_distribution(3, 2) * 10 == pytest.approx([1, 2, 4, 6, 8, 9, 10])
    assert shift(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.5])).interval is not None
    assert shift(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.5])).interval.low is None  # type: ignore[union-attr]


def test_intervals_of_a_shift_hold_it_as_often_as_they_say() -> None:
    rng, inside = np.random.default_rng(6), 0
    for _ in range(400):
        interval = shift(rng.exponential(1, 60), rng.exponential(1, 70) + 0.5).interval
        assert interval is not None
        assert interval.low is not None
        assert interval.high is not None
        inside += interval.low <= 0.5 <= interval.high

    assert inside / 400 == pytest.approx(0.95, abs=0.03)


def test_thinning_very_large_groups_moves_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    a, b = rng.lognormal(8, 2, 20_000), rng.lognormal(8.5, 2, 30_000)
    whole = ratio(a, b)

    monkeypatch.setattr(hodges_lehmann, "_KEPT", 5_000)
    thinned = ratio(a, b)

    assert whole.interval is not None
    assert thinned.interval is not None
    assert thinned.value == pytest.approx(whole.value, rel=2e-3)
    assert thinned.interval.low == pytest.approx(whole.interval.low, rel=3e-3)
    assert thinned.interval.method.endswith("5000 quantiles")


def test_a_ratio_of_times_with_zeros_says_what_zeros_count_as() -> None:
    slow, quick = np.array([0.0, 60, 120, 600]), np.array([0.0, 30, 60, 300])

    found = ratio(slow, quick)

    assert zeros_said(slow, quick) == ("2 zeros count as 15 in the ratio",)
    assert found.value is not None
    assert found.value < 1


def test_equal_values_are_no_difference_and_no_error() -> None:
    assert mann_whitney({"a": [2, 2], "b": [2, 2, 2]}).p == 1
    assert kruskal_wallis({"a": [2, 2], "b": [2, 2, 2]}).p == 1
    assert normal_scores({"a": [2, 2], "b": [2, 2, 2]}).p == 1
    assert mann_whitney({"a": [0, 0], "b": [0, 0, 0]}).warnings


def test_kolmogorov_smirnov_is_scipys() -> None:
    found = kolmogorov_smirnov({"term": AT_TERM, "early": EARLY})

    assert found.statistic == pytest.approx(stats.ks_2samp(AT_TERM, EARLY).statistic)
    assert found.statistic == pytest.approx(0.6)


def test_normal_scores_find_what_a_t_test_finds_in_normal_data() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(0, 1, 500), rng.normal(0.2, 1, 500)

    found, theirs = normal_scores({"a": a, "b": b}), stats.ttest_ind(b, a)

    assert found.statistic == pytest.approx(theirs.statistic, abs=0.1)


def test_one_group_or_missing_values_are_refused() -> None:
    with pytest.raises(BadData, match="needs two groups"):
        mann_whitney({"a": [1, 2]})
    with pytest.raises(BadData, match="missing or infinite"):
        mann_whitney({"a": [1, float("nan")], "b": [1]})
    with pytest.raises(BadData, match="0 values"):
        kruskal_wallis({"a": [1.0], "b": []})
