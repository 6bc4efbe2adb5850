"""How well an article answers a question: the share of what was asked that the article is about.

Worked out from what the asker may see and nothing else, so that a hidden article changes no order and no number.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from definitions.base import Value
from definitions.knowledge import Content
from definitions.knowledge_words import EMPTY, QUERY_CHARS, corrections, stem, stems, tokens

Phrases = tuple[tuple[str, ...], ...]
"""Groups of phrases that mean the same, as the organisation defines them."""

WEIGHTS = {"title": 0.7, "problem": 0.7, "environment": 0.4, "answer": 0.4, "cause": 0.3}
"""How sure a word in this part makes that the article is about it; parts add up as independent evidence does."""
AS_SAID, MEANT, SLIP = 1.0, 0.8, 0.8
"""What a word counts when it stands there as it was said, by a synonym, or after a slip was put right."""
TITLE_SHARE = 0.15
"""What it adds that the question says all of the title: of two that fit, the more special one is meant."""
UNKNOWN_AS = 1
"""A word that stands in no article tells as much as one that stands in so many."""
LEAST_SCORE = 0.3
"""Below this nothing was found: one word of many in common is no answer."""


class Term(NamedTuple):
    """One thing that was asked for, and every way in which an article may say it: stems that must all be there."""

    word: str
    ways: tuple[tuple[tuple[str, ...], float], ...]


class _Phrase(NamedTuple):
    """A phrase of a group: the stems of all its words, and of those that count."""

    roots: tuple[str, ...]
    counting: tuple[str, ...]


@lru_cache(maxsize=8)
def _groups(synonyms: Phrases) -> tuple[tuple[_Phrase, ...], ...]:
    return tuple(
        tuple(_Phrase(tuple(stem(token) for token in tokens(phrase)), stems(phrase)) for phrase in group)
        for group in synonyms
    )


class Question(Value):
    """The terms of a question, and which words were put right."""

    terms: tuple[Term, ...]
    corrected: tuple[tuple[str, str], ...] = ()

    def stems(self) -> frozenset[str]:
        """Every stem that can speak for an article."""
        return frozenset(stem for term in self.terms for way, _ in term.ways for stem in way)


def weights_of(content: Content) -> dict[str, float]:
    """Stem to how surely the version is about it, in (0, 1]."""
    doubt: dict[str, float] = {}
    for part, weight in WEIGHTS.items():
        for found in set(stems(str(getattr(content, part)))):
            doubt[found] = doubt.get(found, 1.0) * (1.0 - weight)
    return {found: round(1.0 - left, 4) for found, left in doubt.items()}


def asked_stems(words: str) -> frozenset[str]:
    """The stems of a question before anything is known of the articles."""
    return frozenset(stems(words[:QUERY_CHARS]))


def question(words: str, known: Collection[str], near: Iterable[str], synonyms: Phrases) -> Question:
    """The terms of `words`. `known` stems stand in articles in sight; `near` are such stems that may be meant."""
    said = tokens(words[:QUERY_CHARS])
    roots = [stem(token) for token in said]
    groups = _groups(synonyms)
    meant = {root for group in groups for phrase in group for root in phrase.roots}
    near = {*near, *meant}
    put_right: dict[str, tuple[str, ...]] = {}
    for token, root in zip(said, roots, strict=True):
        if token not in EMPTY and root not in known and root not in meant:
            put_right[token] = corrections(root, near)
    terms: dict[str, Term] = {}
    at = 0
    while at < len(said):
        phrase, others = _phrase_at(said, roots, at, groups, put_right)
        own = tuple(stem(token) for token in phrase if token not in EMPTY)
        if own:
            ways = {own: AS_SAID} | {(c,): SLIP for c in put_right.get(phrase[0], ()) if len(phrase) == 1}
            for other in others:
                if 2 * len(other.counting) >= len(other.roots):
                    ways.setdefault(other.counting, MEANT)
            if len(phrase) == 1 and at + 1 < len(said) and (joined := stem(phrase[0] + said[at + 1])) in known:
                ways.setdefault((joined,), MEANT)
            terms.setdefault(" ".join(own), Term(" ".join(phrase), tuple((w, c) for w, c in ways.items() if w)))
        at += len(phrase)
    fixed = tuple((token, " or ".join(found)) for token, found in put_right.items() if found)
    return Question(terms=tuple(terms.values()), corrected=fixed)


def _phrase_at(
    said: Sequence[str],
    roots: Sequence[str],
    at: int,
    groups: Sequence[Sequence[_Phrase]],
    put_right: Mapping[str, tuple[str, ...]],
) -> tuple[tuple[str, ...], list[_Phrase]]:
    """The longest phrase of a group that stands here, and what else it may be called; else the one word."""
    best: tuple[str, ...] = (said[at],)
    others: list[_Phrase] = []
    for group in groups:
        for phrase in group:
            end = at + len(phrase.roots)
            same = end <= len(said) and all(
                said_root == root or root in put_right.get(token, ())
                for token, said_root, root in zip(said[at:end], roots[at:end], phrase.roots, strict=True)
            )
            if same and end - at >= len(best):
                others = [] if end - at > len(best) else others
                best = tuple(said[at:end])
                others += [other for other in group if other != phrase]
    return best, others


def rarity(term: Term, seen_in: Mapping[str, int], n: int) -> float:
    """How much a term tells, by how few of the `n` articles in sight have it (inverse document frequency).

    A term that stands in none counts as one that stands in a few: most such words are the asker's own way of talking.
    """
    there = [least for way, _ in term.ways if (least := min(seen_in.get(stem, 0) for stem in way))]
    said = min((seen_in.get(stem, 0) for stem in term.ways[0][0]), default=0)
    seen = said or min(there, default=UNKNOWN_AS)
    return math.log(1.0 + (max(n - seen, 0) + 0.5) / (seen + 0.5))


def score(asked: Question, weights: Mapping[str, float], title: str, seen_in: Mapping[str, int], n: int) -> float:
    """The share of the question, by rarity, that the article is about; in [0, 1]."""
    tells = [rarity(term, seen_in, n) for term in asked.terms]
    if not sum(tells):
        return 0.0
    found = sum(
        tell * max((count * min(weights.get(stem, 0.0) for stem in way) for way, count in term.ways), default=0.0)
        for tell, term in zip(tells, asked.terms, strict=True)
    )
    head = set(stems(title))
    share = len(head & asked.stems()) / len(head) if head else 0.0
    return round((1.0 - TITLE_SHARE) * found / sum(tells) + TITLE_SHARE * share, 4)


CONFIDENCE = (-3.8, 11.1, 3.6)
"""Constant, weight of the best score, weight of its lead over the second."""


LEAST_SAID = 2
"""With fewer terms than this nobody knows whether an article answers: everything that has the word fits."""


def confidence(scores: Sequence[float]) -> float:
    """The probability that the best article answers, from its score and its lead over the second.

    Logistic; the weights are those that the labelled questions of Example Ltd give (a test fits them again).
    """
    if not scores:
        return 0.0
    constant, of_best, of_lead = CONFIDENCE
    lead = scores[0] - (scores[1] if len(scores) > 1 else 0.0)
    return round(1.0 / (1.0 + math.exp(-(constant + of_best * scores[0] + of_lead * lead))), 4)
