"""Tables of estimates that routing learned: each kept under its digest, because facts name it."""

from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, Index, Row, select
from sqlmodel import Field

from definitions.base import Instant, Value
from records.columns import Json, Moment
from records.engine import Database
from records.errors import NotStored
from records.tables import Record, table
from records.values import Clock


class RoutingTableTable(Record, table=True):
    """One table, never changed."""

    __tablename__ = "routing_tables"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_length"),
        CheckConstraint("n >= 0", name="n_positive"),
        Index(None, "learned_at"),
    )
    digest: str = Field(primary_key=True)
    learned_at: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)
    n: int
    content: Any = Field(sa_type=Json, nullable=False)


TABLES = table(RoutingTableTable)


class RoutingTable(Value):
    """What was known at `until`, from `n` resolved cases; counts of teams and staff, no words."""

    digest: str
    learned_at: Instant
    until: Instant
    n: int
    content: JsonValue


class RoutingTables:
    """Those of one database; the one in force is the one that was learned last."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def put(self, digest: str, until: datetime, n: int, content: JsonValue) -> RoutingTable:
        """Put it in force; the same content again only moves the day on which it was learned."""
        row = {"digest": digest, "learned_at": self._clock(), "until": until, "n": n, "content": content}
        statement = self._db.insert(TABLES).values(row)
        again = {"learned_at": row["learned_at"], "until": until}
        with self._db.write() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=again))
        return RoutingTable.model_validate(row)

    def in_force(self) -> str | None:
        """The digest of the latest, cheap enough to ask for each case."""
        query = select(TABLES.c.digest).order_by(TABLES.c.learned_at.desc()).limit(1)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def latest(self) -> RoutingTable | None:
        """The table in force, or None before the first."""
        digest = self.in_force()
        return self.get(digest) if digest is not None else None

    def get(self, digest: str) -> RoutingTable:
        """The table of this digest, or of the only one that begins so. Raises NotStored."""
        query = select(TABLES).where(TABLES.c.digest.startswith(digest, autoescape=True)).limit(2)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        if len(rows) != 1:
            raise NotStored(f"{'no table of estimates' if not rows else 'more than one table'} begins with {digest!r}")
        return _as_table(rows[0])


def _as_table(row: Row[Any]) -> RoutingTable:
    return RoutingTable.model_validate(dict(row._mapping))
