"""Who comes in by which route, and the one question that is asked of each: may they?

Every endpoint says what it needs with `@needs(...)`, or `@open_to_all(why)`. One that says nothing lets nobody in.
"""

import asyncio
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from fastapi import Request

from activities.signature import BadSignature, verified_id
from definitions.people import Action, Actor, Door, Object
from definitions.rights import Decision, may
from keys import Secrets
from settings import Clock
from web.ports import Desk, People
from web.problems import Problem

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Proof = Literal["token", "hook_token", "signature", "scrape"]

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Any of these means that the request came through a proxy, so that a loopback peer proves nothing."""


@dataclass(frozen=True)
class Entrance:
    """What one route asks of whoever comes."""

    action: Action | None
    about: Literal["case", "cases", "desk"] = "desk"
    proof: Proof = "token"
    why_open: str = ""


def needs(action: Action, *, about: Literal["case", "cases", "desk"] = "desk", proof: Proof = "token") -> "Mark":
    """The route does `action`; whoever comes must prove who they are and be allowed to."""
    return Mark(Entrance(action, about, proof))


def open_to_all(why: str) -> "Mark":
    """The route shows nothing that is anybody's."""
    return Mark(Entrance(None, why_open=why))


def entrance_of(endpoint: object) -> Entrance | None:
    """What the endpoint declared; None when it forgot to."""
    found = getattr(endpoint, "entrance", None)
    return found if isinstance(found, Entrance) else None


class Mark:
    """A decorator that notes on an endpoint what it needs."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance

    def __call__(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint itself, marked."""
        endpoint.entrance = self._entrance  # type: ignore[attr-defined]
        return endpoint


class Doorkeeper:
    """The dependency that runs before every endpoint of the app."""

    def __init__(self, desk: Desk, people: People, secrets: Secrets, clock: Clock) -> None:
        self._desk, self._people, self._secrets, self._clock = desk, people, secrets, clock

    async def __call__(self, request: Request) -> None:
        """Let in or raise; who came is in `request.state.actor` afterwards."""
        entrance = entrance_of(request.scope.get("endpoint"))
        if entrance is None:
            raise Problem(403, "not_allowed", "This address does not say whom it is for.", "Report it.")
        if entrance.action is None:
            return
        actor = request.state.actor = await self._actor(request, entrance.proof)
        if entrance.about == "case":
            await self._to_case(actor, entrance.action, request.path_params["case_id"])
            return
        # The widest they can ask for here; the endpoint asks again about what the body or query names.
        allow(may(actor, entrance.action, Object(kind=entrance.about, requester=actor.person)))

    async def _to_case(self, actor: Actor, action: Action, case_id: str) -> None:
        about = await self._desk.object_of(case_id)
        if about is None:
            raise no_case(case_id)
        decision = may(actor, action, about)
        if decision.allowed:
            return
        # Whoever can neither see this case nor lists of cases does not learn that it exists.
        if may(actor, Action.SHOW, about).allowed or may(actor, Action.LS, Object(kind="cases")).allowed:
            allow(decision)
        raise no_case(case_id)

    async def _actor(self, request: Request, proof: Proof) -> Actor:
        if proof == "signature":
            return await self._signed(request)
        if proof == "scrape" and _on_this_machine(request):
            return _machine(Door.SYSTEM, "scraper")
        token = _bearer(request)
        if proof in ("hook_token", "scrape") and _same(token, self._secrets.hook_token):
            return _machine(Door.HOOK if proof == "hook_token" else Door.SYSTEM, "monitoring")
        actor = None if proof == "hook_token" else await asyncio.to_thread(self._people.actor_of_token, token)
        if actor is None:
            raise _unknown("The token is unknown, revoked or expired.")
        return actor

    async def _signed(self, request: Request) -> Actor:
        source = request.path_params["source"]
        secret = self._secrets.hook_secrets.get(source, self._secrets.webhook_secret)
        try:
            request.state.webhook_id = verified_id(secret, request.headers, await request.body(), self._clock())
        except BadSignature as bad:
            raise Problem(
                401, "not_allowed", f"The signature does not hold: {bad}.", "Sign it as Standard Webhooks says."
            ) from None
        return _machine(Door.HOOK, source)


def allow(decision: Decision) -> None:
    """Go on, or say no with the reason."""
    if not decision.allowed:
        raise Problem(403, "not_allowed", f"{decision.reason[:1].upper()}{decision.reason[1:]}.", "Ask who may.")


def no_case(case_id: str) -> Problem:
    """The same words whether it does not exist or is not theirs to know of."""
    return Problem(404, "not_found", "There is no such case.", "Check the id; GET /api/incidents lists yours.")


def _machine(door: Door, name: str) -> Actor:
    return Actor(person=name, door=door, verified=True)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unknown("A token is needed here.")
    return token.strip()


def _unknown(message: str) -> Problem:
    return Problem(
        *(401, "not_allowed", message, "Send `Authorization: Bearer TOKEN`; an administrator issues tokens."),
        headers={"WWW-Authenticate": "Bearer"},
    )


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _on_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
