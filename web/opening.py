"""Opening a case over HTTP, of whatever kind: whose contact it was, whether they may, and the answer."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Header, Response
from pydantic import Field

from definitions.base import Instant, Value
from definitions.people import Action, Actor, Object
from definitions.rights import may
from records.directory import Directory
from web.counts import Counts
from web.doors import allow
from web.ports import Opened
from web.problems import Problem

IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,200}$", description="Repeating it changes nothing."),
]
Who = Annotated[str, Field(min_length=1, max_length=254)]


class Contact(Value):
    """Whose case it is, and how and when they got in touch."""

    requester: Who | None = None
    """An address or a person key; left out, it is the person whose token this is."""
    channel: Literal["api", "phone", "walk_up"] = "api"
    at: Instant | None = None
    """When the person got in touch, for contacts logged afterwards."""


class OpenedAnswer(Value):
    """The case it became; `created` is False when the same request had been made before."""

    id: str
    created: bool


async def may_open(actor: Actor, contact: Contact, directory: Directory, now: datetime) -> None:
    """Raise Problem unless the actor may open a case for that contact."""
    requester = await asyncio.to_thread(person_of, directory, contact.requester) or actor.person
    allow(may(actor, Action.OPEN, Object(kind="case", requester=requester)))
    if contact.channel != "api" or contact.at is not None:
        # Logging a contact afterwards moves its clocks, so it is for those who work on cases.
        allow(may(actor, Action.COMMENT_INTERNAL, Object(kind="case", requester=requester)))
    if contact.at is not None and contact.at > now:
        raise Problem(422, "usage", "at: a contact cannot have been in the future.", "Leave it out for now.")


def answered(opened: Opened, response: Response, counts: Counts) -> OpenedAnswer:
    """201 for a new case, 200 for one that was there; with the address where a case of any kind is read."""
    counts.add("jidoka_intake", channel="api", outcome="opened" if opened.created else "duplicate")
    response.status_code = 201 if opened.created else 200
    response.headers["Location"] = f"/api/incidents/{opened.id}"
    return OpenedAnswer(id=opened.id, created=opened.created)


def person_of(directory: Directory, given: str | None) -> str | None:
    """The key of whoever has this address; what is no address, or nobody's, as it was given."""
    if given is None or "@" not in given:
        return given
    # An address nobody has yet belongs to nobody who acts here: staff may open for it.
    return directory.person_of(given) or given
