"""Rows of the event log as they stand in the database, altered ones too."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, select, type_coerce

from definitions.base import rfc3339
from definitions.facts import Fact
from records.columns import dumped
from records.tables import EventTable, table

EVENTS = table(EventTable)
AT_ONCE = 5_000


def raw_events(connection: Connection, case_ids: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """Rows with undecoded columns, of all cases or of some: an altered row must be reported, not stop the reading."""
    text_at = connection.dialect.name == "sqlite"
    columns = [
        type_coerce(c, String()).label(c.name) if c.name == "data" or (c.name == "at" and text_at) else c
        for c in EVENTS.c
        if c.name != "recorded_at"
    ]
    query = select(*columns).order_by(EVENTS.c.case_id, EVENTS.c.seq)
    if case_ids is not None:
        query = query.where(EVENTS.c.case_id.in_(case_ids))
    yield from connection.execute(query.execution_options(yield_per=AT_ONCE))


def as_written(row: Row[Any]) -> Fact | None:
    """The fact, or None when a column does not hold what we would have written there."""
    try:
        data = json.loads(row.data)
        at = datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at
        if dumped(data) != row.data or (isinstance(row.at, str) and rfc3339(at) != row.at):
            return None
        columns = {name: row._mapping[name] for name in Fact.model_fields}
        return Fact.model_validate(columns | {"data": data, "at": at})
    except (ValueError, TypeError):
        return None
