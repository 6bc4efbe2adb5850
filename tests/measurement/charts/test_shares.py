"""A share over periods promises what comes true."""

import numpy as np
import pytest

from measurement.charts.counts import p
from measurement.charts.shares import share_chart
from measurement.values import BadData


def test_the_promise_counts_what_the_baseline_cannot_know() -> None:
    counts, sizes = [9, 10, 11, 8, 12] * 10, [60] * 50

    known, honest = p(counts, sizes, phase1=25).false_alarms, share_chart(counts, sizes, phase1=25)

    assert known.points is not None
    assert honest.chart.false_alarms.points is not None
    assert honest.chart.false_alarms.points < known.points
    assert "1,500 cases" in honest.chart.false_alarms.how
    assert honest.chart.figures["regimes"] == 1


def test_other_rules_keep_the_promise_of_known_limits() -> None:
    counts, sizes = [9, 10, 11, 8, 12] * 10, [60] * 50

    found = share_chart(counts, sizes, phase1=25, rules=("we:1", "we:4"))

    assert found.chart.rules == ("we:1", "we:4")
    assert found.chart.false_alarms == p(counts, sizes, phase1=25, rules=("we:1", "we:4")).false_alarms


def test_a_kind_asked_for_is_drawn_and_the_one_refused_is_said() -> None:
    rng = np.random.default_rng(1)
    counts = rng.binomial(2000, 0.1, 30).tolist()

    found = share_chart(counts, [2000] * 30, kind="p")

    assert found.chart.kind == "p"
    assert found.choice.why.startswith("asked for; the data would ask for pp")
    with pytest.raises(BadData, match="no chart of shares"):
        share_chart(counts, [2000] * 30, kind="xmr")


def test_small_periods_have_no_say_in_whether_the_baseline_is_stable() -> None:
    counts, sizes = [30, 31, 29, 30, 31, 30] + [0] * 10, [100] * 6 + [1] * 10

    found = share_chart(counts, sizes)

    assert found.stability.n == 6
    assert "10 periods of fewer than 10 cases are not looked at for that" in found.chart.notes


def test_nothing_but_zeros_is_a_chart_without_a_promise() -> None:
    found = share_chart([0] * 20, [50] * 20)

    assert found.chart.false_alarms.points is None
    with pytest.raises(BadData):
        share_chart([0, 0], [0, 0])
