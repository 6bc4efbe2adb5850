"""A case as its state and its definition show it: the same from the run and from the records."""

from datetime import datetime
from typing import Any

from definitions.case import CaseState, view_of
from definitions.rules.deadlines import ledgers_of
from definitions.slices import CaseDefinition


def reading(state: CaseState, definition: CaseDefinition, now: datetime) -> dict[str, Any]:
    """State, ledgers, and touch and wait up to `now` (seconds), as JSON."""
    titles = {target.key: target.title for target in definition.targets}
    touch, wait = state.seconds(now)
    return {
        "state": state.model_dump(mode="json"),
        "targets": [
            view_of(ledger, titles[key]).model_dump(mode="json")
            for key, ledger in ledgers_of(state, definition, now).items()
        ],
        "touch_s": touch,
        "wait_s": wait,
    }
