"""What people can ask for, over HTTP: the catalogue, each form as JSON Schema, and opening a request."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from definitions.base import Value
from definitions.catalogue import CatalogueItem
from definitions.intake import OpenRequest
from definitions.people import Action, Actor
from records.directory import Directory
from settings import Clock
from web.counts import Counts
from web.doors import needs
from web.opening import Contact, IdempotencyKey, OpenedAnswer, Who, answered, may_open
from web.ports import Desk


class RequestBody(Contact):
    """A request to open."""

    item: Annotated[str, Field(min_length=1, max_length=100)]
    fields: dict[str, Annotated[str, Field(max_length=10_000)]] = Field({}, max_length=100)
    """The form, each answer as it would be typed; `GET /api/catalogue/{item}` has its schema."""
    for_whom: Who | None = None
    """An address or a person key; left out, it is the requester."""


class Offered(Value):
    """One item of the catalogue."""

    key: str
    title: str
    gives: str
    service: str
    entitled: str
    """Who may ask for it, in words."""
    approvals: int
    cost: str | None
    version: str


def catalogue(desk: Desk, directory: Directory, clock: Clock, counts: Counts) -> APIRouter:
    """The routes under /api/catalogue, and POST /api/requests."""
    router = APIRouter(prefix="/api", tags=["requests"])

    @router.get("/catalogue")
    @needs(Action.OPEN, about="cases")
    async def ls() -> list[Offered]:
        """What there is to ask for."""
        return [_offered(item) for item in desk.requests.items]

    @router.get("/catalogue/{item}")
    @needs(Action.OPEN, about="cases")
    async def form(item: str) -> dict[str, Any]:
        """The form of one item as JSON Schema (2020-12)."""
        return desk.requests.item(item).form.json_schema

    @router.post("/requests", status_code=201)
    @needs(Action.OPEN, about="cases")
    async def open_request(
        body: RequestBody, request: Request, response: Response, key: IdempotencyKey = None
    ) -> OpenedAnswer:
        """Ask for something. With an Idempotency-Key, repeating it gives the same request."""
        actor: Actor = request.state.actor
        await may_open(actor, body, directory, clock())
        wanted = OpenRequest(**body.model_dump(), source=f"api:{actor.person}", external_id=key)
        opened = await desk.requests.open(wanted, actor)
        return answered(opened, response, counts)

    return router


def _offered(item: CatalogueItem) -> Offered:
    return Offered(
        key=item.key,
        title=item.title,
        gives=item.gives,
        service=item.service,
        entitled=item.entitlement.text,
        approvals=len(item.approvals),
        cost=item.cost.text if item.cost else None,
        version=item.version,
    )
