"""For reading: the weekly typical time (geometric mean) with its natural limits, in time and not in logarithms."""

from dataclasses import replace

import numpy as np

from measurement.charts.chart import Chart, Line
from measurement.charts.individuals import xmr
from measurement.charts.promise import of_neighbours
from measurement.charts.weeks import Cases, monday
from measurement.values import BadData

FLOOR = 60.0
"""Shorter times count as one minute: most logs keep no seconds, and nothing has no logarithm."""


def typical_by_week(cases: Cases, *, baseline_weeks: int | None = None, wait: float = 0.0) -> Chart:
    """XmR of the weekly mean of ln time, by week of opening; lines and points turned back into seconds.

    The ranges below are factors between neighbouring weeks. A case still open counts with the time it has taken so
    far, which is said: give `wait` (s) to leave out weeks that are too young. Raises BadData below two whole weeks.
    """
    first, until = cases.ended_weeks(wait)
    judged = cases.week < until
    place = cases.week[judged] - first
    n = np.bincount(place, minlength=until - first)
    logs = np.log(np.maximum(cases.times.time[judged], FLOOR))
    weeks = np.flatnonzero(n)
    if len(weeks) < 2:
        raise BadData(f"{len(weeks)} whole weeks with cases, at least 2 needed.", "Take a longer period.")
    means = np.bincount(place, weights=logs, minlength=until - first)[weeks] / n[weeks]
    count = None if baseline_weeks is None else min(baseline_weeks, len(weeks))
    chart = xmr(means, phase1=count)
    still_open = int((~cases.times.ended[judged]).sum())
    notes = list(chart.notes)
    if still_open:
        notes.append(f"{still_open:,} cases are still open and count with the time they have taken so far")
    if len(weeks) < until - first:
        notes.append(f"{until - first - len(weeks)} weeks without a case are left out")
    ranges = chart.dispersion
    turned = replace(
        chart,
        title="Typical time by week of opening (XmR of the mean of ln time)",
        points=tuple(None if point is None else float(np.exp(point)) for point in chart.points),
        centre=_back(chart.centre),
        ucl=_back(chart.ucl),
        lcl=_back(chart.lcl),
        sigma=None,
        false_alarms=of_neighbours(chart.phase1, rules=chart.rules) if chart.sigma else chart.false_alarms,
        estimator=f"{chart.estimator}, of ln time, turned back",
        sizes=tuple(float(size) for size in n[weeks]),
        figures={"sigma_of_ln": chart.sigma if isinstance(chart.sigma, float) else None},
        notes=tuple(notes),
        dispersion=None
        if ranges is None
        else replace(
            ranges,
            title="Factor between neighbouring weeks",
            points=tuple(None if point is None else float(np.exp(point)) for point in ranges.points),
            centre=_back(ranges.centre),
            ucl=_back(ranges.ucl),
            lcl=_back(ranges.lcl),
            sigma=None,
        ),
    )
    return turned.labelled(tuple(monday(first + int(week)).isoformat() for week in weeks))


def _back(line: Line) -> Line:
    if isinstance(line, tuple):
        return tuple(None if at is None else float(np.exp(at)) for at in line)
    return None if line is None else float(np.exp(line))
