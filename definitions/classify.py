"""Which service a message is about, by the words it uses; an honest "don't know" goes to triage."""

import re
import unicodedata
from collections.abc import Iterable

from definitions.base import Key, Value
from definitions.services import Service

SUBJECT_POINTS = 2
TEXT_POINTS = 1
ENOUGH_POINTS = 2
"""One keyword in the subject, or two different ones in the text."""
ENOUGH_SHARE = 0.6
"""The least share of all points, so that a message about two services is nobody's guess."""
TEXT_LIMIT = 5_000
"""People say what is wrong early; what follows is often pasted."""


_WORD = re.compile(r"[^\W_]+")


class Classification(Value):
    """The service, or None when the words do not decide; `score` is its share of all points found."""

    service: Key | None
    why: str
    score: float


def classify(subject: str, text: str, services: Iterable[Service]) -> Classification:
    """Count each keyword of each service once, more in the subject, and answer only if one stands out."""
    head, body = _words(subject), _words(text[:TEXT_LIMIT])
    found: dict[str, dict[str, int]] = {}
    for service in services:
        points = {keyword: _points(keyword, head, body) for keyword in service.keywords}
        if hits := {keyword: n for keyword, n in points.items() if n}:
            found[service.key] = hits
    if not found:
        return Classification(service=None, why="no keyword of any service occurs", score=0.0)
    totals = {key: sum(hits.values()) for key, hits in found.items()}
    best = max(totals, key=lambda key: totals[key])
    share = totals[best] / sum(totals.values())
    words = ", ".join(found[best])
    if totals[best] < ENOUGH_POINTS:
        return Classification(service=None, why=f"too little to go by: only {words} for {best}", score=share)
    if share < ENOUGH_SHARE:
        return Classification(service=None, why=f"it could be about {' or '.join(sorted(totals))}", score=share)
    return Classification(service=best, why=f"it says {words}", score=share)


def _points(keyword: str, subject: str, text: str) -> int:
    padded = _words(keyword)
    return SUBJECT_POINTS if padded in subject else TEXT_POINTS if padded in text else 0


def _words(text: str) -> str:
    """Folded words with one space on either side, so that `in` finds whole words only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return f" {' '.join(_WORD.findall(folded))} "
