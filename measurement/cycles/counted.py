"""What a single case counts as in a trial: its time, or whether it had it, as it stood when its following ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from definitions.cycle.charter import Scope as CharterScope
from definitions.experiment import Scope as TrialScope
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.log.live import Followed, live_log
from measurement.metrics.catalogue import METRICS
from measurement.metrics.catalogue import metric as named
from measurement.metrics.metric import Better, Clock, Facts, Family, Metric, timed
from measurement.values import BadData

AHEAD = timedelta(days=366)
"""A followed log is read from so far ahead that no window of a metric (7 days after a resolution) is still open."""
OF_A_CASE = (Family.SPEED, Family.QUALITY, Family.AUTOMATION)


@dataclass(frozen=True)
class Counted:
    """One row a case, by id: when it was opened (UTC), and its seconds up to the end of following, or 0 and 1."""

    case: NDArray[np.object_]
    opened: NDArray[np.datetime64]
    value: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.case)

    def only(self, chosen: NDArray[np.bool_]) -> "Counted":
        """Some of them."""
        return Counted(self.case[chosen], self.opened[chosen], self.value[chosen])

    def __add__(self, other: "Counted") -> "Counted":
        """All of both."""
        return Counted(
            np.concatenate([self.case, other.case]),
            np.concatenate([self.opened, other.opened]),
            np.concatenate([self.value, other.value]),
        )

    def followed(self, follow_s: float, at: datetime) -> NDArray[np.bool_]:
        """Which were followed to the end by then."""
        return self.opened <= instant(at - timedelta(seconds=follow_s))


def measure_of(key: str) -> Literal["time", "share"]:
    """How a trial counts the metric. Raises BadData for one that is no number of a single case, with those that are."""
    metric = named(key)
    if not _of_a_case(metric):
        known = ", ".join(sorted(each.key for each in METRICS.values() if _of_a_case(each)))
        raise BadData(
            f"{key} is no number of a single case, so two arms cannot be compared by it.", f"A trial can take {known}."
        )
    return "time" if timed(metric.estimator) else "share"


def guard_of(key: str) -> str:
    """The metric as a guard of a trial. Raises BadData for one that is no share of cases, with those that are."""
    if measure_of(key) == "share":
        return key
    known = ", ".join(each.key for each in METRICS.values() if _of_a_case(each) and not timed(each.estimator))
    raise BadData(f"{key} is a time: a guard of a trial is a share of cases.", f"A trial can be guarded by {known}.")


def _of_a_case(metric: Metric) -> bool:
    single = metric.counts == "cases" and not metric.fields and not metric.of_answers and metric.family in OF_A_CASE
    return single and metric.estimator.columns in (("seconds", "ended"), ("hit",)) and metric.better != Better.NEITHER


def followed_log(
    parts: Sequence[Path], at: datetime, follow_s: float, experiment: str | None = None, since: datetime | None = None
) -> EventLog:
    """The live log with each case as it stood `follow_s` after its opening.

    Of one experiment only where it is named, and of cases opened from `since` on.

    What is read of a case that was followed to the end does not depend on `at`: a look made again finds the same.
    """
    return live_log(parts, at + AHEAD, followed=Followed(follow_s, experiment, since))


def counted(log: EventLog, key: str, follow_s: float, where: str = "true") -> Counted:
    """All cases of a followed log, whatever became of them; `where` is a condition on the table `cases`.

    A time that had not ended, also because the case was withdrawn, counts as the whole time of following (the worst
    rank): to leave such cases out would let a variant win that drives people away. What had not happened is 0.
    """
    metric, measure = named(key), measure_of(key)
    if metric.tables is not None:
        metric.tables(log)
    clock = metric.clocks[0] if metric.clocks else Clock.ELAPSED
    if measure == "time":
        taken = f"least((epoch_us(until) - epoch_us(begin)) / 1e6, {follow_s:.6f})"
        value = f"CASE WHEN reason IS NULL AND ended THEN {taken} ELSE {follow_s:.6f} END"
    else:
        value = "CASE WHEN reason IS NULL AND hit THEN 1.0 ELSE 0.0 END"
    found = log.table(
        f"""
        SELECT cases.case_id, opened_at, CAST({value} AS DOUBLE) AS value
        FROM cases LEFT JOIN ({metric.reading(Facts.of(log, clock))}) AS u USING (case_id)
        WHERE {where} ORDER BY cases.case_id
        """
    )
    return Counted(
        found["case_id"].to_numpy().astype(object),
        found["opened_at"].to_numpy().astype("datetime64[us]"),
        found["value"].to_numpy(),
    )


def within(scope: TrialScope | CharterScope) -> str:
    """A scope as a condition on the table `cases`."""
    fields = {"service": scope.services, "category": scope.categories, "team": getattr(scope, "teams", ())}
    kinds = {"kind": (scope.kind,)} if isinstance(scope, TrialScope) else {}
    conditions = [f"cases.{name} IN ({', '.join(map(text, keys))})" for name, keys in (kinds | fields).items() if keys]
    return " AND ".join(conditions) or "true"


def instant(at: datetime) -> np.datetime64:
    """As the columns of the log hold it: UTC without a zone."""
    return np.datetime64(round(at.timestamp() * 1e6), "us")
