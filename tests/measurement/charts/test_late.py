"""The weekly share late: by week of opening, open cases counted, judged against a baseline that is frozen."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from measurement.charts.baseline import Baseline
from measurement.charts.icons import variation
from measurement.charts.late import late_chart
from measurement.charts.weeks import WEEK, Cases, late_by_week, monday, week_of
from measurement.log.eventlog import EventLog
from measurement.metrics.metric import Better
from measurement.survival.cohort import cohort
from measurement.survival.times import Times
from measurement.values import BadData, Excluded, Refused
from tests.measurement.charts.real import START, unchanged

DAY = 86_400.0


def cases(rows: list[tuple[float, float, bool]], as_of_days: float) -> Cases:
    """Days after START of the opening, days it took, whether it ended."""
    opened = [np.datetime64(START.replace(tzinfo=None) + timedelta(days=day), "us") for day, _, _ in rows]
    times = Times.of([took * DAY for _, took, _ in rows], [ended for _, _, ended in rows])
    return Cases(np.array(opened, "datetime64[us]"), times, START + timedelta(days=as_of_days))


def test_weeks_begin_on_monday_in_utc() -> None:
    week = week_of(START)

    assert monday(week) == date(2026, 1, 5)
    assert week_of(START - timedelta(microseconds=1)) == week - 1
    assert cases([(6.999, 1, True), (7.0, 1, True)], 30).week.tolist() == [week, week + 1]


def test_a_case_is_late_in_the_week_it_was_opened_in_also_while_it_is_open() -> None:
    some = cases([(0, 1, True), (1, 9, True), (2, 30, False), (8, 2, True), (9, 5, True)], 40)

    late = late_by_week(some, 5 * DAY)

    assert (late.n.tolist(), late.late.tolist()) == ([3, 2], [2, 0])
    assert late.days == (date(2026, 1, 5), date(2026, 1, 12))


def test_weeks_too_young_to_be_late_are_not_judged_and_counted_as_such() -> None:
    some = cases([(0, 1, True), (7, 1, True), (14, 1, False), (20, 1, True)], 21)

    late = late_by_week(some, 5 * DAY)

    assert late.n.tolist() == [1, 1]
    assert late.excluded == (Excluded(2, "opened in the last weeks: too young to be late"),)


def test_a_case_withdrawn_before_it_could_be_late_is_left_out_with_its_reason() -> None:
    late = late_by_week(cases([(0, 2, False), (0, 1, True)], 60), 5 * DAY)

    assert late.n.tolist() == [1]
    assert late.excluded == (Excluded(1, "last seen before they could be late"),)


def test_the_goal_is_the_p85_of_the_baseline_and_the_chart_says_all_that_matters() -> None:
    found = late_chart(unchanged(np.arange(1.0, 101.0), 40, 60, np.random.default_rng(1)))

    assert found.goal == pytest.approx(85, abs=2)
    assert found.chart.kind == "p"
    assert (found.chart.phase1, found.chart.n) == (25, 40)
    assert found.chart.labels is not None
    assert found.chart.labels[0] == "2026-01-05"
    assert "late: longer than the P85 of the baseline" in found.chart.notes[0]
    assert found.chart.notes[1] == "baseline stable: one regime"
    assert "averaged over what a baseline of 1,500 cases can show" in found.chart.false_alarms.how


def test_all_times_half_as_long_again_is_seen_within_weeks() -> None:
    """Table 4.1: on lognormal times the chart of 60 a week takes 3.3 weeks."""
    rng = np.random.default_rng(2)
    times = rng.lognormal(8, 1, 5000)
    delays = []
    for _ in range(60):
        before, after = unchanged(times, 25, 60, rng), unchanged(times * 1.5, 30, 60, rng)
        both = Cases(
            np.concatenate([before.opened, after.opened + np.timedelta64(int(25 * WEEK), "s")]),
            Times.of(np.concatenate([before.times.time, after.times.time])),
            after.as_of + timedelta(weeks=25),
        )
        signals = [s.index for s in late_chart(both).chart.signals if s.index > 25]
        delays.append(signals[0] - 25)

    assert np.mean(delays) == pytest.approx(3.3, abs=1.5)


def test_a_baseline_is_of_weeks_that_hold_cases_however_long_the_log_was_nearly_silent_before() -> None:
    stragglers = [(700.0 * year, 900.0, True) for year in range(2)]
    rows = stragglers + [(1400 + 7 * week + day, 1 + 0.1 * day, True) for week in range(40) for day in range(6)]

    found = late_chart(cases(rows, 1400 + 7 * 60))

    assert int((found.weeks.n[: found.chart.phase1] > 0).sum()) == found.baseline.points == 25
    assert found.baseline.n == 2 + 23 * 6
    assert found.goal == pytest.approx(1.5 * DAY)


def test_a_frozen_baseline_judges_later_weeks_with_the_limits_it_had() -> None:
    rng = np.random.default_rng(3)
    later = unchanged(rng.lognormal(8, 2, 4000), 60, 80, rng)
    then = Cases(later.opened, later.times, START + timedelta(weeks=30))

    frozen = late_chart(then).baseline
    thawed = Baseline.model_validate_json(frozen.model_dump_json())
    judged = late_chart(later, frozen=thawed)

    assert judged.baseline == frozen
    assert judged.chart.n == 60
    assert judged.chart.centre == frozen.estimates["share"]
    assert (frozen.points, frozen.standing, frozen.n) == (25, "locked", 2000)


def test_a_baseline_whose_past_changed_is_refused() -> None:
    rng = np.random.default_rng(3)
    some = unchanged(rng.lognormal(8, 2, 4000), 40, 60, rng)
    frozen = late_chart(some).baseline
    times = some.times.time.copy()
    times[:60] = 1e9
    changed = Cases(some.opened, Times.of(times), some.as_of)

    with pytest.raises(Refused, match="is not what it was"):
        late_chart(changed, frozen=frozen)
    with pytest.raises(Refused, match="does not reach over the weeks"):
        late_chart(Cases(some.opened[1000:], Times.of(times[1000:]), some.as_of), frozen=frozen)


def test_open_cases_that_end_later_do_not_break_the_seal() -> None:
    rows = [(week * 7 + i / 20, 1 + (i % 10), True) for week in range(30) for i in range(40)]
    open_ones = [(20.0, 190.0, False)] * 5
    goal = 5 * DAY
    frozen = late_chart(cases(rows + open_ones, 210), goal=goal).baseline

    judged = late_chart(cases(rows + [(20.0, 300.0, True)] * 5, 400), frozen=frozen)

    assert judged.baseline == frozen


def test_without_a_week_or_a_p85_there_is_no_chart() -> None:
    with pytest.raises(BadData, match="No cases"):
        late_chart(cases([], 10))
    with pytest.raises(BadData, match="no whole week"):
        late_chart(cases([(0, 1, True)], 3))
    with pytest.raises(Refused, match="P85 of the first 2 weeks was not reached"):
        late_chart(cases([(day, 30, False) for day in range(14)], 44))


def test_the_real_log_is_told_to_be_unstable_instead_of_listing_alarms(uci_log: EventLog) -> None:
    """Statistics 4.1 and 4.2: of 14 full weeks p' signals 2, and the baseline has more than one regime."""
    found = cohort(uci_log, until=datetime(2016, 6, 6, tzinfo=UTC))

    chart = late_chart(Cases.of(found)).chart

    assert chart.kind == "pp"
    assert chart.n == 14
    assert {signal.index for signal in chart.signals} == {1, 2}
    assert chart.notes[1] == "baseline not stable: 2 regimes"
    assert "judged by the weeks that gave the limits" in chart.notes[-1]
    assert variation(chart, Better.LOWER).key == "not_stable"
