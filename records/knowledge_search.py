"""Search: full text finds candidates among what the asker may see, the words decide their order."""

from datetime import date

from sqlalchemy import and_

from definitions.base import Value
from definitions.knowledge import Content
from definitions.knowledge_match import LEAST_SAID, LEAST_SCORE, Phrases, asked_stems, confidence, question, score
from definitions.knowledge_sight import Sight
from records.engine import Database
from records.knowledge_index import (
    CANDIDATES,
    VERSIONS,
    candidates,
    contents,
    how_many,
    in_sight,
    near,
    seen_in,
    weights,
)


class Hit(Value):
    """An article that was found; `score` is the share of the question that it is about, in [0, 1]."""

    key: str
    score: float
    content: Content


class Found(Value):
    """The answer to a search."""

    hits: tuple[Hit, ...]
    n: int
    """How many articles fit, those beyond the limit too."""
    confidence: float | None
    """The probability that the first one answers: 0 when there is none, None when too little was asked to know."""
    corrected: tuple[tuple[str, str], ...]
    """What was typed, and what it was taken for."""
    searched: int
    """How many articles were in sight."""


class ArticleSearch:
    """The search of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(
        self,
        words: str,
        sight: Sight,
        today: date,
        *,
        synonyms: Phrases = (),
        service: str | None = None,
        drafts: bool = False,
        limit: int = 5,
        least: float = LEAST_SCORE,
    ) -> Found:
        """The articles in sight that are about `words`, best first; only of one service with `service`."""
        rule = in_sight(sight, today, drafts=drafts)
        chosen = rule if service is None else and_(rule, VERSIONS.c.service == service)
        with self._db.snapshot() as connection:
            asked = asked_stems(words)
            known = seen_in(connection, asked, rule)
            close = near(connection, asked - known.keys(), rule)
            terms = question(words, known, close, synonyms)
            stems = terms.stems()
            known |= seen_in(connection, stems - known.keys(), rule)
            total = how_many(connection, rule)
            chosen_words = _rarest(stems & known.keys(), known)
            rows = candidates(connection, chosen_words, chosen, self._db.is_sqlite)
            there = weights(connection, [id for id, _, _ in rows], stems)
            scored = [(score(terms, there[id], title, known, total), key, id) for id, key, title in rows]
            ranked = sorted((row for row in scored if row[0] >= least), key=lambda row: (-row[0], row[1]))
            said = contents(connection, [id for _, _, id in ranked[:limit]])
        return Found(
            hits=tuple(Hit(key=key, score=fits, content=said[id]) for fits, key, id in ranked[:limit]),
            n=len(ranked),
            confidence=confidence([fits for fits, _, _ in ranked[:2]]) if len(terms.terms) >= LEAST_SAID else None,
            corrected=terms.corrected,
            searched=total,
        )


def _rarest(words: frozenset[str] | set[str], known: dict[str, int]) -> frozenset[str]:
    """The words that tell most, until they lead to more articles than are compared: common ones only rank."""
    chosen: list[str] = []
    reached = 0
    for word in sorted(words, key=lambda word: (known[word], word)):
        if chosen and reached >= CANDIDATES:
            break
        chosen.append(word)
        reached += known[word]
    return frozenset(chosen)
