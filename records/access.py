"""Who looked at what; an entry that cannot be written must refuse the access."""

from datetime import datetime

from sqlalchemy import select

from definitions.base import Instant, Value
from records.engine import Database
from records.people_tables import AccessTable
from records.tables import table

ACCESS = table(AccessTable)


class Access(Value):
    """One look."""

    id: int
    actor: str
    action: str
    object: str
    at: Instant


class AccessLog:
    """The access log of one database: entries are added, never changed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, actor: str, action: str, object: str, at: datetime) -> None:
        """Write it down before the answer is given; raises RecordsUnavailable when that is impossible."""
        with self._db.write() as connection:
            connection.execute(ACCESS.insert().values(actor=actor, action=action, object=object, at=at))

    def ls(self, *, object: str | None = None, actor: str | None = None, limit: int = 100) -> list[Access]:
        """The latest entries about one object or of one person, newest first."""
        query = select(ACCESS).order_by(ACCESS.c.id.desc()).limit(limit)
        query = query if object is None else query.where(ACCESS.c.object == object)
        query = query if actor is None else query.where(ACCESS.c.actor == actor)
        with self._db.read() as connection:
            return [Access.model_validate(dict(row._mapping)) for row in connection.execute(query)]
