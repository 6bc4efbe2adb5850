"""Single cases by rank, and weeks by their typical time."""

from datetime import timedelta

import numpy as np
import pytest

from measurement.charts.normal_scores import SENSITIVE, Reference, normal_ewma
from measurement.charts.ranked import ranked_chart
from measurement.charts.typical import typical_by_week
from measurement.charts.weeks import Cases
from measurement.survival.times import Times
from measurement.values import BadData, Refused
from tests.measurement.charts.real import START, unchanged

THOUSAND = Reference.of(np.arange(1.0, 1000.0))


def test_the_middle_of_the_reference_scores_nothing_and_beyond_it_the_score_stays_finite() -> None:
    assert THOUSAND.scores([500.0])[0] == pytest.approx(0, abs=1e-9)
    ends = THOUSAND.scores([-1e9, 1e9])
    assert ends[0] == pytest.approx(-ends[1])
    assert ends[1] == pytest.approx(3.29, abs=0.01)
    assert THOUSAND.value(0.0) == 500


def test_equal_times_share_the_middle_of_their_ranks() -> None:
    tied = Reference.of([1.0] * 300 + [2.0] * 300)

    assert tied.scores([1.0])[0] == pytest.approx(-0.674, abs=0.005)
    assert tied.scores([1.0])[0] == -tied.scores([2.0])[0]


def test_a_short_reference_is_refused() -> None:
    with pytest.raises(Refused, match="A reference of 499 cases, at least 500 needed"):
        Reference.of(np.arange(499.0))


@pytest.mark.parametrize(("lam", "L"), [(0.2, 2.859), (SENSITIVE, 2.490)])
def test_its_limits_are_the_designed_ones(lam: float, L: float) -> None:
    chart = normal_ewma([500.0] * 5, THOUSAND, lam=lam)

    assert chart.figures["L"] == pytest.approx(L, abs=1e-3)
    assert chart.false_alarms.points == pytest.approx(370.4, abs=0.1)


def test_a_shift_of_all_times_by_half_is_seen_in_tens_of_tickets() -> None:
    """Table 4.1, x1.5, lognormal: 31 tickets with lambda .05."""
    rng = np.random.default_rng(4)
    delays = []
    for _ in range(200):
        chart = normal_ewma(1.5 * rng.lognormal(0, 1, 400), Reference.of(rng.lognormal(0, 1, 1000)), lam=SENSITIVE)
        delays.append(chart.signals[0].index)

    assert np.mean(delays) == pytest.approx(31, rel=0.35)


def test_many_equal_times_are_said_to_make_alarms_rarer() -> None:
    chart = normal_ewma([0.0, 1.0], Reference.of([0.0] * 800 + [1.0] * 200))

    assert any("many equal times" in note for note in chart.notes)


def test_cases_are_judged_in_order_of_opening_after_a_frozen_reference() -> None:
    rng = np.random.default_rng(5)
    some = unchanged(rng.lognormal(8, 2, 3000), 30, 100, rng)
    mixed = rng.permutation(len(some))
    shuffled = Cases(some.opened[mixed], Times.of(some.times.time[mixed]), some.as_of)

    one, other = ranked_chart(some), ranked_chart(shuffled)

    assert one.chart == other.chart
    assert one.baseline == other.baseline
    assert (one.baseline.n, one.chart.n) == (1000, 2000)
    assert one.chart.notes[0] == "reference stable: one regime"


def test_open_cases_are_ranked_by_what_they_took_so_far_and_counted() -> None:
    rng = np.random.default_rng(5)
    some = unchanged(rng.lognormal(8, 2, 3000), 12, 100, rng)
    ended = np.arange(len(some)) % 10 != 0
    chart = ranked_chart(Cases(some.opened, Times.of(some.times.time, ended), some.as_of), reference=600)

    assert chart.baseline.n == 600
    assert chart.baseline.excluded[0].reason == "still open among the reference cases"
    assert any("still open and ranked by the time" in note for note in chart.chart.notes)
    with pytest.raises(BadData, match="resolved cases, 5000 wanted"):
        ranked_chart(some, reference=5000)


def test_the_typical_time_is_the_geometric_mean_and_its_ranges_are_factors() -> None:
    days = [0, 1, 7, 8, 14, 15, 21]
    opened = [np.datetime64(START.replace(tzinfo=None) + timedelta(days=day), "us") for day in days]
    times = Times.of([100.0, 10_000.0, 1000.0, 1000.0, 400.0, 1600.0, 30.0])

    chart = typical_by_week(Cases(np.array(opened), times, START + timedelta(days=60)))

    assert chart.points == pytest.approx([1000, 1000, 800, 60])
    assert chart.labels == ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
    assert chart.sizes == (2, 2, 2, 1)
    assert chart.dispersion is not None
    assert chart.dispersion.points == pytest.approx([1, 1.25, 800 / 60])


def test_weeks_without_cases_and_open_cases_are_said() -> None:
    opened = [np.datetime64(START.replace(tzinfo=None) + timedelta(days=day), "us") for day in (0, 14, 21)]
    cases = Cases(np.array(opened), Times.of([100.0, 200.0, 300.0], [True, False, True]), START + timedelta(days=60))

    notes = typical_by_week(cases).notes

    assert "1 cases are still open and count with the time they have taken so far" in notes
    assert "1 weeks without a case are left out" in notes
    with pytest.raises(BadData, match="0 whole weeks"):
        typical_by_week(cases, wait=1e9)
