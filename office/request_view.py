"""A request as people read it: what was asked, who decides, what is to be done."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from definitions.case import CaseState
from definitions.facts import Fact
from definitions.request.state import Approval, RequestState
from definitions.request.tasks import tasks_of


def request_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """What `show` says of a request besides what it says of every case; `facts` are those the reader may see.

    What an automation found is for those who work on it.
    """
    request = state.request
    if request is None:
        return {}
    return {
        "item": request.item,
        "for_whom": request.for_whom,
        "answers": _json(texts.get(request.answers.id)) if request.answers else {},
        "approvals": [_approval(stage, facts, texts) for stage in request.stages],
        "tasks": [*_tasks(state, request, facts, texts, internal)],
        "cancelling": request.cancelling,
        "remains": [
            {
                "task": kept.task,
                "title": kept.title,
                "why": kept.why or (_json(texts.get(kept.text.id)).get("note") if kept.text else None),
            }
            for kept in request.remains
        ],
    }


def request_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The texts that the view needs besides those of the facts."""
    request = state.request
    if request is None:
        return []
    return [ref.id for ref in (request.answers, *(kept.text for kept in request.remains)) if ref is not None]


def _approval(approval: Approval, facts: Sequence[Fact], texts: Mapping[str, str]) -> dict[str, Any]:
    plain = approval.model_dump(mode="json", exclude={"said", "asked_at", "remind_at"})
    reasons = {
        fact.data.get("for_whom") or fact.actor: _words(fact, texts)
        for fact in facts
        if fact.type == "rejected" and fact.data.get("stage") == approval.stage
    }
    said = [
        {**said.model_dump(mode="json"), "reason": None if said.yes else reasons.get(said.person)}
        for said in approval.said
    ]
    return plain | {"asked_at": approval.asked_at, "waits_for": [*approval.silent], "said": said}


def _tasks(
    state: CaseState, request: RequestState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool
) -> Iterable[dict[str, Any]]:
    notes = {str(fact.data.get("task")): _json(_words(fact, texts)) for fact in facts if fact.type == "task_done"}
    for row in tasks_of(state):
        if row.kind == "approve":
            continue  # it stands under "approvals"
        work = request.work(row.key)
        yield {
            **row.model_dump(mode="json", exclude={"people", "due_at"}),
            "automation": work.automation if work else None,
            "automated": bool(work and work.automation and row.ended_at and work.why is None),
            "why": work.why if work and internal else None,
            **{name: notes.get(row.key, {}).get(name) for name in ("note", "form")},
        }


def _words(fact: Fact, texts: Mapping[str, str]) -> str | None:
    raw = fact.data.get("text")
    return texts.get(str(raw["id"])) if isinstance(raw, dict) else None


def _json(text: str | None) -> dict[str, Any]:
    """What was kept as JSON; erased words leave nothing."""
    return json.loads(text) if text else {}
