"""Find open cases that may be about the same thing, so that nobody works on it twice."""

import asyncio
import re
from datetime import timedelta

from definitions.runs import AutomationCall, AutomationResult
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

    async def __call__(self, call: AutomationCall) -> AutomationResult:
        """Candidates in `data["cases"]`, most alike first. Nothing is merged: that is for a person to say."""
        return await asyncio.to_thread(self._find, call)

    def _find(self, call: AutomationCall) -> AutomationResult:
        service, title = call.inputs.get("service"), call.inputs.get("title")
        if not isinstance(service, str) or not isinstance(title, str):
            return AutomationResult(outcome="nothing")
        since = self._clock() - WINDOW
        recent = [c for c in self._store.cases.recent(service, since, LOOK_AT) if c.id != call.case_id and c.title]
        if not recent:
            return AutomationResult(outcome="nothing")
        found = self._alike(title, call.inputs.get("requester"), recent)
        if not found:
            return AutomationResult(outcome="nothing")
        return AutomationResult(
            outcome="done", finding=f"may be the same as {', '.join(found)}", data={"cases": [*found]}
        )

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
