"""Which article belongs to which case, written where either is."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from records.engine import Database
from records.knowledge_tables import ArticleCaseTable
from records.tables import table

LINKS = table(ArticleCaseTable)


class ArticleLink(NamedTuple):
    """An article, a case, and how they came together: `resolved`, `captured` or `linked`."""

    article: str
    case_id: str
    how: str
    by: str
    at: datetime


def link(db: Database, connection: Connection, links: Sequence[ArticleLink]) -> None:
    """Write it inside a transaction that is under way; saying it again changes nothing."""
    if links:
        connection.execute(db.insert(LINKS).on_conflict_do_nothing(), [found._asdict() for found in links])
