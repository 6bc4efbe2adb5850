"""Teams: hand-overs, returns (ping-pong) and what each team passed on completely and accurately."""

from dataclasses import dataclass

import pyarrow as pa

from measurement.flow.stretches import prepare
from measurement.log.eventlog import EventLog

CASE_TEAMS = """
    SELECT case_id, count(next_team) AS handovers, count(DISTINCT team) AS teams,
      count(*) > count(DISTINCT team) AS returned,
      coalesce(bool_or(team = after_next_team), false) AS bounced
    FROM visits GROUP BY case_id ORDER BY case_id
"""


@dataclass(frozen=True)
class Handovers:
    """Of the cases with a known team. A change of team is a hand-over, whoever made it."""

    n: int
    without_team: int
    """Cases in which no team was ever named; left out."""
    total: int
    cases_with: int
    returned: int
    """Cases that came back to a team which had let them go."""
    bounced: int
    """Of those, cases that came straight back: A-B-A."""
    median_lead_s: float | None
    """Of resolved cases that never returned to a team."""
    median_lead_returned_s: float | None
    """Of resolved cases that did. The difference is no effect: hard cases travel more."""

    @property
    def per_case(self) -> float | None:
        """Changes of team per case."""
        return self.total / self.n if self.n else None

    @property
    def ping_pong_rate(self) -> float | None:
        """Share of cases that returned to an earlier team."""
        return self.returned / self.n if self.n else None


def case_teams(log: EventLog) -> pa.Table:
    """Per case with a known team: `case_id, handovers, teams, returned, bounced`."""
    return prepare(log).table(CASE_TEAMS)


def handovers(log: EventLog) -> Handovers:
    """How often cases changed hands, and how often they came back."""
    prepare(log)
    (row,) = log.rows(f"""
        WITH teams AS ({CASE_TEAMS}), led AS (
          SELECT *,
            CASE WHEN ended_as = 'resolved' THEN (epoch_us(resolved_at) - epoch_us(opened_at)) / 1e6 END AS lead_s
          FROM teams JOIN cases USING (case_id)
        )
        SELECT count(*) AS n, (SELECT count(*) FROM cases) - count(*) AS without_team,
          coalesce(sum(handovers), 0)::BIGINT AS total, count(*) FILTER (handovers > 0) AS cases_with,
          count(*) FILTER (returned) AS returned, count(*) FILTER (bounced) AS bounced,
          median(lead_s) FILTER (NOT returned) AS median_lead_s,
          median(lead_s) FILTER (returned) AS median_lead_returned_s
        FROM led
    """)
    return Handovers(**row)


def ping_pong(log: EventLog) -> pa.Table:
    """Rows `team, other, cases, times, median_s`: `team` gave to `other` and got straight back, which held it so long.

    Most time lost first.
    """
    return prepare(log).table("""
        SELECT previous_team AS team, team AS other, count(DISTINCT case_id) AS cases, count(*) AS times,
          median(seconds) AS median_s, sum(seconds) AS total_s
        FROM visits WHERE previous_team = next_team GROUP BY ALL ORDER BY total_s DESC, team, other
    """)


def passes(log: EventLog) -> pa.Table:
    """Rows `from, to, count, median_s`: hand-overs between two teams and how long the first had held it."""
    return prepare(log).table("""
        SELECT team AS "from", next_team AS "to", count(*) AS count, median(seconds) AS median_s
        FROM visits WHERE next_team IS NOT NULL GROUP BY ALL ORDER BY count DESC, "from", "to"
    """)


def accepted(log: EventLog) -> pa.Table:
    """%C&A per team. Rows `team, handed, undecided, returned, complete_accurate`, most hand-overs first.

    A hand-over is accepted when the team that got the case does not give it straight back; where cases go back by
    design the number is too low. One that the other team still holds in an open case is undecided and left out.
    `complete_accurate` = 1 - returned / handed, null without hand-overs.
    """
    return prepare(log).table("""
        SELECT team, count(*) FILTER (decided) AS handed, count(*) FILTER (NOT decided) AS undecided,
          count(*) FILTER (decided AND after_next_team = team) AS returned,
          CASE WHEN handed > 0 THEN 1 - returned / handed END AS complete_accurate
        FROM (
          SELECT *, after_next_team IS NOT NULL OR ended_as IS NOT NULL AS decided
          FROM visits WHERE next_team IS NOT NULL
        ) GROUP BY team ORDER BY handed DESC, team
    """)
