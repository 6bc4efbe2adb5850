"""Messages of people, each brought to the case it belongs to, or made into one, or put aside with its reason."""

import asyncio
from collections.abc import Coroutine

from definitions.acts import Hear, Reopen
from definitions.base import Level
from definitions.case import ENDED, CaseState, Stage
from definitions.classify import classify
from definitions.facts import TextRef
from definitions.feedback.giving import tone_of
from definitions.intake import InboundMessage, Received
from definitions.people import Action, Actor, Door, Object
from definitions.rights import may
from definitions.rules.opening import Opening
from definitions.standards import InForce
from office.acceptance import Acceptance
from office.alerting import Alerting
from office.answers import answer_in, solved_in
from office.courier import Courier
from office.decisions import Decisions
from office.errors import ActRefused, NotFound, Unreachable
from office.feedback import Feedback
from office.identity import Identity
from office.survey_replies import KIND as SURVEY
from office.survey_replies import SurveyReplies
from records.store import Store
from records.values import Arrival, InboxRow

OPENS_SILENTLY = (
    "Auto-Submitted: auto-generated",
    "X-Auto-Response-Suppress",
    "sent from a robot's address (no",
    "sent from a robot's address (do",
)
"""Machines that report something open a case and get no answer; vacation notes, bounces and lists are put aside."""


class Reception:
    """Takes in, threads, opens. Everything is stored before anything else happens to it."""

    def __init__(
        self,
        store: Store,
        standard: InForce,
        identity: Identity,
        acceptance: Acceptance,
        courier: Courier,
        alerting: Alerting,
        replies: SurveyReplies,
        feedback: Feedback,
        decisions: Decisions,
    ) -> None:
        self._store, self._standard, self._identity = store, standard, identity
        self._acceptance, self._courier, self._alerting = acceptance, courier, alerting
        self._replies, self._feedback, self._decisions = replies, feedback, decisions

    async def message(self, message: InboundMessage) -> Received:
        """Bring one message to its case, open one, or say why not."""
        known = await asyncio.to_thread(self._seen, message)
        if known is not None:
            await self.deliver(known)
            return Received(outcome="duplicate", case_id=known.case_id, reason="this message was here before")
        if (answered := await self._replies.take(message)) is not None:
            return answered
        case_id, person, proven = await asyncio.to_thread(self._thread, message)
        if message.automatic and (case_id or not message.automatic.startswith(OPENS_SILENTLY)):
            return await self._put_aside(message, case_id, message.automatic)
        if case_id is not None and person is not None:
            return await self._hear(message, case_id, person, proven)
        return await self._open(message)

    def _seen(self, message: InboundMessage) -> InboxRow | None:
        row = self._store.inbox.find(message.source, message.external_id)
        if row is None and message.message_id:
            return self._store.inbox.find_message(message.message_id)
        return row

    def _thread(self, message: InboundMessage) -> tuple[str | None, str | None, bool]:
        """The case it belongs to, who speaks, and whether that is proven.

        A reply token proves itself. A References chain counts only from somebody who takes part: anyone can forge it.
        """
        sender = self._store.directory.person_of(message.sender) if message.sender else None
        if message.reply_token and (found := self._store.conversations.check_token(message.reply_token)):
            case_id, holder = found
            if sender == holder:
                return case_id, holder, True
            stranger = self._store.directory.ensure(message.sender, message.sender_name) if message.sender else None
            return case_id, stranger, False
        for reference in message.references:
            known = self._store.outbox.case_of_message(reference) or self._store.inbox.case_of_message(reference)
            if known and sender and self._takes_part(known, sender):
                return known, sender, message.verified
        return None, sender, message.verified

    def _own_token(self, message: InboundMessage, case_id: str, person: str) -> bool:
        """Whether the message answers a mail of ours to this very person about this case."""
        token = message.reply_token
        return token is not None and self._store.conversations.check_token(token) == (case_id, person)

    def _takes_part(self, case_id: str, person: str) -> bool:
        row = self._store.cases.get(case_id)
        start = self._store.inbox.start_of(case_id) if row is None else None
        payload = start.payload if start is not None and isinstance(start.payload, dict) else {}
        requester = row.requester if row is not None else payload.get("requester")
        taking_part = (*self._store.conversations.participants(case_id), *self._store.tasks.people(case_id))
        return person == requester or person in taking_part

    async def _put_aside(self, message: InboundMessage, case_id: str | None, reason: str) -> Received:
        row = await asyncio.to_thread(
            self._store.inbox.receive,
            self._arrival(message, "ignored", {"reason": reason}, case_id=case_id),
        )
        await asyncio.to_thread(self._store.inbox.mark, row.id, "done", reason)
        return Received(outcome="ignored", case_id=case_id, reason=reason)

    async def _hear(self, message: InboundMessage, case_id: str, person: str, proven: bool) -> Received:
        text = await self._acceptance.words(message.text or message.full_text or "(no words)", person)
        payload = {
            "by": person,
            "text": text.model_dump(),
            "proven": proven,
            # Only a sender whom the receiving server vouches for may decide, and only with a token of their own.
            "vouched": message.verified and await asyncio.to_thread(self._own_token, message, case_id, person),
            "answer": answer_in(message.text),
            "solved": solved_in(message.text),
            "message_id": message.message_id,
        }
        row = await asyncio.to_thread(
            self._store.inbox.receive, self._arrival(message, "heard", payload, case_id=case_id)
        )
        late = await self._try(self.deliver(row))
        return Received(
            outcome="threaded", case_id=case_id, reason=late or ("" if proven else "the sender is not verified")
        )

    async def _open(self, message: InboundMessage) -> Received:
        organisation = self._standard()
        if not message.sender:
            return await self._put_aside(message, None, "no sender to open a case for")
        requester = await asyncio.to_thread(self._store.directory.ensure, message.sender, message.sender_name)
        found = classify(message.subject, message.text or message.full_text, organisation.services)
        if message.automatic is None and (tone := tone_of(message.subject)) is not None:
            return await self._feedback.by_mail(message, tone, requester, found.service)
        # A service that does not exist is no reason to lose the message: it is triaged like one that names none.
        named = message.service if message.service in {s.key for s in organisation.services} else None
        service = named or found.service
        definition = self._acceptance.definition(service or organisation.default_service)
        title = message.subject or (
            message.text.strip().split("\n")[0][:120] if message.text.strip() else "(no subject)"
        )
        opening = Opening(
            service=definition.key,
            channel=message.channel,
            title=await self._acceptance.words(title[:300], requester),
            text=await self._acceptance.words(message.full_text or message.text, requester),
            requester=requester,
            by=requester,
            at=message.at,
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
            silent=message.automatic is not None,
            unsure=None if service else found.why,
        )
        row = await self._acceptance.accept(
            opening,
            definition,
            source=message.source,
            external_id=message.external_id,
            message_id=message.message_id,
        )
        late = await self._try(self._courier.start(row))
        outcome = "opened" if row.created else "duplicate"
        return Received(outcome=outcome, case_id=row.case_id, reason=late or opening.unsure or "")

    @staticmethod
    async def _try(delivery: Coroutine[None, None, None]) -> str | None:
        """What was stored is safe: when its run cannot be reached now, the relay brings it there later."""
        try:
            await delivery
        except (Unreachable, ActRefused) as reason:
            return f"stored; it goes on as soon as possible ({reason.message})"
        return None

    def _arrival(
        self, message: InboundMessage, kind: str, payload: dict[str, object], *, case_id: str | None
    ) -> Arrival:
        return Arrival.model_validate(
            {
                "source": message.source,
                "external_id": message.external_id,
                "at": message.at,
                "channel": message.channel,
                "kind": kind,
                "payload": {**payload, "raw": message.raw},
                "case_id": case_id,
                "message_id": message.message_id,
            }
        )

    async def deliver(self, row: InboxRow) -> None:
        """Bring a stored arrival to its run; doing it again does nothing."""
        if row.state != "received":
            return
        if row.starts:
            await self._courier.start(row)
        elif row.kind == SURVEY:
            await self._replies.deliver(row)
        elif row.kind == "heard" and row.case_id is not None:
            await self._deliver_words(row, row.case_id)
        elif row.case_id is not None:
            await self._alerting.news(row.case_id, [row])
        else:
            await asyncio.to_thread(self._store.inbox.mark, row.id, "done")

    async def _deliver_words(self, row: InboxRow, case_id: str) -> None:
        payload = row.payload if isinstance(row.payload, dict) else {}
        person, proven = str(payload["by"]), bool(payload["proven"])
        actor = await asyncio.to_thread(self._identity.actor, person, Door.MAIL, verified=proven)
        words = TextRef.model_validate(payload["text"])
        vouched = payload.get("vouched") is True
        if await self._decisions.take(case_id, actor, words, own=vouched, key=f"inbox-{row.id}"):
            await asyncio.to_thread(self._store.inbox.mark, row.id, "delivered")
            return
        case = await asyncio.to_thread(self._store.cases.get, case_id)
        state = CaseState.model_validate(case.state_json) if case is not None else None
        object = Object(kind="case", id=case_id, requester=state.requester if state else None)
        confirms = may(actor, Action.CONFIRM, object).allowed
        answer = payload.get("answer")
        hear = Hear(
            by=person,
            channel=row.channel,
            text=words,
            answer=answer if isinstance(answer, bool) and confirms else None,
            solved=confirms and payload.get("solved") is True,
            verified=proven,
            message_id=str(payload["message_id"]) if payload.get("message_id") else None,
        )
        try:
            await self._courier.send(case_id, hear, key=f"inbox-{row.id}")
        except (ActRefused, NotFound):
            if state is None or state.stage not in ENDED:
                raise
            await self._after_the_end(row, case_id, hear, state, actor)
            return
        await asyncio.to_thread(self._store.inbox.mark, row.id, "delivered")

    async def _after_the_end(self, row: InboxRow, case_id: str, hear: Hear, state: CaseState, actor: Actor) -> None:
        """Words to an ended case: thanks are kept; the requester's own bring it back, all others begin a new case."""
        if hear.answer is True:
            await asyncio.to_thread(self._store.inbox.mark, row.id, "done", "said after the end; kept in the inbox")
            return
        object = Object(kind="case", id=case_id, requester=state.requester, closed=True)
        if state.stage is Stage.CLOSED and may(actor, Action.REOPEN, object).allowed:
            reopen = Reopen(by=hear.by, channel=hear.channel, text=hear.text)
            try:
                await self._courier.send(case_id, reopen, key=f"inbox-{row.id}-reopen")
            except ActRefused:
                await self._open_anew(row, hear, state)
        else:
            await self._open_anew(row, hear, state)
        await asyncio.to_thread(self._store.inbox.mark, row.id, "delivered")

    async def _open_anew(self, row: InboxRow, hear: Hear, state: CaseState) -> None:
        definition = self._acceptance.definition(state.service)
        own = state.title if hear.by == state.requester else None  # a title is its requester's own
        opening = Opening(
            service=definition.key,
            channel=row.channel,
            title=own or await self._acceptance.words(f"Follow-up to {state.id}", hear.by),
            text=hear.text,
            requester=hear.by,
            by=hear.by,
            at=row.at,
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
        )
        new = await self._acceptance.accept(
            opening, definition, source=row.source, external_id=f"{row.external_id}/anew"
        )
        await self._courier.start(new)
