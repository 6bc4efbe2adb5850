"""Measure: one metric of one dataset in one scope."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from measurement.log.cases import text
from measurement.log.columns import LIVE
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.estimate import Estimate
from measurement.metrics.experience import experience
from measurement.metrics.measured import Companion, Group, Measured, Period
from measurement.metrics.metric import Clock, Facts, Metric, Needs, timed
from measurement.metrics.scope import Scope
from measurement.metrics.speed import STRATA
from measurement.metrics.steadiness import judged
from measurement.metrics.units import Units, clock_of, log_for, units
from measurement.metrics.words import among
from measurement.values import Excluded


def measure(log: EventLog, key: str, scope: Scope | None = None) -> Measured:
    """The number with all that one must know to believe it.

    Raises BadData for an unknown key, field or clock. Facts that the dataset does not hold give n = 0 and a reason.
    """
    metric, scope = named(key), scope or Scope()
    log = log_for(log, metric)
    if scope.by is None and metric.split is not None:
        scope = scope.grouped(metric.split)
    clock = clock_of(metric, scope)
    if metric.composite:
        made = experience(log, scope, scope.goals, measure)
        return _measured(log, metric, scope, clock, made.estimate, made.excluded, "", (), made.beside, made.warnings)
    if missing := unknown(log, metric.needs):
        nothing = metric.estimator.estimate({name: np.zeros(0) for name in metric.estimator.columns})
        everyone = (Excluded(_cases(log, scope.of_cases(metric.fields)), missing),)
        return _measured(log, metric, scope, clock, nothing, everyone, "")
    found = units(log, metric, scope)
    whole = metric.estimator.estimate(found.columns)
    if metric.steady:
        whole = judged(whole, found, metric.title.lower())
    return _measured(
        log,
        metric,
        scope,
        clock,
        whole,
        found.excluded,
        found.query,
        _by(log, metric, scope, found),
        _beside(log, metric, scope),
    )


def unknown(log: EventLog, needs: Needs) -> str:
    """Why the metric cannot be known from this dataset; empty when it can."""
    if needs.instead in log.columns or (needs.rules is not None and needs.rules(log.rules)):
        return ""
    wanted = [f"FROM events WHERE {among(needs.activities)}"] if needs.activities else []
    if needs.in_live and log.name == LIVE:
        wanted.clear()
    wanted += [f"FROM events WHERE {needs.some(log.columns)}"] if needs.some is not None else []
    wanted += [f"FROM events WHERE kind IN ({', '.join(map(text, needs.kinds))})"] if needs.kinds else []
    wanted += ["FROM events WHERE human IS NOT NULL"] if needs.humans else []
    wanted += ["FROM cases WHERE first_contact_at IS NOT NULL"] if needs.contacts else []
    there = set(needs.columns) <= set(log.columns) and all(_some(log, query) for query in wanted)
    return "" if there else needs.said


def _some(log: EventLog, query: str) -> bool:
    return bool(log.rows(f"SELECT EXISTS ({query}) AS some")[0]["some"])


def _cases(log: EventLog, scope: Scope) -> int:
    return int(log.rows(f"{scope.within(log, ())}SELECT count(*) AS n FROM cases")[0]["n"])


def _by(log: EventLog, metric: Metric, scope: Scope, found: Units) -> tuple[Group, ...]:
    adjusted: dict[str | None, Estimate] = {}
    if metric.adjusted is not None and found.groups and scope.by not in STRATA:
        same = units(log, metric, scope, metric.adjusted)
        adjusted = {name: metric.adjusted.estimator.estimate(columns) for name, columns, _ in same.each()}
    groups = [
        Group(name, metric.estimator.estimate(columns), left, adjusted.get(name))
        for name, columns, left in found.each()
    ]
    return tuple(sorted(groups, key=lambda g: (-g.estimate.n, g.group is None, g.group)))


def _beside(log: EventLog, metric: Metric, scope: Scope) -> tuple[Companion, ...]:
    # Fields of the metric's own units are none of the units of its companions.
    cases = scope.of_cases(metric.fields)
    return tuple(
        Companion(b.what, b.unit, b.estimator.estimate(units(log, metric, cases, b).columns)) for b in metric.beside
    )


def _measured(
    log: EventLog,
    metric: Metric,
    scope: Scope,
    clock: Clock | None,
    whole: Estimate,
    excluded: tuple[Excluded, ...],
    query: str,
    by: tuple[Group, ...] = (),
    beside: tuple[Companion, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Measured:
    notes = list(whole.notes)
    if timed(metric.estimator) and not log.rules.knows_the_end and log.name != LIVE:
        notes.append("the dataset does not say when a case is resolved: each one ends with its last event")
    if not whole.n and not excluded and not notes:
        notes.append(f"no {metric.counts} of this kind are there to count")
    if metric.remark is not None and (remark := metric.remark(Facts.of(log, clock or Clock.ELAPSED))):
        notes.append(remark)
    return Measured(
        metric=metric.key,
        title=metric.title,
        unit=metric.unit,
        better=metric.better.value,
        audience=metric.audience.value,
        dataset=log.name,
        source=log.source,
        clock=clock.value if clock else None,
        counts=metric.counts,
        period=period(log, scope.of_cases(metric.fields)),
        filter=dict(scope.where),
        estimate=whole,
        estimator=metric.estimator.name,
        excluded=excluded,
        field=scope.by,
        by=by,
        beside=beside,
        notes=tuple(notes),
        query=query,
        warnings=warnings,
    )


def period(log: EventLog, scope: Scope) -> Period:
    """What was asked for, or from the first to the last opening there is."""
    (row,) = log.rows(f"{scope.within(log, ())}SELECT min(opened_at) AS first, max(opened_at) AS last FROM cases")
    return Period(
        scope.since or _utc(row["first"]), scope.until or _utc(row["last"]), log.as_of, scope.until is not None
    )


def _utc(at: Any) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
