"""Accepting a case: one transaction, from which on it is never lost and never assigned again."""

import asyncio
import secrets
from datetime import datetime, timedelta

from definitions.base import Value
from definitions.facts import TextRef
from definitions.intake import CHANNELS
from definitions.kinds import KINDS
from definitions.people import Actor
from definitions.rules.opening import Opening
from definitions.runs import AnyDefinition
from definitions.slices import IncidentDefinition, UnknownKey
from definitions.standards import InForce
from office.errors import NotFound, Unusable
from office.experiments import Experiments
from records.store import Store
from records.values import Allocation, Arrival, InboxRow

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LOGGED_WITHIN = timedelta(days=30)
"""How late a contact may still be logged."""


class Opened(Value):
    """A case was accepted; `created` is False when the same request had made it before."""

    id: str
    created: bool


def contact(channel: str, at: datetime | None, now: datetime) -> datetime:
    """When somebody got in touch. Raises Unusable for a channel that is none, and for a time that cannot be."""
    if channel not in CHANNELS:
        raise Unusable(f"there is no channel {channel!r}", f"Choose one of {', '.join(CHANNELS)}.")
    if at is not None and not now - LOGGED_WITHIN <= at <= now:
        raise Unusable(f"the contact cannot have been at {at}", f"Give a time of the last {LOGGED_WITHIN.days} days.")
    return at or now


def own_key(actor: Actor, given: str | None, noun: str | None = None) -> str:
    """An idempotency key is its giver's own: nobody learns of another's case by guessing one.

    One for a `noun` is none for an incident, which has no noun. Without one nothing is ever taken for its repetition.
    """
    if not given:
        return secrets.token_hex(16)
    return "/".join(part for part in (actor.person, noun, given) if part)


def new_case_id(prefix: str) -> str:
    """Random, never derived from content: `INC-` and eight characters of Crockford's base32 (40 bits)."""
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"


class Acceptance:
    """Takes cases in."""

    def __init__(
        self, store: Store, standard: InForce, lots: bytes = b"", experiments: Experiments | None = None
    ) -> None:
        """`lots` is the installation's secret: without it anybody could tell what is drawn for a case."""
        self.store, self._standard, self._lots, self._experiments = store, standard, lots, experiments

    def category(self, service: str, category: str | None) -> None:
        """Raises NotFound for a service that is none, Unusable for a category that is none of its own."""
        try:
            known = self._standard().service(service).categories
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show services`.") from None
        if category is not None and category not in known:
            raise Unusable(f"{service} has no category {category!r}", f"It has {', '.join(known)}.")

    def definition(self, service: str, category: str | None = None) -> IncidentDefinition:
        """The slice of a service. Raises NotFound, and Unusable for a category that is none of its own."""
        if category is not None:
            self.category(service, category)
        try:
            return self._standard().incident(service)
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show`.") from None

    async def words(self, text: str, person: str | None) -> TextRef:
        """Keep somebody's words in the records and refer to them."""
        return await asyncio.to_thread(self.store.texts.put, text, person=person)

    async def accept(
        self,
        opening: Opening,
        definition: AnyDefinition,
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
        kind = KINDS[definition.kind]
        draw = await asyncio.to_thread(self._experiments.draw, opening, definition) if self._experiments else None

        def allocate() -> Allocation:
            case_id = new_case_id(kind.prefix)
            told, slice_ = draw.of(case_id, opening) if draw is not None else (opening, definition)
            return Allocation(
                case_id=case_id,
                definition_version=slice_.version,
                definition=slice_.model_dump(mode="json"),
                arm=told.arm,
                payload=kind.drawn(told, slice_, case_id, self._lots).model_dump(mode="json"),
            )

        return await asyncio.to_thread(self.store.inbox.receive, arrival, allocate)
