"""Times: the share late by default, and what else can be drawn of them."""

from dataclasses import replace
from datetime import datetime

import numpy as np

from measurement.charts.chart import Chart
from measurement.charts.cusum import cusum
from measurement.charts.default import default_chart
from measurement.charts.histogram import histogram
from measurement.charts.ladder import of_cases, of_rare
from measurement.charts.late import late_chart
from measurement.charts.normal_scores import LEAST, Reference
from measurement.charts.ranked import REFERENCE, ranked_chart
from measurement.charts.rare import g, t
from measurement.charts.runs import run
from measurement.charts.typical import typical_by_week
from measurement.charts.weeks import Cases, monday
from measurement.course.counted import opened_by_week
from measurement.course.course import BASELINE, Asked, Shape
from measurement.course.weekly import baseline
from measurement.metrics.metric import Metric
from measurement.metrics.units import Units
from measurement.survival.curve import kaplan_meier
from measurement.survival.times import Times
from measurement.values import BadData, Excluded

LADDER = {"weekly-log": "xmr", "normal-ewma": "ewma"}
"""Names of the ladder, as kinds of the command."""

SCORE = "normal score"


def shape(metric: Metric, found: Units, as_of: datetime, clock: str, asked: Asked) -> Shape:
    """Of durations, open ones counted wherever the chart can."""
    seconds, ended = found.columns["seconds"].astype(float), found.columns["ended"].astype(bool)
    cases = Cases(found.at, Times.of(seconds, ended), as_of)
    if asked.kind is None and asked.phase1 is None:
        return _default(metric, cases, clock, asked)
    choice = of_cases(cases)
    kind = asked.kind or LADDER.get(choice.kind, choice.kind)
    why = f"asked for; the data would ask for {choice.words}" if asked.kind else choice.words
    if kind in ("p", "pp"):
        late = late_chart(
            cases, goal=asked.goal, baseline_weeks=asked.phase1, metric=metric.key, clock=clock, kind=asked.kind
        )
        excluded = late.weeks.excluded
        return Shape(late.chart, "0-1", "share late", why, excluded, late.baseline, of_the_metric=False)
    if kind == "xmr":
        chart = typical_by_week(cases, baseline_weeks=asked.phase1 or BASELINE)
        return Shape(chart, "s", f"typical {metric.title.lower()} of a week", why, log=True)
    if kind == "ewma":
        ranked = ranked_chart(cases, reference=asked.phase1, metric=metric.key, clock=clock, **asked.settings("lam"))
        return Shape(ranked.chart, "", SCORE, why, baseline=ranked.baseline, of_the_metric=False)
    if kind == "cusum":
        return Shape(_cusum(cases, asked), "", f"sum of {SCORE}s", why, of_the_metric=False)
    if kind == "run":
        return _run(metric, cases, asked, why)
    if kind == "histogram":
        return _histogram(metric, cases, why)
    if kind in ("u", "up"):
        return opened_by_week(found, as_of, asked, why)
    if kind == "t":
        return _between(found, asked)
    return _cases_between(cases, asked, why)


def _default(metric: Metric, cases: Cases, clock: str, asked: Asked) -> Shape:
    found = default_chart(cases, goal=asked.goal, metric=metric.key, clock=clock)
    unit, what = {"normal-ewma": ("", SCORE), "run": ("s", metric.title.lower())}.get(
        found.choice.kind, ("0-1", "share late")
    )
    return Shape(
        found.chart,
        unit,
        what,
        found.choice.words,
        found.excluded,
        found.baseline,
        of_the_metric=found.choice.kind == "run",
    )


def _cusum(cases: Cases, asked: Asked) -> Chart:
    """Of normal scores of single cases after the reference, as raw times would cry wolf."""
    order = np.lexsort((cases.times.time, cases.opened))
    times, ended = cases.times.time[order], cases.times.ended[order]
    wanted = asked.phase1 or min(REFERENCE, len(times) // 2)
    place = np.flatnonzero(ended)
    if len(place) <= wanted:
        raise BadData(f"{len(place)} resolved cases, more than {wanted} needed.", "Take a longer period.")
    last = int(place[wanted - 1]) + 1
    reference = Reference.of(times[:last][ended[:last]], LEAST)
    chart = cusum(reference.scores(times[last:]), target=0.0, sigma=1.0, unit="sigma", **asked.settings("k", "h"))
    how = f"ranks among {wanted:,} reference cases, ties in the middle"
    days = tuple(str(day) for day in np.asarray(cases.opened[order][last:], "datetime64[D]"))
    return replace(chart, title=f"CUSUM of {SCORE}s", estimator=how).labelled(days)


def _run(metric: Metric, cases: Cases, asked: Asked, why: str) -> Shape:
    """Weekly medians; open cases counted, and weeks whose median is not reached yet left out."""
    first, until = cases.ended_weeks()
    medians = [
        (number, kaplan_meier(cases.times.only(chosen)).median().value)
        for number in range(first, until)
        if (chosen := cases.week == number).any()
    ]
    known = [(monday(number).isoformat(), median) for number, median in medians if median is not None]
    if not known:
        raise BadData("No week has a median yet.", "Take a longer period.")
    chart = run([median for _, median in known], phase1=asked.phase1).labelled(tuple(label for label, _ in known))
    return Shape(chart, "s", "weekly median", why)


def _histogram(metric: Metric, cases: Cases, why: str) -> Shape:
    ended = cases.times.ended
    if not ended.any():
        raise BadData("No case has ended yet.", "Wait, or take a longer period.")
    still = int((~ended).sum())
    left = (Excluded(still, "still open: they will be longer than what is drawn"),) if still else ()
    return Shape(histogram(cases.times.time[ended]), "s", metric.title.lower(), why, left)


def _between(found: Units, asked: Asked) -> Shape:
    at = np.sort(np.asarray(found.at, "datetime64[us]"))
    gaps = np.diff(at).astype(np.int64) / 1e6
    if len(gaps) < 2:
        raise BadData(f"{len(at)} openings have {len(gaps)} gaps between them.", "Take a longer period.")
    labels = tuple(str(stamp) for stamp in np.asarray(at[1:], "datetime64[s]"))
    chart = t(gaps, phase1=baseline(len(gaps), asked.phase1), **asked.settings("rules", "L")).labelled(labels)
    why = of_rare(len(gaps)).words
    return Shape(chart, "s", "time between openings", why, of_the_metric=False, of_openings=True)


def _cases_between(cases: Cases, asked: Asked, why: str) -> Shape:
    """Cases between late ones, by opening; late as in the share late."""
    if asked.goal is None:
        late_weeks = late_chart(cases, baseline_weeks=asked.phase1)
        goal, how = late_weeks.goal, late_weeks.how
    else:
        goal, how = asked.goal, f"the goal of {asked.goal:,.0f} s"
    order = np.lexsort((cases.times.time, cases.opened))
    late = np.flatnonzero(cases.times.time[order] > goal)
    if len(late) < 3:
        raise BadData(f"{len(late)} cases are later than {goal:g} s, at least 3 needed.", "Give a shorter goal.")
    gaps = np.diff(late) - 1
    chart = g(gaps, phase1=baseline(len(gaps), asked.phase1), **asked.settings("rules", "L"))
    chart = replace(chart, notes=(f"late: longer than {how}", *chart.notes))
    return Shape(chart, "cases", "cases between two late ones", why, of_the_metric=False)
