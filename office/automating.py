"""Automations at the desk: run one by hand, switch one off and on, say how each stands."""

import asyncio
import secrets
from datetime import timedelta
from typing import Literal

from pydantic import JsonValue
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from definitions.acts import Comment
from definitions.admission import Guard, admit
from definitions.automations import AutomationDefinition
from definitions.base import Value, digest
from definitions.people import Action, Actor, Object
from definitions.rights import may
from definitions.runs import AutomationCall, AutomationResult
from definitions.slices import UnknownKey
from desk import Desk
from office.courier import unreachable
from office.errors import NotFound
from workflows.automation import AutomationWorkflow

WITHIN = timedelta(minutes=30)


class Asked(Value):
    """A run that a person wants."""

    inputs: dict[str, JsonValue] = {}
    case_id: str | None = None
    mode: Literal["run", "dry_run", "undo"] = "run"
    consent_by: str | None = None
    key: str | None = None
    """Repeating it gives the answer of the first time."""


class Standing(Value):
    """How an automation stands: `works`, `paused`, `resting` after failures, `on trial`, or `used up` for now."""

    state: Literal["works", "paused", "resting", "on trial", "used up"]
    reason: str
    guard: Guard
    hour: int
    day: int


class Automating:
    """For somebody at the desk who may."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk, self._actor = desk, actor

    def definition(self, key: str) -> AutomationDefinition:
        """The automation of this key. Raises NotFound."""
        try:
            return self._desk.organisation.automation(key)
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka automation ls`.") from None

    def standing(self, definition: AutomationDefinition) -> Standing:
        """Whether the next run would be let in, and why not."""
        book, now = self._desk.store.automations, self._desk.clock()
        guard, ran = book.guard(definition.key), book.ran(definition.key)
        admission = admit(definition, guard, ran, now)
        if guard.paused is not None:
            state: Literal["works", "paused", "resting", "on trial", "used up"] = "paused"
        elif guard.opened_at is not None:
            state = "on trial" if admission.allowed or guard.trial_at is not None else "resting"
        else:
            state = "works" if admission.allowed else "used up"
        return Standing(state=state, reason=admission.reason, guard=guard, hour=ran.hour, day=ran.day)

    def pause(self, key: str, reason: str) -> Standing:
        """Let no new run in, on any worker, from this moment on."""
        definition = self._switched(key, "pause")
        self._desk.store.automations.pause(key, self._actor.person, reason)
        return self.standing(definition)

    def resume(self, key: str) -> Standing:
        """Let runs in again, with the failures of the past forgotten."""
        definition = self._switched(key, "resume")
        self._desk.store.automations.resume(key)
        return self.standing(definition)

    def _switched(self, key: str, verb: str) -> AutomationDefinition:
        self._desk.allow(self._actor, Action.AUTOMATION_SWITCH, Object())
        definition = self.definition(key)
        self._desk.store.access_log.add(self._actor.person, verb, f"automation:{key}", self._desk.clock())
        return definition

    async def run(self, key: str, asked: Asked) -> AutomationResult:
        """Run it on a worker and wait; on a case, what was found is written there as an internal comment."""
        desk, actor = self._desk, self._actor
        desk.allow(actor, Action.AUTOMATE, Object())
        self.definition(key)
        if asked.case_id is not None:
            await desk.ask(asked.case_id, Comment, actor=actor, internal=True)
        # A key is its giver's own; the id of a run is in clear for everybody, so it names nobody.
        once = digest([actor.person, asked.key])[:16] if asked.key else secrets.token_hex(8)
        run_id = f"automation/{key}/{once}"
        approves = may(actor, Action.AUTOMATION_APPROVE, Object()).allowed
        call = AutomationCall(
            automation=key,
            case_id=asked.case_id or "",
            inputs=asked.inputs,
            step=f"by hand: {run_id}",
            mode=asked.mode,
            consent_by=asked.consent_by,
            approved_by=actor.person if approves else None,
        )
        await asyncio.to_thread(desk.store.access_log.add, actor.person, asked.mode, f"automation:{key}", desk.clock())
        result = await self._answered(await desk.client(), run_id, call)
        if asked.case_id is not None and asked.mode != "dry_run":
            await self._on_the_case(asked.case_id, f"{key}: {result.outcome}. {result.finding}", run_id)
        return result

    async def _answered(self, client: Client, run_id: str, call: AutomationCall) -> AutomationResult:
        try:
            handle = await client.start_workflow(
                AutomationWorkflow.run,
                call,
                id=run_id,
                task_queue=self._desk.courier.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                execution_timeout=WITHIN,
                static_summary=f"automation {call.automation}",
            )
            return await handle.result()
        except WorkflowAlreadyStartedError:
            again: AutomationResult = await client.get_workflow_handle(run_id, result_type=AutomationResult).result()
            return again
        except RPCError as error:
            raise unreachable(error) from error

    async def _on_the_case(self, case_id: str, finding: str, key: str) -> None:
        words = await self._desk.words(finding, None)
        comment = Comment(by=self._actor.person, text=words, internal=True)
        await self._desk.act(case_id, comment, actor=self._actor, key=key)
