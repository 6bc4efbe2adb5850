"""What people may do to a review, and the facts that follow."""

from datetime import datetime, timedelta

from definitions import acts
from definitions.case import ENDED, CaseState
from definitions.facts import Draft
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction
from definitions.review.definition import ReviewDefinition
from definitions.review.state import ActionItem, ReviewState
from definitions.rules.base import Refused, acknowledged_by, decide, ref, said, workable, working_days
from definitions.rules.overrides import overridden


def of(state: CaseState) -> ReviewState:
    """What a review remembers beside every case; there from its first fact on."""
    assert state.review is not None
    return state.review


def new_due(definition: ReviewDefinition, now: datetime) -> datetime:
    """As many working days as the review itself has: for an action that names no day, and for one that comes back."""
    return working_days(definition.calendar(definition.rule.calendar), now, definition.rule.within_days)


@decide.register
def _(act: AddFinding, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[Draft, ...]:
    _goes_on(state, "add a finding to")
    number = len(of(state).findings) + 1
    found = said(act, "finding_added", finding=f"f{number}", kind=act.what, text=act.text.model_dump())
    return (*_seen(act, state), found)


@decide.register
def _(act: AddAction, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[Draft, ...]:
    _goes_on(state, "add an action to")
    due = act.due or new_due(definition, now)
    if due <= now:
        raise Refused(f"the action cannot be due at {due}: that is over; name a day to come")
    added = said(
        act,
        "action_added",
        action=f"a{len(of(state).actions) + 1}",
        text=act.text.model_dump(),
        owner=act.owner,
        due=due.isoformat(),
        watch_days=act.watch_days or definition.rule.watch_days,
        service=act.service,
        category=act.category,
    )
    return (*_seen(act, state), added)


@decide.register
def _(act: ActionDone, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[Draft, ...]:
    action = _action(act.action, state)
    if action.state != "open":
        raise Refused(f"{state.id}/{action.id} is not open: it is {action.state}")
    until = (act.at or now) + timedelta(days=action.watch_days)
    return (said(act, "action_done", action=action.id, until=until.isoformat(), text=ref(act.text)),)


@decide.register
def _(act: DropAction, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[Draft, ...]:
    action = _action(act.action, state)
    if action.settled:
        raise Refused(f"{state.id}/{action.id} is {action.state} already")
    dropped = said(act, "action_dropped", action=action.id, text=act.text.model_dump())
    return (dropped, *overridden(act, "action", act.reason))


@decide.register
def _(act: Conclude, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "conclude")
    found = bool(of(state).findings)
    if not found and act.text is None:
        raise Refused(f"{state.id} has no finding yet: add one, or say why there is none")
    concluded = said(act, "resolved", "watch", text=ref(act.text), article=None)
    return (*_seen(act, state), concluded, *(() if found else overridden(act, "finding", act.reason)))


@decide.register
def _(act: CallOff, state: CaseState, definition: ReviewDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "call off")
    called_off = said(act, "cancelled", "end", text=act.text.model_dump())
    return (called_off, *overridden(act, "review", act.reason))


def _seen(act: acts.Act, state: CaseState) -> tuple[Draft, ...]:
    return acknowledged_by(act, state, "review")


def _goes_on(state: CaseState, verb: str) -> None:
    if state.stage in ENDED:
        raise Refused(f"cannot {verb} {state.id}: it is {state.stage}, a review is held once; say it in a new incident")


def _action(key: str, state: CaseState) -> ActionItem:
    _goes_on(state, "change an action of")
    review = of(state)
    action = review.action(key)
    if action is None:
        known = ", ".join(each.id for each in review.actions) or "none"
        raise Refused(f"{state.id} has no action {key!r}; it has {known}")
    return action
