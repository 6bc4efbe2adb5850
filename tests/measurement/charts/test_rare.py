"""g and t charts of what lies between rare events."""

import math

import numpy as np
import pytest
from scipy import stats

from measurement.charts.constants import d2
from measurement.charts.rare import g, t
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_valve_failures_of_montgomery_are_reproduced() -> None:
    reference = oracle("montgomery_ex76_valve_failures_t_chart")
    expected, tolerance = reference["expected"], reference["tolerance"]

    chart = t(reference["input"]["hours"])

    centre, sigma = chart.figures["transformed_centre"], chart.figures["transformed_sigma"]
    assert centre is not None
    assert sigma is not None
    # The printed limits use d2 = 1.128, ours its value 1.128379.
    printed = sigma * d2(2) / 1.128
    assert (centre, centre + 3 * printed, centre - 3 * printed) == pytest.approx(
        [expected[f"transformed_{name}"] for name in ("center", "ucl", "lcl_before_floor")], abs=tolerance["abs"]
    )
    assert (chart.centre, chart.ucl) == pytest.approx(
        (expected["center_backtransformed"], expected["ucl_backtransformed"]), rel=tolerance["backtransformed_rel"]
    )
    assert (chart.lcl, list(chart.signals)) == (expected["lcl"], expected["signals"])


def test_a_t_chart_keeps_its_promise_on_exponential_times() -> None:
    times = np.random.default_rng(3).exponential(100, 400_000)

    chart = t(times)

    assert chart.false_alarms.points == pytest.approx(len(times) / len(chart.signals), rel=0.15)


def test_a_long_quiet_and_a_cluster_are_both_seen() -> None:
    times = [30, 45, 28, 60, 38, 41, 52, 33, 47, 39, 36, 44]

    chart = t([*times, 900, 0.0], phase1=12)

    assert [signal.index for signal in chart.signals] == [13, 14]


def test_a_time_below_zero_is_refused() -> None:
    with pytest.raises(BadData, match="Point 2"):
        t([3, -1, 4])


def test_cases_between_events_have_geometric_limits() -> None:
    chart = g([3, 5, 0, 12, 44, 7])

    mean = 71 / 6
    assert (chart.centre, chart.lcl) == (pytest.approx(mean), 0.0)
    assert chart.ucl == pytest.approx(mean + 3 * math.sqrt(mean * (mean + 1)))
    assert chart.figures["median"] == 6


def test_a_g_chart_says_that_it_cries_wolf_more_often_than_one_in_370() -> None:
    chart = g([16] * 20)

    high = 16 + 3 * math.sqrt(16 * 17)
    assert chart.false_alarms.points == pytest.approx(1 / stats.geom.sf(math.floor(high) + 1, 1 / 17))
    assert chart.false_alarms.points == pytest.approx(55, abs=1)


def test_events_in_every_case_leave_nothing_to_vary() -> None:
    assert g([0, 0]).false_alarms.points is None


@pytest.mark.parametrize("x", [[], [1.5, 2], [-1, 2]])
def test_what_is_no_number_of_cases_is_refused(x: list[float]) -> None:
    with pytest.raises(BadData):
        g(x)
