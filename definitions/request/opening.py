"""How a request begins: opened, and with the team that answers for its item."""

from definitions.case import SYSTEM
from definitions.catalogue import RequestDefinition
from definitions.facts import Draft
from definitions.rules.base import draft
from definitions.rules.opening import Opening, opened


def opening(start: Opening, definition: RequestDefinition) -> tuple[Draft, ...]:
    """The first facts; entitlement and form were judged at the door. Raises ValueError without a brief."""
    if start.request is None:
        raise ValueError("a request begins with a brief: give `request` in its opening")
    first = opened(start, definition)
    first = first.model_copy(update={"step": "queue", "data": {**first.data, "category": start.request.item}})
    why = f"{definition.team} answers for {start.request.item}"
    return (first, draft("routed", SYSTEM, team=definition.team, rule=f"item {start.request.item}", why=why))
