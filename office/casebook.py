"""Reading cases: one whole, from its run while it is open; lists and counts from the records."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from definitions.base import rfc3339
from definitions.case import CaseState
from definitions.facts import Fact, Visibility
from definitions.rules.reading import reading
from definitions.runs import SLICE, AnyDefinition
from definitions.standards import InForce
from office.kinds import AT_THE_DESK
from office.ratings import ratings_of
from office.said import ERASED
from records.store import Store
from records.values import CaseRow
from settings import Clock
from workflows.blocks.case import Case

ASK_FOR = timedelta(seconds=3)
"""How long an open case's run may take to answer before its records speak for it."""

WORDS = {
    "opened",
    "heard",
    "commented",
    "resolved",
    "paused",
    "reopened",
    "cancelled",
    "parent_said",
    "workaround_shared",
    "answered_giver",
    "acted_on",
    "not_acted_on",
    "told",
    "forwarded",
}
OUTWARD = ("commented", "resolved", "paused", "workaround_shared", "answered_giver", "acted_on", "not_acted_on")
"""Facts whose words go to the requester."""


class Casebook:
    """Puts together what a person may read about a case."""

    def __init__(self, store: Store, standard: InForce, clock: Clock) -> None:
        self._store, self._standard, self._clock = store, standard, clock

    async def show(self, row: CaseRow | None, case_id: str, client: Client, *, internal: bool) -> dict[str, Any]:
        """The whole case; `as_of` says when it was true. Raises RPCError when neither run nor records know it."""
        run = None
        if row is None or row.closed_at is None or await self._runs(client, case_id):
            run = await self._ask(client, case_id, must=row is None)
        facts = await asyncio.to_thread(self._store.events.of, case_id)
        if run is not None:
            known = facts[-1].seq if facts else 0
            facts += [f for f in (Fact.model_validate(raw) for raw in run["unstored"]) if f.seq > known]
        else:
            assert row is not None
            run = self._from_records(row)
        return await asyncio.to_thread(self._whole, run, facts, internal)

    async def state(self, case_id: str, client: Client) -> CaseState | None:
        """What a case remembers now, by its run while that answers, else by the records; None for one nobody knows."""
        run = await self._ask(client, case_id, must=False)
        if run is not None:
            return CaseState.model_validate(run["state"])
        row = await asyncio.to_thread(self._store.cases.get, case_id)
        return CaseState.model_validate(row.state_json) if row is not None else None

    async def _runs(self, client: Client, case_id: str) -> bool:
        """A case that has ended in the records may have been reopened a moment ago."""
        try:
            described = await client.get_workflow_handle(case_id).describe(rpc_timeout=ASK_FOR)
        except RPCError:
            return False
        return described.status is WorkflowExecutionStatus.RUNNING

    async def _ask(self, client: Client, case_id: str, *, must: bool) -> dict[str, Any] | None:
        handle = client.get_workflow_handle(case_id)
        try:
            return await handle.query(Case.view, self._clock(), rpc_timeout=ASK_FOR)
        except RPCError:
            if must:
                raise
            return None

    def _from_records(self, row: CaseRow) -> dict[str, Any]:
        state = CaseState.model_validate(row.state_json)
        now = row.closed_at or self._clock()
        return {
            **reading(state, self.definition(state), now),
            "waits_for": row.next_step or "",
            "next_at": None,
            "as_of": rfc3339(row.updated_at),
        }

    def _names(self, keys: set[str | None]) -> dict[str, str]:
        """Person key to name, or to address where nobody gave a name."""
        known = {key: self._store.directory.get(key) for key in keys if key}
        return {key: person.name or person.addresses[0] for key, person in known.items() if person and person.addresses}

    def definition(self, state: CaseState) -> AnyDefinition:
        """The slice the case follows: the one pinned at its start, unless it was reclassified since."""
        start = self._store.inbox.start_of(state.id)
        if start is not None and start.definition is not None:
            pinned = SLICE.validate_python(start.definition)
            if pinned.version == state.definition_version:
                return pinned
        for fact in reversed(self._store.events.of(state.id)):
            if fact.type == "redefined" and fact.data.get("definition_version") == state.definition_version:
                return SLICE.validate_python(fact.data["definition"])
        return AT_THE_DESK[state.kind].definition(self._standard(), state)

    def pinned(self, case_id: str) -> AnyDefinition | None:
        """The slice a case follows, by its id; None for a case nobody knows."""
        row = self._store.cases.get(case_id)
        if row is not None:
            return self.definition(CaseState.model_validate(row.state_json))
        start = self._store.inbox.start_of(case_id)
        return SLICE.validate_python(start.definition) if start is not None else None

    def _address(self, person: str | None) -> str | None:
        """Where somebody is written to, their key where that is not known."""
        return self._store.directory.address_of(person) or person if person else None

    def _own(self, view: dict[str, Any]) -> dict[str, Any]:
        """What the kind adds, with the person it is for named as the requester is."""
        return view | ({"for_whom": self._address(view["for_whom"])} if "for_whom" in view else {})

    def _whole(self, run: dict[str, Any], facts: Sequence[Fact], internal: bool) -> dict[str, Any]:
        state = CaseState.model_validate(run["state"])
        seen = [fact for fact in facts if internal or fact.visibility is Visibility.PUBLIC]
        refs = [str(f.data["text"]["id"]) for f in seen if isinstance(f.data.get("text"), dict)]  # type: ignore[index,call-overload]
        own = AT_THE_DESK[state.kind]
        texts = self._store.texts.get_many([*refs, *([state.title.id] if state.title else []), *own.refs(state, seen)])
        return {
            "id": state.id,
            "kind": state.kind,
            "state": state.stage.value,
            "priority": state.priority.value,
            "service": state.service,
            "category": state.category,
            "title": texts.get(state.title.id) if state.title else None,
            "team": state.team,
            "assignee": state.assignee,
            "requester": self._address(state.requester),
            "channel": state.channel,
            "impact": state.impact.value,
            "urgency": state.urgency.value,
            "opened_at": _time(state.opened_at),
            "acknowledged_at": _time(state.acknowledged_at),
            "responded_at": _time(state.responded_at),
            "resolved_at": _time(state.resolved_at),
            "closed_at": _time(state.closed_at),
            "outcome": state.outcome,
            "definition_version": state.definition_version,
            "arm": state.arm if internal else None,
            "major": state.major,
            "parent": state.parent,
            "children": list(state.children),
            "merged_into": state.merged_into,
            "absorbed": list(state.absorbed),
            "duplicates": list(state.duplicates) if internal else [],
            "articles": list(state.articles),
            "reviewed": state.reviewed if internal else None,
            "step": state.step,
            "waits_for": run["waits_for"],
            "next_at": run["next_at"],
            "targets": run["targets"],
            "touch_s": round(run["touch_s"], 3),
            "wait_s": round(run["wait_s"], 3),
            "touchless": state.human_acts == 0,
            "promises": [promise.model_dump(mode="json") for promise in state.promises],
            "people": self._names({state.requester, state.assignee, *(fact.actor for fact in seen)}),
            "alerts": [alert.model_dump(mode="json") for alert in state.alerts] if internal else [],
            **self._own(own.view(state, seen, texts, internal)),
            "ratings": ratings_of(self._store, state.id),
            "messages": [_message(fact, texts) for fact in seen if fact.type in WORDS],
            "events": [_event(fact) for fact in seen],
            "seq": state.seq,
            "as_of": run["as_of"],
        }


def _time(at: Any) -> str | None:
    return rfc3339(at) if at is not None else None


def _message(fact: Fact, texts: dict[str, str]) -> dict[str, Any]:
    raw = fact.data.get("text")
    text = texts.get(str(raw["id"]), ERASED) if isinstance(raw, dict) else None
    outward = fact.type == "told" or (fact.type in OUTWARD and raw is not None)
    return {
        "at": rfc3339(fact.at),
        "by": fact.actor,
        "direction": "out" if outward else "in",
        "channel": fact.channel,
        "kind": str(fact.data.get("template") or fact.type),
        "to": fact.data.get("to"),
        "visibility": fact.visibility.value,
        "outcome": fact.data.get("outcome"),
        "message_id": fact.data.get("message_id"),
        "verified": fact.data.get("verified"),
        "text": text,
    }


def _event(fact: Fact) -> dict[str, Any]:
    return fact.model_dump(mode="json", exclude={"case_id"})
