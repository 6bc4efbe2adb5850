"""A web door on real records, with a desk that only remembers what it was asked."""

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from definitions.acts import Act, wire_name
from definitions.base import Priority, Value
from definitions.case import Receipt, Stage
from definitions.example import organisation
from definitions.feedback.giving import GiveFeedback
from definitions.intake import Alert, InboundMessage, OpenIncident, Received
from definitions.organisation import Organisation
from definitions.people import Actor, Object, Person, Role
from definitions.standards import InForce
from keys import Secrets
from office.acceptance import Acceptance
from office.casebook import Casebook
from office.courier import Courier
from office.feedback import Feedback
from office.identity import Identity
from office.knowledge import Knowledge
from office.offers import Offers
from office.requests import Requests
from office.voice import Voice
from records.migrate import upgrade
from records.store import Store
from records.values import CaseQuery, InboxRow, Page
from settings import Clock, Settings
from web.app import create_app

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def standard() -> Organisation:
    """Nothing was accepted on top of it."""
    return organisation


class Shown(Value):
    """What the fake desk shows of a case."""

    id: str
    seen_by: str


class Opened(Value):
    """What became of a request to open."""

    id: str
    created: bool


class Starts(Courier):
    """Remembers which cases begin; there is no server to begin them on."""

    def __init__(self, store: Store, started: list[str]) -> None:
        self.store, self.started = store, started

    async def start(self, row: InboxRow) -> None:
        self.started.append(str(row.case_id))


@dataclass
class FakeDesk:
    """Knows the cases a test gives it and remembers every call."""

    store: Store
    given: list[GiveFeedback] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    objects: dict[str, Object] = field(default_factory=dict)
    opened: dict[tuple[str, str], OpenIncident] = field(default_factory=dict)
    messages: dict[tuple[str, str], InboundMessage] = field(default_factory=dict)
    alerted: list[Alert] = field(default_factory=list)
    acts: list[tuple[str, Act, Actor, str | None]] = field(default_factory=list)
    fails: Exception | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def voice(self) -> Voice:
        """The real one: it needs the records only, until an answer is a complaint."""
        feedback = Feedback(*self._room())
        return Voice(self.store, standard, lambda: NOW, Acceptance(self.store, standard), feedback)

    @property
    def feedback(self) -> "FakeDesk":
        """Itself."""
        return self

    @property
    def offers(self) -> Offers:
        """The real one, too."""
        identity = Identity(self.store, standard, lambda: NOW)
        return Offers(self.store, identity, Knowledge(self.store, standard, lambda: NOW, identity), self.act)

    @property
    def requests(self) -> Requests:
        """The real one, as well."""
        return Requests(*self._room())

    def _room(self) -> tuple[Store, InForce, Clock, Identity, Acceptance, Courier, Casebook]:
        """What the real rooms work with; runs are only remembered."""

        def clock() -> datetime:
            return NOW

        return (
            *(self.store, standard, clock),
            *(Identity(self.store, standard, clock), Acceptance(self.store, standard)),
            *(Starts(self.store, self.started), Casebook(self.store, standard, clock)),
        )

    async def give(self, given: GiveFeedback, actor: Actor) -> Opened:
        self._fail()
        self.given.append(given)
        return Opened(id="FBK-00000001", created=len(self.given) == 1)

    async def open_incident(self, request: OpenIncident, *, actor: Actor) -> Opened:
        self._fail()
        name = (request.source, request.external_id or f"new-{len(self.opened)}")
        created = name not in self.opened
        self.opened.setdefault(name, request)
        return Opened(id=f"INC-{list(self.opened).index(name):08d}", created=created)

    async def receive(self, message: InboundMessage) -> Received:
        self._fail()
        name = (message.source, message.external_id)
        seen = name in self.messages
        self.messages.setdefault(name, message)
        return Received(outcome="duplicate" if seen else "opened", case_id=f"INC-m{list(self.messages).index(name)}")

    async def alerts(self, batch: Sequence[Alert]) -> list[Received]:
        self._fail()
        self.alerted.extend(batch)
        return [Received(outcome="opened", case_id="INC-alert") for _ in batch]

    async def act(self, case_id: str, act: Act, *, actor: Actor, key: str | None = None) -> Receipt:
        self._fail()
        self.acts.append((case_id, act, actor, key))
        return Receipt(
            id=case_id, seq=7, state=Stage.IN_PROGRESS, priority=Priority.P2, team="network",
            assignee=None, due_at=None,
        )  # fmt: skip

    async def show(self, case_id: str, *, actor: Actor) -> Shown:
        self._fail()
        return Shown(id=case_id, seen_by=actor.person)

    async def ls(self, query: CaseQuery, *, actor: Actor) -> Page:
        self._fail()
        return self.store.cases.ls(query)

    async def object_of(self, case_id: str) -> Object | None:
        return self.objects.get(case_id)

    async def ready(self) -> list[str]:
        return self.reasons

    def said(self) -> list[str]:
        """The names of the acts, in order."""
        return [wire_name(type(act)) for _, act, _, _ in self.acts]

    def _fail(self) -> None:
        if self.fails is not None:
            raise self.fails


@dataclass
class House:
    """The app and everything behind it."""

    app: FastAPI
    desk: FakeDesk
    store: Store
    secrets: Secrets
    settings: Settings
    tokens: dict[str, str]

    def client(self, *, peer: str = "127.0.0.1") -> httpx.AsyncClient:
        """Speaks to the app as if from that address."""
        transport = httpx.ASGITransport(app=self.app, client=(peer, 40_000))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")

    def bearer(self, who: str) -> dict[str, str]:
        """The header with this person's token."""
        return {"Authorization": f"Bearer {self.tokens[who]}"}

    def hook(self) -> dict[str, str]:
        """The header with the token of the hooks."""
        return {"Authorization": f"Bearer {self.secrets.hook_token}"}


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("web") / "records.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def house(migrated: Path, tmp_path: Path) -> Iterator[House]:
    """One person per role (named after it), all in the team `network`."""
    shutil.copy(migrated, tmp_path / "records.db")
    store = Store(f"sqlite:///{tmp_path / 'records.db'}", tmp_path / "blobs", lambda: NOW)
    people = [
        Person(key=role.value, name=role.title(), addresses=(f"{role}@example.org",), roles=(role,), teams=("network",))
        for role in Role
    ]
    store.directory.sync([*people, Person(key="stranger", name="Stranger", addresses=("stranger@example.org",))])
    tokens = {person.key: store.directory.issue_api_token(person.key) for person in people}
    settings = Settings(data_dir=tmp_path, worker_metrics_urls=())
    secrets, desk = Secrets.fresh(), FakeDesk(store)
    app = create_app(desk, store, settings, secrets, lambda: NOW)
    yield House(app, desk, store, secrets, settings, tokens)
    store.close()


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client on this machine."""
    async with house.client() as opened:
        yield opened
