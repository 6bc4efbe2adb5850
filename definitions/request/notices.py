"""Whom a fact of a request concerns: those who decide, those who do the tasks, and the requester.

`Tell.to` is a person key, or `on_call:TEAM` for whoever is on duty there when the message is sent.
"""

from collections.abc import Iterator
from datetime import datetime

from definitions.case import CaseState, Promise
from definitions.catalogue import RequestDefinition
from definitions.facts import Fact
from definitions.request.approving import granted
from definitions.request.facts import asks_more, of
from definitions.request.state import Approval
from definitions.request.tasks import approve_key
from definitions.rules import notices
from definitions.rules.base import counted, working_days
from definitions.rules.notices import Command, Tell, promise_of, text_of

HOUR_S, UNASKED_DAYS = 3600, 2


def reactions(fact: Fact, state: CaseState, definition: RequestDefinition, now: datetime) -> tuple[Command, ...]:
    """What to do about `fact`; `state` already reflects it."""
    own = (*_requester(fact, state, definition, now), *_deciders(fact, state), *_workers(fact, state))
    if fact.type in ("opened", "cancelled"):  # said in words of its own
        return own
    return (*own, *notices.reactions(fact, state, definition, now))


def _requester(fact: Fact, state: CaseState, definition: RequestDefinition, now: datetime) -> Iterator[Tell]:
    if state.requester is None or state.silent:
        return
    request = of(state)
    told = Tell(template="", to=state.requester, by=fact.actor, text=text_of(fact))

    def tell(template: str, promise: Promise | None = None, **more: object) -> Tell:
        return told.model_copy(update={"template": template, "promise": promise, **more})

    match fact.type:
        case "opened" if not definition.approvals:
            yield tell("request_received", promise_of("resolve", fact, state, definition, now), text=None)
        case "approval_asked":
            template = "request_received" if len(request.stages) == 1 else "request_asked_on"
            asked = request.stages[-1]
            yield tell(template, _word(asked, fact, state, definition, now), reason=asked.title)
        case _ if asks_more(fact, request):
            asked = request.stages[-1]
            yield tell("request_undecided", _word(asked, fact, state, definition, now), reason=asked.title)
        case "stage_granted" if granted(state, definition):
            yield tell("request_granted", promise_of("resolve", fact, state, definition, now))
        case "stage_refused":
            by = request.stages[-1].said[-1].by
            yield tell("request_rejected", by=by)
        case "cancelling":
            yield tell("request_cancelling")
        case "cancelled":
            lines = tuple(_line(kept.title, kept.why) for kept in request.remains)
            texts = tuple(kept.text for kept in request.remains)
            yield tell("request_cancelled", lines=lines, line_texts=texts if any(texts) else ())
        case _:
            pass


def _word(approval: Approval, fact: Fact, state: CaseState, definition: RequestDefinition, now: datetime) -> Promise:
    """A decision, or that somebody else is asked as well: an hour after the stage's time, or in two working days."""
    calendar = definition.calendar(definition.confirm.calendar)
    due = counted(calendar, approval.due_at, HOUR_S) if approval.due_at else working_days(calendar, now, UNASKED_DAYS)
    return Promise.model_validate(
        {"id": f"p{fact.seq}", "to": state.requester, "what": "update", "made_at": now, "due": due}
    )


def _deciders(fact: Fact, state: CaseState) -> Iterator[Tell]:
    if fact.type == "not_decided":
        data = {name: str(fact.data[name]) for name in ("person", "task", "why")}
        yield Tell(template="approval_how", to=data["person"], task=f"{state.id}/{data['task']}", reason=data["why"])
    template = {
        "approval_asked": "approval_asked",
        "approval_reminded": "approval_reminder",
        "approval_escalated": "approval_escalated",
    }.get(fact.type)
    if template is None:
        return
    approval = of(state).stages[-1]
    to = {"approval_asked": approval.people, "approval_reminded": approval.silent}.get(fact.type, approval.also[-1:])
    task = f"{state.id}/{approve_key(approval.stage)}"
    for person in to:
        yield Tell(template=template, to=person, task=task, reason=approval.title, until=approval.due_at)


def _workers(fact: Fact, state: CaseState) -> Iterator[Tell]:
    if not fact.type.startswith("task_"):
        return
    request = of(state)
    task = f"{state.id}/{fact.data['task']}"
    work = request.work(str(fact.data["task"]))
    match fact.type:
        case "task_opened" if not fact.data["automation"]:
            title, team = str(fact.data["title"]), fact.data["team"]
            yield Tell(template="task_opened", to=f"on_call:{team}", task=task, reason=title)
        case "task_failed" if work is not None and (work.kind == "undo" or not request.cancelling):
            lines = (work.why or "",)
            yield Tell(template="task_opened", to=f"on_call:{work.team}", task=task, reason=work.title, lines=lines)
        case "task_withdrawn" if work is not None and work.assignee is not None:
            yield Tell(template="task_withdrawn", to=work.assignee, task=task, reason=work.title)
        case _:
            pass


def _line(title: str, why: str | None) -> str:
    return f"{title}: {why}" if why else title
