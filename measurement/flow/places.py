"""Which step each stretch of a case belongs to: its own, or while it waits the one that comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from measurement.flow.order import entered
from measurement.flow.stretches import ACTIVITY, STEP, TOUCHED, WAITED
from measurement.log.cases import quoted, text
from measurement.log.eventlog import EventLog
from measurement.values import BadData

OWN = (STEP, ACTIVITY)
"""Steps that follow each other in time; anything else (teams, lines) holds a case while it waits, too."""
MOST_STEPS = 5
"""Boxes that stay legible in one row; all others become one."""
RARE = 0.01
"""A step that fewer cases enter gets no box of its own."""
NEGLIGIBLE = 0.005
"""Nor does one that takes a smaller share of the time."""
END, OTHERS = "(end)", "(others)"
"""Places that are no step: behind the last one, and all steps without a box of their own."""

PLACES = """
    CREATE OR REPLACE TEMP TABLE places AS
    WITH named AS (
      SELECT *, coalesce(kind IN ({waited}), false) AS waiting FROM {source}
    ), boxed AS (
      SELECT *, CASE WHEN waiting AND {ahead} THEN NULL WHEN own IN ({steps}) THEN own
        WHEN own IN ({over}) THEN '{end}' ELSE '{others}' END AS box FROM named
    ), placed AS (
      SELECT *, coalesce(box, first_value(box IGNORE NULLS) OVER (
        PARTITION BY case_id ORDER BY seq ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), '{end}') AS place
      FROM boxed
    ), changed AS (
      SELECT *, (lag(place) OVER in_case IS DISTINCT FROM place
        OR ({ahead} AND waiting AND NOT lag(waiting) OVER in_case)) AS first
      FROM placed WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
    )
    SELECT case_id, seq, place, waiting, kind, person, human, step, opened_at, started, ended,
      -- The little time spent in what marks an end is waiting for it, so that the whole stays whole.
      seconds - held_s + CASE WHEN waiting OR place = '{end}' THEN held_s ELSE 0 END AS wait_s,
      CASE WHEN kind IN ({touched}) AND place <> '{end}' THEN held_s ELSE 0 END AS touch_s,
      CASE WHEN kind IS NULL AND place <> '{end}' THEN held_s ELSE 0 END AS unclassified_s,
      sum(first::INTEGER) OVER (PARTITION BY case_id ORDER BY seq) AS stay
    FROM changed
"""

STAYS = """
    CREATE OR REPLACE TEMP TABLE place_stays AS
    WITH summed AS (
      SELECT case_id, place, stay, sum(p.touch_s) AS touch_s, sum(p.unclassified_s) AS unclassified_s,
        sum(p.touch_s + p.unclassified_s) AS inside_s
      FROM places p WHERE NOT waiting GROUP BY case_id, place, stay
    )
    SELECT *, row_number() OVER (PARTITION BY case_id, place ORDER BY stay) AS time_in,
      lag(place) OVER in_case AS came_from, lead(place) OVER in_case AS next_place,
      lead(place, 2) OVER in_case AS after_next
    FROM summed WINDOW in_case AS (PARTITION BY case_id ORDER BY stay)
"""


@dataclass(frozen=True)
class Choice:
    """Which steps have a box, in their order, and what has none."""

    steps: tuple[str, ...]
    left_out: tuple[str, ...]
    """Steps of work without a box."""


def place(log: EventLog, by: str, wanted: Sequence[str]) -> Choice:
    """Makes the tables `places` (one row for each stretch) and `place_stays` (one for each stay in a step).

    `wanted`: the steps, in their order; none: those that take the most time, in the order in which cases enter them.
    Raises BadData for a column or a step that is not there.
    """
    if by not in (*log.columns, STEP):
        raise BadData(f"Dataset {log.name} has no column {by!r}.", f"It has: {', '.join(log.columns)}.")
    waits = f"coalesce(bool_and(kind IN ({WAITED})), false)" if by in OWN else "false"
    rows = log.rows(f"""
        WITH named AS (SELECT *, seq = max(seq) OVER (PARTITION BY case_id) AS last FROM {_source(by)})
        SELECT own AS step, {waits} AS waiting, sum(seconds) AS seconds, count(DISTINCT case_id) AS cases,
          count(*) FILTER (last) AS last, sum(sum(seconds)) OVER () AS whole
        FROM named GROUP BY own ORDER BY seconds DESC, step
    """)
    (n,) = (row["n"] for row in log.rows("SELECT count(*) AS n FROM cases"))
    known = [row["step"] for row in rows]
    for name in wanted:
        if name not in known:
            raise BadData(f"Dataset {log.name} has no step {name!r}.", f"It has: {', '.join(sorted(known)[:30])}.")
    # What most cases end with, and hardly any spends time in, marks the end and is no step.
    short = {row["step"] for row in rows if row["seconds"] <= NEGLIGIBLE * row["whole"]}
    ends = short - {*wanted} if by in OWN else set()
    over = tuple(row["step"] for row in rows if row["step"] in ends and 2 * row["last"] >= row["cases"])
    work = [row for row in rows if row["step"] not in over and not row["waiting"]]
    usual = [r["step"] for r in work if r["cases"] >= RARE * n and r["step"] not in {*short, UNKNOWN}][:MOST_STEPS]
    steps = tuple(wanted) or tuple(usual or known[:MOST_STEPS])
    asked = ", ".join(text(s) for s in wanted) or "''"
    log.db.execute(
        PLACES.format(
            source=_source(by),
            steps=", ".join(text(s) for s in steps),
            over=", ".join(text(s) for s in over) or "NULL",
            waited=WAITED,
            touched=TOUCHED,
            # A step somebody asked for stays a box, though all of it be waiting.
            ahead=f"own NOT IN ({asked})" if by in OWN else "false",
            end=END,
            others=OTHERS,
        )
    )
    log.db.execute(STAYS)
    left_out = tuple(row["step"] for row in work if row["step"] not in steps)
    if wanted:
        return Choice(tuple(wanted), left_out)
    drawn = ", ".join(text(step) for step in steps)
    firsts = (
        f'SELECT case_id, place AS name, min(seq) AS "at" FROM places WHERE place IN ({drawn}) GROUP BY case_id, place'
    )
    return Choice(entered(log, firsts, steps), left_out)


UNKNOWN = "unknown"


def _source(by: str) -> str:
    if by in OWN:
        return f"(SELECT *, {by} AS own FROM stretches)"
    own = f"coalesce(CAST(e.{quoted(by)} AS VARCHAR), '{UNKNOWN}')"
    return f"(SELECT s.*, {own} AS own FROM stretches s JOIN events e USING (case_id, seq))"
