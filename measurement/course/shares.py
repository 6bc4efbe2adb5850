"""Shares: p or p' by week, or what lies between the units that count against it."""

from datetime import datetime

import numpy as np

from measurement.charts.counts import u
from measurement.charts.ladder import of_shares
from measurement.charts.laney import up
from measurement.charts.rare import g, t
from measurement.charts.shares import share_chart
from measurement.course.course import Asked, Shape
from measurement.course.values import of_points
from measurement.course.weekly import baseline, weeks
from measurement.metrics.metric import Metric
from measurement.metrics.units import Units
from measurement.values import BadData


def shape(metric: Metric, found: Units, as_of: datetime, asked: Asked) -> Shape:
    """Of units that hit or not."""
    hits = found.columns["hit"].astype(bool)
    if asked.kind in ("g", "t"):
        return _between(metric, found, hits, asked)
    if asked.kind == "histogram":
        raise BadData(f"{metric.key} is a share: its units are yes or no.", "Draw p, or a pareto by a field.")
    by_week = weeks(found, as_of)
    sizes, counts = by_week.sizes, by_week.sums(hits)
    count = by_week.baseline(asked.phase1)
    what = metric.title.lower()
    if asked.kind in (None, "p", "pp"):
        drawn = share_chart(counts, sizes, phase1=count, kind=asked.kind, **asked.settings("rules", "L"))
        chart = drawn.chart.labelled(by_week.labels)
        return Shape(chart, "0-1", what, drawn.choice.words, by_week.excluded)
    why = f"asked for; the data would ask for {of_shares(counts[:count], sizes[:count]).words}"
    if asked.kind in ("u", "up"):
        counted = (up if asked.kind == "up" else u)(counts, sizes, phase1=count, **asked.settings("rules", "L"))
        return Shape(counted.labelled(by_week.labels), "0-1", what, why, by_week.excluded)
    there = sizes > 0
    points = [float(value) for value in counts[there] / sizes[there]]
    labels = tuple(label for label, some in zip(by_week.labels, there, strict=True) if some)
    return of_points(points, labels, "0-1", what, asked, why, by_week.excluded)


def _between(metric: Metric, found: Units, hits: "np.ndarray[tuple[int], np.dtype[np.bool_]]", asked: Asked) -> Shape:
    order = np.argsort(found.at, kind="stable")
    places = np.flatnonzero(hits[order])
    if len(places) < 3:
        raise BadData(f"{metric.key} happened {len(places)} times: too few to look between.", "Take a longer period.")
    phase1 = baseline(len(places) - 1, asked.phase1)
    if asked.kind == "g":
        chart = g(np.diff(places) - 1, phase1=phase1, **asked.settings("rules", "L"))
        what, unit = f"cases between two of {metric.title.lower()}", "cases"
    else:
        at = np.asarray(found.at[order][places], "datetime64[us]")
        chart = t(np.diff(at).astype(np.int64) / 1e6, phase1=phase1, **asked.settings("rules", "L"))
        what, unit = f"time between two of {metric.title.lower()}", "s"
    return Shape(chart, unit, what, "asked for", of_the_metric=False)
