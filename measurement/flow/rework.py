"""Rework: steps that were left and entered again; first-pass yield per step, rolled and per case."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from measurement.flow.stretches import WAITED, prepare
from measurement.log.eventlog import EventLog

STAYS = f"""
    WITH marked AS (
      SELECT *, lag(step) OVER (PARTITION BY case_id ORDER BY seq) IS DISTINCT FROM step AS first FROM stretches
    ), numbered AS (
      SELECT *, sum(first::INTEGER) OVER (PARTITION BY case_id ORDER BY seq) AS place FROM marked
    ), stays AS (
      SELECT case_id, CAST(place AS INTEGER) AS place, any_value(step) AS step,
        min(seq) AS first_seq, count(*) AS events, sum(seconds) AS seconds, sum(held_s) AS held_s,
        min(started) AS entered,
        coalesce(bool_and(kind IN ({WAITED})), false) AS waiting
      FROM numbered GROUP BY case_id, place
    )
    SELECT *, row_number() OVER (PARTITION BY case_id, step ORDER BY place) AS time_in,
      lag(step) OVER (PARTITION BY case_id ORDER BY place) AS came_from
    FROM stays
"""


@dataclass(frozen=True)
class StepRework:
    """How often one step was left and entered again."""

    step: str
    waiting: bool
    """Declared to be waiting: no work that could be right first time."""
    entered: int
    """Cases that entered it."""
    reworked: int
    """Cases that left it and entered it again."""
    again: int
    """Entries after the first."""
    again_s: float
    """Time spent in those entries, summed."""
    repeats: int
    """Events in it that only repeat it (updates in the same state); no rework."""

    @property
    def first_pass_yield(self) -> float | None:
        """1 - reworked / entered."""
        return 1 - self.reworked / self.entered if self.entered else None


@dataclass(frozen=True)
class Rework:
    """What the loops cost, and the two yields, which differ when failures cluster in the same cases."""

    n: int
    reworked: int
    """Cases that entered a step of work again."""
    lead_s: float
    """Life of all cases together."""
    again_s: float
    """Of that, the time in second and later entries of steps of work."""
    steps: tuple[StepRework, ...]

    @property
    def case_level_yield(self) -> float | None:
        """Share of cases without any rework."""
        return 1 - self.reworked / self.n if self.n else None

    @property
    def rolled_throughput_yield(self) -> float | None:
        """Product of the first-pass yields of the steps of work."""
        return rolled_yield(
            [s.first_pass_yield for s in self.steps if not s.waiting and s.first_pass_yield is not None]
        )


def rolled_yield(yields: Sequence[float]) -> float | None:
    """The product of first-pass yields: the chance to pass all steps first time if failures were independent."""
    return math.prod(yields) if yields else None


def rework(log: EventLog) -> Rework:
    """Second and later entries of each step; waiting steps are counted but are no rework."""
    stays(log)
    (row,) = log.rows("""
        SELECT count(DISTINCT case_id) AS n,
          count(DISTINCT case_id) FILTER (time_in > 1 AND NOT waiting) AS reworked,
          coalesce(sum(seconds), 0) AS lead_s,
          coalesce(sum(seconds) FILTER (time_in > 1 AND NOT waiting), 0) AS again_s FROM stays
    """)
    steps = log.rows("""
        SELECT step, bool_and(waiting) AS waiting, count(DISTINCT case_id) AS entered,
          count(DISTINCT case_id) FILTER (time_in > 1) AS reworked, count(*) FILTER (time_in > 1) AS again,
          coalesce(sum(seconds) FILTER (time_in > 1), 0) AS again_s, (sum(events) - count(*))::BIGINT AS repeats
        FROM stays GROUP BY step ORDER BY entered DESC, step
    """)
    return Rework(**row, steps=tuple(StepRework(**step) for step in steps))


def case_rework(log: EventLog) -> pa.Table:
    """Per case: `case_id, again, again_s`: entries of a step of work after its first, and the time in them."""
    return stays(log).table("""
        SELECT case_id, count(*) FILTER (time_in > 1 AND NOT waiting) AS again,
          coalesce(sum(seconds) FILTER (time_in > 1 AND NOT waiting), 0) AS again_s
        FROM stays GROUP BY case_id ORDER BY case_id
    """)


def back_steps(log: EventLog) -> pa.Table:
    """Rows `from, to, cases, times, seconds`: returns to a step of work left earlier, and what the second stay took."""
    return stays(log).table("""
        SELECT came_from AS "from", step AS "to", count(DISTINCT case_id) AS cases, count(*) AS times,
          sum(seconds) AS seconds
        FROM stays WHERE time_in > 1 AND NOT waiting GROUP BY ALL ORDER BY times DESC, "from", "to"
    """)


def stays(log: EventLog) -> EventLog:
    """The log with its table `stays`: runs of events in one step, numbered in the case and per step."""
    prepare(log).db.execute(f"CREATE TEMP TABLE IF NOT EXISTS stays AS {STAYS}")
    return log
