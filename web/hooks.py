"""Where other systems hand things in: Alertmanager, and anything that signs as Standard Webhooks says."""

import asyncio
import base64
import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Path, Request
from pydantic import Field, JsonValue, StringConstraints, ValidationError

from definitions.base import Key, Value
from definitions.intake import Alert, InboundMessage, Received
from definitions.people import Action
from settings import Clock
from web import alertmanager
from web.counts import Counts
from web.doors import needs
from web.ports import Desk
from web.problems import Problem, problem_of

log = logging.getLogger("jidoka.web")

AWAY = (503, 504)
"""Something does not answer just now: whoever sent it is told to come again, and nothing is put aside."""

Source = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Clean = StringConstraints(pattern=r"^[^\x00]*$")


class Quarantine(Protocol):
    """Where goes what cannot be processed."""

    def add(
        self, source: str, reason: str, *, ref: str | None = None, blob: str | None = None, payload: JsonValue = None
    ) -> str: ...


class HookMessage(Value):
    """The words of a person that another system passes on."""

    sender: Annotated[str, Clean, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
    sender_name: Annotated[str, Clean, Field(max_length=200)] = ""
    subject: Annotated[str, Clean, Field(min_length=1, max_length=300)]
    text: Annotated[str, Clean, Field(max_length=100_000)] = ""
    service: Key | None = None


class HookEvent(Value):
    """The envelope of Standard Webhooks."""

    type: Literal["message.received"]
    timestamp: str = ""
    data: HookMessage


class AlertsTaken(Value):
    """What became of each alert, in the order sent; broken ones are `quarantined`."""

    received: tuple[Received, ...]
    truncated: int


def hooks(desk: Desk, quarantine: Quarantine, clock: Clock, counts: Counts) -> APIRouter:
    """The routes under /hooks."""
    router = APIRouter(prefix="/hooks", tags=["hooks"])

    def took(channel: str, outcome: str) -> None:
        counts.add("jidoka_intake", channel=channel, outcome=outcome)

    async def keep(source: str, reason: str, content: bytes, external_id: str | None = None) -> str:
        ref = external_id or hashlib.sha256(content).hexdigest()
        return await asyncio.to_thread(quarantine.add, source, reason, ref=ref, payload=_kept(content))

    async def take(alerts: Sequence[Alert]) -> list[Received]:
        if not alerts:
            return []
        try:
            return await desk.alerts(alerts)
        except Exception as error:
            if problem_of(error).status_code in AWAY:
                raise
        # One of them is poison. Alerts that got through are known by now, so nothing happens twice.
        return [await take_alone(alert) for alert in alerts]

    async def take_alone(alert: Alert) -> Received:
        try:
            return (await desk.alerts([alert]))[0]
        except Exception as error:
            problem = problem_of(error)
            if problem.status_code in AWAY:
                raise
            kept = await keep(alertmanager.SOURCE, problem.message, alert.model_dump_json(exclude={"at"}).encode())
            return Received(outcome="quarantined", reason=f"{kept}: {problem.message}")

    @router.post("/alertmanager")
    @needs(Action.ALERT, proof="hook_token")
    async def alertmanager_hook(request: Request) -> AlertsTaken:
        """Alertmanager webhook, version 4. A broken alert is quarantined and the others are taken."""
        body = await request.body()
        try:
            batch = alertmanager.parsed(_json(body), clock())
        except alertmanager.Unreadable as bad:
            kept = await keep(alertmanager.SOURCE, str(bad), body)
            took("alertmanager", "quarantined")
            raise _unreadable(str(bad), kept) from None
        if batch.truncated:
            log.warning("Alertmanager left out %d alerts: raise max_alerts of its webhook", batch.truncated)
        broken: dict[int, Received] = {}
        for one in batch.rejected:
            content = json.dumps(one.content, sort_keys=True).encode()
            kept = await keep(alertmanager.SOURCE, one.reason, content)
            broken[one.position] = Received(outcome="quarantined", reason=f"{kept}: {one.reason}")
        taken = iter(await take(batch.alerts))
        total = len(batch.alerts) + len(broken)
        received = tuple(broken[n] if n in broken else next(taken) for n in range(total))
        for result in received:
            took("alertmanager", result.outcome)
        return AlertsTaken(received=received, truncated=batch.truncated)

    @router.post("/{source}")
    @needs(Action.INTAKE, proof="signature")
    async def signed_hook(source: Source, request: Request) -> Received:
        """A message signed as Standard Webhooks says. The same webhook-id again is the same message."""
        body, webhook_id = await request.body(), request.state.webhook_id
        try:
            event = HookEvent.model_validate(_json(body))
        except (ValidationError, alertmanager.Unreadable) as bad:
            reason = alertmanager.reason_of(bad) if isinstance(bad, ValidationError) else str(bad)
            kept = await keep(f"hook:{source}", reason, body, webhook_id)
            took("webhook", "quarantined")
            raise _unreadable(reason, kept) from None
        said = event.data
        received = await desk.receive(
            InboundMessage(
                source=f"hook:{source}",
                external_id=webhook_id,
                at=clock(),
                channel="webhook",
                sender=said.sender.lower(),
                sender_name=said.sender_name,
                subject=said.subject,
                text=said.text,
                full_text=said.text,
                service=said.service,
            )
        )
        took("webhook", received.outcome)
        return received

    return router


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as bad:
        # The decoder's message holds a position and no content.
        raise alertmanager.Unreadable(f"the body is not JSON ({type(bad).__name__}: {bad})"[:300]) from None


def _kept(content: bytes) -> JsonValue:
    """The body as it came: as text where a database can hold that, else in base64."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\x00"
    return {"base64": base64.b64encode(content).decode()} if "\x00" in text else {"text": text}


def _unreadable(reason: str, kept: str) -> Problem:
    return Problem(
        422, "usage", f"It cannot be read: {reason}.", f"It is kept as {kept}; see `jidoka quarantine show {kept}`."
    )
