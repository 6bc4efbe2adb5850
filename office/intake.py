"""The post room: takes raw mail from a pipe or a mailbox, and says what became of each."""

import asyncio
import hashlib
import logging
from datetime import timedelta

from pydantic import JsonValue

from activities.mail.bounce import Bounce, bounces
from activities.mail.imap import ImapIntake, ImapSettings
from activities.mail.parse import DeskAddresses, Unreadable, parse
from activities.mail.server import MailServer
from definitions.acts import Comment
from definitions.intake import InboundMessage, Received
from desk import Desk
from office.errors import DeskError
from records.errors import RecordsUnavailable
from records.outbox import OutboxRow
from records.quarantine import Quarantined
from records.values import Arrival
from settings import Settings

MUTE_FOR = timedelta(days=1)
"""So long nothing more is mailed about a case after the address of its requester turned out to be none."""
HEAD = 64 * 1024
CAME_BACK = "a mail of ours came back"

log = logging.getLogger("jidoka.intake")


class PostRoom:
    """Every mail is stored before anything else happens to it; what cannot be read goes to quarantine."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk, self._store = desk, desk.store
        own = (desk.organisation.desk_address, *filter(None, [settings.mail_from]))
        self._addresses = DeskAddresses(addresses=own)
        self._authserv_id = settings.mail_authserv_id

    async def take(self, raw: bytes, *, source: str = "pipe", external_id: str | None = None) -> Received:
        """What became of this mail. Raises only while the records cannot be written: then it was not taken."""
        try:
            message = await asyncio.to_thread(self._parsed, raw, source, external_id)
            returned = await asyncio.to_thread(bounces, raw) if message.automatic else ()
        except Unreadable as unreadable:
            return await self.put_aside(raw, str(unreadable), source=source, external_id=external_id)
        except RecordsUnavailable:
            raise
        except Exception as unforeseen:  # a fault of ours must not lose a mail, nor stop the next one
            log.exception("a mail could not be read")
            return await self.put_aside(raw, _said(unforeseen), source=source, external_id=external_id)
        try:
            return await self._came_back(message, returned) if returned else await self._desk.receive(message)
        except RecordsUnavailable:
            raise
        except Exception as error:  # likewise
            kept = await asyncio.to_thread(self._store.inbox.find, message.source, message.external_id)
            if kept is not None and kept.state == "received":
                # It is in the inbox, and the relay brings it on as soon as that is possible.
                outcome = "opened" if kept.starts else "threaded"
                log.warning("kept for later: %s", error)
                why = error.message if isinstance(error, DeskError) else _said(error)
                return Received.model_validate(
                    {
                        "outcome": outcome,
                        "case_id": kept.case_id,
                        "reason": f"stored; it goes on as soon as possible ({why})",
                    }
                )
            log.exception("a mail could not be handled")
            return await self.put_aside(raw, _said(error), source=source, external_id=external_id)

    async def put_aside(self, raw: bytes, reason: str, *, source: str, external_id: str | None = None) -> Received:
        """Into quarantine, with the original for another try."""
        blob = await asyncio.to_thread(self._store.blobs.put, raw)
        ref = external_id or f"sha256:{hashlib.sha256(raw).hexdigest()}"
        payload: dict[str, JsonValue] = {"kind": "mail", "external_id": external_id}
        await asyncio.to_thread(self._store.quarantine.add, source, reason, ref=ref, blob=blob, payload=payload)
        return Received(outcome="quarantined", reason=reason)

    async def again(self, item: Quarantined) -> Received | None:
        """Another try for something in quarantine; None when it is nothing that came in."""
        payload = item.payload if isinstance(item.payload, dict) else {}
        if item.blob is not None and payload.get("kind") == "mail":
            raw = await asyncio.to_thread(self._store.blobs.get, item.blob)
            external_id = payload.get("external_id")
            external_id = external_id if isinstance(external_id, str) else None
            answer = await self.take(raw, source=item.source, external_id=external_id)
        else:
            row = await asyncio.to_thread(self._store.inbox.find, item.source, item.ref)
            if row is None:
                return None
            row = await asyncio.to_thread(self._store.inbox.mark, row.id, "received")
            await self._desk.reception.deliver(row)
            answer = Received(outcome="opened" if row.starts else "threaded", case_id=row.case_id)
        if answer.outcome != "quarantined":
            await asyncio.to_thread(self._store.quarantine.done, item.id)
        return answer

    def mailbox(self, url: str) -> ImapIntake:
        """The reader of this mailbox."""
        reader: ImapIntake

        async def handle(raw: bytes, uid: int, uidvalidity: int) -> None:
            answer = await self.take(raw, source=reader.key, external_id=f"{uidvalidity}/{uid}")
            log.info("mail %d: %s %s %s", uid, answer.outcome, answer.case_id or "-", answer.reason)

        async def give_up(raw: bytes, uid: int, uidvalidity: int, reason: str) -> None:
            await self.put_aside(raw, reason, source=reader.key, external_id=f"{uidvalidity}/{uid}")

        reader = ImapIntake(ImapSettings(server=MailServer.from_url(url)), handle, give_up)
        return reader

    def _parsed(self, raw: bytes, source: str, external_id: str | None) -> InboundMessage:
        return parse(
            raw,
            at=self._desk.clock(),
            source=source,
            external_id=external_id,
            desk=self._addresses,
            blobs=self._store.blobs,
            trusted_authserv_id=self._authserv_id,
        )

    async def _came_back(self, message: InboundMessage, returned: tuple[Bounce, ...]) -> Received:
        """Write it down, tell the people who work on the case, and stop writing to an address that is none."""
        ours, bounce = await asyncio.to_thread(self._ours, returned)
        reason = f"{CAME_BACK}: {bounce.status or 'no status'}, {'for good' if bounce.permanent else 'for now'}"
        arrival = Arrival(
            source=message.source,
            external_id=message.external_id,
            at=message.at,
            channel=message.channel,
            kind="bounce",
            payload={
                "reason": reason,
                "raw": message.raw,
                "status": bounce.status,
                "permanent": bounce.permanent,
                "to": ours.recipient if ours else None,
                "about": ours.message_id if ours else None,
            },
            case_id=ours.case_id if ours else None,
            message_id=message.message_id,
        )
        row = await asyncio.to_thread(self._store.inbox.receive, arrival)
        if not row.created:
            return Received(outcome="duplicate", case_id=row.case_id, reason="this message was here before")
        await asyncio.to_thread(self._store.inbox.mark, row.id, "done", reason)
        if ours is not None and bounce.permanent:
            await self._unreached(ours, bounce)
        return Received(outcome="ignored", case_id=row.case_id, reason=reason)

    def _ours(self, returned: tuple[Bounce, ...]) -> tuple[OutboxRow | None, Bounce]:
        """The mail of ours it is about; the report counts only if it names whom that mail went to."""
        for bounce in sorted(returned, key=lambda found: not found.permanent):
            row = self._store.outbox.by_message_id(bounce.message_id) if bounce.message_id else None
            if row is not None and self._store.directory.person_of(bounce.recipient) == row.recipient:
                return row, bounce
        return None, returned[0]

    async def _unreached(self, ours: OutboxRow, bounce: Bounce) -> None:
        if ours.template != "page":
            now = self._desk.clock()
            await asyncio.to_thread(self._store.conversations.bind, f"mail:{ours.case_id}", "mail", ours.case_id)
            await asyncio.to_thread(self._store.conversations.mute, ours.case_id, now + MUTE_FOR)
        words = f"A mail to {ours.recipient} came back for good ({bounce.status}). {bounce.detail}".strip()
        note = Comment(by="jidoka", channel="email", internal=True, text=await self._desk.words(words, ours.recipient))
        try:
            await self._desk.send(ours.case_id, note, key=f"bounce-{ours.message_id}"[:200])
        except DeskError as error:
            log.info("nobody on %s could be told that a mail came back: %s", ours.case_id, error)


def _said(error: Exception) -> str:
    """The kind of error alone: its text may hold words of the mail."""
    return f"it could not be handled ({type(error).__name__})"
