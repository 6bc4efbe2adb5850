"""The articles: where each one stands, all its versions, what was done to it, and the cases it belongs to."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, text

from definitions.base import Instant, Value
from definitions.knowledge import Article, ArticleState, Content, FlagKind, Version
from definitions.knowledge_sight import Sight
from records.engine import Database
from records.knowledge_index import VERSIONS, in_sight
from records.knowledge_links import LINKS
from records.knowledge_tables import ArticleActTable, ArticleFlagTable, ArticleTable
from records.knowledge_writing import Writing, article_of
from records.tables import table
from records.values import Clock

ARTICLES = table(ArticleTable)
ACTS = table(ArticleActTable)
FLAGS = table(ArticleFlagTable)
WRITE_LOCK = 4_711_003
"""PostgreSQL advisory lock of those who change articles (SQLite has one writer anyway)."""
How = Literal["resolved", "captured", "linked"]


class Shown(Value):
    """An article with the version that the reader sees."""

    article: Article
    version: Version
    flags: int
    """How many are open."""
    updated_at: Instant


class Done(Value):
    """One thing that was done to an article."""

    act: str
    number: int
    by: str
    at: Instant
    why: str


class Flag(Value):
    """What one reader found wrong; `text` says where the words are kept."""

    id: int
    kind: FlagKind
    number: int
    by: str
    text: str
    at: Instant
    closed_at: Instant | None
    closed_by: str | None


class Linked(Value):
    """An article and a case that belong together."""

    article: str
    case_id: str
    how: How
    by: str
    at: Instant


class Wanted(Value):
    """Which articles to list; None means any."""

    state: ArticleState | None = None
    service: str | None = None
    team: str | None = None
    owner: str | None = None
    audience: str | None = None


class Articles:
    """The articles of one database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction in which articles are read for a change and changed; all of it or nothing.

        One at a time: articles share their words, and what is read must still hold when it is changed.
        """
        with self._db.write() as connection:
            if not self._db.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITE_LOCK})
            yield Writing(self._db, connection, self._clock())

    def get(self, key: str, sight: Sight, today: date, *, drafts: bool) -> Shown | None:
        """The article as this reader sees it; None when there is none in sight, whatever the reason."""
        return next(iter(self._shown(and_(in_sight(sight, today, drafts=drafts), ARTICLES.c.key == key))), None)

    def ls(self, sight: Sight, today: date, wanted: Wanted, *, drafts: bool) -> list[Shown]:
        """The articles in sight, by service and title."""
        given: Mapping[str, Any] = {
            "state": ARTICLES.c.state, "service": VERSIONS.c.service, "team": VERSIONS.c.team,
            "audience": VERSIONS.c.audience,
        }  # fmt: skip
        rule = [column == value for name, column in given.items() if (value := getattr(wanted, name)) is not None]
        found = self._shown(and_(in_sight(sight, today, drafts=drafts), *rule))
        if wanted.owner is not None:
            found = [shown for shown in found if shown.version.content.owner == wanted.owner]
        return sorted(found, key=lambda shown: (shown.version.content.service, shown.version.content.title))

    def due(self, sight: Sight, today: date) -> list[Shown]:
        """Articles in sight that need somebody: to be reviewed, expired, flagged, or on their way to readers."""
        waiting = ARTICLES.c.state.in_([ArticleState.DRAFT.value, ArticleState.APPROVED.value])
        late = and_(ARTICLES.c.live.is_not(None), or_(ARTICLES.c.review_on <= today, VERSIONS.c.expires_on <= today))
        flagged = and_(ARTICLES.c.state != ArticleState.RETIRED.value, _open_flags() > 0)
        return self._shown(and_(in_sight(sight, today, drafts=True), or_(waiting, late, flagged)))

    def versions(self, key: str) -> list[Version]:
        """All versions, oldest first."""
        query = select(VERSIONS).where(VERSIONS.c.article == key).order_by(VERSIONS.c.number)
        with self._db.read() as connection:
            return [_version(row) for row in connection.execute(query)]

    def history(self, key: str) -> list[Done]:
        """What was done to it, oldest first."""
        query = select(ACTS).where(ACTS.c.article == key).order_by(ACTS.c.id)
        with self._db.read() as connection:
            return [
                Done(act=row.act, number=row.number, by=row.by, at=row.at, why=row.why)
                for row in connection.execute(query)
            ]

    def flags(self, key: str) -> list[Flag]:
        """What readers found wrong, oldest first, closed ones too."""
        query = select(FLAGS).where(FLAGS.c.article == key).order_by(FLAGS.c.id)
        with self._db.read() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        return [Flag.model_validate({name: row[name] for name in Flag.model_fields}) for row in rows]

    def cases(self, key: str) -> list[Linked]:
        """The cases of an article, latest first."""
        return self._links(LINKS.c.article == key)

    def of_case(self, case_id: str, sight: Sight, today: date) -> list[Linked]:
        """The articles of a case that this reader may see, latest first."""
        there = select(VERSIONS.c.id).where(VERSIONS.c.article == LINKS.c.article)
        rule = or_(in_sight(sight, today), in_sight(sight, today, drafts=True))
        return self._links(and_(LINKS.c.case_id == case_id, there.where(rule).exists()))

    def uses(self, keys: Iterable[str]) -> dict[str, int]:
        """How many cases each article helped to solve."""
        query = select(LINKS.c.article, func.count()).where(LINKS.c.how == "resolved", LINKS.c.article.in_([*keys]))
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(LINKS.c.article))}

    def _links(self, rule: ColumnElement[bool]) -> list[Linked]:
        with self._db.read() as connection:
            rows = connection.execute(select(LINKS).where(rule).order_by(LINKS.c.at.desc(), LINKS.c.case_id))
            return [Linked.model_validate(dict(row._mapping)) for row in rows]

    def _shown(self, rule: ColumnElement[bool]) -> list[Shown]:
        columns = [ARTICLES.c[name].label(f"a_{name}") for name in ("key", "state", "newest", "live", "review_on")]
        flags = _open_flags().label("flags")
        query = select(VERSIONS, *columns, flags, ARTICLES.c.updated_at).join(
            ARTICLES, ARTICLES.c.key == VERSIONS.c.article
        )
        with self._db.snapshot() as connection:
            rows = connection.execute(query.where(rule).order_by(ARTICLES.c.key)).all()
            authors: dict[str, list[str]] = {}
            since = and_(ARTICLES.c.key == VERSIONS.c.article, VERSIONS.c.number > func.coalesce(ARTICLES.c.live, 0))
            unseen = select(VERSIONS.c.article, VERSIONS.c.author).join(ARTICLES, since).order_by(VERSIONS.c.number)
            if len(rows) == 1:
                unseen = unseen.where(VERSIONS.c.article == rows[0].article)
            for key, author in connection.execute(unseen):
                authors.setdefault(key, []).append(author)
        return [
            Shown(
                article=article_of(
                    {name: getattr(row, f"a_{name}") for name in ("key", "state", "newest", "live", "review_on")},
                    authors.get(row.article, ()),
                ),
                version=_version(row),
                flags=row.flags,
                updated_at=row.updated_at,
            )
            for row in rows
        ]


def _open_flags() -> Any:
    query = select(func.count()).select_from(FLAGS).where(FLAGS.c.article == VERSIONS.c.article)
    return query.where(FLAGS.c.closed_at.is_(None)).correlate(VERSIONS).scalar_subquery()


def _version(row: Row[Any]) -> Version:
    content = Content.model_validate(row.content)
    return Version(number=row.number, author=row.author, at=row.at, why=row.why, content=content)
