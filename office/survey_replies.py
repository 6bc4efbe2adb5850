"""Replies to the mail of a survey: a number or a word is an answer, never an act on the case it is about."""

import asyncio

from definitions.facts import TextRef
from definitions.intake import InboundMessage, Received
from definitions.survey_words import answer_of
from definitions.surveys import Answer
from office.acceptance import Acceptance
from office.errors import ActRefused, Unusable
from office.voice import Voice
from records.asks import PREFIX, Ask
from records.store import Store
from records.values import Arrival, InboxRow

KIND = "survey"
"""Of their rows in the inbox."""


class SurveyReplies:
    """Takes mails that answer a survey."""

    def __init__(self, store: Store, acceptance: Acceptance, voice: Voice) -> None:
        self._store, self._acceptance, self._voice = store, acceptance, voice

    async def take(self, message: InboundMessage) -> Received | None:
        """What became of the mail; None when it answers no survey."""
        asked, proven = await asyncio.to_thread(self._asked, message)
        if asked is None:
            return None
        about = await asyncio.to_thread(self._voice.get, asked)
        if message.automatic or not proven:
            why = message.automatic or "it answers a survey, but not by whom it asked"
            return await self._put_aside(message, about, why)
        try:
            survey = self._voice.survey(about)
        except ActRefused as gone:
            return await self._put_aside(message, about, gone.message)
        # The words are kept before anything happens to them, as those of every mail.
        answer = answer_of(message.text or message.full_text, survey.low, survey.high)
        words = await self._acceptance.words(answer.text, about.person) if answer.text else None
        said = answer.model_dump(mode="json", exclude={"text"})
        row = await self._keep(
            message, about.case_id, {"ask": asked, "answer": said, "text": words.model_dump() if words else None}
        )
        why_not = await self._answer(row)
        return Received(outcome="threaded", case_id=about.case_id, reason=why_not or "an answer to a survey")

    async def _put_aside(self, message: InboundMessage, about: Ask, why: str) -> Received:
        row = await self._keep(message, about.case_id, {"ask": about.id, "reason": why})
        await asyncio.to_thread(self._store.inbox.mark, row.id, "done", why)
        return Received(outcome="ignored", case_id=about.case_id, reason=why)

    async def deliver(self, row: InboxRow) -> None:
        """Once more what a crash may have kept from its place; doing it again says the same."""
        if row.state != "received":
            return
        payload = row.payload if isinstance(row.payload, dict) else {}
        if "answer" in payload:
            await self._answer(row)
        else:
            await asyncio.to_thread(self._store.inbox.mark, row.id, "done", str(payload.get("reason")))

    async def _answer(self, row: InboxRow) -> str | None:
        """Why it could not be taken; None when it was."""
        payload = row.payload if isinstance(row.payload, dict) else {}
        ask = await asyncio.to_thread(self._voice.get, str(payload["ask"]))
        words = TextRef.model_validate(payload["text"]) if payload.get("text") else None
        text = await asyncio.to_thread(self._store.texts.get, words.id) if words else None
        answer = Answer.model_validate(payload["answer"]).model_copy(update={"text": text})
        try:
            await self._voice.take(ask, answer, channel=row.channel, words=words)
        except (ActRefused, Unusable) as refusal:
            # No further try makes an answer of it; what was said stays in the inbox.
            await asyncio.to_thread(self._store.inbox.mark, row.id, "done", refusal.message)
            return refusal.message
        await asyncio.to_thread(self._store.inbox.mark, row.id, "done")
        return None

    def _asked(self, message: InboundMessage) -> tuple[str | None, bool]:
        """The question it answers, and whether it is by whom that was put to.

        A reply token proves itself. A References chain counts only with a sender whom the server has proven.
        """
        sender = self._store.directory.person_of(message.sender) if message.sender else None
        if message.reply_token and (found := self._store.conversations.check_token(message.reply_token)):
            asked, holder = found
            return (asked, sender == holder) if asked.startswith(PREFIX) else (None, False)
        for reference in message.references:
            known = self._store.outbox.case_of_message(reference)
            if known is not None and known.startswith(PREFIX):
                return known, message.verified and sender == self._voice.get(known).person
        return None, False

    async def _keep(self, message: InboundMessage, case_id: str | None, payload: dict[str, object]) -> InboxRow:
        arrival = Arrival.model_validate(
            {
                "source": message.source,
                "external_id": message.external_id,
                "at": message.at,
                "channel": message.channel,
                "kind": KIND,
                "payload": {**payload, "raw": message.raw},
                "case_id": case_id,
                "message_id": message.message_id,
            }
        )
        return await asyncio.to_thread(self._store.inbox.receive, arrival)
