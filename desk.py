"""The typed client: open cases, act on them, read them. CLI, web and intake all come through here."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
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

from casebook import Casebook
from definitions.acts import ACTS, Act, Comment, News, Reopen, wire_name
from definitions.base import Value
from definitions.case import ENDED, CaseState, Receipt, Stage
from definitions.facts import TextRef
from definitions.incident import Opening
from definitions.intake import Alert, InboundMessage, OpenIncident, Received
from definitions.organisation import IncidentDefinition, Organisation, UnknownKey
from definitions.people import Action, Actor, Object, may
from definitions.runs import StartCase
from errors import ActRefused, NotAllowed, NotFound, Unreachable, Unusable
from identity import Identity
from reception import Reception
from records.store import Store
from records.values import Allocation, Arrival, CaseQuery, CaseRow, InboxRow, Page
from settings import Clock
from workflows.blocks.publish import KIND, PRIORITY, SERVICE, STAGE
from workflows.incident import IncidentWorkflow

ANSWER_WITHIN = timedelta(seconds=10)
REOPEN_WITHIN = timedelta(days=30)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Opened(Value):
    """A case was accepted; `created` is False when the same request had made it before."""

    id: str
    created: bool


def new_case_id(prefix: str = "INC") -> str:
    """Random, never derived from content: `INC-` and eight characters of Crockford's base32 (40 bits)."""
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"


class Desk:
    """Everything that can be done with cases, for somebody who may."""

    def __init__(
        self,
        store: Store,
        organisation: Organisation,
        clock: Clock,
        connect: Callable[[], Awaitable[Client]],
        *,
        task_queue: str = "jidoka",
    ) -> None:
        self.store, self.organisation, self.clock = store, organisation, clock
        self.identity = Identity(store, organisation, clock)
        self.reception = Reception(self)
        self._casebook = Casebook(store, organisation, clock)
        self._connect, self._task_queue = connect, task_queue
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """The connection to Temporal, made when first needed. Raises Unreachable."""
        async with self._connecting:
            if self._client is None:
                try:
                    self._client = await self._connect()
                except (RuntimeError, OSError, RPCError) as error:
                    reason = str(error).partition("\n")[0][:200]
                    raise Unreachable(f"the Temporal server does not answer: {reason}", "Run `jidoka up`.") from error
            return self._client

    # -- opening -------------------------------------------------------------------------------------------------

    async def open_incident(self, request: OpenIncident, *, actor: Actor) -> Opened:
        """Open an incident; with `external_id`, repeating it gives the same case."""
        requester = actor.person
        if request.requester is not None:
            requester = await asyncio.to_thread(self.identity.known_or_new, request.requester)
        self.allow(actor, Action.OPEN, Object(kind="case", requester=requester))
        definition = self.definition(request.service)
        if request.category is not None and request.category not in definition.categories:
            known = ", ".join(definition.categories)
            raise Unusable(f"{request.service} has no category {request.category!r}", f"It has {known}.")
        now = self.clock()
        if request.at is not None and request.at > now:
            raise Unusable(f"the contact cannot have been at {request.at}, that is to come", "Leave the time out.")
        external = request.external_id or secrets.token_hex(16)
        known_row = await asyncio.to_thread(self.store.inbox.find, request.source, external)
        if known_row is not None and known_row.case_id is not None:
            await self.start(known_row)
            return Opened(id=known_row.case_id, created=False)
        opening = Opening(
            service=request.service,
            category=request.category,
            channel=request.channel,
            title=await self.words(request.title, requester),
            text=await self.words(request.description, requester) if request.description else None,
            requester=requester,
            by=actor.person,
            at=request.at or now,
            impact=request.impact,
            urgency=request.urgency,
        )
        row = await self.accept(opening, definition, source=request.source, external_id=external)
        assert row.case_id is not None
        await self.start(row)
        return Opened(id=row.case_id, created=row.created)

    def definition(self, service: str) -> IncidentDefinition:
        """The slice of a service. Raises NotFound."""
        try:
            return self.organisation.incident(service)
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show`.") from None

    async def words(self, text: str, person: str | None) -> TextRef:
        """Keep somebody's words in the records and refer to them."""
        return await asyncio.to_thread(self.store.texts.put, text, person=person)

    async def accept(
        self,
        opening: Opening,
        definition: IncidentDefinition,
        *,
        source: str,
        external_id: str,
        conversation: str | None = None,
        message_id: str | None = None,
    ) -> InboxRow:
        """The one transaction that makes a case: from here on it is never lost and never assigned again."""
        arrival = Arrival(
            source=source,
            external_id=external_id,
            at=opening.at,
            channel=opening.channel,
            kind="open",
            payload=opening.model_dump(mode="json"),
            conversation=conversation,
            conversation_kind="alert" if opening.channel == "alert" else "mail",
            message_id=message_id,
        )
        return await asyncio.to_thread(
            self.store.inbox.receive,
            arrival,
            lambda: Allocation(
                case_id=new_case_id(),
                definition_version=definition.version,
                definition=definition.model_dump(mode="json"),
                arm=opening.arm,
            ),
        )

    async def start(self, row: InboxRow) -> None:
        """Start the run of an accepted case; doing it again does nothing."""
        if row.state != "received" or not row.starts or row.case_id is None:
            return
        opening = Opening.model_validate(row.payload)
        definition = IncidentDefinition.model_validate(row.definition)
        priority = definition.matrix.priority(opening.impact, opening.urgency)
        try:
            await (await self.client()).start_workflow(
                IncidentWorkflow.run,
                StartCase(case_id=row.case_id, definition=definition, opening=opening),
                id=row.case_id,
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=_attributes(opening.service, priority.value),
                static_summary=f"{priority} incident · {definition.title}",
                rpc_timeout=ANSWER_WITHIN,
            )
        except WorkflowAlreadyStartedError:
            pass  # An earlier attempt got through and the case has even ended since.
        except RPCError as error:
            raise _unreachable(error) from error
        await asyncio.to_thread(self.store.inbox.mark, row.id, "started")

    async def receive(self, message: InboundMessage) -> Received:
        """Bring a message to its case, open one, or say why not."""
        return await self.reception.message(message)

    async def alerts(self, batch: Sequence[Alert]) -> list[Received]:
        """Bring alerts to their cases; one answer for each."""
        return await self.reception.alerts(batch)

    # -- acting --------------------------------------------------------------------------------------------------

    async def act(self, case_id: str, act: Act, *, actor: Actor, key: str | None = None) -> Receipt:
        """Carry out an act for somebody who may; with `key`, repeating it does nothing more."""
        row = await self.case(case_id)
        name = wire_name(type(act))
        action = Action.COMMENT_INTERNAL if isinstance(act, Comment) and act.internal else _ACTIONS[name]
        self.allow(actor, action, self._object(row, case_id))
        if act.at is not None and act.at > self.clock():
            raise Unusable(f"it cannot have happened at {act.at}, that is to come", "Leave the time out.")
        return await self.send(case_id, act, key=key, row=row)

    async def send(self, case_id: str, act: Act, *, key: str | None, row: CaseRow | None = None) -> Receipt:
        """As `act`, once it is settled that the person may."""
        handle: WorkflowHandle[Any, Any] = (await self.client()).get_workflow_handle(case_id)
        try:
            receipt: Receipt = await handle.execute_update(
                wire_name(type(act)), act, id=key, result_type=Receipt, rpc_timeout=ANSWER_WITHIN
            )
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            reason = cause.message if isinstance(cause, ApplicationError) else str(cause)
            raise ActRefused(reason, f"See `jidoka incident show {case_id}`.") from None
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as late:
            raise Unreachable(f"{case_id} did not answer in time; no worker seems to run", "Run `jidoka up`.") from late
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise _unreachable(error) from error
            return await self._ended(case_id, act, key, row)
        return receipt

    async def _ended(self, case_id: str, act: Act, key: str | None, row: CaseRow | None) -> Receipt:
        """The run is over: only a reopen brings the case back, in a new run that goes on where this one ended."""
        if await self.ensure_started(case_id):
            return await self.send(case_id, act, key=key, row=row)
        row = row or await self.case(case_id)
        if row is None or row.closed_at is None:
            raise NotFound(f"there is no run of {case_id}", "See `jidoka incident ls`.")
        if not isinstance(act, Reopen):
            raise ActRefused(f"{case_id} has ended ({row.state})", f"Reopen it: `jidoka incident reopen {case_id}`.")
        if row.closed_at + REOPEN_WITHIN < self.clock():
            raise ActRefused(f"{case_id} ended more than {REOPEN_WITHIN.days} days ago", "Open a new incident.")
        state = CaseState.model_validate(row.state_json)
        definition = await asyncio.to_thread(self._casebook.definition, state)
        try:
            await (await self.client()).start_workflow(
                IncidentWorkflow.run,
                StartCase(case_id=case_id, definition=definition, state=state, reopen=act),
                id=case_id,
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                search_attributes=_attributes(state.service, state.priority.value),
                static_summary=f"{state.priority} incident · {definition.title} · reopened",
            )
        except WorkflowAlreadyStartedError:
            raise ActRefused(f"{case_id} was reopened a moment ago", f"See `jidoka incident show {case_id}`.") from None
        except RPCError as error:
            raise _unreachable(error) from error
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
            raise _unreachable(error) from error
        return True

    # -- reading -------------------------------------------------------------------------------------------------

    async def show(self, case_id: str, *, actor: Actor, again: bool = False) -> dict[str, Any]:
        """The whole case, as far as this person may see it; the look is logged first.

        `again` is a further look of somebody who watches: the watch was logged when it began.
        """
        client = await self.client()
        row = await self.case(case_id)
        object = self._object(row, case_id)
        self.allow(actor, Action.SHOW, object)
        internal = may(actor, Action.SHOW_INTERNAL, object).allowed
        if not again:
            await asyncio.to_thread(self.store.access_log.add, actor.person, "show", case_id, self.clock())
        try:
            return await self._casebook.show(row, case_id, client, actor, internal=internal)
        except RPCError as error:
            raise _unreachable(error) from error

    async def ls(self, query: CaseQuery, *, actor: Actor) -> Page:
        """A page of cases from the records; a requester sees their own."""
        await self.client()  # a list while nothing runs would look current and be stale
        everything = may(actor, Action.LS, Object(kind="cases"))
        if not everything.allowed:
            self.allow(actor, Action.LS, Object(kind="cases", requester=query.requester or actor.person))
            query = query.model_copy(update={"requester": query.requester or actor.person})
        return await asyncio.to_thread(self.store.cases.ls, query)

    async def case(self, case_id: str) -> CaseRow | None:
        """The case's row; None while its first facts are on the way. Raises NotFound."""
        row = await asyncio.to_thread(self.store.cases.get, case_id)
        if row is None and await asyncio.to_thread(self.store.inbox.start_of, case_id) is None:
            raise NotFound(f"there is no case {case_id!r}", "See `jidoka incident ls`.")
        return row

    async def object_of(self, case_id: str) -> Object | None:
        """The case as the rules about who may do what see it; None when there is none."""
        try:
            return self._object(await self.case(case_id), case_id)
        except NotFound:
            return None

    def _object(self, row: CaseRow | None, case_id: str) -> Object:
        if row is None:
            # Its first facts are on the way; whose it is stands in the request that opened it.
            start = self.store.inbox.start_of(case_id)
            payload = start.payload if start is not None and isinstance(start.payload, dict) else {}
            requester = payload.get("requester")
            return Object(kind="case", id=case_id, requester=requester if isinstance(requester, str) else None)
        return Object(
            kind="case",
            id=row.id,
            team=row.team,
            requester=row.requester,
            participants=self.store.conversations.participants(row.id),
            closed=row.state in ENDED,
        )

    def allow(self, actor: Actor, action: Action, object: Object) -> None:
        """Raise NotAllowed unless the actor may."""
        decision = may(actor, action, object)
        if not decision.allowed:
            raise NotAllowed(decision.reason, "Ask somebody who may, or use --as with your own name.")

    async def ready(self) -> list[str]:
        """Why the desk cannot serve now; empty when it can."""
        reasons = []
        try:
            client = await self.client()
            await client.service_client.check_health(timeout=timedelta(seconds=2))
        except (Unreachable, RPCError, RuntimeError) as error:
            reasons.append(f"temporal: {error}")
        try:
            await asyncio.to_thread(self.store.cases.ls, CaseQuery(limit=1))
        except Exception as error:  # whatever the database says is a reason not to be ready
            reasons.append(f"records: {error}")
        return reasons


_ACTIONS = {name: Action(name) for name in ACTS if name in set(Action)} | {
    "hear": Action.COMMENT,
    "answer": Action.COMMENT,
}


def _attributes(service: str, priority: str) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [
            SearchAttributePair(KIND, "incident"),
            SearchAttributePair(SERVICE, service),
            SearchAttributePair(PRIORITY, priority),
            SearchAttributePair(STAGE, "queued"),
        ]
    )


def _unreachable(error: RPCError) -> Unreachable | NotFound:
    if error.status is RPCStatusCode.NOT_FOUND:
        return NotFound("there is no such run", "See `jidoka incident ls`.")
    return Unreachable(f"Temporal says {error.status.name.lower()}: {error.message}", "Run `jidoka doctor`.")
