"""What time brings to a review: reminders, looks at the records for recurrences, and its end."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import JsonValue

from definitions.base import Instant, Key, Value
from definitions.case import SYSTEM, CaseState, Stage
from definitions.facts import Draft
from definitions.review.definition import ReviewDefinition
from definitions.review.rules import new_due, of
from definitions.review.state import ActionItem
from definitions.rules import deadlines
from definitions.rules.base import draft

WEEK = timedelta(days=7)
BEHIND = timedelta(hours=1)
"""After the end of a watch: cases that came at its end must have reached the records before it is taken for silence."""
REMINDERS = 4
"""After so many an action's owner is not written to again: the review's owner has been for three of them."""
NAMED = 10
"""So many recurrences are named on the case; one is enough."""


class Watch(Value):
    """What is asked of the records: cases of this class, opened after `since` up to `until`."""

    action: Key
    service: Key
    category: Key | None
    since: Instant
    until: Instant


def watches(state: CaseState) -> tuple[Watch, ...]:
    """What is watched now."""
    return tuple(
        Watch(
            action=each.id, service=each.service, category=each.category, since=each.done_at, until=each.watched_until
        )
        for each in of(state).watched
        if each.done_at and each.watched_until
    )


def next_look(state: CaseState) -> datetime | None:
    """When the records are asked again: once a week, and at the end of each watch."""
    watched = watches(state)
    if not watched:
        return None
    last = of(state).looked_at
    began = min(watch.since for watch in watched)
    ends = min(watch.until for watch in watched) + BEHIND
    return min(max(began, last or began) + WEEK, ends)


def looked(
    state: CaseState,
    definition: ReviewDefinition,
    now: datetime,
    asked: Sequence[Watch],
    found: Mapping[str, Sequence[str]],
) -> tuple[Draft, ...]:
    """What a look came to: recurred with the cases, proven by silence, or quiet so far.

    An action that was dropped or came back while the records were asked is left as it is.
    """
    drafts: list[Draft] = []
    quiet: list[JsonValue] = []
    for watch in asked:
        if watch not in watches(state):
            continue
        if cases := found.get(watch.action):
            due = new_due(definition, now).isoformat()
            named: list[JsonValue] = [*cases[:NAMED]]
            drafts.append(draft("action_recurred", SYSTEM, action=watch.action, n=len(cases), cases=named, due=due))
        elif watch.until + BEHIND <= now:
            drafts.append(draft("action_proven", SYSTEM, action=watch.action))
        else:
            quiet.append(watch.action)
    return (draft("watched", SYSTEM, quiet=quiet), *drafts)


def look(state: CaseState, definition: ReviewDefinition, now: datetime) -> deadlines.Outlook:
    """Facts that are due at `now`, else when to look again."""
    if state.review is None or state.ended:
        return deadlines.look(state, definition, now)
    return deadlines.look(state, definition, now, due=_due(state, now), ahead=_ahead(state))


def _due(state: CaseState, now: datetime) -> Iterator[Draft]:
    actions = of(state).actions
    for action in actions:
        at = _reminder(action)
        if at is not None and at <= now:
            yield draft("action_reminded", SYSTEM, action=action.id, number=action.reminders + 1)
    if state.stage is Stage.RESOLVED and all(action.settled for action in actions):
        proven = any(action.state == "proven" for action in actions)
        yield draft("closed", SYSTEM, "end", outcome="proven" if proven else "concluded")


def _reminder(action: ActionItem) -> datetime | None:
    """The day it is due, then week by week."""
    if action.state != "open" or action.reminders >= REMINDERS:
        return None
    return action.due if action.reminded_at is None else action.reminded_at + WEEK


def _ahead(state: CaseState) -> Iterator[tuple[datetime, str]]:
    for action in of(state).actions:
        if (at := _reminder(action)) is not None:
            yield at, f"a reminder that action {action.id} is due"
    if (at := next_look(state)) is not None:
        yield at, "a look whether it came again"
