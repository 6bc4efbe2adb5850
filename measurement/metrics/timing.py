"""The business clock of units: the open hours of the team that held the case at that time."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from measurement.clocks import Micros, open_seconds
from measurement.log.eventlog import EventLog
from measurement.metrics.scope import ANY, Scope
from measurement.values import BadData

HOLDINGS = """
    WITH held AS (
      SELECT case_id, seq, "at",
        coalesce(last_value(team IGNORE NULLS) OVER so_far, first_value(team IGNORE NULLS) OVER whole) AS team
      FROM events SEMI JOIN units USING (case_id)
      WINDOW so_far AS (PARTITION BY case_id ORDER BY seq ROWS UNBOUNDED PRECEDING),
        whole AS (PARTITION BY case_id ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ), spans AS (
      SELECT case_id, team, CASE WHEN lag(seq) OVER in_case IS NULL THEN '-infinity'::TIMESTAMP ELSE "at" END AS since,
        coalesce(lead("at") OVER in_case, 'infinity'::TIMESTAMP) AS till
      FROM held WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
    )
    SELECT unit, team, greatest(since, "begin") AS "begin", least(till, until) AS until
    FROM units JOIN spans USING (case_id) WHERE greatest(since, "begin") < least(till, until)
"""
"""One row for each stretch in which one team held the unit; before its first event a case is with the first team."""


def business_seconds(log: EventLog, scope: Scope, table: pa.Table) -> pa.Table:
    """The units with `seconds`; those held by a team without a calendar get a `reason`.

    Raises BadData when there is no calendar at all.
    """
    if not scope.calendars:
        raise BadData("The business clock needs a calendar.", "Name one with --calendar.")
    counts = np.asarray(table["reason"].is_null())
    everyone = scope.calendars.get(ANY)
    if everyone is not None and len(scope.calendars) == 1:
        seconds = np.zeros(len(table))
        seconds[counts] = open_seconds(everyone, _micros(table["begin"])[counts], _micros(table["until"])[counts])
        return table.append_column("seconds", pa.array(seconds))
    return _by_team(log, scope, table, counts)


def _by_team(log: EventLog, scope: Scope, table: pa.Table, counts: NDArray[np.bool_]) -> pa.Table:
    units = table.select(["case_id", "begin", "until"]).append_column("unit", pa.array(np.arange(len(table))))
    log.db.register("units", units.filter(pa.array(counts)))
    held = log.table(HOLDINGS)
    log.db.unregister("units")
    unit, begin, until = held["unit"].to_numpy(), _micros(held["begin"]), _micros(held["until"])
    teams = held["team"].combine_chunks().dictionary_encode("encode")
    seconds, without = np.zeros(len(table)), np.full(len(table), None, object)
    for number, team in enumerate(teams.dictionary.to_pylist()):
        rows = teams.indices.to_numpy(zero_copy_only=False) == number
        calendar = scope.calendars.get(team or ANY, scope.calendars.get(ANY))
        if calendar is None:
            without[unit[rows]] = f"team {team} has no calendar" if team else "no team is known, so no calendar"
            continue
        np.add.at(seconds, unit[rows], open_seconds(calendar, begin[rows], until[rows]))
    reasons = np.where(counts, without, np.asarray(table["reason"].to_pylist(), object))
    table = table.set_column(table.column_names.index("reason"), "reason", pa.array(reasons, pa.string()))
    return table.append_column("seconds", pa.array(seconds))


def _micros(column: pa.ChunkedArray) -> Micros:
    found: Micros = column.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    return found
