"""Tasks at the desk: as their cases know them, who may do one, in whose name somebody decides, what a form needs."""

import asyncio
import json
from collections.abc import Mapping

from temporalio.service import RPCError

from definitions.acts import Act
from definitions.catalogue import RequestDefinition
from definitions.forms import Answers, Form
from definitions.people import Action, Actor, Object
from definitions.plans import Task
from definitions.request.acts import Approve, Reject
from definitions.request.tasks import approve_key
from definitions.rights import may
from definitions.tasks import TaskRow
from office.casebook import ASK_FOR, Casebook
from office.courier import Courier
from office.errors import NotFound, Unusable
from office.requests import Requests
from records.store import Store
from records.tasks import ListedTask, TaskQuery
from workflows.blocks.case import Case

Decision = Approve | Reject


class TaskBook:
    """What cases want of people."""

    def __init__(self, store: Store, casebook: Casebook, courier: Courier, requests: Requests) -> None:
        self._store, self._casebook, self._courier, self._requests = store, casebook, courier, requests

    async def of(self, case_id: str) -> tuple[TaskRow, ...]:
        """All tasks of a case: its run knows them first, the records where it does not answer."""
        client = await self._courier.client()
        try:
            row = await client.get_workflow_handle(case_id).query(Case.row, rpc_timeout=ASK_FOR)
        except RPCError:
            row = None
        return row.tasks if row is not None else await asyncio.to_thread(self._store.tasks.of, case_id)

    async def one(self, case_id: str, key: str) -> TaskRow:
        """One task of a case. Raises NotFound with those there are."""
        tasks = await self.of(case_id)
        return found(tasks, case_id, key)

    async def about(self, object: Object, act: type[Act], task: str | None) -> Object:
        """The case as the rules see it for this act: a task belongs to its own team, whoever is asked takes part."""
        tasks = await self.of(object.id or "")
        people = [person for each in tasks for person in each.people]
        team = object.team
        if task is not None:
            row = next((row for row in tasks if row.key == task), None)
            planned = None if row else (await asyncio.to_thread(self._planned, object.id or "", task))[0]
            # One that is not open yet is for the run to refuse, which knows what it waits for.
            team = planned.team if planned else found(tasks, object.id or "", task).team
        elif issubclass(act, Decision):
            asked = next((each for each in tasks if each.kind == "approve" and each.ended_at is None), None)
            team = asked.team if asked is not None else team
        return object.model_copy(
            update={"team": team, "participants": tuple(dict.fromkeys((*object.participants, *people)))}
        )

    async def in_whose_name(self, act: Decision, case_id: str, actor: Actor) -> Decision:
        """The act with the person it speaks for, where the actor is not asked but stands in for somebody who is."""
        own = act.model_copy(update={"for_whom": None})
        if not actor.acting_for:
            return own
        wanted = {approve_key(act.stage)} if act.stage else None
        for task in await self.of(case_id):
            named = wanted is None or task.key in wanted
            if task.kind == "approve" and task.ended_at is None and named and actor.person not in task.people:
                others = [person for person in task.people if person in actor.acting_for]
                return own.model_copy(update={"for_whom": others[0]}) if others else own
        return own

    async def ls(self, query: TaskQuery, actor: Actor) -> list[ListedTask]:
        """Tasks from the records, oldest due first: all of them for those who work on cases, else one's own."""
        if not may(actor, Action.LS, Object(kind="cases")).allowed:
            query = query.model_copy(update={"seen_by": (actor.person, *actor.acting_for)})
        return await asyncio.to_thread(self._store.tasks.ls, query)

    def form(self, case_id: str, key: str) -> tuple[Form, str]:
        """What whoever does this task writes down, and the time zone its days count in."""
        task, zone = self._planned(case_id, key)
        return (task.form if task else Form()), zone

    def _planned(self, case_id: str, key: str) -> tuple[Task | None, str]:
        """The task in the plan of the case, and the case's time zone."""
        definition = self._casebook.pinned(case_id)
        if not isinstance(definition, RequestDefinition):
            return None, "UTC"
        task = next((task for task in definition.plan.tasks if task.key == key), None)
        return task, definition.calendars[0].zone

    def note(self, case_id: str, key: str, given: Mapping[str, str], note: str | None) -> str | None:
        """What is kept of a task that is done: its form and the note, as JSON. Raises Unusable."""
        form, zone = self.form(case_id, key)
        try:
            answers = self._requests.filled(form, given, zone) if form.fields or given else Answers()
        except Unusable as wrong:
            raise Unusable(wrong.message, f"`jidoka task show {case_id}/{key}` shows its form.") from None
        kept = {"note": note, "form": answers.written}
        return (
            json.dumps({name: said for name, said in kept.items() if said}, ensure_ascii=False)
            if any(kept.values())
            else None
        )


def found(tasks: tuple[TaskRow, ...], case_id: str, key: str) -> TaskRow:
    """The task of this key. Raises NotFound with those there are."""
    for task in tasks:
        if task.key == key:
            return task
    there = ", ".join(task.key for task in tasks if task.ended_at is None) or "none"
    raise NotFound(f"{case_id} has no task {key!r}", f"Open are {there}; see `jidoka task ls`.")
