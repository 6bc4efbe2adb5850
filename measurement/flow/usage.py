"""How a step is used, and by whom: the question behind "is waiting for the user abused?"."""

from dataclasses import dataclass

from measurement.flow.rework import stays
from measurement.log.cases import quoted
from measurement.log.eventlog import EventLog
from measurement.values import BadData

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Usage:
    """One group of events by a column that was in force; `value` None: all of them."""

    value: str | None
    cases: int
    """All cases that the group ever held."""
    using: int
    """Of those, the ones in which it put the case into the step."""
    times: int
    seconds: float
    """Spent in the step, summed, up to the resolution."""
    median_s: float | None
    share_of_time: float | None
    """Of all time the group held cases."""
    solved_from: int
    """Times the case was resolved straight out of the step, with no step of work after it: the clock stood still to
    the end."""
    undone: int
    """Times it was left again within five minutes."""

    @property
    def share(self) -> float | None:
        """Share of the group's cases that it put into the step."""
        return self.using / self.cases if self.cases else None


SHORT = 300.0


def usage(log: EventLog, step: str, by: str | None = None) -> tuple[Usage, ...]:
    """The use of a step, in all and by the value of a column when the step was entered; most cases first.

    Raises BadData for a step or a column that is not there.
    """
    stays(log)
    known = [row["step"] for row in log.rows("SELECT DISTINCT step FROM stays ORDER BY step")]
    if step not in known:
        raise BadData(f"Dataset {log.name} has no step {step!r}.", f"It has: {', '.join(known[:30])}.")
    if by is not None and by not in log.columns:
        raise BadData(f"Dataset {log.name} has no column {by!r}.", f"It has: {', '.join(log.columns)}.")
    rows = log.rows(_query("NULL"), step)
    if by is not None:
        rows += log.rows(_query(f"coalesce(CAST(e.{quoted(by)} AS VARCHAR), '{UNKNOWN}')"), step)
    return tuple(Usage(**row) for row in rows)


def _query(value: str) -> str:
    return f"""
        WITH held AS (
          SELECT s.case_id, s.seq, s.seconds, {value} AS value FROM stretches s JOIN events e USING (case_id, seq)
        ), whole AS (
          SELECT value, count(DISTINCT case_id) AS cases, sum(seconds) AS held_s FROM held GROUP BY value
        ), ended AS (
          SELECT *, lead(step) OVER in_case IS NULL
              OR (NOT coalesce(bool_or(NOT waiting AND seconds > 0) OVER after, false)) AS last
          FROM stays WINDOW in_case AS (PARTITION BY case_id ORDER BY place),
            after AS (PARTITION BY case_id ORDER BY place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
        ), used AS (
          SELECT e.case_id, e.seconds, e.last, held.value, c.ended_as
          FROM ended e JOIN cases c ON c.case_id = e.case_id
            JOIN held ON held.case_id = e.case_id AND held.seq = e.first_seq
          WHERE e.step = ?
        )
        SELECT whole.value AS value, any_value(cases) AS cases, count(DISTINCT u.case_id) AS "using",
          count(u.case_id) AS times,
          coalesce(sum(seconds), 0) AS seconds, median(seconds) AS median_s,
          CASE WHEN any_value(held_s) > 0 THEN coalesce(sum(seconds), 0) / any_value(held_s) END AS share_of_time,
          count(*) FILTER (last AND ended_as = 'resolved') AS solved_from, count(*) FILTER (seconds < {SHORT}) AS undone
        FROM whole LEFT JOIN used u ON u.value IS NOT DISTINCT FROM whole.value
        GROUP BY whole.value ORDER BY "using" DESC, whole.value
    """
