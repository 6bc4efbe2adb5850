"""Find open cases that may be about the same thing, so that nobody works on it twice."""

import re
from datetime import timedelta

from activities.triage import Seen
from definitions.runs import AutomationCall
from records.store import Store
from records.values import Clock, Recent

WINDOW = timedelta(days=7)
LOOK_AT = 50
MOST = 5
ALIKE = 0.5
_WORD = re.compile(r"\w{3,}")


def likeness(one: str, other: str) -> float:
    """Shared words over all words (Jaccard, 0 to 1), case folded; words of fewer than three letters do not count."""
    a, b = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(a & b) / len(a | b) if a | b else 0.0


class FindDuplicates:
    """Compares a new case with the recent open ones of its service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def __call__(self, call: AutomationCall) -> Seen | None:
        """Candidates, most alike first. Nothing is merged: that is for a person to say."""
        service, title = call.inputs.get("service"), call.inputs.get("title")
        if not isinstance(service, str) or not isinstance(title, str):
            return None
        since = self._clock() - WINDOW
        recent = [c for c in self._store.cases.recent(service, since, LOOK_AT) if c.id != call.case_id and c.title]
        found = self._alike(title, call.inputs.get("requester"), recent) if recent else []
        return Seen([*found], f"may be the same as {', '.join(found)}") if found else None

    def _alike(self, title: str, requester: object, recent: list[Recent]) -> list[str]:
        texts = self._store.texts.get_many([title, *(row.title.id for row in recent if row.title)])
        own = texts.get(title, "")
        scored = [
            (
                likeness(own, texts.get(row.title.id, "")) + (0.25 if requester and row.requester == requester else 0),
                row.id,
            )
            for row in recent
            if row.title
        ]
        return [case for score, case in sorted(scored, reverse=True) if score >= ALIKE][:MOST]
