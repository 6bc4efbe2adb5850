"""How often each case entered each step: all that yields need, in one walk over the events."""

from measurement.flow.stretches import WAITED, step_column
from measurement.log.cases import text
from measurement.log.eventlog import EventLog

ENTERED = """
    CREATE TEMP TABLE IF NOT EXISTS entered AS
    SELECT case_id, step, CAST(count(*) FILTER (first) AS INTEGER) AS times, coalesce(bool_and(waits), false) AS waiting
    FROM (
      SELECT case_id, {step} AS step,
        coalesce(kind, CASE WHEN activity IN ({over}) THEN 'waiting' END) IN ({waited}) AS waits,
        {step} IS DISTINCT FROM lag({step}) OVER (PARTITION BY case_id ORDER BY seq) AS first
      FROM events
    ) GROUP BY case_id, step
"""


def entered(log: EventLog) -> EventLog:
    """The log with its table `entered`: `case_id, step, times, waiting`, as `measurement.flow.rework.stays` has it.

    Events that only repeat a step are no further entry. `waiting`: all that is said of the step is that it waits.
    """
    over = ", ".join(text(a) for a in (*log.rules.done, *log.rules.cancelled)) or "NULL"
    log.db.execute(ENTERED.format(step=step_column(log), over=over, waited=WAITED))
    return log
