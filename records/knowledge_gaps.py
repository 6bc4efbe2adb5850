"""Searches that found nothing: each is work until an article answers it or somebody says why none will."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from definitions.base import Instant, Value
from records.engine import Database
from records.knowledge_tables import VainSearchTable
from records.tables import TextTable, table

SEARCHES = table(VainSearchTable)
TEXTS = table(TextTable)
MOST = 5_000
"""So many of the latest are looked at when gaps are listed."""


class VainSearch(Value):
    """One search that found nothing; `text` says where its words are kept, `article` the draft about it."""

    id: int
    at: Instant
    role: str
    service: str | None
    text: str
    article: str | None
    person: str | None


class VainSearches:
    """The vain searches of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, text: str, role: str, service: str | None, at: datetime) -> None:
        """Somebody searched for the words kept as `text`, and found nothing."""
        with self._db.write() as connection:
            connection.execute(SEARCHES.insert().values(text=text, role=role, service=service, at=at))

    def open(self, since: datetime | None = None) -> list[VainSearch]:
        """What is still to be done, latest first; what was erased with its person is left out."""
        columns = [SEARCHES.c[name] for name in VainSearch.model_fields if name != "person"]
        query = select(*columns, TEXTS.c.person).join(TEXTS, TEXTS.c.id == SEARCHES.c.text)
        query = query.where(SEARCHES.c.closed_at.is_(None), TEXTS.c.erased_at.is_(None))
        query = query if since is None else query.where(SEARCHES.c.at >= since)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(SEARCHES.c.id.desc()).limit(MOST))
            return [VainSearch.model_validate(dict(row._mapping)) for row in rows]

    def count(self, since: datetime) -> tuple[int, int]:
        """How many searches found nothing since then, and how many of them are still open."""
        since_then = select(func.count(), func.count(SEARCHES.c.closed_at)).where(SEARCHES.c.at >= since)
        with self._db.read() as connection:
            n, closed = connection.execute(since_then).one()
        return int(n), int(n - closed)

    def write_about(self, ids: Sequence[int], article: str) -> None:
        """An article is being written about them."""
        self._change(ids, article=article)

    def close(self, ids: Sequence[int], at: datetime, *, article: str | None = None, why: str | None = None) -> None:
        """They are done: an article answers them, or somebody said why none will."""
        values = {"closed_at": at} | ({"article": article} if article else {}) | ({"why": why} if why else {})
        self._change(ids, **values)

    def _change(self, ids: Sequence[int], **values: object) -> None:
        change = update(SEARCHES).where(SEARCHES.c.id.in_(ids), SEARCHES.c.closed_at.is_(None))
        with self._db.write() as connection:
            connection.execute(change.values(**values))
