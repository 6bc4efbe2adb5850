"""Everything else: the metric of each week as one value."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from measurement.charts.counts import u
from measurement.charts.cusum import cusum
from measurement.charts.ewma import ewma
from measurement.charts.histogram import histogram
from measurement.charts.individuals import xmr
from measurement.charts.ladder import of_counts, of_values
from measurement.charts.laney import up
from measurement.charts.runs import run
from measurement.course.course import Asked, Shape
from measurement.course.weekly import Weeks, baseline, weeks
from measurement.metrics.metric import Metric
from measurement.metrics.units import Units
from measurement.values import BadData, Excluded


def shape(metric: Metric, found: Units, as_of: datetime, asked: Asked) -> Shape:
    """Counts per case as u or u', other metrics by their weekly value."""
    what = metric.title.lower()
    if asked.kind == "histogram":
        column = _bare(metric, found)
        return Shape(histogram(column), metric.unit, what, "asked for")
    by_week = weeks(found, as_of)
    whole = _whole(metric, found)
    if asked.kind in ("u", "up") or (asked.kind is None and whole is not None):
        if whole is None:
            raise BadData(f"{metric.key} does not count anything.", "Draw xmr or run.")
        return _counted(metric, by_week, whole, asked)
    if asked.kind in ("p", "pp", "g", "t"):
        raise BadData(f"{metric.key} is no share and no rare event.", "Draw xmr, run, ewma or cusum.")
    points, labels = [], []
    for label, columns in by_week.each(found):
        value = metric.estimator.estimate(columns).value
        if value is not None:
            points.append(value)
            labels.append(label)
    if not points:
        raise BadData(f"{metric.key} has no value in any week.", "Take a longer period.")
    return of_points(points, tuple(labels), metric.unit, what, asked, "asked for", by_week.excluded)


def of_points(
    points: Sequence[float],
    labels: tuple[str, ...],
    unit: str,
    what: str,
    asked: Asked,
    why: str,
    excluded: tuple[Excluded, ...],
) -> Shape:
    """One value a week: XmR, run, EWMA or CUSUM; limits from the first weeks."""
    count = baseline(len(points), asked.phase1)
    choice = of_values(points)
    kind = asked.kind or (choice.kind if choice.kind in ("xmr", "run") else "run")
    if kind == "xmr":
        chart = xmr(points, phase1=count, **asked.settings("rules", "L"))
    elif kind == "ewma":
        chart = ewma(points, phase1=count, **asked.settings("lam", "L"))
    elif kind == "cusum":
        chart = cusum(points, phase1=count, unit="sigma", **asked.settings("k", "h"))
    else:
        chart = run(points, phase1=count)
    said = why if asked.kind else choice.words
    return Shape(chart.labelled(labels), unit, what, said, excluded, of_the_metric=kind in ("xmr", "run"))


def _counted(metric: Metric, by_week: Weeks, x: "np.ndarray[tuple[int], np.dtype[np.float64]]", asked: Asked) -> Shape:
    counts, sizes = by_week.sums(x), by_week.sizes
    count = by_week.baseline(asked.phase1)
    choice = of_counts(counts[:count], sizes[:count])
    kind = asked.kind or choice.kind
    chart = (up if kind == "up" else u)(counts, sizes, phase1=count, **asked.settings("rules", "L"))
    why = choice.words if asked.kind is None else "asked for"
    what = metric.title.lower()
    return Shape(chart.labelled(by_week.labels), metric.unit, what, why, by_week.excluded)


def _bare(metric: Metric, found: Units) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    for name in ("x", "score"):
        if name in found.columns and name in metric.estimator.columns:
            return np.asarray(found.columns[name], float)
    raise BadData(f"{metric.key} has no single values to count into bins.", "Draw xmr or run.")


def _whole(metric: Metric, found: Units) -> "np.ndarray[tuple[int], np.dtype[np.float64]] | None":
    """The values, where they are counts: whole numbers from 0 up, without a scale that ends."""
    if metric.estimator.columns != ("x",) or metric.unit == "score":
        return None
    x = np.asarray(found.columns["x"], float)
    return x if bool((x >= 0).all() and (x == np.floor(x)).all()) else None
