"""Push to front: how much the first line solves, and when it passes on what it does not."""

from dataclasses import dataclass

import pyarrow as pa

from measurement.flow.stretches import prepare
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.values import BadData

NAMES = r"\b([1-9])(?:st|nd|rd|th)\b"
"""Where a team's name says its line: "V5 3rd" is third line, "V5" first."""
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Front:
    """Of the resolved cases that began on the first line. Times are medians in seconds, elapsed."""

    n: int
    began_elsewhere: int
    """Cases whose first team is of a later line: nobody could have solved them in front. Left out."""
    unresolved: int
    """Cases open or withdrawn; left out."""
    solved_in_front: int
    reached: dict[int, int]
    """Line -> cases that were ever there."""
    held_before_passing_s: float | None
    """How long the first line held what it then passed on."""
    lead_in_front_s: float | None
    lead_passed_on_s: float | None
    """No effect of passing on: hard cases are passed on."""

    @property
    def share(self) -> float | None:
        """Share solved without a later line."""
        return self.solved_in_front / self.n if self.n else None


def has_lines(log: EventLog, pattern: str = NAMES) -> bool:
    """Whether any team's name says its line."""
    found = log.rows(f"SELECT count(*) AS n FROM (SELECT DISTINCT team FROM events) WHERE {_line('team', pattern)} > 1")
    return bool(found[0]["n"])


def front(log: EventLog, pattern: str = NAMES) -> Front:
    """Reads the line from the names of the teams. Raises BadData when none says one."""
    rows = log.rows(f"SELECT * FROM ({lines_sql(log, pattern)})")
    good = [row for row in rows if row["ended_as"] == "resolved" and row["first_line"] == 1]
    (times,) = log.rows(f"""
        WITH lines AS ({lines_sql(log, pattern)}), good AS (FROM lines WHERE ended_as = 'resolved' AND first_line = 1)
        SELECT median(held_s) FILTER (highest > 1) AS held, median(lead_s) FILTER (highest = 1) AS in_front,
          median(lead_s) FILTER (highest > 1) AS passed FROM good
    """)
    highest = max((row["highest"] for row in rows), default=1)
    return Front(
        n=len(good),
        began_elsewhere=sum(1 for row in rows if row["first_line"] > 1),
        unresolved=sum(1 for row in rows if row["first_line"] == 1 and row["ended_as"] != "resolved"),
        solved_in_front=sum(1 for row in good if row["highest"] == 1),
        reached={line: sum(1 for row in good if line in row["lines"]) for line in range(2, highest + 1)},
        held_before_passing_s=times["held"],
        lead_in_front_s=times["in_front"],
        lead_passed_on_s=times["passed"],
    )


def front_by(log: EventLog, by: str, pattern: str = NAMES) -> pa.Table:
    """Rows `value, n, solved_in_front, share, lost_s`, most cases first; `lost_s`: time of those passed on, summed."""
    return log.table(f"""
        WITH lines AS ({lines_sql(log, pattern)}), good AS (FROM lines WHERE ended_as = 'resolved' AND first_line = 1)
        SELECT coalesce(value, '{UNKNOWN}') AS value, count(*) AS n, count(*) FILTER (highest = 1) AS solved_in_front,
          solved_in_front / n AS share, coalesce(sum(lead_s) FILTER (highest > 1), 0) AS lost_s
        FROM good LEFT JOIN ({log.field_sql(by)}) USING (case_id) GROUP BY 1 ORDER BY n DESC, value
    """)


def lines_sql(log: EventLog, pattern: str = NAMES) -> str:
    """A query with a row per case: first, last and highest line, all lines, lead time, time the first team held it."""
    if not has_lines(log, pattern):
        raise BadData(
            f"No team of dataset {log.name} says its line in its name.",
            "Give the pattern of the names, one group: the line.",
        )
    prepare(log)
    line = _line("v.team", pattern)
    return f"""
        SELECT case_id, any_value(c.ended_as) AS ended_as, arg_min({line}, visit) AS first_line,
          arg_max({line}, visit) AS last_line, max({line}) AS highest, list(DISTINCT {line}) AS lines,
          arg_min(v.seconds, visit) AS held_s,
          any_value((epoch_us(c.resolved_at) - epoch_us(c.opened_at)) / 1e6) AS lead_s
        FROM visits v JOIN cases c USING (case_id) GROUP BY case_id
    """


def _line(team: str, pattern: str) -> str:
    return f"coalesce(TRY_CAST(nullif(regexp_extract({team}, {text(pattern)}, 1), '') AS INTEGER), 1)"
