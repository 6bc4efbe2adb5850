"""The review as a kind of case: how it begins, which acts fit it, and whom a fact concerns."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import JsonValue

from definitions import acts
from definitions.case import SYSTEM, CaseState, Stage
from definitions.facts import Draft, Fact, TextRef
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction
from definitions.review.definition import ReviewDefinition
from definitions.review.facts import REVIEW_FACTS
from definitions.review.rules import review_of
from definitions.review.watching import look
from definitions.rules import notices
from definitions.rules.base import draft
from definitions.rules.deadlines import positions_of
from definitions.rules.facts import COMMON
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
    review, owner = review_of(state), state.assignee or review_of(state).owner
    until = positions_of(state, definition, now)[definition.rule.target.key].due_at

    def tell(template: str, to: str, **more: object) -> notices.Tell:
        return notices.Tell.model_validate({"template": f"review_{template}", "to": to, "by": fact.actor, **more})

    action = review.action(str(fact.data.get("action")))
    match fact.type:
        case "assigned":
            yield tell("called", owner, until=until, reason=review.why)
        case "target_warned" if state.stage is not Stage.RESOLVED:
            yield tell("due", owner, until=until)
        case "target_breached":
            yield tell("late", owner, until=until)
            if definition.manager != owner:
                yield tell("late", definition.manager, until=until)
        case "action_added" if action:
            yield tell("action", action.owner, text=action.title, until=action.due, reason=action.id)
        case "action_reminded" if action:
            yield tell("action_due", action.owner, text=action.title, until=action.due, reason=action.id)
            if action.reminders > 1 and owner != action.owner:
                yield tell("action_due", owner, text=action.title, until=action.due, reason=action.id)
        case "action_recurred" if action:
            cases = fact.data["cases"]
            named = ", ".join(map(str, cases)) if isinstance(cases, list) else ""
            more = {"text": action.title, "until": action.due, "reason": f"{action.id}: {named}"}
            yield tell("recurred", action.owner, **more)
            if owner != action.owner:
                yield tell("recurred", owner, **more)
        case "action_proven" if action:
            yield tell("proven", action.owner, text=action.title, reason=action.id)
        case "action_dropped" if action:
            yield tell("dropped", action.owner, text=TextRef.model_validate(fact.data["text"]), reason=action.id)
        case _:
            pass


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
    rules=COMMON | REVIEW_FACTS,
    look=look,
    reactions=reactions,
)
