"""What waits for one person: decisions, tasks, cases, questions; each with what to do about it."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from definitions.base import rfc3339
from definitions.case import CaseState, Stage
from definitions.kinds import noun_of
from definitions.people import Action, Actor, Object
from definitions.rights import may
from definitions.rules.base import SOLVED
from definitions.tasks import TaskRow
from desk import Desk
from office.kinds import AT_THE_DESK
from records.tasks import ListedTask, TaskQuery
from records.values import CaseQuery, CaseRow

MOST_CASES = 200
"""Own cases looked through for open questions; nobody has more of them open."""


class Inbox:
    """For one actor; nothing is listed that they may not see."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk, self._actor = desk, actor

    async def all(self, limit: int) -> list[dict[str, Any]]:
        """Everything, oldest due first; what has no end comes last, oldest first."""
        tasks, cases, questions = await asyncio.gather(self.tasks(limit), self._assigned(limit), self._questions())
        rows = [*map(_entry_of_task, tasks), *cases, *questions]
        return sorted(rows, key=lambda row: (row["due_at"] is None, row["due_at"] or "", row["since"] or ""))[:limit]

    async def tasks(self, limit: int) -> list[dict[str, Any]]:
        """Tasks this person can do now."""
        desk, actor = self._desk, self._actor
        await desk.client()  # a list while nothing runs would look current and be stale
        found = await asyncio.to_thread(
            desk.store.tasks.waiting_for, actor.person, actor.acting_for, actor.teams, limit
        )
        return await asyncio.to_thread(self._rows, found)

    async def listed(self, query: TaskQuery) -> list[dict[str, Any]]:
        """Tasks as asked for, as far as this person may see them."""
        await self._desk.client()
        return await asyncio.to_thread(self._rows, await self._desk.tasks.ls(query, self._actor))

    async def task(self, case_id: str, key: str) -> dict[str, Any]:
        """One task with what whoever does it needs to know of the case. Raises NotFound, NotAllowed."""
        desk = self._desk
        case = await desk.show(case_id, actor=self._actor)
        row = await desk.tasks.one(case_id, key)
        form, _ = await asyncio.to_thread(desk.tasks.form, case_id, key)
        more: dict[str, Any] = next((each for each in case.get("tasks", []) if each["id"] == row.id), {})
        about = ("title", "kind", "state", "service", "priority", "requester", "for_whom", "answers", "item")
        return {
            **_plain(row),
            **{name: more.get(name) for name in ("automation", "why", "note", "form")},
            "asks": form.json_schema if form.fields else None,
            "fields": [field.model_dump(mode="json") for field in form.fields],
            "case": {name: case.get(name) for name in about} | {"id": case_id},
            "command": _command(row),
            "as_of": case["as_of"],
        }

    def _rows(self, found: Sequence[ListedTask]) -> list[dict[str, Any]]:
        store = self._desk.store
        titles = store.texts.get_many([each.case_title.id for each in found if each.case_title])
        return [
            {
                **_plain(each.task),
                "case_kind": each.case_kind,
                "case_title": titles.get(each.case_title.id) if each.case_title else None,
                "service": each.service,
                "priority": each.priority.value,
                "requester": store.directory.address_of(each.requester) if each.requester else None,
                "for_whom": self._stands_in_for(each.task),
                "command": _command(each.task),
            }
            for each in found
        ]

    def _stands_in_for(self, task: TaskRow) -> str | None:
        """In whose name this person would do it, where it is not their own."""
        if not task.people or self._actor.person in (*task.people, task.assignee):
            return None
        return next((person for person in task.people if person in self._actor.acting_for), None)

    async def _assigned(self, limit: int) -> list[dict[str, Any]]:
        """Open cases this person has, but for those that wait for their requester's yes."""
        actor = self._actor
        if not may(actor, Action.LS, Object(kind="cases")).allowed:
            return []
        query = CaseQuery(assignee=actor.person, open_only=True, limit=limit)
        rows = (await self._desk.ls(query, actor=actor)).rows
        steps = [(row, AT_THE_DESK[row.kind].next.get(Stage(row.state))) for row in rows]
        return await self._entries([(row, step) for row, step in steps if step is not None])

    async def _entries(self, rows: Sequence[tuple[CaseRow, str]]) -> list[dict[str, Any]]:
        refs = [row.title.id for row, _ in rows if row.title]
        titles = await asyncio.to_thread(self._desk.store.texts.get_many, refs) if refs else {}
        return [
            _entry(
                row,
                row.kind,
                titles.get(row.title.id) if row.title else None,
                row.due_at,
                row.opened_at,
                verb.format(id=row.id) if "{id}" in verb else f"{verb} {row.id}",
            )
            for row, verb in rows
        ]

    async def _questions(self) -> list[dict[str, Any]]:
        """What cases this person asked for want to know of them."""
        store, person = self._desk.store, self._actor.person
        query = CaseQuery(requester=person, open_only=True, limit=MOST_CASES)
        page = await asyncio.to_thread(store.cases.ls, query)
        asked = [(row, *question) for row in page.rows for question in _open_questions(row, person)]
        refs = [row.title.id for row, *_ in asked if row.title]
        titles = await asyncio.to_thread(store.texts.get_many, refs) if refs else {}
        return [
            _entry(row, what, titles.get(row.title.id) if row.title else None, due, row.updated_at, command)
            for row, what, due, command in asked
        ]


def _open_questions(row: CaseRow, person: str) -> Iterator[tuple[str, datetime | None, str]]:
    state = CaseState.model_validate(row.state_json)
    for question in state.questions:
        if question.state == "open" and question.to == person:
            say = f"answer {row.id} {question.options[0]}" if question.options else f"comment {row.id}"
            yield "answer", question.due_at, f"confirm {row.id}" if question.key == SOLVED else say
    if state.step == "wait_requester":
        yield "answer", None, f"comment {row.id}"


def _entry(
    row: CaseRow, what: str, title: str | None, due: datetime | None, since: datetime, verb: str
) -> dict[str, Any]:
    return {
        "what": what,
        "id": row.id,
        "title": title,
        "case_title": title,
        "service": row.service,
        "priority": row.priority.value,
        "for_whom": None,
        "due_at": rfc3339(due) if due else None,
        "since": rfc3339(since),
        "command": f"jidoka {noun_of(row.id)} {verb}",
    }


def _entry_of_task(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "title", "case_title", "service", "priority", "for_whom", "due_at", "command")
    return {"what": row["kind"], **{name: row[name] for name in kept}, "since": row["opened_at"]}


def _plain(task: TaskRow) -> dict[str, Any]:
    moments = {name: getattr(task, name) for name in ("opened_at", "due_at", "ended_at")}
    return {
        **task.model_dump(mode="json"),
        "case_id": task.case_id,
        "key": task.key,
        **{name: rfc3339(at) if at else None for name, at in moments.items()},
    }


def _command(task: TaskRow) -> str | None:
    """What to type to do it, where something is left to do."""
    if task.ended_at is not None:
        return None
    noun = noun_of(task.id)
    if task.kind == "approve" and task.people:
        return f"jidoka {noun} approve {task.case_id}"
    if task.kind == "review":
        return f"jidoka {noun} action done {task.id}"
    return f"jidoka task {'done' if task.state == 'claimed' else 'claim'} {task.id}"
