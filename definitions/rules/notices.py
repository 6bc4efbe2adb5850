"""Whom a fact concerns: the messages, pages and news that follow from it, and the promise each message carries."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from definitions import acts
from definitions.base import Key, PauseReason, Value
from definitions.case import SYSTEM, CaseState, Promise, Stage
from definitions.clock import position
from definitions.facts import Fact, TextRef, Visibility
from definitions.review.state import Why
from definitions.rules.base import SOLVED, counted, working_days
from definitions.slices import CaseDefinition
from definitions.targets import Clock

PROMISES_OF_A_KIND = 4
"""After so many broken words another date convinces nobody; people are paged instead."""


class Tell(Value):
    """A message to a person about the case."""

    template: str
    to: str
    text: TextRef | None = None
    """Words to carry."""
    by: str = SYSTEM
    promise: Promise | None = None
    until: datetime | None = None
    """When the question in the message lapses."""
    reason: str | None = None
    task: str | None = None
    """The task that it is about."""
    lines: tuple[str, ...] = ()
    """A list to carry: what remains, what an automation found."""
    line_texts: tuple[TextRef | None, ...] = ()
    """What somebody said about each line; empty where nobody said anything."""
    articles: tuple[Key, ...] = ()
    """Articles that the message carries, best first."""
    remedy: Key | None = None
    """The automation it speaks of."""
    internal: bool = False
    """Among those who work on it: the requester does not see that it was sent."""


class Page(Value):
    """Somebody must look now."""

    page: str
    step: str
    on: str
    notify: str
    via: tuple[str, ...]
    team: str | None
    assignee: str | None


class Notify(Value):
    """News for another case."""

    case_id: str
    news: acts.News


class Convene(Value):
    """A review of this case is to be held."""

    why: Why


Command = Tell | Page | Notify | Convene


def reactions(fact: Fact, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Command, ...]:
    """What to do about `fact`; `state` already reflects it."""
    return (*_messages(fact, state, definition, now), *_pages(fact, state), *_news(fact, state))


def _messages(fact: Fact, state: CaseState, definition: CaseDefinition, now: datetime) -> Iterator[Command]:
    if state.requester is None or state.silent:
        return

    def tell(template: str, what: str | None = None, **more: object) -> Tell:
        promise = promise_of(what, fact, state, definition, now) if what else None
        return Tell(
            template=template,
            to=cast(str, state.requester),
            text=text_of(fact),
            by=fact.actor,
            promise=promise,
            **more,
        )

    match fact.type:
        case "opened":
            yield tell("received", "respond")
        case "acknowledged" if fact.data.get("by_doing") not in ("resolve", "share_workaround"):
            yield tell("acknowledged", "resolve")
        case "handed_over":
            yield tell("assigned").model_copy(update={"text": None})
        case "paused":
            waits = PauseReason(str(fact.data["reason"]))
            what = None if waits is PauseReason.REQUESTER else "update"
            yield tell("paused", what, reason=waits.value)
        case "resumed" if fact.data.get("waited_for") == PauseReason.REQUESTER:
            yield tell("resumed", "resolve")
        case "commented" if fact.visibility is Visibility.PUBLIC and fact.actor != state.requester:
            yield tell("update")
        case "parent_said":
            yield tell("parent_update", reason=state.parent)
        case "workaround_shared":
            yield tell("workaround")
        case "resolved":
            rule = definition.confirm
            until = working_days(definition.calendar(rule.calendar), fact.at, rule.close_after_days)
            yield tell("resolved", until=until)
        case "reminded" if fact.data["key"] == SOLVED:
            question = next(q for q in reversed(state.questions) if q.key == SOLVED)
            yield tell("reminder", until=question.due_at)
        case "reopened":
            yield tell("reopened", "resolve")
        case "closed" if state.outcome in ("assumed", "unasked", "merged"):
            yield tell("closed", reason=state.outcome)
        case "cancelled":
            yield tell("cancelled")
        case "merged":
            yield tell("merged", reason=state.merged_into)
        case "target_ended" if fact.data["state"] == Stage.RESOLVED:
            yield tell("target_resolved", reason=state.merged_into)
        case "major_declared" | "major_stood_down":
            yield tell(fact.type)
        case "promise_broken" if state.stage in (Stage.QUEUED, Stage.ACKNOWLEDGED, Stage.IN_PROGRESS, Stage.PAUSED):
            what = str(fact.data["what"])
            if sum(p.what == what for p in state.promises) < PROMISES_OF_A_KIND:
                yield tell("promise_broken", what)
        case _:
            pass


def text_of(fact: Fact) -> TextRef | None:
    """The words that a fact carries."""
    raw = fact.data.get("text")
    return TextRef.model_validate(raw) if isinstance(raw, dict) else None


def promise_of(what: str, fact: Fact, state: CaseState, definition: CaseDefinition, now: datetime) -> Promise:
    """By when: the target's due instant, or, where it has passed or waits, half a goal or a working day from now."""
    clock = Clock.RESPONSE if what == "respond" else Clock.RESOLUTION
    target = next((t for t in definition.targets if t.clock is clock), definition.targets[0])
    calendar = definition.calendar(target.calendar)
    due: datetime | None = None
    if what == "update":
        due = working_days(calendar, now, 1)
    else:
        stand = position(state.marks, calendar, target, now=now)
        due = stand.due_at
        if due is None or due <= now:
            due = counted(calendar, now, stand.goal_s / 2)
    return Promise.model_validate(
        {"id": f"p{fact.seq}", "to": state.requester, "what": what, "made_at": now, "due": due}
    )


def _pages(fact: Fact, state: CaseState) -> Iterator[Command]:
    if fact.type == "escalated":
        data = fact.data
        yield Page(
            page=str(data["page"]),
            step=str(data["step"]),
            on=str(data["on"]),
            notify=str(data["notify"]),
            via=tuple(str(channel) for channel in cast(list[str], data["via"])),
            team=state.team,
            assignee=state.assignee,
        )


def _news(fact: Fact, state: CaseState) -> Iterator[Command]:
    match fact.type:
        case "merged":
            yield Notify(case_id=str(fact.data["into"]), news=acts.Absorbed(by=fact.actor, source=state.id))
        case "unmerged" if fact.data.get("reason") is None:
            yield Notify(case_id=str(fact.data["out_of"]), news=acts.Returned(by=fact.actor, source=state.id))
        case "absorb_refused":
            reason = str(fact.data["reason"])
            yield Notify(case_id=str(fact.data["source"]), news=acts.MergeRefused(target=state.id, reason=reason))
        case "absorbed" if state.stage is Stage.RESOLVED:
            yield Notify(case_id=str(fact.data["source"]), news=_ended(state))
        case "heard" if state.merged_into and (text := text_of(fact)):
            yield Notify(case_id=state.merged_into, news=acts.Forwarded(by=fact.actor, source=state.id, text=text))
        case "linked":
            yield Notify(case_id=str(fact.data["parent"]), news=acts.ChildLinked(by=fact.actor, child=state.id))
        case "commented" if fact.data.get("broadcast") and (text := text_of(fact)):
            for child in state.children:
                yield Notify(case_id=child, news=acts.ParentSaid(by=fact.actor, parent=state.id, text=text))
        case "resolved":
            for child in state.children:
                yield Notify(case_id=child, news=acts.ParentResolved(parent=state.id))
            for source in state.absorbed:
                yield Notify(case_id=source, news=_ended(state))
        case "closed" | "cancelled" | "reopened":
            for source in state.absorbed:
                yield Notify(case_id=source, news=_ended(state))
        case _:
            pass


def _ended(state: CaseState) -> acts.News:
    return acts.TargetEnded(target=state.id, state=state.stage.value)
