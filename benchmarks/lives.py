"""The plain life of an incident, driven by plain client calls: one start, five updates, its end."""

import email
import email.policy
import secrets
from collections.abc import Awaitable, Callable
from random import Random
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from temporalio.client import WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from benchmarks.bare import BareAct, BareIncident, BareReceipt, BareStart
from benchmarks.rig import BARE_QUEUE, Rig
from definitions import acts
from definitions.acts import Act, wire_name
from definitions.base import Level, Value
from definitions.case import Receipt
from definitions.facts import TextRef
from definitions.intake import OpenIncident
from definitions.people import Actor, Door
from definitions.rules.opening import Opening
from definitions.runs import StartCase
from desk import Desk
from office.acceptance import new_case_id
from office.courier import TASK_FOR
from office.opening import connect
from settings import system_clock
from workflows.blocks.publish import KIND, PRIORITY, SERVICE, STAGE
from workflows.incident import IncidentWorkflow

MAILS = 4
"""received, acknowledged, update, resolved."""
TEMPLATES = ("received", "acknowledged", "update", "resolved")
ACTS = 5

Between = Callable[[str], Awaitable[None]]
"""Called with the case id after the start and after each act."""


class Cast(NamedTuple):
    """Who and what one life is about; made before anything is timed."""

    case_id: str
    requester: str
    title: TextRef
    comment: TextRef
    solution: TextRef


class Life(Protocol):
    """One way to lead the life."""

    queue: str

    async def open(self, cast: Cast) -> WorkflowHandle[Any, Any]:
        """Start the run."""
        ...

    def acts(self, cast: Cast) -> list[Callable[[], Awaitable[object]]]:
        """The five updates."""
        ...


def casting(rig: Rig, number: int, seed: int = 7) -> list[Cast]:
    """Each life has a requester and a title of its own, so that none looks like a duplicate and no cap is reached."""
    chance = Random(seed)
    words = ["".join(chance.choices("bdfgklmnprstvz", k=3)) + "a" * chance.randint(1, 4) for _ in range(2_000)]
    comment = rig.store.texts.put("We found the cause and install a new profile.")
    solution = rig.store.texts.put("A new profile is installed; please connect again.")
    found = []
    for _ in range(number):
        requester = rig.store.directory.ensure(f"r{secrets.token_hex(6)}@example.org")
        title = rig.store.texts.put(" ".join(chance.sample(words, 6)), person=requester)
        found.append(Cast(new_case_id("INC"), requester, title, comment, solution))
    return found


def attributes() -> TypedSearchAttributes:
    """As the desk gives them with the start."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(KIND, "incident"),
            SearchAttributePair(SERVICE, "vpn"),
            SearchAttributePair(PRIORITY, "P3"),
            SearchAttributePair(STAGE, "queued"),
        ]
    )


class ProductLife:
    """IncidentWorkflow with its real activities and records."""

    def __init__(self, rig: Rig, queue: str | None = None) -> None:
        self._client, self.queue = rig.client, queue or rig.settings.task_queue
        self.pinned = rig.organisation.incident("vpn")

    async def open(self, cast: Cast) -> WorkflowHandle[Any, Any]:
        """As `Desk.start` starts it."""
        opening = Opening(
            service="vpn",
            channel="email",
            title=cast.title,
            requester=cast.requester,
            by=cast.requester,
            at=system_clock(),
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
        )
        return await self._client.start_workflow(
            IncidentWorkflow.run,
            StartCase(case_id=cast.case_id, definition=self.pinned, opening=opening),
            id=cast.case_id,
            task_queue=self.queue,
            search_attributes=attributes(),
            static_summary=f"P3 incident · {self.pinned.title}",
            task_timeout=TASK_FOR,
        )

    def acts(self, cast: Cast) -> list[Callable[[], Awaitable[object]]]:
        """By `sam`, confirmed by the requester."""
        handle: WorkflowHandle[Any, Any] = self._client.get_workflow_handle(cast.case_id)

        def one(act: Act) -> Callable[[], Awaitable[object]]:
            return lambda: handle.execute_update(wire_name(type(act)), act, result_type=Receipt)

        return [one(act) for act in product_acts(cast)]


def product_acts(cast: Cast) -> list[Act]:
    """The five acts in order."""
    return [
        acts.Acknowledge(by="sam"),
        acts.Start(by="sam"),
        acts.Comment(by="sam", text=cast.comment),
        acts.Resolve(by="sam", text=cast.solution),
        acts.Confirm(by=cast.requester),
    ]


class BareLife:
    """The same on the bare workflow."""

    def __init__(self, rig: Rig, queue: str = BARE_QUEUE) -> None:
        self._client, self.queue = rig.client, queue

    async def open(self, cast: Cast) -> WorkflowHandle[Any, Any]:
        """One start."""
        start = BareStart(
            case_id=cast.case_id,
            service="vpn",
            title=cast.title.id,
            requester=cast.requester,
            opened_at=system_clock(),
        )
        return await self._client.start_workflow(
            BareIncident.run, start, id=cast.case_id, task_queue=self.queue, search_attributes=attributes()
        )

    def acts(self, cast: Cast) -> list[Callable[[], Awaitable[object]]]:
        """Five updates of the same names."""
        handle: WorkflowHandle[Any, Any] = self._client.get_workflow_handle(cast.case_id)

        def one(name: str, act: Value) -> Callable[[], Awaitable[object]]:
            return lambda: handle.execute_update(name, act, result_type=BareReceipt)

        return [
            one("acknowledge", BareAct(by="sam")),
            one("start", BareAct(by="sam")),
            one("comment", BareAct(by="sam", text=cast.comment.id)),
            one("resolve", BareAct(by="sam", text=cast.solution.id)),
            one("confirm", BareAct(by=cast.requester)),
        ]


class DeskLife:
    """The product through its own door: rights, inbox row and all."""

    def __init__(self, rig: Rig) -> None:
        self._rig, self.queue = rig, rig.settings.task_queue

        async def connected() -> Any:
            return await connect(rig.settings)

        self._desk = Desk(rig.store, rig.organisation, system_clock, connected, task_queue=rig.settings.task_queue)
        self._actor = self._desk.identity.actor("sam", Door.CLI, verified=True)
        self._cases: dict[str, str] = {}

    def _requester(self, cast: Cast) -> Actor:
        return self._desk.identity.actor(cast.requester, Door.CLI, verified=True)

    async def open(self, cast: Cast) -> WorkflowHandle[Any, Any]:
        """Accepted, started."""
        title = self._rig.store.texts.get(cast.title.id) or cast.case_id
        request = OpenIncident.model_validate({"service": "vpn", "title": title})
        opened = await self._desk.open_incident(request, actor=self._requester(cast))
        self._cases[cast.case_id] = opened.id
        return self._rig.client.get_workflow_handle(opened.id)

    def acts(self, cast: Cast) -> list[Callable[[], Awaitable[object]]]:
        """Each through `Desk.act`."""

        def one(act: Act, actor: Actor) -> Callable[[], Awaitable[object]]:
            return lambda: self._desk.act(self._cases[cast.case_id], act, actor=actor)

        requester = self._requester(cast)
        return [one(act, requester if act.by == cast.requester else self._actor) for act in product_acts(cast)]


async def lead(life: Life, cast: Cast, took: list[float] | None = None, between: Between | None = None) -> None:
    """The whole life; `took` gets the seconds of each act."""
    handle = await life.open(cast)
    if between is not None:
        await between(handle.id)
    for act in life.acts(cast):
        begun = perf_counter()
        await act()
        if took is not None:
            took.append(perf_counter() - begun)
        if between is not None:
            await between(handle.id)
    await handle.result()


async def record_mails(rig: Rig) -> None:
    """Lead one life of the product and keep its four mails, so that the bare worker sends the same words."""
    life = ProductLife(rig)
    cast = casting(rig, 1, seed=1)[0]
    await lead(life, cast)
    found = {}
    for row in rig.store.outbox.of(cast.case_id):
        # In the ledger the receipt of a mail is an answer: only such a one can begin a loop.
        found["received" if row.template == "answer" else row.template] = row.message_id
    files = {}
    for path in (rig.maildir(life.queue) / "new").iterdir():
        content = path.read_bytes()
        message = email.message_from_bytes(content, policy=email.policy.default)
        # The transport writes these two lines itself.
        body = content.split(b"\n", 2)[2]
        files[str(message["Message-ID"]).strip()] = body
    for template in TEMPLATES:
        (rig.mails / f"{template}.eml").write_bytes(files[found[template]])
