"""Cancelling a request half way: what was done is taken back, latest first, and what cannot be is named."""

from collections.abc import Iterator
from datetime import datetime

from definitions.acts import Cancel, Reopen
from definitions.case import SYSTEM, CaseState, Stage
from definitions.catalogue import RequestDefinition
from definitions.facts import Draft, Visibility
from definitions.plans import Unwinding, undo_order
from definitions.request.facts import of
from definitions.request.fulfilling import opened, step
from definitions.request.tasks import undo_key
from definitions.rules.base import Refused, decide, draft, ref, said


def cancel(act: Cancel, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    """At once where nothing was done; else the way back begins, and the end comes when it is gone."""
    request = of(state)
    if state.ended:
        raise Refused(f"cannot cancel {state.id}: it is {state.stage}")
    if request.cancelling:
        raise Refused(f"{state.id} is being cancelled: what was done is being taken back")
    if state.stage is Stage.RESOLVED and act.by == state.requester:
        raise Refused(f"cannot cancel {state.id}: it has been done; say no to the question whether it is")
    stop = [
        draft("task_withdrawn", act.by, task=work.key) for work in request.tasks if work.state in ("open", "claimed")
    ]
    running = any(work.state == "running" for work in request.tasks)
    way = _unwinding(state, definition)
    if not running and not way.compensations and not way.remains:
        return (*stop, said(act, "cancelled", "end", public=True, text=ref(act.text)))
    stop += [
        draft("promise_withdrawn", SYSTEM, visibility=Visibility.PUBLIC, id=promise.id, what=promise.what)
        for promise in state.promises
        if promise.state == "open"
    ]
    stop += [draft("question_withdrawn", SYSTEM, key=each.key) for each in state.questions if each.state == "open"]
    ahead = "rework" if running else "queue"
    return (*stop, said(act, "cancelling", ahead, public=True, text=ref(act.text)))


def reopen(act: Reopen, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Draft, ...]:
    """As any case; but what was refused is asked for anew, not taken up again."""
    if state.outcome == "rejected":
        raise Refused(f"{state.id} was rejected: that stands; ask anew with what has changed")
    return decide(act, state, definition, now)


def going_back(state: CaseState, definition: RequestDefinition) -> Iterator[Draft]:
    """The next step back; at the end what remains, and that it is cancelled."""
    request = of(state)
    if not request.cancelling or not all(work.over for work in request.tasks):
        return
    way = _unwinding(state, definition)
    over = {*request.undone, *(kept.task for kept in request.remains)}
    for back in way.compensations:
        if back.task not in over:
            ahead = step(state, None, busy=back.automation is not None)
            yield opened(undo_key(back.task), "undo", back.title, back.team, back.automation, ahead)
            return
    for left in way.remains:
        yield draft(
            "remains", SYSTEM, visibility=Visibility.PUBLIC, task=left.task, title=left.title, why=left.why, text=None
        )
    yield draft("cancelled", SYSTEM, "end", visibility=Visibility.PUBLIC, text=None)


def _unwinding(state: CaseState, definition: RequestDefinition) -> Unwinding:
    """What was done, and what perhaps was, as nobody can tell of an automation that broke off: people look at that."""
    request = of(state)
    perhaps = [
        work.key for work in request.tasks if work.unsure and work.kind == "fulfil" and work.key not in request.done
    ]
    way = undo_order(definition.plan, [*request.done, *perhaps])
    return way.model_copy(
        update={
            "compensations": tuple(
                back.model_copy(update={"automation": None, "title": f"If it was done: {back.title}"})
                if back.task in perhaps
                else back
                for back in way.compensations
            )
        }
    )
