"""The promise on the face of a chart, kept on real times that never change (the UCI log, drawn at random)."""

from collections import Counter

import numpy as np
import pytest

from measurement.charts.default import default_chart
from measurement.charts.ladder import raw_individuals
from measurement.charts.normal_scores import Reference, normal_ewma
from measurement.charts.typical import typical_by_week
from measurement.charts.weeks import WEEKS
from measurement.log.eventlog import EventLog
from tests.measurement.charts.real import times_of, unchanged

WITHIN = 0.25


def alarms(log: EventLog, a_week: int, weeks: int, baselines: int) -> tuple[float, float, str]:
    """Points between false alarms after the baseline, what the charts promised, and the kind chosen nearly always."""
    times, rng = times_of(log), np.random.default_rng(20)
    rung, rate, kinds = 0, 0.0, Counter[str]()
    for _ in range(baselines):
        found = default_chart(unchanged(times, WEEKS + weeks, a_week, rng))
        kinds[found.chart.kind] += 1
        rung += sum(signal.index > WEEKS for signal in found.chart.signals)
        rate += 1 / (found.chart.false_alarms.points or np.inf)
    ((kind, times_chosen),) = kinds.most_common(1)
    assert times_chosen > 0.95 * baselines
    return baselines * weeks / rung, baselines / rate, kind


def test_the_default_chart_keeps_its_promise_in_weeks_of_sixty(uci_log: EventLog) -> None:
    seen, promised, kind = alarms(uci_log, a_week=60, weeks=400, baselines=120)

    assert kind == "p"
    assert seen == pytest.approx(promised, rel=WITHIN)


def test_it_keeps_it_with_exact_limits_in_weeks_of_thirty(uci_log: EventLog) -> None:
    seen, promised, kind = alarms(uci_log, a_week=30, weeks=1200, baselines=100)

    assert kind == "p"
    assert seen == pytest.approx(promised, rel=WITHIN)


def test_it_keeps_it_as_p_prime_in_weeks_of_three_hundred(uci_log: EventLog) -> None:
    seen, promised, kind = alarms(uci_log, a_week=300, weeks=40, baselines=300)

    assert kind == "pp"
    assert seen == pytest.approx(promised, rel=WITHIN)


def test_normal_scores_keep_theirs_against_references_of_a_thousand(uci_log: EventLog) -> None:
    """Table 4.1: 370 points on the UCI log. Points until the first signal, over how many signalled."""
    times, rng = times_of(uci_log), np.random.default_rng(7)
    watched = signalled = 0
    for _ in range(500):
        chart = normal_ewma(rng.choice(times, 1000), Reference.of(rng.choice(times, 1000)))
        watched += chart.signals[0].index if chart.signals else chart.n
        signalled += bool(chart.signals)

    assert chart.false_alarms.points == pytest.approx(370.4, abs=0.1)
    assert watched / signalled == pytest.approx(370.4, rel=WITHIN)


def test_single_times_on_an_individuals_chart_alarm_every_28_tickets(uci_log: EventLog) -> None:
    """Table 4.1: raw 28 on the UCI log, blind to everything after taking logs, 39 and 370 for known laws."""
    times, rng = times_of(uci_log), np.random.default_rng(1)

    assert raw_individuals(times).points == pytest.approx(28, abs=0.5)
    assert raw_individuals(np.log(np.maximum(times, 60))).points is None
    assert raw_individuals(rng.exponential(size=200_000)).points == pytest.approx(39, rel=0.05)
    assert raw_individuals(rng.normal(size=400_000)).points == pytest.approx(370, rel=0.1)


def test_the_typical_time_keeps_its_promise_with_both_of_its_rules(uci_log: EventLog) -> None:
    """Watched for half a year each, so that calm and nervous baselines count alike."""
    times, rng = times_of(uci_log), np.random.default_rng(5)
    watched = signalled = 0
    for _ in range(1000):
        chart = typical_by_week(unchanged(times, 2 * WEEKS, 30, rng), baseline_weeks=WEEKS)
        later = [signal.index - WEEKS for signal in chart.signals if signal.index > WEEKS]
        watched += min(later, default=WEEKS)
        signalled += bool(later)

    assert chart.rules == ("we:1", "we:4")
    assert watched / signalled == pytest.approx(chart.false_alarms.points, rel=WITHIN)
