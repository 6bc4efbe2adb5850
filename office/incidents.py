"""Incidents at the door: who reports what about which service."""

import asyncio

from definitions.intake import OpenIncident
from definitions.people import Action, Actor, Object
from definitions.rules.opening import Opening
from office.acceptance import Acceptance, Opened, contact, own_key
from office.access import allow
from office.courier import Courier
from office.identity import Identity
from settings import Clock


class Incidents:
    """Opens incidents that people report themselves; messages and alerts come by the reception and the alerting."""

    def __init__(self, clock: Clock, identity: Identity, acceptance: Acceptance, courier: Courier) -> None:
        self._clock, self._identity, self._acceptance, self._courier = clock, identity, acceptance, courier

    async def open(self, wanted: OpenIncident, actor: Actor) -> Opened:
        """Open an incident; with `external_id`, repeating it gives the same case.

        Raises NotFound, NotAllowed or Unusable before anything is kept.
        """
        requester = actor.person
        if wanted.requester is not None:
            requester = await asyncio.to_thread(self._identity.known_or_new, wanted.requester)
        allow(actor, Action.OPEN, Object(kind="case", requester=requester))
        definition = self._acceptance.definition(wanted.service, wanted.category)
        at = contact(wanted.channel, wanted.at, self._clock())
        external = own_key(actor, wanted.external_id)
        if (known := await self._courier.opened(wanted.source, external)) is not None:
            return known
        opening = Opening(
            service=wanted.service,
            category=wanted.category,
            channel=wanted.channel,
            title=await self._acceptance.words(wanted.title, requester),
            text=await self._acceptance.words(wanted.description, requester) if wanted.description else None,
            requester=requester,
            by=actor.person,
            at=at,
            impact=wanted.impact,
            urgency=wanted.urgency,
        )
        row = await self._acceptance.accept(opening, definition, source=wanted.source, external_id=external)
        return await self._courier.open(row)
