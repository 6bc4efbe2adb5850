"""X-bar with R or S."""

import numpy as np
import pytest

from measurement.charts.constants import c4, d2, d3
from measurement.charts.subgroups import METHODS, within_sigma, xbar_r, xbar_s
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_piston_rings_of_montgomery_are_reproduced() -> None:
    reference = oracle("qcc_pistonrings_xbar_r_s")
    groups, phase1 = reference["input"]["subgroups"], reference["input"]["phase1_subgroups"]
    mean, ranges, deviations = (reference["expected"][name] for name in ("xbar", "R", "S"))
    close = {"abs": reference["tolerance"]["abs"]}

    by_range, by_deviation = xbar_r(groups, phase1=phase1), xbar_s(groups, phase1=phase1)

    r, s = by_range.dispersion, by_deviation.dispersion
    assert r is not None
    assert s is not None
    assert (by_range.centre, by_range.figures["sigma_within"], by_range.lcl, by_range.ucl) == pytest.approx(
        (mean["center"], mean["sd"], mean["lcl"], mean["ucl"]), **close
    )
    assert (r.centre, r.lcl, r.ucl) == pytest.approx((ranges["center"], ranges["lcl"], ranges["ucl"]), **close)
    assert (s.centre, s.lcl, s.ucl) == pytest.approx(
        (deviations["center"], deviations["lcl"], deviations["ucl"]), **close
    )
    assert by_deviation.figures["sigma_within"] == pytest.approx(deviations["sd"], **close)
    assert [signal.index for signal in by_range.signals] == [37, 38, 39]


def test_every_estimator_finds_the_sigma_inside_many_subgroups_of_any_size() -> None:
    random = np.random.default_rng(8)
    groups = [random.normal(0, 3, int(size)) for size in random.integers(2, 12, 5_000)]

    assert {name: within_sigma(groups, name).sigma for name in METHODS} == pytest.approx(
        dict.fromkeys(METHODS, 3.0), rel=0.02
    )


def test_weighted_estimators_trust_large_subgroups_more() -> None:
    groups = [np.array([0.0, 10.0]), np.arange(10.0)]
    weights = [(d2(n) / d3(n)) ** 2 for n in (2, 10)]
    deviations = [c4(n) ** 2 / (1 - c4(n) ** 2) for n in (2, 10)]

    assert within_sigma(groups, "mvlue-r").sigma == pytest.approx(np.average([10 / d2(2), 9 / d2(10)], weights=weights))
    assert within_sigma(groups, "mvlue-sd").sigma == pytest.approx(
        np.average([np.std(g, ddof=1) / c4(len(g)) for g in groups], weights=deviations)
    )
    assert within_sigma(groups, "rmsdf").sigma == pytest.approx(np.sqrt((50 + 82.5) / 10) / c4(11))


def test_limits_follow_the_size_of_each_subgroup() -> None:
    chart = xbar_r([[1, 2, 3], [2, 3], [4], [1, 1, 5, 2]])

    assert isinstance(chart.ucl, tuple)
    sigma = chart.figures["sigma_within"]
    assert sigma is not None
    assert chart.centre == pytest.approx(2.4)
    assert chart.ucl == pytest.approx([2.4 + 3 * sigma / np.sqrt(n) for n in (3, 2, 1, 4)])
    assert chart.dispersion is not None
    assert chart.dispersion.points == (2.0, 1.0, None, 4.0)


def test_range_and_deviation_promise_what_their_skewed_laws_keep() -> None:
    random = np.random.default_rng(4)
    sample = random.normal(size=(400_000, 5))
    ranges, deviations = np.ptp(sample, axis=1), sample.std(axis=1, ddof=1)
    groups = random.normal(size=(30, 5)).tolist()

    r, s = xbar_r(groups, sigma=1.0).dispersion, xbar_s(groups, sigma=1.0).dispersion

    assert r is not None
    assert s is not None
    assert r.false_alarms.points == pytest.approx(1 / np.mean(ranges > r.ucl), rel=0.08)
    assert s.false_alarms.points == pytest.approx(1 / np.mean(deviations > s.ucl), rel=0.08)


def test_subgroups_of_equal_values_make_any_other_mean_a_signal() -> None:
    chart = xbar_s([[2, 2], [2, 2], [3, 3]], phase1=2)

    assert [signal.index for signal in chart.signals] == [3]


@pytest.mark.parametrize("groups", [[], [[1.0], [2.0]], [[1.0, 2.0], []]])
def test_what_makes_no_chart_is_refused(groups: list[list[float]]) -> None:
    with pytest.raises(BadData):
        xbar_r(groups)


def test_an_unknown_estimator_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadData) as refused:
        xbar_r([[1, 2]], method="best")

    assert "mvlue-sd" in refused.value.hint
