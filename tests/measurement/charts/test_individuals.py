"""XmR: single values, and moving ranges that are drawn but silent."""

import numpy as np
import pytest

from measurement.charts.constants import d2
from measurement.charts.individuals import xmr
from measurement.charts.level import METHODS, moving_spread
from measurement.values import BadData
from tests.measurement.oracles import oracle


def indices(chart: object) -> list[int]:
    return sorted({signal.index for signal in chart.signals})  # type: ignore[attr-defined]


def test_the_flow_rates_of_nist_are_reproduced() -> None:
    reference = oracle("nist_imr_flowrate")
    expected, tolerance = reference["expected"], reference["tolerance"]

    chart = xmr(reference["input"]["x"])

    assert chart.dispersion is not None
    assert (chart.centre, chart.ucl, chart.lcl) == pytest.approx(
        (expected["center"], expected["ucl"], expected["lcl"]), abs=tolerance["abs"]
    )
    assert chart.figures["mr_bar"] == pytest.approx(expected["mr_bar"], abs=tolerance["abs"])
    assert chart.dispersion.points == pytest.approx(expected["mr"])
    assert (chart.dispersion.ucl, chart.dispersion.lcl) == pytest.approx(
        (expected["mr_ucl"], expected["mr_lcl"]), abs=tolerance["mr_ucl_abs"]
    )
    assert indices(chart) == expected["out_of_control_points"]


def test_the_viscosities_of_montgomery_are_reproduced() -> None:
    reference = oracle("qcc_viscosity_individuals")
    x, trial, expected = reference["input"]["x"], sum(reference["input"]["trial"]), reference["expected"]
    close = {"abs": reference["tolerance"]["abs"]}

    chart, by_sd = xmr(x, phase1=trial), xmr(x, phase1=trial, method="sd")
    without = xmr([*x[:3], *x[4:trial]])

    first, other, third = (expected[name] for name in ("phase1_all", "phase1_sd_method", "after_removing_batch_4"))
    assert (chart.phase1, without.phase1) == (first["n"], third["n"])
    assert (chart.centre, chart.sigma, chart.lcl, chart.ucl) == pytest.approx(
        (first["center"], first["sd_mr"], first["lcl"], first["ucl"]), **close
    )
    assert (by_sd.sigma, by_sd.lcl, by_sd.ucl) == pytest.approx((other["sd"], other["lcl"], other["ucl"]), **close)
    assert (without.centre, without.sigma, without.lcl, without.ucl) == pytest.approx(
        (third["center"], third["sd_mr"], third["lcl"], third["ucl"]), **close
    )
    assert len(indices(xmr(x[:trial]))) == expected["violations_in_20"]


def test_limits_come_from_the_first_points_alone() -> None:
    x = [10, 12, 11, 13, 12]

    chart = xmr([*x, 500, 600], phase1=5)

    assert (chart.centre, chart.ucl, chart.lcl) == (xmr(x).centre, xmr(x).ucl, xmr(x).lcl)
    assert (chart.phase1, indices(chart)) == (5, [6, 7])


def test_every_estimator_finds_the_sigma_of_many_normal_values() -> None:
    values = np.random.default_rng(2).normal(50, 4, 100_000)

    assert {name: moving_spread(values, name).sigma for name in METHODS} == pytest.approx(
        dict.fromkeys(METHODS, 4.0), rel=0.02
    )


def test_the_moving_range_is_silent_unless_asked() -> None:
    x = [10.0, 10.5, 9.5, 10.2, 9.9, 10.1, 13.0, 7.0, 10.0, 10.1, 9.8, 10.3, 10.0, 9.9]

    silent, loud = xmr(x, rules=("we:1",)), xmr(x, rules=("we:1",), alarm_on_range=True)

    assert silent.dispersion is not None
    assert loud.dispersion is not None
    assert silent.dispersion.signals == ()
    assert "never alarms" in silent.dispersion.false_alarms.how
    assert indices(loud.dispersion) == [7]
    assert silent.false_alarms.points == pytest.approx(370.4, abs=0.1)
    assert loud.false_alarms.points == pytest.approx(105.35, rel=0.01)


def test_run_rules_together_with_the_range_promise_nothing_rather_than_something_wrong() -> None:
    chart = xmr([1, 2, 1, 3], alarm_on_range=True)

    assert chart.false_alarms.points is None
    assert "not computed" in chart.false_alarms.how


def test_given_centre_and_sigma_need_no_baseline() -> None:
    chart = xmr([5.0], target=1.0, sigma=1.0)

    assert (chart.centre, chart.ucl, chart.lcl, chart.phase1) == (1.0, 4.0, -2.0, 0)
    assert indices(chart) == [1]


def test_a_constant_baseline_makes_any_other_value_a_signal_and_says_so() -> None:
    chart = xmr([0.1] * 12 + [0.2], phase1=12)

    assert indices(chart) == [13]
    assert chart.sigma == 0
    assert chart.false_alarms.points is None
    assert any("does not vary" in note for note in chart.notes)


def test_a_point_on_the_limit_is_no_signal() -> None:
    assert indices(xmr([3.0, -3.0, 0.0], target=0.0, sigma=1.0)) == []


def test_few_points_make_trial_limits() -> None:
    assert any("trial limits" in note for note in xmr(range(11)).notes)
    assert xmr(np.tile([1.0, 2.0], 6)).notes == ()


def test_wider_limits_promise_fewer_alarms() -> None:
    chart = xmr(np.tile([1.0, 2.0], 10), L=3.5, rules=("we:1",))

    assert chart.false_alarms.points == pytest.approx(2149.3, rel=1e-4)
    assert chart.ucl == pytest.approx(1.5 + 3.5 / d2(2))


@pytest.mark.parametrize(
    ("x", "options"),
    [
        ([], {}),
        ([1.0], {}),
        ([1.0, float("nan")], {}),
        ([1.0, 2.0, 3.0], {"phase1": 4}),
        ([1.0, 2.0, 3.0], {"phase1": 1}),
        ([1.0, 2.0], {"sigma": 0.0}),
        ([1.0, 2.0], {"L": -1.0}),
        ([1.0, 2.0], {"method": "guess"}),
        ([1.0, 2.0], {"rules": ("we:7",)}),
        ([1.0, 2.0], {"target": float("inf")}),
    ],
)
def test_what_makes_no_chart_is_refused(x: list[float], options: dict[str, object]) -> None:
    with pytest.raises(BadData):
        xmr(x, **options)  # type: ignore[arg-type]
