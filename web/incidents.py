"""Incidents over HTTP: open, list, read, and one address per act."""

import asyncio
import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, JsonValue

from definitions.base import Key, Level, Value
from definitions.case import Receipt
from definitions.intake import OpenIncident, ShortText
from definitions.people import Action, Actor, Object
from definitions.rights import may
from records.directory import Directory
from records.texts import Texts
from records.values import CaseQuery, CaseRow
from settings import Clock
from web.acts import ROUTES, ActRoute
from web.counts import Counts
from web.doors import allow, needs
from web.opening import Contact, IdempotencyKey, OpenedAnswer, answered, may_open
from web.ports import Desk


class OpenBody(Contact):
    """An incident to open."""

    service: Key
    title: ShortText
    description: str = Field("", max_length=100_000)
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM
    category: Key | None = None


class Listed(Value):
    """One page of cases; `next` goes into `after` for the page that follows."""

    rows: tuple[dict[str, JsonValue], ...]
    next: str | None


def incidents(desk: Desk, directory: Directory, texts: Texts, clock: Clock, counts: Counts) -> APIRouter:
    """The routes under /api/incidents."""
    router = APIRouter(prefix="/api/incidents", tags=["incidents"])

    @router.post("", status_code=201)
    @needs(Action.OPEN, about="cases")
    async def open_incident(
        body: OpenBody, request: Request, response: Response, key: IdempotencyKey = None
    ) -> OpenedAnswer:
        """Open an incident. With an Idempotency-Key, repeating the request gives the same case."""
        actor: Actor = request.state.actor
        await may_open(actor, body, directory, clock())
        wanted = OpenIncident(
            **body.model_dump(exclude={"requester"}),
            requester=body.requester or actor.person,
            source=f"api:{actor.person}",
            external_id=key,
        )
        opened = await desk.open_incident(wanted, actor=actor)
        return answered(opened, response, counts)

    @router.get("")
    @needs(Action.LS, about="cases")
    async def ls(query: Annotated[CaseQuery, Query()], request: Request) -> Listed:
        """Cases, newest first: all of them for those who work on cases, else the person's own."""
        actor: Actor = request.state.actor
        if not may(actor, Action.LS, Object(kind="cases")).allowed:
            whose = query.requester or actor.person
            allow(may(actor, Action.LS, Object(kind="cases", requester=whose)))
            query = query.model_copy(update={"requester": whose})
        page = await desk.ls(query, actor=actor)
        titles = [row.title.id for row in page.rows if row.title is not None]
        words = await asyncio.to_thread(texts.get_many, titles) if titles else {}
        return Listed(rows=tuple(_listed(row, words) for row in page.rows), next=page.next)

    @router.get("/{case_id}")
    @needs(Action.SHOW, about="case")
    async def show(case_id: str, request: Request) -> Response:
        """One incident, as far as the person may see it."""
        view = await desk.show(case_id, actor=request.state.actor)
        return JSONResponse(view.model_dump(mode="json") if isinstance(view, BaseModel) else jsonable_encoder(view))

    for act_route in ROUTES:
        _add(router, act_route, desk, texts)
    return router


def _add(router: APIRouter, route: ActRoute, desk: Desk, texts: Texts) -> None:
    async def do(case_id: str, request: Request, body: Any, key: IdempotencyKey = None) -> Receipt:
        actor: Actor = request.state.actor
        if getattr(body, "broadcast", False):
            # It goes to the people of other cases, whom a requester has no business writing to.
            about = await desk.object_of(case_id)
            allow(may(actor, Action.LINK, about or Object(kind="case", id=case_id)))
        # A key is one person's for one act: nobody can use up another's, and `start` does not pass for `resolve`.
        once = _scoped(route.name, case_id, actor.person, key) if key else None
        fields = body.model_dump(exclude={"text"}) | route.fixed
        ref = None
        if (words := getattr(body, "text", None)) is not None:
            name = f"t-{once}" if once else None
            ref = fields["text"] = await asyncio.to_thread(
                texts.put, words, id=name, case_id=case_id, person=actor.person
            )
        act = route.act(by=actor.person, channel="api", **fields)
        try:
            return await desk.act(case_id, act, actor=actor, key=once)
        except Exception:
            # Words of an act that did not happen are nobody's; under a key the act may yet happen.
            if ref is not None and key is None:
                await asyncio.to_thread(texts.erase, ref.id)
            raise

    do.__annotations__["body"] = route.body
    do.__name__, do.__doc__ = route.name, route.act.__doc__
    router.post(f"/{{case_id}}/{route.name}", status_code=200, name=route.name)(needs(route.action, about="case")(do))


def _scoped(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _listed(row: CaseRow, words: dict[str, str]) -> dict[str, JsonValue]:
    """The row without what is the engine's own business, its title in words."""
    plain: dict[str, JsonValue] = row.model_dump(mode="json", exclude={"state_json", "arm", "title"})
    return {**plain, "title": words.get(row.title.id) if row.title else None}
