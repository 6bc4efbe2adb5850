"""The groups of a comparison on a dataset: units of a metric, by a field or by period, with their strata."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from measurement.log.eventlog import EventLog
from measurement.metrics.metric import Metric
from measurement.metrics.scope import Scope
from measurement.metrics.units import Units, units
from measurement.values import BadData, Excluded, Refused

NONE = "(none)"
_BETWEEN, _NOTHING = "\x1f", "\x1e"


class Of(StrEnum):
    """What a metric's units hold."""

    TIMES = "times"
    SHARES = "shares"
    NUMBERS = "numbers"


@dataclass(frozen=True)
class Period:
    """Cases opened in [since, until)."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} to {self.until:%Y-%m-%d}"


@dataclass(frozen=True)
class Question:
    """What is compared: the groups of a field (`pair`: two of them), or two periods."""

    metric: str
    by: str | None = None
    pair: tuple[str, ...] = ()
    before: Period | None = None
    after: Period | None = None
    scope: Scope = field(default_factory=Scope)
    """Which cases, and by which clock; its period and its groups give way to the ones above."""
    adjust: tuple[str, ...] = ()
    test: str | None = None
    late_after: float | None = None
    level: float = 0.95


@dataclass(frozen=True)
class Cohort:
    """One group: the columns of its units, when each was opened, and the value of each stratum field."""

    columns: Mapping[str, NDArray[np.generic]]
    opened: NDArray[np.datetime64]
    strata: Mapping[str, NDArray[np.object_]]

    def __len__(self) -> int:
        return len(self.opened)

    def stratum(self, fields: tuple[str, ...]) -> NDArray[np.object_]:
        """The values of these fields put together."""
        if not fields:
            return np.full(len(self), "", object)
        parts = [self.strata[name].astype(str) for name in fields]
        found = parts[0].astype(object)
        for part in parts[1:]:
            found = found + " " + part.astype(object)
        return found


@dataclass(frozen=True)
class _Fields(Scope):
    """A scope whose groups are several fields at once, in one text."""

    fields: tuple[str, ...] = ()

    def groups(self, log: EventLog) -> str | None:
        """A query `(case_id, value)`."""
        alone = [Scope(by=name).groups(log) for name in self.fields]
        joins = "".join(f" LEFT JOIN ({query}) f{n} USING (case_id)" for n, query in enumerate(alone))
        parts = [f"coalesce(f{n}.value, chr({ord(_NOTHING)}))" for n in range(len(alone))] or ["''"]
        return f"SELECT case_id, concat_ws(chr({ord(_BETWEEN)}), {', '.join(parts)}) AS value FROM cases{joins}"


def holds(metric: Metric) -> Of:
    """Which kind of comparison fits its units. Raises Refused for a number that no test compares."""
    columns = set(metric.estimator.columns)
    if {"seconds", "ended"} <= columns:
        return Of.TIMES
    if columns == {"hit"}:
        return Of.SHARES
    if columns in ({"x"}, {"score"}):
        return Of.NUMBERS
    raise Refused(
        f"{metric.key} is one number of the whole cohort: there are no cases to test.",
        f"Read both with their intervals: `jidoka measure {metric.key} --by FIELD`.",
    )


def by_field(
    log: EventLog, metric: Metric, question: Question, strata: tuple[str, ...]
) -> tuple[dict[str, Cohort], tuple[Excluded, ...]]:
    """Group to cohort, the largest first (or the pair in its order), and what was left out."""
    by = str(question.by)
    if by in metric.fields:
        raise Refused(f"Each case counts in several values of {by}: they cannot be tested.", "Use `jidoka measure`.")
    found = units(log, metric, _fields(question.scope, (by, *strata)))
    whole = _cohort(found, (by, *strata))
    names, places = np.unique(whole.strata[by].astype(str), return_inverse=True)
    groups = {str(name): _part(whole, places == n, strata) for n, name in enumerate(names)}
    if absent := [name for name in question.pair if name not in groups]:
        known = ", ".join(sorted(groups, key=lambda g: -len(groups[g]))[:12])
        raise BadData(f"No case has {by} {' nor '.join(map(repr, absent))}.", f"There are: {known}.")
    order = question.pair or sorted(groups, key=lambda name: (-len(groups[name]), name))
    others = sum(len(cohort) for name, cohort in groups.items() if name not in order)
    excluded = (*found.excluded, *((Excluded(others, f"of another {by}"),) if others else ()))
    return {name: groups[name] for name in order}, excluded


def by_period(
    log: EventLog, metric: Metric, question: Question, strata: tuple[str, ...]
) -> tuple[dict[str, Cohort], tuple[Excluded, ...]]:
    """Before and after, and what was left out of either."""
    found: dict[str, Cohort] = {}
    excluded: dict[str, int] = {}
    for name, period in (("before", question.before), ("after", question.after)):
        if period is None:
            raise BadData("Two periods make a comparison.", "Name both with --before and --after.")
        scope = replace(question.scope, since=period.since, until=period.until)
        one = units(log, metric, _fields(scope, strata))
        found[name] = _cohort(one, strata)
        for left in one.excluded:
            excluded[left.reason] = excluded.get(left.reason, 0) + left.n
    return found, tuple(Excluded(n, reason) for reason, n in excluded.items())


def everything(log: EventLog, metric: Metric, question: Question) -> Cohort:
    """All units of the log, those of no group too: the long run."""
    return _cohort(units(log, metric, replace(question.scope, since=None, until=None)), ())


def _fields(scope: Scope, wanted: tuple[str, ...]) -> Scope:
    same = {one.name: getattr(scope, one.name) for one in fields(Scope)}
    return _Fields(**{**same, "by": None}, fields=wanted)


def _cohort(found: Units, fields: tuple[str, ...]) -> Cohort:
    columns = dict(found.columns)
    if not fields:
        return Cohort(columns, found.at, {})
    split = [(name or "").split(_BETWEEN) for name in found.groups] or [[_NOTHING] * len(fields)]
    strata = {}
    for n, name in enumerate(fields):
        values = np.array([NONE if parts[n] == _NOTHING else parts[n] for parts in split], object)
        strata[name] = values[found.group] if len(found) else values[:0]
    return Cohort(columns, found.at, strata)


def _part(whole: Cohort, chosen: NDArray[np.bool_], fields: tuple[str, ...]) -> Cohort:
    return Cohort(
        {name: column[chosen] for name, column in whole.columns.items()},
        whole.opened[chosen],
        {name: whole.strata[name][chosen] for name in fields},
    )
