"""What a measurement answers: the number, and all that one must know to believe it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from measurement.metrics.estimate import Estimate
from measurement.values import Excluded, Interval

FEW = 10
"""Groups smaller than this are shown with a warning."""


@dataclass(frozen=True)
class Period:
    """Openings from `since` (included) to `until` (not included), as the log stood at `as_of`; UTC.

    Where the question did not limit them: the first and the last opening there is.
    """

    since: datetime | None
    until: datetime | None
    as_of: datetime
    limited: bool = False
    """Whether `until` was asked for."""


@dataclass(frozen=True)
class Group:
    """One value of the field asked for; `adjusted`: with the mix of all, where the metric has that."""

    group: str | None
    estimate: Estimate
    excluded: int = 0
    adjusted: Estimate | None = None

    @property
    def warning(self) -> str | None:
        """Why one should not act on it."""
        if self.estimate.n == 0:
            return "nothing to count"
        return f"only {self.estimate.n}: read the interval, not the number" if self.estimate.n < FEW else None


@dataclass(frozen=True)
class Companion:
    """A second number without which the first would mislead."""

    what: str
    unit: str
    estimate: Estimate


@dataclass(frozen=True)
class Measured:
    """One metric of one dataset."""

    metric: str
    title: str
    unit: str
    better: str
    audience: str
    dataset: str
    source: str
    clock: str | None
    counts: str
    period: Period
    filter: Mapping[str, str]
    estimate: Estimate
    estimator: str
    excluded: tuple[Excluded, ...]
    field: str | None
    by: tuple[Group, ...]
    beside: tuple[Companion, ...]
    notes: tuple[str, ...]
    query: str
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The document of interfaces: durations in seconds, null where there is no number, and `notes` say why."""
        return {
            "metric": self.metric,
            "title": self.title,
            "dataset": self.dataset,
            "unit": self.unit,
            "better": self.better,
            "audience": self.audience,
            "clock": self.clock,
            "period": {"from": self.period.since, "to": self.period.until, "as_of": self.period.as_of},
            "filter": dict(self.filter),
            "counts": self.counts,
            **_numbers(self.estimate),
            "excluded": [{"n": e.n, "reason": e.reason} for e in self.excluded],
            "estimator": self.estimator,
            "field": self.field,
            "by": [_group(group) for group in self.by],
            "beside": [{"what": c.what, "unit": c.unit, **_numbers(c.estimate)} for c in self.beside],
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "source": self.source,
            "query": self.query,
        }


def _numbers(estimate: Estimate) -> dict[str, object]:
    return {
        "n": estimate.n,
        "open": estimate.open,
        "value": estimate.value,
        "median": estimate.median,
        "p85": estimate.p85,
        "p95": estimate.p95,
        "mean": estimate.mean,
        "interval": _interval(estimate.interval),
        "intervals": {name: _interval(interval) for name, interval in estimate.intervals.items()},
    }


def _interval(interval: Interval | None) -> dict[str, object] | None:
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "level": interval.level, "method": interval.method}


def _group(group: Group) -> dict[str, object]:
    row: dict[str, object] = {"group": group.group, **_numbers(group.estimate), "excluded": group.excluded}
    row["warning"] = group.warning
    if group.estimate.notes:
        row["notes"] = list(group.estimate.notes)
    if group.adjusted is not None:
        row["adjusted"] = _numbers(group.adjusted)
    return row
