"""How each fact changes a request."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from definitions.base import PauseReason
from definitions.case import CaseState, Stage
from definitions.clock import Mark, MarkKind
from definitions.facts import Fact, TextRef
from definitions.request.state import Approval, Kept, RequestState, Said, Work
from definitions.request.tasks import stage_key
from definitions.rules.facts import COMMON, Change, Rule

UNSURE = ("unknown", "unverified")
"""Ends of an automation after which there may be something to take back."""
STAGES = {
    "queue": Stage.QUEUED,
    "work": Stage.IN_PROGRESS,
    "rework": Stage.IN_PROGRESS,
    "wait_approval": Stage.PAUSED,
}
"""Where a request is, by the step in force."""


def of(state: CaseState) -> RequestState:
    """What the request remembers."""
    assert state.request is not None
    return state.request


def asks_more(fact: Fact, request: RequestState) -> bool:
    """Whether those who were asked were silent, so that somebody else is asked; the requester hears of it."""
    lacking = fact.type == "task_opened" and fact.data["kind"] == "approve"
    return fact.type == "approval_escalated" or (lacking and bool(request.stages[-1].people))


def _opened(state: CaseState, fact: Fact) -> Change:
    request = RequestState.model_validate(fact.data["request"])
    return {"opened_at": fact.at, "queued_at": fact.at, "request": request}


def _request(change: Callable[[RequestState, Fact], dict[str, Any]]) -> Callable[[CaseState, Fact], Change]:
    """A change of the request's own part, and the stage that its step says."""

    def changed(state: CaseState, fact: Fact) -> Change:
        request = of(state)
        update: Change = {"request": request.model_copy(update=change(request, fact))}
        stage = STAGES.get(fact.step)
        heard: Change = {"spoke_at": fact.at} if asks_more(fact, request) else {}
        return update | heard | ({"stage": stage} if stage else {})

    return changed


# -- decisions ---------------------------------------------------------------------------------------------------------


def _asked(request: RequestState, fact: Fact) -> dict[str, Any]:
    told = {name: fact.data[name] for name in ("stage", "title", "needs", "people", "remind_at", "due_at")}
    return {"stages": (*request.stages, Approval.model_validate({**told, "asked_at": fact.at}))}


def _stage(change: Callable[[Approval, Fact], dict[str, Any]]) -> Callable[[RequestState, Fact], dict[str, Any]]:
    """A change of the stage that is named, the last one asked."""
    return lambda request, fact: {
        "stages": tuple(
            each.model_copy(update=change(each, fact)) if each.stage == fact.data["stage"] else each
            for each in request.stages
        )
    }


def _escalated(approval: Approval, fact: Fact) -> dict[str, Any]:
    also = (*approval.also, str(fact.data["to"]))
    # Whoever is asked now is not reminded in the same breath, where the time for that went by unseen.
    return {"also": also, "due_at": datetime.fromisoformat(str(fact.data["due_at"])), "reminded": True}


def _said(yes: bool) -> Callable[[Approval, Fact], dict[str, Any]]:
    def change(approval: Approval, fact: Fact) -> dict[str, Any]:
        said = Said(person=str(fact.data["for_whom"] or fact.actor), by=fact.actor, yes=yes, at=fact.at)
        return {"said": (*approval.said, said)}

    return change


def _pauses(state: CaseState, fact: Fact) -> Change:
    mark = Mark(at=fact.at, kind=MarkKind.PAUSED, reason=PauseReason.APPROVAL)
    return _request(_asked)(state, fact) | {"marks": (*state.marks, mark)}


def _decided(standing: str) -> Callable[[CaseState, Fact], Change]:
    """The requester hears of it from here, so it keeps the word that there will be an answer."""
    change = _request(_stage(lambda approval, fact: {"standing": standing, "ended_at": fact.at, "due_at": None}))
    return lambda state, fact: change(state, fact) | {"spoke_at": fact.at}


def _closed(state: CaseState, fact: Fact) -> Change:
    if fact.data["outcome"] == "rejected":
        # Nothing was promised that could have been kept: the clocks end without a verdict.
        return {"closed_at": fact.at, "marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.CANCELLED))}
    return cast(Callable[[CaseState, Fact], Change], COMMON["closed"].also)(state, fact)


# -- tasks -------------------------------------------------------------------------------------------------------------


def _task_opened(request: RequestState, fact: Fact) -> dict[str, Any]:
    data = fact.data
    key, team = str(data["task"]), str(data["team"])
    if data["kind"] == "approve":
        lacking = _stage(lambda approval, fact: {"team": team, "due_at": None})
        return lacking(request, fact.model_copy(update={"data": {"stage": stage_key(key)}}))
    work = Work.model_validate(
        {
            **{name: data[name] for name in ("kind", "title", "team", "automation")},
            "key": key,
            "state": "running" if data["automation"] else "open",
            "opened_at": fact.at,
        }
    )
    return {"tasks": (*request.tasks, work)}


def _task(change: Callable[[Work, Fact], dict[str, Any]]) -> Callable[[RequestState, Fact], dict[str, Any]]:
    return lambda request, fact: {
        "tasks": tuple(
            each.model_copy(update=change(each, fact)) if each.key == fact.data["task"] else each
            for each in request.tasks
        )
    }


def _claimed(request: RequestState, fact: Fact) -> dict[str, Any]:
    person = str(fact.data["assignee"])
    if (stage := stage_key(str(fact.data["task"]))) is not None:
        fact = fact.model_copy(update={"data": {"stage": stage}})
        return _stage(lambda approval, _: {"also": (*approval.also, person), "claimer": person})(request, fact)
    return _task(lambda work, fact: {"state": "claimed", "assignee": person, "claimed_at": fact.at})(request, fact)


def _released(request: RequestState, fact: Fact) -> dict[str, Any]:
    if (stage := stage_key(str(fact.data["task"]))) is not None:
        fact = fact.model_copy(update={"data": {"stage": stage}})
        return _stage(lambda approval, _: {"also": approval.also[:-1], "claimer": None})(request, fact)
    return _task(lambda work, fact: {"state": "open", "assignee": None, "claimed_at": None})(request, fact)


def _cancelling(state: CaseState, fact: Fact) -> Change:
    # It may have been done already; from here on it is not.
    return _request(lambda request, fact: {"cancelling": True})(state, fact) | {"resolved_at": None}


def _over(state: str) -> Callable[[Work, Fact], dict[str, Any]]:
    return lambda work, fact: {"state": state, "ended_at": fact.at, "ended_by": fact.actor}


def _done(request: RequestState, fact: Fact) -> dict[str, Any]:
    change = _task(_over("done"))(request, fact)
    work = request.work(str(fact.data["task"]))
    if work is not None and work.kind == "fulfil":
        change["done"] = (*request.done, work.key)
    return change


def _failed(work: Work, fact: Fact) -> dict[str, Any]:
    return {"state": "open", "why": str(fact.data["why"]), "unsure": fact.data["outcome"] in UNSURE}


def _kept(request: RequestState, fact: Fact) -> dict[str, Any]:
    text = fact.data.get("text")
    kept = Kept(
        task=str(fact.data["task"]),
        title=str(fact.data["title"]),
        why=cast("str | None", fact.data["why"]),
        text=TextRef.model_validate(text) if text else None,
    )
    return {"remains": (*request.remains, kept)}


RULES: dict[str, Rule] = {
    **COMMON,
    "opened": replace(COMMON["opened"], also=_opened),
    "closed": replace(COMMON["closed"], also=_closed),
    "approval_asked": Rule(also=_pauses),
    "approval_reminded": Rule(also=_request(_stage(lambda approval, fact: {"reminded": True}))),
    "approval_escalated": Rule(also=_request(_stage(_escalated))),
    "approved": Rule(also=_request(_stage(_said(True))), by_hand=True),
    "rejected": Rule(also=_request(_stage(_said(False))), by_hand=True),
    "stage_granted": Rule(mark=MarkKind.RESUMED, also=_decided("granted")),
    "stage_refused": Rule(also=_decided("refused")),
    "task_opened": Rule(also=_request(_task_opened)),
    "task_claimed": Rule(also=_request(_claimed), by_hand=True),
    "task_released": Rule(also=_request(_released)),
    "task_done": Rule(also=_request(_done), by_hand=True),
    "task_failed": Rule(also=_request(_task(_failed))),
    "task_withdrawn": Rule(also=_request(_task(_over("withdrawn")))),
    "cancelling": Rule(mark=MarkKind.CANCELLED, also=_cancelling),
    "undone": Rule(also=_request(lambda request, fact: {"undone": (*request.undone, fact.data["task"])})),
    "remains": Rule(also=_request(_kept)),
}
"""Every fact type that changes a request."""
