"""A chart as a value, and as JSON."""

import json
import math

import numpy as np
import pytest

from measurement.charts.chart import Chart, RunLength
from measurement.charts.counts import p
from measurement.charts.individuals import xmr
from measurement.charts.shewhart import line
from measurement.charts.subgroups import xbar_r


@pytest.mark.parametrize(
    "chart",
    [
        xmr([1.0, 1.0, 1.0]),
        xmr([1.0, 2.0], target=0.0, sigma=1.0),
        p([0, 1, 0], [0, 4, 9]),
        xbar_r([[1.0], [2.0, 3.0]]),
    ],
)
def test_no_number_that_is_none_reaches_json(chart: Chart) -> None:
    data = json.loads(json.dumps(chart.to_json(), allow_nan=False))

    assert data["kind"] == chart.kind
    assert len(data["points"]) == len(chart.points)
    assert {"centre", "ucl", "lcl", "signals", "expected_points_between_false_alarms", "dispersion"} <= data.keys()


def test_equal_limits_are_one_number_and_others_one_per_point() -> None:
    assert line(np.array([2.0, 2.0]), 2) == 2.0
    assert line(np.array([2.0, 3.0]), 2) == (2.0, 3.0)
    assert line(np.array([2.0, math.nan]), 2) == (2.0, None)
    assert line(np.array([0.0, 0.0]), 2) == 0.0


def test_moving_ranges_take_the_names_of_their_second_points() -> None:
    chart = xmr([1.0, 2.0, 4.0]).labelled(("mon", "tue", "wed"))

    assert chart.dispersion is not None
    assert chart.dispersion.labels == ("tue", "wed")


def test_the_promise_reads_as_a_sentence() -> None:
    assert str(RunLength(370.4, "normal")) == "one per 370 points (normal)"
    assert str(RunLength(4.25, "normal")) == "one per 4.2 points (normal)"
    assert "no rule" in str(RunLength(None, "no rule is on"))
