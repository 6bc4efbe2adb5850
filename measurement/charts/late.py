"""The default chart of times: the weekly share of cases later than a goal, or than the P85 of a frozen baseline."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from measurement.charts.baseline import Baseline, freeze
from measurement.charts.chart import Chart
from measurement.charts.ladder import Choice
from measurement.charts.series import Series
from measurement.charts.shares import share_chart
from measurement.charts.stability import Stability
from measurement.charts.weeks import WEEKS, Cases, Late, late_by_week, monday, reaching, week_of
from measurement.survival.curve import kaplan_meier
from measurement.survival.times import Times
from measurement.values import BadData, Refused

QUANTILE = 0.85


@dataclass(frozen=True)
class LateChart:
    """The chart, why it is of this kind, its weeks, what froze, and whether the baseline kept one level.

    `goal`: late is what took longer (s): given, or the quantile `how` says.
    """

    chart: Chart
    choice: Choice
    weeks: Late
    goal: float
    how: str
    baseline: Baseline
    stability: Stability


def late_chart(
    cases: Cases,
    *,
    goal: float | None = None,
    baseline_weeks: int | None = None,
    frozen: Baseline | None = None,
    wait: float | None = None,
    metric: str = "time_to_resolve",
    clock: str = "elapsed",
    kind: str | None = None,
) -> LateChart:
    """Share late by week of opening, open cases counted; judged against its first weeks, or a `frozen` baseline.

    `goal` in s: late is longer; without it the P85 (Kaplan-Meier) of the baseline weeks. `wait`: seconds a case must
    have had, when the goal is on a clock that runs slower than the wall. `kind`: p or pp, whatever the data ask for.
    With a frozen baseline its weeks are counted again and verified first. Raises Refused where that fails or the P85
    was not reached, BadData without whole weeks.
    """
    if frozen is not None:
        late = late_by_week(cases, frozen.estimates["goal"], wait)
        first, until = week_of(frozen.start) - late.first, week_of(frozen.end) - late.first
        if first < 0 or until > len(late):
            raise Refused("The log does not reach over the weeks of the baseline.", "Open the log it was frozen from.")
        late = _since(late, first)
        count, how = until - first, frozen.estimator
        frozen.verify(_numbers(late, count))
    else:
        limit, count, how = _goal(cases, goal, baseline_weeks)
        late = late_by_week(cases, limit, wait)
        count = min(count, len(late))
    if not late.n[:count].sum():
        raise BadData("No whole week has had time to be late.", "Take a longer period, or a shorter goal.")
    share = share_chart(late.late, late.n, phase1=count, kind=kind)
    notes = [f"late: longer than {how}", *share.chart.notes]
    if count == len(late):
        notes.append("judged by the weeks that gave the limits: freeze a baseline and judge later weeks by it")
    title = f"Share late by week of opening ({'Laney p′' if share.choice.kind == 'pp' else 'p'} chart)"
    days = tuple(day.isoformat() for day in late.days)
    return LateChart(
        chart=replace(share.chart, title=title, notes=tuple(notes)).labelled(days),
        choice=share.choice,
        weeks=late,
        goal=late.threshold,
        how=how,
        baseline=frozen or _frozen(late, count, how, metric, clock),
        stability=share.stability,
    )


def _goal(cases: Cases, goal: float | None, weeks: int | None) -> tuple[float, int, str]:
    """The goal, the weeks of the baseline, and the goal in words."""
    first, until = cases.ended_weeks(goal or 0.0)
    if until <= first:
        raise BadData("The log holds no whole week.", "Take a longer period.")
    count = reaching(cases.a_week(until), weeks or WEEKS)
    if goal is not None:
        return goal, count, f"the goal of {_told(goal)}"
    inside = cases.week < first + count
    found = kaplan_meier(Times.of(cases.times.time[inside], cases.times.ended[inside])).quantile(QUANTILE)
    if found.value is None:
        raise Refused(
            f"The P85 of the first {count} weeks was not reached: too many of their cases are open.",
            "Give a goal in seconds, or a baseline whose cases are older.",
        )
    return found.value, count, f"the P85 of the baseline ({_told(found.value)})"


def _since(late: Late, first: int) -> Late:
    return replace(late, first=late.first + first, n=late.n[first:], late=late.late[first:])


def _numbers(late: Late, count: int) -> Series:
    """What a baseline hashes: cases and late ones of each week; they do not change when open cases end."""
    return np.ravel(np.column_stack([late.n[:count], late.late[:count]]))


def _frozen(late: Late, count: int, how: str, metric: str, clock: str) -> Baseline:
    cases, slow = float(late.n[:count].sum()), float(late.late[:count].sum())
    return freeze(
        _numbers(late, count),
        metric=f"{metric}: share late",
        unit="0-1",
        clock=clock,
        start=_instant(late.first),
        end=_instant(late.first + count),
        points=int((late.n[:count] > 0).sum()),
        cases=int(cases),
        estimator=how,
        estimates={"goal": late.threshold, "share": slow / cases, "late": slow},
        excluded=late.excluded,
    )


def _told(seconds: float) -> str:
    """In the largest unit that is not broken small."""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _instant(week: int) -> datetime:
    day = monday(week)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
