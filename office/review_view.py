"""A review as people read it: the case it is about, what was found, what is done about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from definitions.base import rfc3339
from definitions.case import CaseState
from definitions.facts import Fact
from definitions.review.state import ActionItem
from office.said import said


def review_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The words that the view shows."""
    review = state.review
    return [] if review is None else [*(f.text.id for f in review.findings), *(a.title.id for a in review.actions)]


def review_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """What `show` adds to every case; findings are for those who work here."""
    review = state.review
    if review is None or not internal:
        return {}
    return {
        "about": review.case,
        "why": review.why,
        "findings": [
            {"id": each.id, "kind": each.kind, "by": each.by, "text": said(each.text, texts)}
            for each in review.findings
        ],
        "actions": [_action(state, each, texts) for each in review.actions],
        "looked_at": rfc3339(review.looked_at) if review.looked_at else None,
    }


def _action(state: CaseState, action: ActionItem, texts: Mapping[str, str]) -> dict[str, Any]:
    plain = action.model_dump(mode="json", exclude={"title", "reminded_at"})
    return plain | {"id": f"{state.id}/{action.id}", "title": said(action.title, texts)}
