"""Ageing work in progress: how old the open cases are, against how long resolved ones took."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from measurement.flow.stretches import prepare
from measurement.log.eventlog import EventLog

QUANTILES = (0.5, 0.85, 0.95)


@dataclass(frozen=True)
class OpenCase:
    """A case that is not resolved, with its age in seconds at the reading."""

    case_id: str
    age_s: float
    step: str
    team: str | None
    in_step_s: float
    """How long nothing has happened to it."""


@dataclass(frozen=True)
class Ageing:
    """Open cases, the oldest first. `marks`: P50, P85 and P95 (s) of the resolved ones, None without any.

    Resolved cases are quicker than open ones will be: a case beyond a mark is late, one before it is not yet early.
    """

    as_of: datetime
    open: tuple[OpenCase, ...]
    resolved: int
    marks: tuple[float | None, ...]

    @property
    def beyond(self) -> tuple[int | None, ...]:
        """How many open cases are older than each mark."""
        return tuple(None if m is None else sum(1 for case in self.open if case.age_s > m) for m in self.marks)


def ageing(log: EventLog) -> Ageing:
    """What is open at `as_of`, with the step and the team it stands with."""
    prepare(log)
    rows = log.rows("""
        WITH last AS (
          SELECT case_id, arg_max(step, seq) AS step, arg_max(team, seq) AS team, max(ended) AS ended,
            max(started) AS started FROM stretches GROUP BY case_id
        )
        SELECT case_id, (epoch_us(ended) - epoch_us(opened_at)) / 1e6 AS age_s, step, last.team AS team,
          (epoch_us(ended) - epoch_us(started)) / 1e6 AS in_step_s
        FROM last JOIN cases USING (case_id) WHERE ended_as IS NULL ORDER BY age_s DESC, case_id
    """)
    lead = log.arrays("""
        SELECT (epoch_us(resolved_at) - epoch_us(opened_at)) / 1e6 AS lead_s FROM cases
        WHERE ended_as = 'resolved' AND resolved_at >= opened_at
    """)["lead_s"]
    marks = tuple(float(m) for m in np.quantile(lead, QUANTILES)) if len(lead) else (None,) * len(QUANTILES)
    return Ageing(log.as_of, tuple(OpenCase(**row) for row in rows), len(lead), marks)
