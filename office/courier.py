"""Bringing things to runs: starts, acts and news, each so that it can be repeated."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from definitions.acts import Act, News, Reopen, wire_name
from definitions.case import CaseState, Receipt, Stage
from definitions.kinds import decide, noun_of
from definitions.rules.base import Refused, in_time
from definitions.rules.opening import Opening
from definitions.runs import FRESH_AFTER, SLICE, AnyDefinition, StartCase
from office.acceptance import Opened
from office.casebook import Casebook
from office.errors import ActRefused, NotFound, Unreachable
from records.store import Store
from records.values import InboxRow
from settings import Clock
from workflows.blocks.publish import ARM, KIND, PRIORITY, SERVICE, STAGE
from workflows.cases import CASES

ANSWER_WITHIN = timedelta(seconds=10)
TASK_FOR = timedelta(seconds=5)
"""A workflow task in the hands of a killed worker goes to another one after this."""
REOPEN_WITHIN = timedelta(days=30)

Connect = Callable[[], Awaitable[Client]]


class Courier:
    """Knows the way to every run."""

    def __init__(self, store: Store, casebook: Casebook, clock: Clock, connect: Connect, task_queue: str) -> None:
        self.store, self.clock = store, clock
        self._casebook, self._connect, self.task_queue = casebook, connect, task_queue
        self.fresh_after = FRESH_AFTER
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """The connection to Temporal, made when first needed. Raises Unreachable."""
        async with self._connecting:
            if self._client is None:
                try:
                    self._client = await self._connect()
                except (RuntimeError, OSError, RPCError) as error:
                    raise Unreachable("the Temporal server does not answer", "Run `jidoka up`.") from error
            return self._client

    async def opened(self, source: str, external_id: str) -> Opened | None:
        """The case that the same request opened before, brought to its run; None where it is new."""
        row = await asyncio.to_thread(self.store.inbox.find, source, external_id)
        if row is None or row.case_id is None:
            return None
        await self.start(row)
        return Opened(id=row.case_id, created=False)

    async def open(self, row: InboxRow) -> Opened:
        """The case that was just accepted, brought to its run."""
        assert row.case_id is not None
        await self.start(row)
        return Opened(id=row.case_id, created=row.created)

    async def start(self, row: InboxRow) -> None:
        """Start the run of an accepted case; doing it again does nothing."""
        if row.state != "received" or not row.starts or row.case_id is None:
            return
        opening = Opening.model_validate(row.payload)
        definition = SLICE.validate_python(row.definition)
        priority = definition.priority_at(opening.impact, opening.urgency)
        try:
            await (await self.client()).start_workflow(
                CASES[definition.kind].__name__,
                StartCase(case_id=row.case_id, definition=definition, opening=opening, fresh_after=self.fresh_after),
                id=row.case_id,
                task_queue=self.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=_attributes(definition.kind, opening.service, priority.value, opening.arm),
                static_summary=f"{priority} {definition.kind} · {definition.title}",
                task_timeout=TASK_FOR,
                rpc_timeout=ANSWER_WITHIN,
            )
        except WorkflowAlreadyStartedError:
            pass  # An earlier attempt got through and the case has even ended since.
        except RPCError as error:
            raise unreachable(error) from error
        await asyncio.to_thread(self.store.inbox.mark, row.id, "started")

    async def send(self, case_id: str, act: Act, *, key: str | None) -> Receipt:
        """As `act`, once it is settled that the person may."""
        handle: WorkflowHandle[Any, Any] = (await self.client()).get_workflow_handle(case_id)
        try:
            receipt: Receipt = await handle.execute_update(
                wire_name(type(act)), act, id=key, result_type=Receipt, rpc_timeout=ANSWER_WITHIN
            )
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            reason = cause.message if isinstance(cause, ApplicationError) else str(cause)
            raise ActRefused(reason, f"See `jidoka {noun_of(case_id)} show {case_id}`.") from None
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as late:
            raise Unreachable(f"{case_id} did not answer in time; no worker seems to run", "Run `jidoka up`.") from late
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise unreachable(error) from error
            return await self._ended(case_id, act, key)
        return receipt

    async def _ended(self, case_id: str, act: Act, key: str | None) -> Receipt:
        """The run is over: only a reopen brings the case back, in a new run that goes on where this one ended."""
        if await self.ensure_started(case_id):
            return await self.send(case_id, act, key=key)
        row = await asyncio.to_thread(self.store.cases.get, case_id)  # an earlier look may be older than the end
        if row is None or row.closed_at is None:
            raise NotFound(f"there is no run of {case_id}", f"See `jidoka {noun_of(case_id)} ls`.")
        noun = noun_of(case_id)
        state = CaseState.model_validate(row.state_json)
        definition = await asyncio.to_thread(self._casebook.definition, state)
        refusal = _refusal(act, state, definition, self.clock())
        if not isinstance(act, Reopen):
            again = row.state == Stage.CLOSED and not _refusal(Reopen(by=act.by), state, definition, self.clock())
            hint = f"Reopen it: `jidoka {noun} reopen {case_id}`." if again else f"Open a new {noun}."
            raise ActRefused(refusal or f"{case_id} has ended ({row.state})", hint)
        if row.closed_at + REOPEN_WITHIN < self.clock():
            raise ActRefused(f"{case_id} ended more than {REOPEN_WITHIN.days} days ago", f"Open a new {noun}.")
        if refusal:
            raise ActRefused(refusal, f"See `jidoka {noun} show {case_id}`.")
        try:
            await (await self.client()).start_workflow(
                CASES[definition.kind].__name__,
                StartCase(
                    case_id=case_id,
                    definition=definition,
                    state=state,
                    seen={key: state.seq + 1} if key else {},
                    reopen=act,
                    fresh_after=self.fresh_after,
                ),
                id=case_id,
                task_queue=self.task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=_attributes(state.kind, state.service, state.priority.value, state.arm),
                static_summary=f"{state.priority} {state.kind} · {definition.title} · reopened",
                task_timeout=TASK_FOR,
                rpc_timeout=ANSWER_WITHIN,
            )
        except WorkflowAlreadyStartedError:
            raise ActRefused(
                f"{case_id} was reopened a moment ago", f"See `jidoka {noun_of(case_id)} show {case_id}`."
            ) from None
        except RPCError as error:
            raise unreachable(error) from error
        now = self.clock()
        return Receipt(
            id=case_id,
            seq=state.seq + 1,
            state=Stage.QUEUED,
            priority=state.priority,
            team=state.team,
            assignee=state.assignee,
            due_at=now if row.due_at and row.due_at < now else row.due_at,
        )

    async def ensure_started(self, case_id: str) -> bool:
        """Start an accepted case that nobody has started yet; False when that was done before."""
        row = await asyncio.to_thread(self.store.inbox.start_of, case_id)
        if row is None or row.state != "received":
            return False
        await self.start(row)
        return True

    async def tell(self, case_id: str, news: News) -> bool:
        """Send news to a case's run; False when the run is over."""
        handle: WorkflowHandle[Any, Any] = (await self.client()).get_workflow_handle(case_id)
        try:
            await handle.signal(wire_name(type(news)), news, rpc_timeout=ANSWER_WITHIN)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise unreachable(error) from error
        return True


def _attributes(kind: str, service: str, priority: str, arm: str | None) -> TypedSearchAttributes:
    arms = [SearchAttributePair(ARM, arm.split(","))] if arm else []
    return TypedSearchAttributes(
        [
            SearchAttributePair(KIND, kind),
            SearchAttributePair(SERVICE, service),
            SearchAttributePair(PRIORITY, priority),
            SearchAttributePair(STAGE, "queued"),
            *arms,
        ]
    )


def _refusal(act: Act, state: CaseState, definition: AnyDefinition, now: datetime) -> str | None:
    """Why the rules refuse an act; None when they do not."""
    try:
        in_time(act, state, now)
        decide(act, state, definition, now)
    except Refused as refusal:
        return str(refusal)
    return None


def unreachable(error: RPCError) -> Unreachable | NotFound:
    if error.status is RPCStatusCode.NOT_FOUND:
        return NotFound("there is no such run", "See `jidoka runs ls`.")
    return Unreachable(f"Temporal says {error.status.name.lower()}: {error.message}", "Run `jidoka doctor`.")
