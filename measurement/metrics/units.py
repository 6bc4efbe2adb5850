"""The units of a metric: what its query found, by which clock, and what was left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from measurement.log.cases import quoted, text
from measurement.log.eventlog import EventLog
from measurement.metrics.metric import Beside, Clock, Facts, Metric, timed
from measurement.metrics.scope import EVERYTHING, Scope
from measurement.metrics.timing import business_seconds
from measurement.values import BadData, Excluded

TABLES = ("events", "stretches", "visits", "entered")
"""What a reading may name besides `cases`; each is cut down to the cohort."""
ELAPSED = "(epoch_us(until) - epoch_us(begin)) / 1e6 AS seconds"


@dataclass(frozen=True)
class Units:
    """Those that count, as columns of one length, with the instant of opening (`at`) and their group if asked for."""

    columns: dict[str, NDArray[np.generic]]
    at: NDArray[np.datetime64]
    excluded: tuple[Excluded, ...]
    groups: tuple[str | None, ...]
    """Their names; empty when there is no field."""
    group: NDArray[np.int32]
    """Index into `groups` of each unit."""
    left_out: NDArray[np.int64]
    """How many were excluded in each group."""
    query: str

    def __len__(self) -> int:
        return len(self.at)

    def each(self) -> Iterator[tuple[str | None, dict[str, NDArray[np.generic]], int]]:
        """Name, columns and number of those left out, of each group."""
        order = np.argsort(self.group, kind="stable")
        ends = np.cumsum(np.bincount(self.group, minlength=len(self.groups)))
        for number, name in enumerate(self.groups):
            chosen = order[(ends[number - 1] if number else 0) : ends[number]]
            yield name, {key: column[chosen] for key, column in self.columns.items()}, int(self.left_out[number])


def units(log: EventLog, metric: Metric, scope: Scope, beside: Beside | None = None) -> Units:
    """What the metric, or a number beside it, counts in this scope.

    Raises BadData for a clock it cannot be read on, a field that is not there, a calendar that is missing.
    """
    clock = clock_of(metric, scope)
    wanted = beside or metric
    if metric.tables is not None:
        metric.tables(log)
    own = {name: value for name, value in scope.where.items() if name in metric.fields}
    cases = replace(scope.of_cases(metric.fields), by=scope.by)
    reading = wanted.reading(Facts.of(log, clock or Clock.ELAPSED, "cases" if cases.whole else EVERYTHING))
    query = cases.within(log, tuple(name for name in TABLES if re.search(rf"\b{name}\b", reading)))
    in_business = timed(wanted.estimator) and clock is Clock.BUSINESS
    columns = wanted.estimator.columns
    read = [f"u.{name}" for name in columns if name != "seconds"]
    if in_business:
        read += ["case_id", "begin", "until"]
    elif timed(wanted.estimator):
        read.append(ELAPSED)
    query += _select(log, metric, cases, reading, read, own)
    table = log.table(query)
    if in_business:
        table = business_seconds(log, scope, table)
    return _read(table, columns, query)


OF_OTHER_KIND = "ask for it with kind="
"""How the reason ends that a case which is no demand is left out for; its kind follows."""


def log_for(log: EventLog, metric: Metric) -> EventLog:
    """The part of the log that the metric is read from."""
    return log.asked if metric.of_answers and log.asked is not None else log


def clock_of(metric: Metric, scope: Scope) -> Clock | None:
    """The clock asked for, else the metric's own. Raises BadData when it cannot be read on that one."""
    if not metric.clocks:
        if scope.clock not in (None, Clock.ELAPSED):
            raise BadData(f"{metric.key} is no matter of time: it has no clock.", "Leave --clock out.")
        return None
    if scope.clock is None:
        return metric.clocks[0]
    if scope.clock not in metric.clocks:
        raise BadData(
            f"{metric.key} cannot be read on the {scope.clock} clock.", f"It has: {', '.join(metric.clocks)}."
        )
    return scope.clock


def _select(log: EventLog, metric: Metric, scope: Scope, reading: str, read: list[str], own: dict[str, str]) -> str:
    source = f"({reading}) AS u JOIN (SELECT case_id, opened_at, kind FROM cases) AS c USING (case_id)"
    asked = "kind" in (*scope.where, scope.by)
    kinds = ", ".join(map(text, log.rules.demand)) if metric.demand and not asked else ""
    # No mistake of the case: it is only not what was asked about.
    other = f"CASE WHEN c.kind NOT IN ({kinds}) THEN 'kind ' || c.kind || ': {OF_OTHER_KIND}' || c.kind END"
    wanted = [f"coalesce({other}, u.reason) AS reason" if kinds else "u.reason", *read, 'c.opened_at AS "at"']
    if scope.by in metric.fields and scope.by is not None:
        wanted.append(f'CAST(u.{quoted(scope.by)} AS VARCHAR) AS "group"')
    elif (groups := scope.groups(log)) is not None:
        source += f"\n  LEFT JOIN ({groups}) AS g USING (case_id)"
        wanted.append('g.value AS "group"')
    condition = " AND ".join(f"CAST(u.{quoted(name)} AS VARCHAR) = {text(value)}" for name, value in own.items())
    return f"SELECT {', '.join(wanted)}\nFROM {source}" + (f"\nWHERE {condition}" if condition else "")


def _read(table: pa.Table, columns: tuple[str, ...], query: str) -> Units:
    reasons = table["reason"]
    counted = pc.is_null(reasons)
    excluded = tuple(
        Excluded(row["counts"], row["values"])
        for row in sorted(
            pc.value_counts(reasons.drop_null()).to_pylist(), key=lambda row: (-row["counts"], row["values"])
        )
    )
    kept = table.filter(counted)
    groups, group, left_out = _groups(table, counted)
    found = {name: _array(kept[name]) for name in columns}
    return Units(found, kept["at"].to_numpy(), excluded, groups, group, left_out, query)


def _groups(
    table: pa.Table, counted: pa.ChunkedArray
) -> tuple[tuple[str | None, ...], NDArray[np.int32], NDArray[np.int64]]:
    if "group" not in table.column_names:
        return (), np.zeros(int(pc.sum(counted).as_py() or 0), np.int32), np.zeros(0, np.int64)
    encoded = table["group"].combine_chunks().dictionary_encode("encode")
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    names = tuple(encoded.dictionary.to_pylist())
    which = encoded.indices.to_numpy(zero_copy_only=False)
    keep = counted.to_numpy()
    left_out = np.bincount(which[~keep], minlength=len(names))
    return names, which[keep], left_out


def _array(column: pa.ChunkedArray) -> NDArray[np.generic]:
    found: NDArray[np.generic] = column.to_numpy()
    return found
