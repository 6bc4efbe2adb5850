"""The metric of a charter in its scope: as it is now, and frozen as a baseline."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from definitions.cycle.charter import Charter
from definitions.cycle.charter import Scope as CycleScope
from definitions.cycle.evidence import Frozen, Left, Measured, Point
from measurement.charts.baseline import LOCKED, TRIAL, fingerprint
from measurement.charts.capability import Capability, capability
from measurement.charts.stability import CYCLES, seasonality, stability
from measurement.charts.weeks import monday
from measurement.course.weekly import Weeks, weeks
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.measure import measure
from measurement.metrics.metric import Metric
from measurement.metrics.scope import Scope
from measurement.metrics.units import OF_OTHER_KIND, Units, clock_of, log_for, units
from measurement.values import BadData, Excluded, Refused

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEASONAL = 0.02
"""Share of the ranks that weekdays must explain to be spoken of: of many cases chance alone is excluded soon."""


def in_scope(log: EventLog, scope: CycleScope, kinds: Sequence[str] = ()) -> EventLog:
    """The cases of a cycle's scope, of these kinds or of none that is known. Raises BadData when there are none."""
    fields = {"service": scope.services, "category": scope.categories, "team": scope.teams}
    conditions = [f"{name} IN ({', '.join(map(text, keys))})" for name, keys in fields.items() if keys]
    if kinds:
        conditions.append(f"(kind IS NULL OR kind IN ({', '.join(map(text, kinds))}))")
    if not conditions:
        return log
    cases = log.table(f"SELECT * FROM cases WHERE {' AND '.join(conditions)} ORDER BY case_id")
    if not len(cases):
        raise BadData(f"No case of dataset {log.name} is in that scope: {scope}.", "Widen the scope.")
    log.db.register("scoped", cases)
    events = log.table("SELECT * FROM events SEMI JOIN scoped USING (case_id) ORDER BY case_id, seq")
    log.db.unregister("scoped")
    return EventLog.of(events, name=log.name, rules=log.rules, as_of=log.as_of, cases=cases, source=log.source)


def measured(log: EventLog, charter: Charter, scope: Scope | None = None) -> Measured:
    """The metric of the charter now; a scope without cases is a value that is not there, with the reason."""
    metric = named(_key(charter))
    try:
        found = measure(in_scope(log, charter.scope), metric.key, scope)
    except (BadData, Refused) as none:
        # Whoever says that there is no value names the scope beside it.
        why = none.message.removesuffix(f": {charter.scope}.")
        return Measured(metric=metric.key, unit=metric.unit, n=0, value=None, reason=why)
    estimate = found.estimate
    interval = estimate.interval
    excluded = _left(found.excluded)
    reasons = (*(f"{left.n:,} {left.reason}" for left in excluded), *found.notes)
    return Measured(
        metric=metric.key,
        unit=metric.unit,
        n=estimate.n,
        value=estimate.value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        reason="; ".join(reasons) if estimate.value is None else "",
        excluded=excluded,
    )


def frozen(log: EventLog, charter: Charter, scope: Scope | None = None) -> Frozen:
    """The baseline over the whole weeks of this scope: value, weekly course, stability, weekdays, hash of its numbers.

    The hash is over the columns of the estimator, unit by unit in order of opening. Raises BadData where there is no
    whole week or no value.
    """
    metric, asked = named(_key(charter)), scope or Scope()
    part = in_scope(log, charter.scope)
    found = units(log_for(part, metric), metric, asked)
    if not len(found):
        raise BadData(f"{metric.key} counts nothing in that scope: {charter.scope}.", "Widen scope or period.")
    by_week = weeks(found, log.as_of)
    columns = {name: column[by_week.kept] for name, column in found.columns.items()}
    value = metric.estimator.estimate(columns).value
    points = _course(metric, found, by_week)
    if value is None or not points:
        raise BadData(f"{metric.key} has no value in that scope: {charter.scope}.", "Widen scope or period.")
    steady = stability([point.value for point in points])
    clock = clock_of(metric, asked)
    start = datetime.combine(monday(by_week.first), datetime.min.time(), UTC)
    end = start + timedelta(weeks=by_week.count)
    n = int(by_week.kept.sum())
    return Frozen(
        sha256=_hash(columns, found.at[by_week.kept], metric, clock.value if clock else "", start, end),
        metric=metric.key,
        unit=metric.unit,
        clock=clock.value if clock else "none",
        start=start,
        end=end,
        n=n,
        value=value,
        estimator=metric.estimator.name,
        weekly=n / by_week.count,
        standing="trial" if len(points) < TRIAL else "provisional" if len(points) < LOCKED else "locked",
        regimes=len(steady.regimes),
        season=_season(columns, found.at[by_week.kept]),
        warnings=steady.warnings,
        capability=_ppk(points, charter) if len(steady.regimes) == 1 else None,
        excluded=_left((*found.excluded, *by_week.excluded)),
        course=points,
    )


def capable(points: tuple[Point, ...], charter: Charter) -> Capability:
    """Of weekly values that kept one level, against the goal. Raises BadData without a goal, or without spread."""
    if charter.goal is None:
        raise BadData("The charter has no goal.", "Set it.")
    lsl, usl = (None, charter.goal) if charter.direction == "lower" else (charter.goal, None)
    return capability([point.value for point in points], lsl, usl, judged=False)


def course(log: EventLog, charter: Charter, scope: Scope) -> tuple[Point, ...]:
    """The metric of the charter week by week; empty before the first whole week."""
    metric = named(_key(charter))
    try:
        part = log_for(in_scope(log, charter.scope), metric)
        found = units(part, metric, scope)
        return _course(metric, found, weeks(found, part.as_of))
    except BadData:
        return ()


def _key(charter: Charter) -> str:
    if charter.metric is None:
        raise BadData("The charter names no metric.", "Choose one: `jidoka measure --help` lists them.")
    return charter.metric


def _course(metric: Metric, found: Units, by_week: Weeks) -> tuple[Point, ...]:
    """Weeks that have a value."""
    points = []
    for label, columns in by_week.each(found):
        estimate = metric.estimator.estimate(columns)
        if estimate.value is not None:
            at = datetime.fromisoformat(label).replace(tzinfo=UTC)
            points.append(Point(at=at, value=estimate.value, n=estimate.n))
    return tuple(points)


def _ppk(points: tuple[Point, ...], charter: Charter) -> float | None:
    try:
        return capable(points, charter).indices.get("Ppk")
    except (BadData, Refused):
        return None


def _season(columns: dict[str, NDArray[np.generic]], at: NDArray[np.datetime64]) -> str:
    """Weekdays of opening, where they explain enough of the single values to matter."""
    values = np.asarray(next(iter(columns.values())), float)
    if "ended" in columns:
        done = np.asarray(columns["ended"], bool)
        values, at = values[done], at[done]
    days = (at.astype("datetime64[D]").astype(np.int64) + 3) % 7
    if len(values) < CYCLES * len(WEEKDAYS) or len(np.unique(days)) < 2:
        return ""
    season = seasonality(values, [WEEKDAYS[day] for day in days], period=len(np.unique(days)))
    if not season.found or season.share is None or season.share < SEASONAL:
        return ""
    return f"the weekday of opening explains {season.share:.0%} of the ranks"


def _hash(
    columns: dict[str, NDArray[np.generic]],
    at: NDArray[np.datetime64],
    metric: Metric,
    clock: str,
    start: datetime,
    end: datetime,
) -> str:
    numbers = [np.asarray(column, float) for column in columns.values()]
    order = np.lexsort((*reversed(numbers), at))
    return fingerprint(np.concatenate([each[order] for each in numbers]), metric.key, metric.unit, clock, start, end)


def _left(excluded: tuple[Excluded, ...]) -> tuple[Left, ...]:
    # What another kind is, cycles themselves too, was never in the scope, and a charter has no `kind` to ask for.
    return tuple(Left(n=each.n, reason=each.reason) for each in excluded if OF_OTHER_KIND not in each.reason)
