"""Kinds of incidents that keep coming: what looking for their cause could save."""

from dataclasses import dataclass
from datetime import datetime

from measurement.flow.efficiency import CASE_TIMES
from measurement.flow.stretches import prepare
from measurement.log.eventlog import EventLog


@dataclass(frozen=True)
class Recurring:
    """One kind, a service and a category, over the incidents opened in the period."""

    service: str
    category: str | None
    n: int
    reopened: int
    """Of these, how many were reopened at least once."""
    open: int
    lost_s: float
    """From opening to solution, elapsed, all together; one that is not solved counts up to `as_of` of the log."""
    work_s: float
    """Touch time, all together."""


def recurring(log: EventLog, since: datetime, until: datetime, *, least: int = 3) -> tuple[int, list[Recurring]]:
    """How many incidents were opened in [since, until), and the kinds with at least `least`, most time lost first.

    Those merged into another or cancelled are left out: the first are counted there, the others were none.
    """
    prepare(log)
    rows = log.rows(
        f"""
        WITH times AS ({CASE_TIMES}), again AS (SELECT DISTINCT case_id FROM events WHERE activity = 'reopened'),
        taken AS (
          SELECT cases.*, coalesce(touch_s, 0) AS work_s, again.case_id IS NOT NULL AS reopened,
            epoch(coalesce(cases.resolved_at, closed_at, CAST(? AS TIMESTAMP)) - opened_at) AS lost_s
          FROM cases LEFT JOIN times USING (case_id) LEFT JOIN again USING (case_id)
          WHERE kind = 'incident' AND opened_at >= CAST(? AS TIMESTAMP) AND opened_at < CAST(? AS TIMESTAMP)
            AND cases.ended_as IS DISTINCT FROM 'merged' AND cases.ended_as IS DISTINCT FROM 'cancelled'
        )
        SELECT service, category, count(*) AS n, count(*) FILTER (reopened) AS reopened,
          count(*) FILTER (resolved_at IS NULL AND closed_at IS NULL) AS open,
          CAST(sum(lost_s) AS DOUBLE) AS lost_s, CAST(sum(work_s) AS DOUBLE) AS work_s
        FROM taken GROUP BY ALL ORDER BY lost_s DESC, service, category
        """,
        *(at.replace(tzinfo=None) for at in (log.as_of, since, until)),
    )
    kinds = [Recurring(**row) for row in rows]
    return sum(kind.n for kind in kinds), [kind for kind in kinds if kind.n >= least]
