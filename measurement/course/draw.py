"""From a log, a metric and a question to the chart: one shape of numbers for each kind of metric."""

from measurement.charts.chart import Chart
from measurement.charts.icons import assurance, variation
from measurement.course import durations, shares, values
from measurement.course.course import KINDS, Asked, Course, Shape
from measurement.course.sums import pareto_of_units
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.measure import period, unknown
from measurement.metrics.metric import Clock, Metric, timed
from measurement.metrics.scope import Scope
from measurement.metrics.units import Units, clock_of, log_for, units
from measurement.values import BadData


def course(log: EventLog, key: str, scope: Scope | None = None, asked: Asked | None = None) -> Course:
    """The metric over time, in the kind asked for or the one that fits its data.

    Raises BadData for what is not known, does not fit or is too little, Refused for what would mislead.
    """
    metric, scope, asked = named(key), scope or Scope(), asked or Asked()
    log = log_for(log, metric)
    if asked.kind is not None and asked.kind not in KINDS:
        raise BadData(f"{asked.kind!r} is no kind of chart of a metric.", f"Choose one of {', '.join(KINDS)}.")
    if missing := unknown(log, metric.needs):
        raise BadData(f"{key} is not known from dataset {log.name}: {missing}.", "Import what says it.")
    by = asked.by if asked.kind == "pareto" else None
    found = units(log, metric, scope.grouped(by) if by else scope)
    if not len(found):
        raise BadData(f"Nothing counts for {key} in this period.", "Take a longer period or fewer filters.")
    clock = clock_of(metric, scope)
    shape = _shape(log, metric, found, clock or Clock.ELAPSED, asked)
    chart = shape.numbers if isinstance(shape.numbers, Chart) else None
    if chart and asked.phase1 and 0 < chart.phase1 < min(asked.phase1, len(chart.points) + 1):
        raise BadData(
            f"Limits cannot come from the first {asked.phase1} of {len(chart.points)} points.",
            f"Take between 2 and {len(chart.points)} of them.",
        )
    better = metric.better
    return Course(
        metric=metric.key,
        title=metric.title,
        dataset=log.name,
        source=log.source,
        clock=clock.value if clock else None,
        counts=metric.counts,
        period=period(log, scope),
        filter=dict(scope.where),
        n=len(found),
        excluded=(*found.excluded, *shape.excluded),
        shape=shape,
        variation=None if chart is None else variation(chart, better),
        assurance=None if chart is None else assurance(chart, asked.target if shape.of_the_metric else None, better),
        query=found.query,
    )


def _shape(log: EventLog, metric: Metric, found: Units, clock: Clock, asked: Asked) -> Shape:
    if asked.kind == "pareto":
        return pareto_of_units(metric, found, asked)
    if timed(metric.estimator):
        return durations.shape(metric, found, log.as_of, clock, asked)
    if set(metric.estimator.columns) == {"hit"}:
        return shares.shape(metric, found, log.as_of, asked)
    return values.shape(metric, found, log.as_of, asked)
