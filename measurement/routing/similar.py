"""Cases that say much the same: open ones that may be one outage, past ones and the articles that solved them.

The cosine of words weighted by how rare they are (TF-IDF; Salton and Buckley 1988). Words come in and stay out: an
answer holds ids and numbers only, so that what people wrote remains in the records.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from definitions.knowledge_words import EMPTY, QUERY_CHARS, corrections, spellings, stem, tokens
from measurement.routing.outage import ENOUGH, Outage, outage

Phrases = Sequence[Sequence[str]]
"""Groups of phrases that mean the same, as the organisation defines them."""

LEAST = 0.2
"""Cosine from which two cases are taken to be about the same."""
SHARED = 2
"""Words in common below which a likeness is none, unless only one was said."""
MOST = 5
MOST_TIMES = 255
WEIGHTS = (0.0, *(1 + math.log(n) for n in range(1, MOST_TIMES + 1)))
"""What a word weighs that was said so many times."""
NOTHING: tuple[tuple[str, ...], bytes] = ((), b"")
UNSEEN = 0.5
"""Added to the like cases of the past: what never happened is not impossible."""
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Told:
    """A case by the words in which it was told."""

    case_id: str
    at: datetime
    service: str
    words: str
    """Title and text; an index does not keep them."""
    requester: str | None = None
    parent: str | None = None
    articles: tuple[str, ...] = ()
    """Those that helped to resolve it."""
    past: bool = False
    """It is resolved."""


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


def similar(new: Told, index: "Index", *, window: timedelta = HOUR, since: timedelta = WEEK) -> Similar:
    """What a new case is like: open cases of its service that began `since` before it, resolved ones of any service.

    Those within `window` may be one outage; what is usual is told by all like cases of the service before that.
    """
    like = [(index.cases[match.case_id], match) for match in index.like(new.words) if match.case_id != new.case_id]
    own = [(told, match) for told, match in like if told.service == new.service and told.at <= new.at]
    open_ = [(told, match) for told, match in own if not told.past and told.at >= new.at - since]
    past = [match for told, match in like if told.past]
    return Similar(
        open=_likest(match for _, match in open_),
        past=_likest(past),
        articles=speaking_for(past),
        outage=_outage(new, [told for told, _ in own], index, window),
    )


def _outage(new: Told, own: Sequence[Told], index: "Index", window: timedelta) -> Outage | None:
    now = [told for told in own if not told.past and told.at >= new.at - window]
    if len(now) + 1 < ENOUGH:
        return None
    known = max(new.at - window - min(told.at for told in index.cases.values()), window)
    usual = (UNSEEN + sum(told.at < new.at - window for told in own)) * (window / known)
    return outage(new, now, usual)


def _likest(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(sorted(matches, key=lambda match: (-match.likeness, match.case_id))[:MOST])


def speaking_for(matches: Iterable[Match]) -> tuple[tuple[str, float], ...]:
    """The articles of the likest cases, by how much likeness speaks for each; many that are a little alike do not."""
    speaks: dict[str, float] = defaultdict(float)
    for match in _likest(matches):
        for article in match.articles:
            speaks[article] += match.likeness
    return tuple(sorted(((key, round(sum_, 4)) for key, sum_ in speaks.items()), key=lambda item: (-item[1], item[0])))


class Index:
    """Cases by their words. It keeps stems, not sentences, and costs about a KiB for each case."""

    SPARE = 1_000
    """So many numbers of cases that were taken out are kept before they are used again."""

    def __init__(self, cases: Iterable[Told] = (), synonyms: Phrases = ()) -> None:
        self.cases: dict[str, Told] = {}
        """What is known of each case, but for its words."""
        self._one_word = _one_word(synonyms)
        self._said: list[tuple[tuple[str, ...], bytes]] = []
        """By number: each stem once, and how often it was said; none for a case that was taken out."""
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._having: dict[str, array[int]] = {}
        self._shaped: dict[tuple[str, int], set[str]] = defaultdict(set)
        """First letter and length -> words, to find the one that another may be a slip for."""
        for told in cases:
            self.put(told)

    def put(self, told: Told) -> None:
        """Add a case, or take its new words for the old ones."""
        self.drop(told.case_id)
        number = len(self._ids)
        counts = Counter(self._stems(told.words))
        self._ids.append(told.case_id)
        self._said.append((tuple(counts), bytes(min(n, MOST_TIMES) for n in counts.values())))
        self._numbers[told.case_id] = number
        for word in counts:
            if word not in self._having:
                self._having[word] = array("I")
                self._shaped[word[:1], len(word)].add(word)
            self._having[word].append(number)
        self.cases[told.case_id] = replace(told, words="")

    def update(self, case_id: str, **known: Any) -> None:
        """Something else than its words has changed."""
        self.cases[case_id] = replace(self.cases[case_id], **known)

    def drop(self, case_id: str) -> None:
        """Take a case out; a case that is not in it is no error."""
        number = self._numbers.pop(case_id, None)
        if number is None:
            return
        del self.cases[case_id]
        for word in self._said[number][0]:
            self._having[word].remove(number)
            if not self._having[word]:
                del self._having[word]
                self._shaped[word[:1], len(word)].discard(word)
        self._said[number], self._ids[number] = NOTHING, ""
        if len(self._ids) > 2 * len(self._numbers) + self.SPARE:
            self._close_ranks()

    def _close_ranks(self) -> None:
        """Numbers of cases that were taken out are used again."""
        kept = [(case_id, self._said[number]) for case_id, number in self._numbers.items()]
        self._ids = [case_id for case_id, _ in kept]
        self._said = [said for _, said in kept]
        self._numbers = {case_id: number for number, case_id in enumerate(self._ids)}
        self._having = {word: array("I") for word in self._having}
        for number, (words, _) in enumerate(self._said):
            for word in words:
                self._having[word].append(number)

    def like(self, words: str, least: float = LEAST) -> list[Match]:
        """All cases at least so much like these words, the likest first."""
        said = Counter(word for said in self._stems(words) for word in self._meant(said))
        # A word that no case has still counts in the length: it says that the question is about something else too.
        rare = {word: self._rarity(word) for word in said}
        asked = {word: WEIGHTS[min(n, MOST_TIMES)] * rare[word] for word, n in said.items()}
        length = math.sqrt(math.fsum(weight * weight for weight in asked.values()))
        shared = Counter(number for word in asked for number in self._having.get(word, ()))
        enough = min(SHARED, len(asked))
        found = []
        for number, n in shared.items():
            if n >= enough and (likeness := self._likeness(number, asked, length, rare)) >= least:
                told = self.cases[self._ids[number]]
                found.append(Match(told.case_id, round(likeness, 4), told.articles))
        return sorted(found, key=lambda match: (-match.likeness, match.case_id))

    def _likeness(self, number: int, asked: Mapping[str, float], length: float, rare: dict[str, float]) -> float:
        dot = own = 0.0
        for word, times in zip(*self._said[number], strict=True):
            if word not in rare:
                rare[word] = self._rarity(word)
            value = WEIGHTS[times] * rare[word]
            own += value * value
            if word in asked:
                dot += value * asked[word]
        return dot / (length * math.sqrt(own))

    def _rarity(self, word: str) -> float:
        having = self._having.get(word)
        return math.log(1 + len(self.cases) / len(having)) if having else math.log(1 + max(len(self.cases), 1))

    def _meant(self, word: str) -> tuple[str, ...]:
        """The word, or the one known word that it may be a slip for."""
        if word in self._having:
            return (word,)
        forms = {*spellings(word)}
        shapes = ((word[:1], len(word) + more) for more in (-2, -1, 0, 1, 2))
        near = {
            other for shape in shapes for other in self._shaped.get(shape, ()) if not forms.isdisjoint(spellings(other))
        }
        return corrections(word, near)[:1] or (word,)

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
