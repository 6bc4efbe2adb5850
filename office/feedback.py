"""Feedback at the door: whose it becomes, what and whom it is about; given with a name or without."""

import asyncio
from typing import NamedTuple

from definitions.base import Level
from definitions.case import ENDED, SYSTEM
from definitions.feedback.giving import GiveFeedback, title_of
from definitions.feedback.state import FeedbackBrief, Tone
from definitions.intake import CHANNELS, InboundMessage, Received
from definitions.kinds import RULES
from definitions.people import Action, Actor, Object
from definitions.rules.opening import Opening
from definitions.slices import UnknownKey
from office.acceptance import Opened, own_key
from office.access import WORK_HERE, allow
from office.errors import NotFound, Unreachable, Unusable
from office.room import Room
from records.store import Store

NOBODY = "anonymous"
"""The actor of what was given without a name."""


class Feedback(Room):
    """Opens feedback."""

    async def give(self, given: GiveFeedback, actor: Actor) -> Opened:
        """Open feedback for somebody who may; with `external_id`, repeating it gives the same case.

        Raises NotFound, NotAllowed or Unusable before anything is kept.
        """
        allow(actor, Action.OPEN, Object(kind="case", requester=actor.person))
        if given.channel not in CHANNELS:
            raise Unusable(f"there is no channel {given.channel!r}", f"Choose one of {', '.join(CHANNELS)}.")
        case = await asyncio.to_thread(self._case, given.case, actor) if given.case else None
        if given.anonymous and case is not None and actor.person in (case.object.requester, *case.object.participants):
            raise Unusable(
                f"{case.id} is yours, so it would say who you are",
                "Leave the case out and name its service, or give your name.",
            )
        people = tuple([await asyncio.to_thread(self._identity.person, who) for who in given.about])
        # Without a name there is no key either: it would lead back to whoever chose it.
        external = own_key(actor, None if given.anonymous else given.external_id, "feedback")
        return await self.open(
            given,
            case=case,
            people=people,
            by=None if given.anonymous else actor.person,
            external_id=external,
        )

    async def by_mail(self, message: InboundMessage, tone: Tone, by: str, service: str | None) -> Received:
        """A mail whose subject says that it is feedback; once it is stored, it goes on as soon as possible."""
        words = f"{message.subject}\n\n{message.full_text or message.text}".strip()
        given = GiveFeedback(
            text=words[:100_000], tone=tone, service=service, channel=message.channel, source=message.source
        )
        try:
            opened = await self.open(
                given, case=None, by=by, external_id=message.external_id, message_id=message.message_id
            )
        except Unreachable as late:
            row = await asyncio.to_thread(self._store.inbox.find, message.source, message.external_id)
            return Received(outcome="opened", case_id=row.case_id if row else None, reason=f"stored ({late.message})")
        return Received(outcome="opened" if opened.created else "duplicate", case_id=opened.id, reason=tone.value)

    async def open(
        self,
        given: GiveFeedback,
        *,
        case: "About | None",
        people: tuple[str, ...] = (),
        by: str | None,
        external_id: str,
        message_id: str | None = None,
    ) -> Opened:
        """Open feedback, past the question who may. `by` None means that nobody is remembered."""
        service = given.service or (case.service if case else self._standard().default_service)
        try:
            concerns = people if by is None else (by, *people)
            if given.tone is Tone.COMPLIMENT:
                concerns = ()
            definition = self._standard().feedback(
                service, named=by is not None, concerns=concerns, idea=given.tone is Tone.IDEA
            )
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show`.") from None
        if (known := await self._courier.opened(given.source, external_id)) is not None:
            return known
        if case is not None and not people and given.tone is Tone.COMPLIMENT:
            people = await asyncio.to_thread(self.who_worked_on, case)
        opening = Opening(
            service=service,
            channel=given.channel,
            title=await self._acceptance.words(title_of(given.text), by),
            text=await self._acceptance.words(given.text, by),
            requester=by,
            by=by or NOBODY,
            at=self._clock(),
            impact=Level.MEDIUM,
            urgency=Level.HIGH if given.tone is Tone.COMPLAINT else Level.MEDIUM,
            feedback=FeedbackBrief(tone=given.tone, about=case.id if case else None, people=people),
        )
        row = await self._acceptance.accept(
            opening, definition, source=given.source, external_id=external_id, message_id=message_id
        )
        return await self._courier.open(row)

    def who_worked_on(self, case: "About") -> tuple[str, ...]:
        """The people of the desk who did something to this case by hand, and who has it."""
        by_hand = {name for name, rule in RULES.items() if rule.by_hand}
        acted = [fact.actor for fact in self._store.events.of(case.id) if fact.type in by_hand]
        named = dict.fromkeys(
            who for who in (*acted, case.assignee) if who and who not in (SYSTEM, case.object.requester)
        )
        return tuple(who for who in named if self._works_here(who))

    def _works_here(self, key: str) -> bool:
        known = self._store.directory.get(key)
        return known is not None and known.active and bool(WORK_HERE & {*known.roles})

    def _case(self, case_id: str, actor: Actor) -> "About":
        """The case that is spoken of, if the actor may see it."""
        about = about_of(self._store, case_id)
        allow(actor, Action.SHOW, about.object)
        return about


class About(NamedTuple):
    """A case that somebody speaks of."""

    object: Object
    service: str
    assignee: str | None

    @property
    def id(self) -> str:
        """Of the case."""
        return str(self.object.id)


def about_of(store: Store, case_id: str) -> About:
    """The case of this id, also while its first facts are on the way. Raises NotFound."""
    row = store.cases.get(case_id)
    if row is not None:
        object = Object(
            kind="case",
            id=row.id,
            team=row.team,
            requester=row.requester,
            participants=store.conversations.participants(row.id),
            closed=row.state in ENDED,
        )
        return About(object, row.service, row.assignee)
    start = store.inbox.start_of(case_id)
    if start is None:
        raise NotFound(f"there is no case {case_id!r}", "Look the id up in one of our mails.")
    opening = Opening.model_validate(start.payload)
    return About(Object(kind="case", id=case_id, requester=opening.requester), opening.service, None)
