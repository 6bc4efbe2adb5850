"""What `show` adds for feedback."""

from collections.abc import Mapping, Sequence
from typing import Any

from definitions.base import rfc3339
from definitions.case import CaseState
from definitions.facts import Fact
from definitions.feedback.state import IdeaState
from office.said import said


def feedback_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """Tone, what and whom it is about, and what became of it; whom it praises is for those who work here."""
    feedback = state.feedback
    assert feedback is not None
    return {
        "tone": feedback.tone.value,
        "about": feedback.about,
        "words": said(feedback.words, texts),
        "about_people": list(feedback.people) if internal else [],
        "shared_with": list(feedback.shared) if internal else [],
        "idea": _idea(feedback.idea),
        "answered_at": rfc3339(feedback.answered_at) if feedback.answered_at else None,
        "acted_on_at": rfc3339(feedback.acted_on_at) if feedback.acted_on_at else None,
    }


def _idea(idea: IdeaState | None) -> dict[str, Any] | None:
    """How others rate it, without who they are, and which cycle took it; None for what is no idea."""
    if idea is None:
        return None
    return {"score": idea.score, "ratings": len(idea.ratings), "cycle": idea.cycle, "how": idea.how}


def feedback_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The text of the words."""
    return [state.feedback.words.id] if state.feedback and state.feedback.words else []
