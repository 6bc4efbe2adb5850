"""What the web needs of the rest of the house."""

from collections.abc import Sequence
from typing import Any, Protocol

from definitions.acts import Act
from definitions.case import Receipt
from definitions.catalogue import CatalogueItem
from definitions.feedback.giving import GiveFeedback
from definitions.intake import Alert, InboundMessage, OpenIncident, OpenRequest, Received
from definitions.people import Actor, Object
from definitions.surveys import Answer, Survey
from office.offers import Offer
from records.asks import Ask
from records.values import CaseQuery, Page


class Opened(Protocol):
    """The case that a request to open became."""

    @property
    def id(self) -> str: ...

    @property
    def created(self) -> bool:
        """False when the same request had been made before."""
        ...


class Voice(Protocol):
    """Takes answers to surveys."""

    def by_token(self, token: str) -> Ask: ...

    def open_survey(self, ask: Ask) -> Survey: ...

    async def take(self, ask: Ask, answer: Answer, *, channel: str) -> Ask: ...


class Feedback(Protocol):
    """Takes feedback in."""

    async def give(self, given: GiveFeedback, actor: Actor) -> Opened: ...


class Offers(Protocol):
    """Takes the word that an offered article helped."""

    async def by_token(self, token: str) -> Offer: ...

    async def take(self, offer: Offer, article: str | None, *, key: str) -> None: ...


class Requests(Protocol):
    """Knows the catalogue and opens what is asked for."""

    @property
    def items(self) -> Sequence[CatalogueItem]: ...

    def item(self, key: str) -> CatalogueItem: ...

    async def open(self, wanted: OpenRequest, actor: Actor) -> Opened: ...


class Desk(Protocol):
    """The typed client to cases. Its errors carry `code`, `message` and `hint`."""

    @property
    def voice(self) -> Voice: ...

    @property
    def feedback(self) -> Feedback: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def requests(self) -> Requests: ...

    async def open_incident(self, request: OpenIncident, *, actor: Actor) -> Opened: ...

    async def receive(self, message: InboundMessage) -> Received: ...

    async def alerts(self, batch: Sequence[Alert]) -> list[Received]: ...

    async def act(self, case_id: str, act: Act, *, actor: Actor, key: str | None = None) -> Receipt: ...

    async def show(self, case_id: str, *, actor: Actor) -> Any:
        """A pydantic model: the case as this person may see it."""

    async def ls(self, query: CaseQuery, *, actor: Actor) -> Page: ...

    async def object_of(self, case_id: str) -> Object | None:
        """What `may` needs to know about a case, an hour old or a moment; None when there is none of this id."""

    async def ready(self) -> list[str]:
        """Why it cannot work just now; empty when it can."""
        ...


class People(Protocol):
    """Who is behind a token."""

    def actor_of_token(self, token: str) -> Actor | None: ...
