"""The columns of an event log: what an event and a case are, whatever tool they came from.

Times are UTC without a zone (`TIMESTAMP` in DuckDB, microseconds); readers make them so and refuse what has no zone
unless they are told one. DuckDB keeps `AT` for itself: the column `at` is written `"at"` in queries.
"""

import pyarrow as pa

AT = pa.timestamp("us")

EVENTS = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("seq", pa.int32(), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("at", AT, nullable=False),
        pa.field("ended_at", AT),
        pa.field("kind", pa.string()),
        pa.field("team", pa.string()),
        pa.field("person", pa.string()),
        pa.field("channel", pa.string()),
        pa.field("priority", pa.string()),
        pa.field("service", pa.string()),
        pa.field("category", pa.string()),
        pa.field("human", pa.bool_()),
        pa.field("file", pa.int16()),
        pa.field("line", pa.int64()),
    ]
)
"""One row is one event. Further columns of the source stand behind these under their own names, as text.

`seq`: 1, 2, 3... in the case, by time and then by the order of the source.
`activity`: what happened. `ended_at`: where the source says when it ended.
`kind`: a `definitions.base.StepKind`, what the stretch from this event to the next one is worth; null: unclassified.
`team`, `person`, `priority`, `service`, `category`: in force from this event on; `channel`: of this event.
`human`: whether a person did it; null: unknown. `file`, `line`: where it was read; null for `live`.
"""

CASES = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("kind", pa.string()),
        pa.field("opened_at", AT, nullable=False),
        pa.field("resolved_at", AT),
        pa.field("closed_at", AT),
        pa.field("ended_as", pa.string()),
        pa.field("first_contact_at", AT),
        pa.field("confirmed_at", AT),
        pa.field("assumed", pa.bool_()),
        pa.field("first_at", AT, nullable=False),
        pa.field("last_at", AT, nullable=False),
        pa.field("events", pa.int32(), nullable=False),
        pa.field("team", pa.string()),
        pa.field("first_team", pa.string()),
        pa.field("person", pa.string()),
        pa.field("channel", pa.string()),
        pa.field("priority", pa.string()),
        pa.field("service", pa.string()),
        pa.field("category", pa.string()),
    ]
)
"""One row is one case.

`kind`: incident, request, ...
`ended_as`: resolved, cancelled, merged, rejected; null: open at the log's `as_of` (censored).
`resolved_at`: the last time it was resolved, null while it is open again. `closed_at`: where the source says so.
`first_contact_at`, `confirmed_at`, `assumed`: the customer's clock, see `docs/metrics`; null where unknown.
`team`, `person`, `priority`, `service`, `category`: the last ones known; `channel`, `first_team`: the first ones.
"""

LIVE = "live"
"""The dataset of the engine's own runs."""
TASKS = "live-tasks"
"""The dataset of their tasks."""
