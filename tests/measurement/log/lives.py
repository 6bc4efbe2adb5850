"""Facts as columns, for tests of `live`."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from definitions.base import rfc3339
from definitions.facts import Fact
from measurement.log.eventlog import EventLog
from measurement.log.live import live_log
from measurement.log.live_copy import copied
from tests.definitions.test_random_lives import MONDAY, STAFF

NOW = MONDAY.replace(year=2027)


def columns(facts: Iterable[Fact]) -> dict[str, list[Any]]:
    """As records hand them over."""
    rows = list(facts)
    plain: dict[str, list[Any]] = {name: [getattr(fact, name) for fact in rows] for name in ("case_id", "seq", "type")}
    plain |= {name: [getattr(fact, name) for fact in rows] for name in ("step", "actor", "channel", "visibility")}
    return plain | {
        "id": list(range(1, len(rows) + 1)),
        "at": [rfc3339(fact.at) for fact in rows],
        "data": [json.dumps(fact.data) for fact in rows],
    }


def log_of(facts: Iterable[Fact], folder: Path, staff: Iterable[str] = STAFF) -> EventLog:
    """The log of these facts, by way of a copy on disk."""
    path = folder / "facts.parquet"
    pq.write_table(copied(columns(facts), staff=set(staff), salt="pepper"), path)
    return live_log([path], NOW)
