"""Which activity follows which: the directly-follows graph, as one window query."""

import pyarrow as pa

from measurement.log.eventlog import EventLog

FOLLOWS = """
    WITH pairs AS (
      SELECT activity AS "from",
        lead(activity) OVER in_case AS "to",
        epoch_us(lead("at") OVER in_case) - epoch_us("at") AS us
      FROM events WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
    )
    SELECT "from", "to", count(*) AS count, avg(us) / 1e6 AS mean_s, median(us) / 1e6 AS median_s
    FROM pairs WHERE "to" IS NOT NULL
    GROUP BY ALL ORDER BY count DESC, "from", "to"
"""


def follows(log: EventLog) -> pa.Table:
    """Rows `from, to, count, mean_s, median_s`, most frequent first; seconds on the elapsed clock."""
    return log.table(FOLLOWS)
