"""What is searched of the articles: full text by FTS5 or `tsvector`, and each version's words with their weights."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, text

from definitions.knowledge import Audience, Content
from definitions.knowledge_sight import Sight
from definitions.knowledge_words import spellings, stems
from records.engine import insert_into
from records.knowledge_tables import FTS, ArticleSpellingTable, ArticleVersionTable, ArticleWordTable
from records.tables import table

VERSIONS = table(ArticleVersionTable)
WORDS = table(ArticleWordTable)
SPELLINGS = table(ArticleSpellingTable)
CANDIDATES = 200
"""So many at most are compared word by word; full text chooses them."""
BATCH = 400

_FILL_SQLITE = text("INSERT INTO article_fts (rowid, head, problem, rest) VALUES (:id, :head, :problem, :rest)")
_FILL_POSTGRESQL = text("INSERT INTO article_fts (rowid, words) VALUES (:id, CAST(:words AS tsvector))")
_MATCH_SQLITE = text("article_fts MATCH :asked")
_MATCH_POSTGRESQL = text("article_fts.words @@ CAST(:asked AS tsquery)")
_ORDER_SQLITE = text("bm25(article_fts, 4.0, 4.0, 1.0), article_versions.id")
_ORDER_POSTGRESQL = text("ts_rank(article_fts.words, CAST(:asked AS tsquery)) DESC, article_versions.id")


def in_sight(sight: Sight, today: date, *, drafts: bool = False) -> ColumnElement[bool]:
    """The access rule as a condition on versions: it stands in every query about articles, never after one.

    Readers see the live version until it expires. With `drafts`, who may write sees the newest one instead.
    """
    audience = VERSIONS.c.audience.in_([a.value for a in sight.audiences])
    team = and_(VERSIONS.c.audience == Audience.TEAM.value, VERSIONS.c.team.in_(sight.teams))
    if drafts and sight.drafts:
        return and_(VERSIONS.c.newest, or_(audience, team))
    fresh = or_(VERSIONS.c.expires_on.is_(None), VERSIONS.c.expires_on > today)
    return and_(VERSIONS.c.live, fresh, or_(audience, team))


def fill(connection: Connection, version: int, content: Content, weights: Mapping[str, float], sqlite: bool) -> None:
    """Make a version searchable."""
    parts = {
        "head": stems(content.title),
        "problem": stems(content.problem),
        "rest": stems(f"{content.environment} {content.answer} {content.cause}"),
    }
    if sqlite:
        connection.execute(_FILL_SQLITE, {"id": version} | {name: " ".join(found) for name, found in parts.items()})
    else:
        # Written as lexemes: PostgreSQL's own parser would take error codes apart.
        words = " ".join(f"'{word}':{at}{label}" for word, at, label in _placed(parts))
        connection.execute(_FILL_POSTGRESQL, {"id": version, "words": words})
    if weights:
        rows = [{"word": word, "version": version, "weight": weight} for word, weight in weights.items()]
        connection.execute(WORDS.insert(), rows)
        near = [{"spelling": spelling, "word": word} for word in weights for spelling in spellings(word)]
        connection.execute(insert_into(SPELLINGS, sqlite).on_conflict_do_nothing(), near)


def _placed(parts: Mapping[str, tuple[str, ...]]) -> list[tuple[str, int, str]]:
    """Stem, place and label; a place beyond what PostgreSQL counts is its last one."""
    labels = {"head": "A", "problem": "A", "rest": "C"}
    words = [(word, labels[name]) for name, found in parts.items() for word in found]
    return [(word, min(at, 16_383), label) for at, (word, label) in enumerate(words, 1)]


def clear(connection: Connection, version: int) -> None:
    """Take a version out of the search."""
    connection.execute(FTS.delete().where(FTS.c.rowid == version))
    connection.execute(WORDS.delete().where(WORDS.c.version == version))


def seen_in(connection: Connection, words: frozenset[str], rule: ColumnElement[bool]) -> dict[str, int]:
    """In how many versions in sight each stem stands; those in none are left out."""
    if not words:
        return {}
    query = (
        select(WORDS.c.word, func.count())
        .join(VERSIONS, VERSIONS.c.id == WORDS.c.version)
        .where(WORDS.c.word.in_(words), rule)
        .group_by(WORDS.c.word)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def near(connection: Connection, words: frozenset[str], rule: ColumnElement[bool]) -> set[str]:
    """Stems in sight that are about one slip away: a word that stands in hidden articles only is nobody's guess."""
    tried = {spelling for word in words for spelling in spellings(word)}
    if not tried:
        return set()
    there = select(WORDS.c.version).join(VERSIONS, VERSIONS.c.id == WORDS.c.version)
    there = there.where(WORDS.c.word == SPELLINGS.c.word, rule)
    query = select(SPELLINGS.c.word).where(SPELLINGS.c.spelling.in_(tried), there.exists()).distinct()
    return set(connection.execute(query).scalars())


def how_many(connection: Connection, rule: ColumnElement[bool]) -> int:
    """How many versions are in sight."""
    return connection.execute(select(func.count()).select_from(VERSIONS).where(rule)).scalar_one()


def candidates(
    connection: Connection, words: frozenset[str], rule: ColumnElement[bool], sqlite: bool
) -> list[tuple[int, str, str]]:
    """Id, article and title of versions in sight that have any of these stems, likeliest first by the database."""
    if not words:
        return []
    quote, either = ('"', " OR ") if sqlite else ("'", " | ")
    asked = either.join(f"{quote}{word}{quote}" for word in sorted(words))
    query: Select[Any] = (
        select(VERSIONS.c.id, VERSIONS.c.article, VERSIONS.c.title)
        .join(FTS, FTS.c.rowid == VERSIONS.c.id)
        .where(_MATCH_SQLITE if sqlite else _MATCH_POSTGRESQL, rule)
        .order_by(_ORDER_SQLITE if sqlite else _ORDER_POSTGRESQL)
        .limit(CANDIDATES)
    )
    rows = connection.execute(query, {"asked": asked})
    return [(row.id, row.article, row.title) for row in rows]


def contents(connection: Connection, versions: list[int]) -> dict[int, Content]:
    """What these versions say."""
    query = select(VERSIONS.c.id, VERSIONS.c.content).where(VERSIONS.c.id.in_(versions))
    return {row.id: Content.model_validate(row.content) for row in connection.execute(query)}


def weights(connection: Connection, versions: list[int], words: frozenset[str]) -> dict[int, dict[str, float]]:
    """For each version the weights of these stems."""
    found: dict[int, dict[str, float]] = {version: {} for version in versions}
    for start in range(0, len(versions), BATCH):
        part = WORDS.c.version.in_(versions[start : start + BATCH])
        query = select(WORDS.c.version, WORDS.c.word, WORDS.c.weight).where(part, WORDS.c.word.in_(words))
        for version, word, weight in connection.execute(query):
            found[version][word] = weight
    return found
