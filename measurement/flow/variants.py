"""Variants: the ways cases went, activity by activity."""

from dataclasses import dataclass

from measurement.flow.rework import stays
from measurement.flow.stretches import ACTIVITY, step_column
from measurement.log.eventlog import EventLog


@dataclass(frozen=True)
class Variant:
    """One way, and how many cases went it; times are of its resolved cases."""

    path: tuple[str, ...]
    cases: int
    share: float
    median_s: float | None


@dataclass(frozen=True)
class Variants:
    """All ways there are, the most frequent ones in full."""

    n: int
    """Cases."""
    distinct: int
    once: int
    """Variants that only one case went."""
    for_80_percent: int
    """How many variants it takes to cover four cases in five."""
    top: tuple[Variant, ...]


def variants(log: EventLog, top: int = 10) -> Variants:
    """The ways cases went. Two cases have the same variant when their activities are equal in number and order.

    Of our own runs it is the steps they were in, each named once while it lasts.
    """
    if step_column(log) == ACTIVITY:
        ways = "SELECT list(activity ORDER BY seq) AS path, case_id FROM events GROUP BY case_id"
    else:
        ways = "SELECT list(step ORDER BY place) AS path, case_id FROM stays GROUP BY case_id"
        stays(log)
    log.db.execute(f"CREATE TEMP TABLE IF NOT EXISTS ways AS {ways}")
    # Only the paths that are shown are fetched; all others are counted where they are.
    (counts,) = log.rows("""
        WITH counted AS (SELECT path, count(*) AS cases FROM ways GROUP BY path),
        summed AS (
          SELECT cases, sum(cases) OVER (ORDER BY cases DESC, path ROWS UNBOUNDED PRECEDING) AS so_far FROM counted
        )
        SELECT sum(cases)::BIGINT AS n, count(*) AS distinct, count(*) FILTER (cases = 1) AS once,
          count(*) FILTER (so_far - cases < 0.8 * (SELECT count(*) FROM ways)) AS for_80_percent
        FROM summed
    """)
    rows = log.rows(
        """
        SELECT path, count(*) AS cases,
          median((epoch_us(resolved_at) - epoch_us(opened_at)) / 1e6) FILTER (ended_as = 'resolved') AS median_s
        FROM ways JOIN cases USING (case_id) GROUP BY path ORDER BY cases DESC, path LIMIT ?
        """,
        top,
    )
    return Variants(
        **counts,
        top=tuple(Variant(tuple(r["path"]), r["cases"], r["cases"] / counts["n"], r["median_s"]) for r in rows),
    )
