"""Cases that say much the same: open ones that may be one outage, past ones and the articles that solved them.

The cosine of words weighted by how rare they are (TF-IDF; Salton and Buckley 1988). Words come in and stay out: an
answer holds ids and numbers only, so that what people wrote remains in the records.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from definitions.knowledge_words import EMPTY, QUERY_CHARS, corrections, spellings, stem, tokens
from measurement.routing.outage import Outage, outage

Phrases = Sequence[Sequence[str]]
"""Groups of phrases that mean the same, as the organisation defines them."""

LEAST = 0.2
"""Cosine from which two cases are taken to be about the same."""
SHARED = 2
"""Words in common below which a likeness is none, unless only one was said."""
MOST = 5
UNSEEN = 0.5
"""Added to the like cases of the past: what never happened is not impossible."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """A case by the words in which it was told."""

    case_id: str
    at: datetime
    service: str
    words: str
    """Title and text."""
    requester: str | None = None
    parent: str | None = None
    articles: tuple[str, ...] = ()
    """Those that helped to resolve it."""


class Telling(Protocol):
    """Where the words are kept."""

    def open_since(self, service: str, since: datetime) -> Iterable[Told]:
        """Open cases of a service."""

    def resolved(self, since: datetime) -> Iterable[Told]:
        """Resolved cases of all services."""


@dataclass(frozen=True)
class Match:
    """A case that is alike; `likeness` in [0, 1]."""

    case_id: str
    likeness: float
    articles: tuple[str, ...]


@dataclass(frozen=True)
class Similar:
    """The likest first, at most `MOST` of each; `articles` by how much likeness speaks for them."""

    open: tuple[Match, ...]
    past: tuple[Match, ...]
    articles: tuple[tuple[str, float], ...]
    outage: Outage | None


def similar(
    new: Told, telling: Telling, *, synonyms: Phrases = (), window: timedelta = HOUR, history: timedelta
) -> Similar:
    """What a new case is like: open cases of its service within `window` before it, resolved ones within `history`."""
    near = [told for told in telling.open_since(new.service, new.at - window) if told.case_id != new.case_id]
    past = [told for told in telling.resolved(new.at - history) if told.case_id != new.case_id]
    index = Index([*past, *near], synonyms)
    found = {match.case_id: match for match in index.like(new.words)}
    matched = [(told, found[told.case_id]) for told in near if told.case_id in found]
    before = [(told, found[told.case_id]) for told in past if told.case_id in found]
    usual = (UNSEEN + sum(told.service == new.service for told, _ in before)) * (window / history)
    return Similar(
        open=_likest(match for _, match in matched),
        past=_likest(match for _, match in before),
        articles=_articles(match for _, match in before),
        outage=outage(new, [told for told, _ in matched], usual),
    )


def _likest(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(sorted(matches, key=lambda match: (-match.likeness, match.case_id))[:MOST])


def _articles(matches: Iterable[Match]) -> tuple[tuple[str, float], ...]:
    """Of the likest cases only: many that are a little alike say nothing together."""
    speaks: dict[str, float] = defaultdict(float)
    for match in _likest(matches):
        for article in match.articles:
            speaks[article] += match.likeness
    return tuple(sorted(((key, round(sum_, 4)) for key, sum_ in speaks.items()), key=lambda item: (-item[1], item[0])))


class Index:
    """Cases by their words; made anew for each question, since a day's cases are few."""

    def __init__(self, cases: Sequence[Told], synonyms: Phrases = ()) -> None:
        self._one_word = _one_word(synonyms)
        self._cases = {told.case_id: told for told in cases}
        counts = {told.case_id: Counter(self._stems(told.words)) for told in cases}
        seen_in = Counter(word for count in counts.values() for word in count)
        self._rare = {word: math.log(1 + len(counts) / n) for word, n in seen_in.items()}
        self._near: dict[str, set[str]] = defaultdict(set)
        for word in seen_in:
            for spelling in spellings(word):
                self._near[spelling].add(word)
        self._vectors = {case_id: self._vector(count) for case_id, count in counts.items()}

    def like(self, words: str, least: float = LEAST) -> list[Match]:
        """All cases at least so much like these words, the likest first."""
        asked = self._vector(Counter(word for said in self._stems(words) for word in self._meant(said)))
        found = []
        for case_id, vector in self._vectors.items():
            shared = [weight * vector[word] for word, weight in asked.items() if word in vector]
            likeness = math.fsum(shared)
            if likeness >= least and len(shared) >= min(SHARED, len(asked)):
                found.append(Match(case_id, round(likeness, 4), self._cases[case_id].articles))
        return sorted(found, key=lambda match: (-match.likeness, match.case_id))

    def _meant(self, word: str) -> tuple[str, ...]:
        """The word, or the one known word that it may be a slip for."""
        if word in self._rare:
            return (word,)
        near = {other for spelling in spellings(word) for other in self._near.get(spelling, ())}
        return corrections(word, near)[:1] or (word,)

    def _vector(self, count: Mapping[str, int]) -> dict[str, float]:
        # A word that no case has still counts in the length: it says that the question is about something else too.
        unseen = math.log(1 + max(len(self._cases), 1))
        raw = {word: (1 + math.log(n)) * self._rare.get(word, unseen) for word, n in count.items()}
        length = math.sqrt(math.fsum(value * value for value in raw.values()))
        return {word: value / length for word, value in raw.items()} if length else {}

    def _stems(self, words: str) -> list[str]:
        said = [stem(token) for token in tokens(words[:QUERY_CHARS]) if token not in EMPTY]
        found, at = [], 0
        while at < len(said):
            size = next((n for n in (3, 2, 1) if tuple(said[at : at + n]) in self._one_word), 0)
            found.append(self._one_word[tuple(said[at : at + size])] if size else said[at])
            at += size or 1
        return found


def _one_word(synonyms: Phrases) -> dict[tuple[str, ...], str]:
    """Each phrase of a group, as stems -> one word that stands for all of them."""
    known: dict[tuple[str, ...], str] = {}
    for group in synonyms:
        stemmed = [tuple(stem(token) for token in tokens(phrase) if token not in EMPTY) for phrase in group]
        for phrase in stemmed:
            if phrase and 1 <= len(phrase) <= 3:
                known.setdefault(phrase, "+".join(stemmed[0]))
    return known
