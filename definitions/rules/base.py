"""What every rule of a case is made of: the question `decide`, its refusal, and how facts are drafted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import singledispatch

from pydantic import JsonValue

from definitions import acts
from definitions.base import Value
from definitions.calendars import Calendar, NeverOpens
from definitions.case import SYSTEM, WORKABLE, CaseState, Stage
from definitions.facts import Draft, TextRef, Visibility
from definitions.slices import CaseDefinition

SOLVED = "solved"
"""The key of the question "is it solved?"."""


class Refused(Exception):
    """The act does not fit the case as it is; says what, why and what to do instead."""


@singledispatch
def decide(act: Value, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    """The facts that follow from `act`; `Refused` when it does not fit. `now` is the run's clock."""
    raise Refused(f"{type(act).__name__} is not something a case knows")


def draft(
    type_: str,
    actor: str,
    step: str | None = None,
    channel: str | None = None,
    visibility: Visibility = Visibility.INTERNAL,
    **data: JsonValue,
) -> Draft:
    """A fact to be; `data` is plain JSON."""
    return Draft(type=type_, actor=actor, step=step, channel=channel, visibility=visibility, data=data)


def said(act: acts.Act, type_: str, step: str | None = None, *, public: bool = False, **data: JsonValue) -> Draft:
    """A fact by the act's person over the act's channel."""
    return draft(type_, act.by, step, act.channel, Visibility.PUBLIC if public else Visibility.INTERNAL, **data)


def ref(text: TextRef | None) -> JsonValue:
    """A text as it stands in a fact."""
    return text.model_dump() if text else None


def alerted(alerts: Sequence[acts.AlertSeen]) -> Draft:
    """What monitoring said."""
    seen: list[JsonValue] = [a.model_dump(mode="json") for a in alerts]
    return draft("alerted", SYSTEM, channel="alert", alerts=seen)


def workable(state: CaseState, verb: str) -> None:
    """Refuse unless people can work on the case as it is."""
    if state.stage in WORKABLE:
        return
    hint = {
        Stage.RESOLVED: "reopen it first",
        Stage.MERGED: f"act on {state.merged_into}, or unmerge it first",
    }.get(state.stage, "open a new case, or reopen it")
    raise Refused(f"cannot {verb} {state.id}: it is {state.stage}; {hint}")


def work_step(state: CaseState) -> str:
    """Work after a reopen is rework."""
    return "rework" if state.reopened else "work"


def working_days(calendar: Calendar, at: datetime, days: int) -> datetime:
    """`days` working days after `at`; plain days where the calendar has run out, so that no case ever stalls on it."""
    try:
        return calendar.add_days(at, days)
    except NeverOpens:
        return at + timedelta(days=days)


def counted(calendar: Calendar, at: datetime, seconds: float) -> datetime:
    """`seconds` of open time after `at`; plain seconds where the calendar has run out."""
    try:
        return calendar.add(at, seconds)
    except NeverOpens:
        return at + timedelta(seconds=seconds)


def in_time(act: acts.Act, state: CaseState, now: datetime) -> None:
    """Refuse what cannot have happened when it is said to; words may come late, changes may not overtake another."""
    if act.at is None:
        return
    if act.at > now:
        raise Refused(f"it cannot have happened at {act.at}: that is to come; leave the time out")
    if state.opened_at is not None and act.at < state.opened_at:
        raise Refused(f"{state.id} was opened at {state.opened_at}, after that; leave the time out")
    late = isinstance(act, acts.Comment | acts.Hear)
    if not late and state.marks and act.at < state.marks[-1].at:
        raise Refused(f"{state.id} has changed since, at {state.marks[-1].at}; leave the time out")


def acknowledged_by(act: acts.Act, state: CaseState, by_doing: str) -> tuple[Draft, ...]:
    """Who works on a case has seen it: said once, so that the response clock stops."""
    if state.acknowledged_at is not None:
        return ()
    return (said(act, "acknowledged", public=True, assignee=state.assignee or act.by, by_doing=by_doing),)


def resumed(act: acts.Act, state: CaseState, *, actor: str | None = None) -> Draft:
    """Back to what a pause had stopped."""
    step = work_step(state) if state.stage_before is Stage.IN_PROGRESS else "queue"
    waited = state.step.removeprefix("wait_")
    return draft("resumed", actor or act.by, step, act.channel, waited_for=waited)
