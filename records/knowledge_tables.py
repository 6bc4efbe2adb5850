"""The tables of the knowledge base. What is searched lies in `article_fts`, which each database has in its own way."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, Text, UniqueConstraint, column
from sqlalchemy import table as table_clause
from sqlmodel import Field

from records.columns import BigId, Json, Moment
from records.tables import Record, one_of

FTS = table_clause("article_fts", column("rowid"))
"""SQLite: an FTS5 table; PostgreSQL: a `tsvector` for each version. Made and filled by `records.knowledge_index`."""


class ArticleTable(Record, table=True):
    """Where each article stands; what it says is in its versions."""

    __tablename__ = "articles"
    __table_args__ = (
        one_of("state", "draft", "approved", "published", "retired"),
        CheckConstraint("newest >= 1 AND (live IS NULL OR live BETWEEN 1 AND newest)", name="versions_there"),
    )
    key: str = Field(primary_key=True)
    state: str
    newest: int
    live: int | None = None
    review_on: date | None = Field(default=None, sa_type=Date)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class ArticleVersionTable(Record, table=True):
    """Every version. `live` and `newest` are those that are searched; the access rule stands in columns for queries."""

    __tablename__ = "article_versions"
    __table_args__ = (
        UniqueConstraint("article", "number"),
        one_of("audience", "public", "staff", "team"),
        Index(None, "live", "audience"),
        Index(None, "newest", "audience"),
        Index(None, "words_of"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    article: str = Field(foreign_key="articles.key")
    number: int
    author: str
    at: datetime = Field(sa_type=Moment)
    why: str = Field(sa_type=Text)
    content: Any = Field(sa_type=Json, nullable=False)
    title: str = Field(sa_type=Text)
    service: str
    audience: str
    team: str
    expires_on: date | None = Field(default=None, sa_type=Date)
    live: bool
    newest: bool
    words_of: str | None = None
    """Whose words a captured problem still holds; nobody's once a colleague has approved it."""


class ArticleWordTable(Record, table=True):
    """Which stems a version that is searched has, and how surely it is about them."""

    __tablename__ = "article_words"
    __table_args__ = (Index(None, "version"),)
    word: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_type=BigId, foreign_key="article_versions.id")
    weight: float


class ArticleSpellingTable(Record, table=True):
    """Each stem by itself and by itself with one letter left out, so that a misspelling meets it."""

    __tablename__ = "article_spellings"
    spelling: str = Field(primary_key=True)
    word: str = Field(primary_key=True)


class ArticleActTable(Record, table=True):
    """What was done to an article, by whom and when."""

    __tablename__ = "article_acts"
    __table_args__ = (Index(None, "article", "id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    article: str = Field(foreign_key="articles.key")
    act: str
    number: int
    by: str
    at: datetime = Field(sa_type=Moment)
    why: str = Field(sa_type=Text)


class ArticleFlagTable(Record, table=True):
    """What readers found wrong, until a better version is out or somebody looked and found it right."""

    __tablename__ = "article_flags"
    __table_args__ = (
        one_of("kind", "wrong", "outdated", "unclear"),
        Index(None, "article", "closed_at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    article: str = Field(foreign_key="articles.key")
    kind: str
    number: int
    by: str
    text: str
    """Where the words are kept."""
    at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str | None = None


class ArticleCaseTable(Record, table=True):
    """Which article belongs to which case: it solved it, or came out of it, or somebody linked the two."""

    __tablename__ = "article_cases"
    __table_args__ = (
        one_of("how", "resolved", "captured", "linked"),
        Index(None, "case_id"),
    )
    article: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True)
    how: str = Field(primary_key=True)
    by: str
    at: datetime = Field(sa_type=Moment)


class VainSearchTable(Record, table=True):
    """A search that found nothing: work, until an article answers it or somebody says why none will."""

    __tablename__ = "vain_searches"
    __table_args__ = (Index(None, "closed_at", "at"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=Moment)
    role: str
    service: str | None = None
    text: str
    """Where the words are kept: they may be personal, and go with the person."""
    article: str | None = None
    """The draft that is being written about it, or the article that answers it."""
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    why: str | None = Field(default=None, sa_type=Text)
