"""What triage found and decided, as whoever works on an incident reads it."""

from collections.abc import Sequence
from typing import Any

from definitions.facts import Fact


def triage_view(facts: Sequence[Fact], *, internal: bool) -> dict[str, Any]:
    """Cases told in the same words, the outage that is proposed, and why routing that learns chose the team."""
    found = {fact.type: fact.data for fact in facts if fact.type in ("similar_found", "parent_proposed", "routed")}
    if not internal:
        return {}
    learned = found.get("routed", {}).get("learned")
    proposed = found.get("parent_proposed")
    return {
        "similar": found.get("similar_found"),
        "parent_proposed": proposed and {name: proposed[name] for name in ("parent", "cases", "line")},
        "routing": learned["line"] if isinstance(learned, dict) else None,
        "paired": learned["paired"] if isinstance(learned, dict) else None,
    }
