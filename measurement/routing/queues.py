"""How many cases each team held at an instant."""

from datetime import datetime

from measurement.log.eventlog import EventLog


def queues(log: EventLog, at: datetime, but: str) -> dict[str, int]:
    """Open cases by the team that held them at `at` (UTC, without a zone), the case `but` left out."""
    rows = log.rows(
        """
        WITH held AS (
          SELECT case_id, arg_max(team, seq) AS team FROM events WHERE "at" <= ? AND case_id <> ? GROUP BY case_id
        )
        SELECT held.team, count(*) AS n FROM held JOIN cases c USING (case_id)
        WHERE held.team IS NOT NULL
          AND (c.ended_as IS NULL OR coalesce(c.resolved_at, c.closed_at, c.last_at) > ?)
        GROUP BY held.team
        """,
        at,
        but,
        at,
    )
    return {row["team"]: row["n"] for row in rows}
