"""Incidents that belong together: merge and unmerge, parent and child, storms of alerts; and their news."""

from datetime import datetime

from definitions import acts
from definitions.case import ENDED, SYSTEM, WORKABLE, CaseState, Stage
from definitions.facts import Draft, Visibility
from definitions.rules.base import Refused, alerted, decide, draft, resumed, said, work_step, workable
from definitions.rules.ending import resolution
from definitions.slices import CaseDefinition


@decide.register
def _(act: acts.Merge, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "merge")
    if act.into == state.id:
        raise Refused(f"{state.id} cannot be merged into itself")
    if act.into in state.absorbed:
        raise Refused(f"{act.into} is merged into {state.id} already; unmerge it first, a circle helps nobody")
    awake = (resumed(act, state),) if state.stage is Stage.PAUSED else ()
    return (*awake, said(act, "merged", "merged", into=act.into))


@decide.register
def _(act: acts.Unmerge, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is not Stage.MERGED:
        raise Refused(f"{state.id} is not merged: it is {state.stage}")
    return (_unmerged(state, act.by),)


def _unmerged(state: CaseState, actor: str, reason: str | None = None) -> Draft:
    back = state.stage_before or Stage.QUEUED
    step = work_step(state) if back is Stage.IN_PROGRESS else "queue"
    return draft("unmerged", actor, step, out_of=state.merged_into, reason=reason)


@decide.register
def _(act: acts.Link, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "link")
    if act.parent == state.id or act.parent in state.children:
        raise Refused(f"{act.parent} cannot be the parent of {state.id}: that would be a circle")
    if state.parent is not None:
        raise Refused(f"{state.id} already has the parent {state.parent}")
    return (said(act, "linked", parent=act.parent),)


@decide.register
def _(news: acts.AlertsHeard, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    heard = alerted(news.alerts)
    if state.ended:
        # It fires again while the last messages are under way: a closed case is not over.
        again = any(alert.firing for alert in news.alerts) and state.stage is Stage.CLOSED and not state.merged_into
        return (heard, draft("reopened", SYSTEM, "queue", "alert", text=None)) if again else (heard,)
    known = {(a.fingerprint, a.starts_at): a for a in (*state.alerts, *news.alerts)}
    quiet = not any(alert.firing for alert in known.values())
    # Nobody has touched it and the trouble has gone by itself: the case ends without taking anybody's time.
    if quiet and state.stage is Stage.QUEUED and state.human_acts == 0 and state.requester is None:
        resolved = draft("resolved", SYSTEM, "confirm", "alert", Visibility.PUBLIC, text=None, article=None)
        return (heard, resolved, draft("closed", SYSTEM, "end", outcome="recovered"))
    return (heard,)


@decide.register
def _(news: acts.Absorbed, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if news.source in state.absorbed:
        return ()
    if state.stage in WORKABLE or state.stage is Stage.RESOLVED:
        return (draft("absorbed", news.by, source=news.source),)
    reason = f"it is {state.stage}" + (f" into {state.merged_into}" if state.merged_into else "")
    return (draft("absorb_refused", SYSTEM, source=news.source, reason=reason),)


@decide.register
def _(news: acts.Returned, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    return (draft("returned", news.by, source=news.source),) if news.source in state.absorbed else ()


@decide.register
def _(news: acts.MergeRefused, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is not Stage.MERGED or state.merged_into != news.target:
        return ()
    return (_unmerged(state, SYSTEM, reason=news.reason),)


@decide.register
def _(news: acts.Forwarded, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    # Internal: the words of one requester never reach another.
    return (draft("forwarded", news.by, source=news.source, text=news.text.model_dump()),)


@decide.register
def _(news: acts.TargetEnded, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage is not Stage.MERGED or state.merged_into != news.target:
        return ()
    said_so = draft("target_ended", SYSTEM, target=news.target, state=news.state)
    if news.state == Stage.CANCELLED:
        # What one requester takes back is still the need of another.
        return (said_so, _unmerged(state, SYSTEM, reason="the other case was cancelled"))
    if news.state in ENDED:
        return (said_so, draft("closed", SYSTEM, "end", outcome="merged"))
    return (said_so,)


@decide.register
def _(news: acts.ChildLinked, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    return () if news.child in state.children else (draft("child_linked", news.by, child=news.child),)


@decide.register
def _(news: acts.ParentSaid, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    return (
        draft("parent_said", news.by, visibility=Visibility.PUBLIC, parent=news.parent, text=news.text.model_dump()),
    )


@decide.register
def _(news: acts.ParentResolved, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage not in WORKABLE:
        return ()
    return resolution(SYSTEM, "parent", state, definition, now)
