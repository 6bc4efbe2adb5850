"""Which articles say much the same: the cosine of their words, weighted by how rare a word is."""

import math
from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

from definitions.base import Value
from definitions.knowledge import Content
from definitions.knowledge_match import weights_of

TOO_COMMON = 40
"""A word in more articles than this brings no two of them together; it still counts once another one did."""


class Pair(Value):
    """Two articles and how much they say the same, in [0, 1]."""

    one: str
    other: str
    likeness: float


def alike(articles: Mapping[str, Content], least: float) -> list[Pair]:
    """All pairs with at least this likeness, the likest first."""
    weights = {key: weights_of(content) for key, content in articles.items()}
    having: dict[str, list[str]] = defaultdict(list)
    for key, words in weights.items():
        for word in words:
            having[word].append(key)
    tells = {word: math.log(1 + len(weights) / len(keys)) for word, keys in having.items()}
    vectors = {key: _unit({word: w * tells[word] for word, w in words.items()}) for key, words in weights.items()}
    pairs = {pair for keys in having.values() if len(keys) <= TOO_COMMON for pair in combinations(sorted(keys), 2)}
    found = [Pair(one=a, other=b, likeness=round(_cosine(vectors[a], vectors[b]), 4)) for a, b in sorted(pairs)]
    return sorted((pair for pair in found if pair.likeness >= least), key=lambda pair: (-pair.likeness, pair.one))


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(value * value for value in vector.values()))
    return {word: value / length for word, value in vector.items()} if length else {}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = sorted((one, other), key=len)
    return math.fsum(value * large.get(word, 0.0) for word, value in small.items())
