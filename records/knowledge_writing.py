"""Changing articles, within one transaction that somebody else opens and ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from definitions.knowledge import Article, Content, FlagKind, Step
from definitions.knowledge_match import weights_of
from records.columns import storable
from records.engine import Database
from records.knowledge_index import VERSIONS, clear, fill
from records.knowledge_links import ArticleLink, link
from records.knowledge_tables import ArticleActTable, ArticleFlagTable, ArticleTable
from records.tables import table

ARTICLES = table(ArticleTable)
ACTS = table(ArticleActTable)
FLAGS = table(ArticleFlagTable)
ERASED = "(erased)"


class Writing:
    """The articles in one transaction. What is read here cannot change before its end."""

    def __init__(self, db: Database, connection: Connection, now: datetime) -> None:
        self._db, self._connection, self._now = db, connection, now

    def find(self, key: str) -> tuple[Article, Content] | None:
        """The article and its newest version, whoever may see it."""
        row = self._connection.execute(select(ARTICLES).where(ARTICLES.c.key == key)).one_or_none()
        if row is None:
            return None
        after = (VERSIONS.c.article == key, VERSIONS.c.number > (row.live or 0))
        authors = self._connection.execute(select(VERSIONS.c.author).where(*after).order_by(VERSIONS.c.number))
        newest = (VERSIONS.c.article == key, VERSIONS.c.number == row.newest)
        content = self._connection.execute(select(VERSIONS.c.content).where(*newest)).scalar_one()
        return article_of(dict(row._mapping), authors.scalars()), Content.model_validate(content)

    def add(self, article: Article, content: Content, by: str, why: str, *, words_of: str | None = None) -> bool:
        """The first version; False when there is an article of this key already."""
        row = {"key": article.key, "state": article.state.value, "newest": 1, "created_at": self._now}
        new = self._db.insert(ARTICLES).values(row | {"updated_at": self._now}).on_conflict_do_nothing()
        made = self._connection.execute(new.returning(ARTICLES.c.key)).one_or_none()
        if made:
            self._version(article, content, by, why, words_of)
            self._note(article, "write", by, why)
        return made is not None

    def edit(self, after: Article, before: Content, content: Content, by: str, why: str) -> None:
        """The next version."""
        query = select(VERSIONS.c.words_of).where(VERSIONS.c.article == after.key)
        whose = self._connection.execute(query.where(VERSIONS.c.number == after.newest - 1)).scalar_one()
        self._version(after, content, by, why, whose if content.problem == before.problem else None)
        self._stand(after)
        self._note(after, "edit", by, why)

    def step(self, after: Article, step: Step, by: str, why: str) -> None:
        """Where the article stands after a step that changes no words."""
        self._stand(after)
        if step is Step.APPROVE:
            # Whoever approves has read it: what is left in it are not one person's words any more.
            newest = (VERSIONS.c.article == after.key, VERSIONS.c.number == after.newest)
            self._connection.execute(update(VERSIONS).where(*newest).values(words_of=None))
        if step in (Step.PUBLISH, Step.RETIRE, Step.REVIEW):
            still = (FLAGS.c.article == after.key, FLAGS.c.closed_at.is_(None))
            self._connection.execute(update(FLAGS).where(*still).values(closed_at=self._now, closed_by=by))
        self._note(after, step.value, by, why)

    def flag(self, key: str, number: int, kind: FlagKind, by: str, text: str) -> None:
        """What a reader finds wrong with the version seen."""
        row = {"article": key, "number": number, "kind": kind.value, "by": by, "text": text, "at": self._now}
        self._connection.execute(FLAGS.insert().values(row))

    def link(self, key: str, case_id: str, how: str, by: str) -> None:
        """Article and case belong together; saying it again changes nothing."""
        link(self._db, self._connection, [ArticleLink(key, case_id, how, by, self._now)])

    def forget(self, person: str) -> int:
        """Erase what captured drafts still hold of a person's words; gives in how many versions."""
        query = select(VERSIONS).where(VERSIONS.c.words_of == person)
        rows = self._connection.execute(query).all()
        for row in rows:
            content = Content.model_validate(row.content).model_copy(update={"title": ERASED, "problem": ERASED})
            values = {"content": content.model_dump(mode="json"), "title": ERASED, "words_of": None}
            self._connection.execute(update(VERSIONS).where(VERSIONS.c.id == row.id).values(**values))
            if row.live or row.newest:
                clear(self._connection, row.id)
                fill(self._connection, row.id, content, weights_of(content), self._db.is_sqlite)
        return len(rows)

    def _version(self, article: Article, content: Content, by: str, why: str, words_of: str | None) -> None:
        row = {
            "article": article.key, "number": article.newest, "author": by, "at": self._now, "why": storable(why),
            "content": content.model_dump(mode="json"), "title": content.title, "service": content.service,
            "audience": content.audience.value, "team": content.team, "expires_on": content.expires,
            "live": False, "newest": True, "words_of": words_of,
        }  # fmt: skip
        made = self._connection.execute(VERSIONS.insert().values(row).returning(VERSIONS.c.id)).scalar_one()
        fill(self._connection, made, content, weights_of(content), self._db.is_sqlite)

    def _stand(self, after: Article) -> None:
        """Write where it stands; a version that is neither live nor newest any more leaves the search."""
        values = {"state": after.state.value, "newest": after.newest, "live": after.live, "updated_at": self._now}
        change = update(ARTICLES).where(ARTICLES.c.key == after.key)
        self._connection.execute(change.values(**values, review_on=after.review_on))
        searched = (VERSIONS.c.article == after.key, or_(VERSIONS.c.live, VERSIONS.c.newest))
        for row in self._connection.execute(select(VERSIONS.c.id, VERSIONS.c.number).where(*searched)).all():
            now = {"live": row.number == after.live, "newest": row.number == after.newest}
            self._connection.execute(update(VERSIONS).where(VERSIONS.c.id == row.id).values(**now))
            if not any(now.values()):
                clear(self._connection, row.id)

    def _note(self, article: Article, act: str, by: str, why: str) -> None:
        row = {"article": article.key, "number": article.newest, "act": act, "by": by, "why": storable(why)}
        self._connection.execute(ACTS.insert().values(row | {"at": self._now}))


def article_of(row: Mapping[str, Any], authors: Iterable[str]) -> Article:
    """The article of a stored row and the authors of what readers have not seen."""
    fields = {name: row[name] for name in ("key", "state", "newest", "live", "review_on")}
    return Article.model_validate(fields | {"authors": tuple(dict.fromkeys(authors))})
