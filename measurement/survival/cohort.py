"""The cases of a log as times from their opening: a cohort by start, seen as it stood at one instant."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from measurement.log.eventlog import EventLog
from measurement.survival.times import Times
from measurement.values import Excluded

Objects = NDArray[np.object_]

_QUERY = """
    SELECT c.case_id, c.opened_at, c.resolved_at, c.ended_as, {last} AS left_at, {value} AS value
    FROM cases c {join}
    WHERE c.opened_at < ? AND (? IS NULL OR c.opened_at >= ?) AND (? IS NULL OR c.opened_at < ?)
    ORDER BY c.case_id
"""


@dataclass(frozen=True)
class Cohort:
    """Cases opened in a period, as they stood at `as_of`; arrays are parallel, one entry a case.

    `times` counts as censored what was open at `as_of`. A case cancelled or merged is kept as open until it left when
    `withdrawn` is "censored" (its row in `left` says so), or left out and named in `excluded`.
    """

    times: Times
    left: NDArray[np.bool_]
    """True where the case was withdrawn (cancelled, merged) instead of resolved: a competing end."""
    group: Objects | None
    opened: NDArray[np.datetime64]
    as_of: datetime
    excluded: tuple[Excluded, ...]


def cohort(
    log: EventLog,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    by: str | None = None,
    withdrawn: str = "left out",
) -> Cohort:
    """Elapsed seconds from opening to resolution of the cases opened in [since, until), seen at `as_of`.

    `as_of`: a past instant shows the log as it stood then (what was resolved later is open); default: the log's own.
    `by`: a field whose value stands in `group`. `withdrawn`: "left out" or "censored" (for Aalen-Johansen).
    """
    seen = as_of or log.as_of
    join = f"LEFT JOIN ({log.field_sql(by)}) f USING (case_id)" if by else ""
    # A withdrawn case leaves at its closing, or at the last that was heard of it.
    query = _QUERY.format(
        last="coalesce(c.closed_at, c.last_at)", value="f.value" if by else "CAST(NULL AS VARCHAR)", join=join
    )
    now, begin, end = (None if at is None else _plain(at) for at in (seen, since, until))
    rows = log.arrays(query, now, begin, begin, end, end)
    opened, resolved, left_at = (_micros(rows[name]) for name in ("opened_at", "resolved_at", "left_at"))
    limit = _micros(np.array([now], "datetime64[us]"))[0]
    ended_as = rows["ended_as"]
    gone = np.isin(ended_as.astype(str), ("cancelled", "merged")) & (left_at <= limit)
    ended = ~np.isnan(resolved) & (np.nan_to_num(resolved, nan=np.inf) <= limit) & ~gone
    finish = np.where(ended, resolved, np.where(gone, left_at, limit))
    backward = finish < opened
    keep = ~backward & (~gone if withdrawn == "left out" else np.ones(len(gone), bool))
    excluded = [Excluded(int(backward.sum()), "ended before it was opened")]
    if withdrawn == "left out":
        excluded.append(Excluded(int((gone & ~backward).sum()), "withdrawn (cancelled or merged)"))
    return Cohort(
        times=Times.of(((finish - opened) / 1e6)[keep], ended[keep]),
        left=gone[keep],
        group=rows["value"][keep] if by else None,
        opened=rows["opened_at"][keep],
        as_of=seen,
        excluded=tuple(e for e in excluded if e.n),
    )


def _plain(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _micros(column: NDArray[np.generic]) -> NDArray[np.float64]:
    """Microseconds since 1970 as floats (exact to 2^53, the year 2255), NaN where there is none."""
    stamps = np.asarray(column, "datetime64[us]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(float))
