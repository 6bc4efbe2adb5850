"""The review as a kind of case: how it begins, which acts fit it, and whom a fact concerns."""

from collections.abc import Callable, Iterator
from datetime import datetime

from pydantic import JsonValue

from definitions import acts
from definitions.case import SYSTEM, CaseState, Stage
from definitions.facts import Draft, Fact, TextRef
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction
from definitions.review.definition import ReviewDefinition
from definitions.review.facts import RULES
from definitions.review.rules import of
from definitions.review.state import ActionItem
from definitions.review.tasks import tasks_of
from definitions.review.watching import look
from definitions.rules import notices
from definitions.rules.base import draft
from definitions.rules.deadlines import positions_of
from definitions.rules.kind import Kind
from definitions.rules.opening import Opening


def opening(start: Opening, definition: ReviewDefinition) -> tuple[Draft, ...]:
    """Opened, and in the hands of its owner."""
    brief = start.review
    assert brief is not None, "the door opens no review without a brief"
    opened: dict[str, JsonValue] = {
        "service": start.service,
        "category": start.category,
        "channel": start.channel,
        "title": start.title.model_dump(),
        "requester": None,
        "priority": definition.priority_at(start.impact, start.urgency).value,
        "definition_version": definition.version,
        "review": brief.model_dump(mode="json"),
    }
    return (
        Draft(type="opened", actor=start.by, step="queue", channel=start.channel, data=opened),
        draft("routed", SYSTEM, team=definition.team, rule=None, why=f"it had {brief.case}"),
        draft("assigned", SYSTEM, assignee=brief.owner, text=None),
    )


def reactions(fact: Fact, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[notices.Command, ...]:
    """What to do about `fact`; nobody is told what they did themselves."""
    letters = (tell for tell in _letters(fact, state, definition, now) if tell.to != fact.actor)
    return (*notices.reactions(fact, state, definition, now), *letters)


def _letters(fact: Fact, state: CaseState, definition: ReviewDefinition, now: datetime) -> Iterator[notices.Tell]:
    review = of(state)
    owner = state.assignee or review.owner

    def tell(template: str, to: str, **more: object) -> notices.Tell:
        return notices.Tell.model_validate({"template": f"review_{template}", "to": to, "by": fact.actor, **more})

    def due() -> datetime | None:
        return positions_of(state, definition, now)[definition.rule.target.key].due_at

    match fact.type:
        case "assigned":
            yield tell("called", owner, until=due())
        case "target_warned":
            yield tell("due", owner, until=due())
        case "target_breached":
            for person in dict.fromkeys((owner, definition.manager)):
                yield tell("late", person, until=datetime.fromisoformat(str(fact.data["breached_at"])))
        case _ if (action := review.action(str(fact.data.get("action")))) is not None:
            yield from _about(action, owner, fact, state, tell)
        case _:
            pass


def _about(
    action: ActionItem, owner: str, fact: Fact, state: CaseState, tell: Callable[..., notices.Tell]
) -> Iterator[notices.Tell]:
    about = {"text": action.title, "until": action.due, "reason": f"{state.id}/{action.id}"}
    match fact.type:
        case "action_added":
            yield tell("action", action.owner, **about)
        case "action_reminded":
            # The first reminder is between the engine and them; after that the review's owner knows too.
            for person in dict.fromkeys((action.owner, *((owner,) if action.reminders > 1 else ()))):
                yield tell("action_due", person, **about)
        case "action_recurred":
            for person in dict.fromkeys((action.owner, owner)):
                yield tell("recurred", person, **about)
        case "action_proven":
            yield tell("proven", action.owner, **about)
        case "action_dropped":
            yield tell("dropped", action.owner, **about | {"text": TextRef.model_validate(fact.data["text"])})
        case _:
            pass


def waits(state: CaseState) -> tuple[str, str] | None:
    """What a review waits for, and who may act."""
    if state.ended:
        return None
    if state.stage is not Stage.RESOLVED:
        return "{assignee} to conclude it", "`add_finding`, `add_action`, `conclude`, `assign`, `call_off`"
    waiting = ", ".join(action.owner for action in of(state).actions if action.state == "open")
    return (f"actions of {waiting}" if waiting else "its actions to be proven", "`action_done`, `drop_action`")


REVIEW = Kind(
    name="review",
    prefix="PIR",
    acts=frozenset(
        {
            *(acts.Comment, acts.Hear, acts.Acknowledge, acts.Assign),
            *(AddFinding, AddAction, ActionDone, DropAction, Conclude, CallOff),
        }
    ),
    opening=opening,
    rules=RULES,
    look=look,
    reactions=reactions,
    waits=waits,
    tasks=tasks_of,
    demand=False,
)
