"""How facts change a review."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from definitions.case import CaseState
from definitions.facts import Fact
from definitions.review.rules import of
from definitions.review.state import ActionItem, Finding, ReviewBrief, ReviewState
from definitions.rules.facts import COMMON, Change, Rule


def _opened(state: CaseState, fact: Fact) -> Change:
    brief = ReviewBrief.model_validate(fact.data["review"])
    return {"opened_at": fact.at, "queued_at": fact.at, "review": ReviewState(**brief.model_dump())}


def _with(state: CaseState, **change: Any) -> Change:
    return {"review": of(state).model_copy(update=change)}


def _finding_added(state: CaseState, fact: Fact) -> Change:
    finding = Finding.model_validate(
        {"id": fact.data["finding"], "kind": fact.data["kind"], "text": fact.data["text"], "by": fact.actor}
    )
    return _with(state, findings=(*of(state).findings, finding))


def _action_added(state: CaseState, fact: Fact) -> Change:
    data = {name: fact.data[name] for name in ("owner", "due", "watch_days", "service", "category")}
    action = ActionItem.model_validate(
        data | {"id": fact.data["action"], "title": fact.data["text"], "added_at": fact.at}
    )
    return _with(state, actions=(*of(state).actions, action))


def _action(change: Callable[[ActionItem, Fact], Change]) -> Callable[[CaseState, Fact], Change]:
    """One action as the fact leaves it."""

    def changed(state: CaseState, fact: Fact) -> Change:
        return _with(
            state,
            actions=tuple(
                each.model_copy(update=change(each, fact)) if each.id == fact.data["action"] else each
                for each in of(state).actions
            ),
        )

    return changed


def _done(action: ActionItem, fact: Fact) -> Change:
    return {"state": "watched", "done_at": fact.at, "watched_until": _at(fact, "until")}


def _recurred(action: ActionItem, fact: Fact) -> Change:
    back = {"state": "open", "due": _at(fact, "due"), "reminders": 0, "reminded_at": None}
    return back | {"done_at": None, "watched_until": None, "recurred": action.recurred + 1}


def _reminded(action: ActionItem, fact: Fact) -> Change:
    return {"reminders": action.reminders + 1, "reminded_at": fact.at}


def _at(fact: Fact, name: str) -> datetime:
    return datetime.fromisoformat(str(fact.data[name]))


RULES: dict[str, Rule] = COMMON | {
    "opened": replace(COMMON["opened"], also=_opened),
    "finding_added": Rule(also=_finding_added, by_hand=True),
    "action_added": Rule(also=_action_added, by_hand=True),
    "action_done": Rule(also=_action(_done)),
    "action_dropped": Rule(also=_action(lambda action, fact: {"state": "dropped", "dropped_at": fact.at})),
    "action_reminded": Rule(also=_action(_reminded)),
    "action_recurred": Rule(also=_action(_recurred)),
    "action_proven": Rule(also=_action(lambda action, fact: {"state": "proven"})),
    "watched": Rule(also=lambda state, fact: _with(state, looked_at=fact.at)),
}
