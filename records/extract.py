"""The event log as columns, for analysis: plain values in batches, from a watermark on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, type_coerce
from sqlalchemy.types import NullType

from definitions.base import Value
from records.engine import Database
from records.tables import EventTable, table

EVENTS = table(EventTable)
# As the database keeps them: to make a value of each fact would take most of the time of a copy.
NAMES = ("id", "case_id", "seq", "type", "step", "at", "actor", "channel", "visibility", "data")
PLAIN = tuple(type_coerce(EVENTS.c[name], NullType()) for name in NAMES)


class Watermark(Value):
    """How far somebody has read: the last id, how many rows up to there, and the hash of the last fact."""

    event_id: int = 0
    rows: int = 0
    last_hash: str = ""


@dataclass(frozen=True)
class Batch:
    """Rows in the order of storing, as columns; `at` is an instant or RFC 3339 text, `data` JSON text."""

    anew: bool
    """Rows that had been read are no longer there: whoever keeps a copy has to begin it again with this batch."""
    columns: dict[str, list[Any]]
    mark: Watermark
    """Where to go on."""


class Extract:
    """Reads all facts of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def since(self, mark: Watermark, size: int = 100_000) -> Iterator[Batch]:
        """What was stored after the mark, as one state of the database shows it; none when nothing changed.

        Facts are withdrawn after a worker was killed, by a rebuild and by a restored backup. That is seen by counting.
        """
        with self._db.snapshot() as connection:
            anew = not _holds(connection, mark)
            if anew:
                mark = Watermark()
            while True:
                query = select(*PLAIN).where(EVENTS.c.id > mark.event_id).order_by(EVENTS.c.id).limit(size)
                # The driver's own rows: those of SQLAlchemy take three times as long.
                result = connection.execute(query)
                rows = result.cursor.fetchall() if result.cursor else []
                result.close()
                if not rows and not anew:
                    return
                columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
                if rows:
                    last = rows[-1][0]
                    mark = Watermark(event_id=last, rows=mark.rows + len(rows), last_hash=_hash(connection, last) or "")
                yield Batch(anew, columns or {name: [] for name in NAMES}, mark)
                if len(rows) < size:
                    return
                anew = False


def _holds(connection: Connection, mark: Watermark) -> bool:
    """Whether exactly the rows that were read are still there."""
    if mark.rows == 0:
        return True
    # Two counts, because the first is read from an index and the second is short.
    total = connection.execute(select(func.count()).select_from(EVENTS)).scalar_one()
    later = connection.execute(select(func.count()).where(EVENTS.c.id > mark.event_id)).scalar_one()
    return bool(total - later == mark.rows and _hash(connection, mark.event_id) == mark.last_hash)


def _hash(connection: Connection, event_id: int) -> str | None:
    return connection.execute(select(EVENTS.c.hash).where(EVENTS.c.id == event_id)).scalar_one_or_none()
