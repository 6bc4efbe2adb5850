"""How much of the time of a case was work: the touch and wait split and its two ratios."""

from dataclasses import dataclass

import pyarrow as pa

from measurement.flow.stretches import TOUCHED, WAITED, prepare
from measurement.log.eventlog import EventLog
from measurement.values import Excluded

CASE_TIMES = f"""
    WITH held AS (
      SELECT case_id,
        coalesce(sum(held_s) FILTER (kind IN ({TOUCHED})), 0) AS touch_s,
        coalesce(sum(held_s) FILTER (kind = 'value_adding'), 0) AS value_adding_s,
        coalesce(sum(held_s) FILTER (kind = 'rework'), 0) AS rework_s,
        coalesce(sum(held_s) FILTER (kind IN ({WAITED})), 0) + sum(seconds - held_s) AS wait_s
      FROM stretches GROUP BY case_id
    )
    SELECT case_id, ended_as, (epoch_us(resolved_at) - epoch_us(opened_at)) / 1e6 AS lead_s,
      touch_s, value_adding_s, rework_s, wait_s,
      lead_s - touch_s - wait_s AS unclassified_s
    FROM cases JOIN held USING (case_id) ORDER BY case_id
"""


@dataclass(frozen=True)
class Efficiency:
    """Sums over the resolved cases, in seconds of the elapsed clock, opening to resolution; ratios are sum / sum."""

    n: int
    excluded: tuple[Excluded, ...]
    lead_s: float
    touch_s: float
    value_adding_s: float
    rework_s: float
    wait_s: float
    unclassified_s: float
    reason: str | None
    """Why there is no flow efficiency; None when there is."""

    @property
    def unclassified_share(self) -> float | None:
        """Share of the lead time that no rule classifies."""
        return self.unclassified_s / self.lead_s if self.lead_s > 0 else None

    @property
    def flow_efficiency(self) -> float | None:
        """Touch / lead: a lower bound while something is unclassified."""
        return self.touch_s / self.lead_s if self.reason is None else None

    @property
    def at_most(self) -> float | None:
        """The flow efficiency if everything unclassified were work."""
        return (self.touch_s + self.unclassified_s) / self.lead_s if self.lead_s > 0 else None

    @property
    def process_cycle_efficiency(self) -> float | None:
        """Value adding / lead; None where nothing was declared to add value."""
        return self.value_adding_s / self.lead_s if self.value_adding_s > 0 else None


def case_times(log: EventLog) -> pa.Table:
    """Per case: `case_id, ended_as, lead_s, touch_s, value_adding_s, rework_s, wait_s, unclassified_s`.

    `lead_s` is null while a case is not resolved. Unclassified is what no rule speaks of, and what lies before the
    first event.
    """
    return prepare(log).table(CASE_TIMES)


def efficiency(log: EventLog) -> Efficiency:
    """Touch and wait of the resolved cases; open and withdrawn ones are counted as left out."""
    prepare(log)
    (row,) = log.rows(f"""
        WITH times AS ({CASE_TIMES}), good AS (FROM times WHERE ended_as = 'resolved' AND lead_s >= 0)
        SELECT (SELECT count(*) FROM good) AS n,
          (SELECT count(*) FROM times WHERE ended_as IS NULL) AS open,
          (SELECT count(*) FROM times WHERE ended_as IS NOT NULL AND ended_as <> 'resolved') AS withdrawn,
          (SELECT count(*) FROM times WHERE ended_as = 'resolved' AND (lead_s < 0 OR lead_s IS NULL)) AS wrong,
          {", ".join(f"coalesce((SELECT sum({c}) FROM good), 0) AS {c}" for c in _SUMS)}
    """)
    excluded = (
        (row["open"], "not resolved yet"),
        (row["withdrawn"], "cancelled, merged or rejected"),
        (row["wrong"], "resolved before it was opened, or nobody knows when"),
    )
    sums = {name: float(row[name]) for name in _SUMS}
    return Efficiency(
        n=row["n"],
        excluded=tuple(Excluded(n, reason) for n, reason in excluded if n),
        **sums,
        reason=_reason(row["n"], sums),
    )


_SUMS = ("lead_s", "touch_s", "value_adding_s", "rework_s", "wait_s", "unclassified_s")


def _reason(n: int, sums: dict[str, float]) -> str | None:
    if n == 0:
        return "no case is resolved"
    if sums["lead_s"] <= 0:
        return "all cases were resolved in the instant they were opened"
    if sums["touch_s"] == 0 and sums["unclassified_s"] > 0:
        return "no rule says which activities are work: declare `kinds` in the mapping"
    return None
