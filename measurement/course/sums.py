"""Where it is lost: a metric added up over the values of a field."""

import numpy as np

from measurement.charts.pareto import pareto
from measurement.course.course import Asked, Shape
from measurement.metrics.metric import Metric, timed
from measurement.metrics.units import Units
from measurement.values import BadData


def pareto_of_units(metric: Metric, found: Units, asked: Asked) -> Shape:
    """Time lost, or how often it happened, by a field; what each unit adds is what it took.

    Raises BadData without a field, or for a metric that cannot be added up.
    """
    if asked.by is None:
        raise BadData("A Pareto chart needs a field to compare.", "Say --by team, --by category ...")
    causes = [found.groups[number] for number in found.group]
    what = metric.title.lower()
    if timed(metric.estimator):
        return Shape(pareto(causes, found.columns["seconds"].astype(float), what=what), "s", what, "asked for")
    if "hit" in metric.estimator.columns:
        hits = found.columns["hit"].astype(bool)
        if not hits.any():
            raise BadData(f"{metric.key} never happened: there is nothing to compare.", "Take a longer period.")
        chosen = [cause for cause, hit in zip(causes, hits.tolist(), strict=True) if hit]
        return Shape(pareto(chosen, what=what), metric.counts, what, "asked for")
    if metric.estimator.columns == ("x",) and metric.unit != "score":
        weights = np.asarray(found.columns["x"], float)
        return Shape(pareto(causes, weights, what=what, unit=metric.unit), metric.unit, what, "asked for")
    raise BadData(f"{metric.key} cannot be added up.", "Take a metric of times or counts.")
