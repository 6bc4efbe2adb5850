"""Sending once: the outbox ledger around any channel.

`sending` is committed before the effect and `sent` after it. A retry that finds `sending` asks the channel whether it
has the message; where the channel cannot tell, it sends again under the same id. What is guaranteed per channel:
`docs/mail.md`.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

from temporalio import activity

from records.outbox import Claim, Outbox, OutboxRow

Send = Callable[[str], Awaitable[str]]
"""Takes the message id, returns what the channel keeps it under; raises `GaveUp` or anything that is worth a retry."""
Has = Callable[[str], Awaitable[bool | None]]


class GaveUp(Exception):
    """The channel refused the message for good."""


class Delivery:
    """Delivers messages through the ledger of one database."""

    def __init__(self, outbox: Outbox, domain: str) -> None:
        self._outbox, self._domain = outbox, domain

    def message_id(self, key: str) -> str:
        """The Message-ID of a ledger key: the same for every attempt, and it tells nothing."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{self._domain}>"

    async def once(
        self, *, key: str, case_id: str, recipient: str, channel: str, template: str, send: Send, has: Has
    ) -> OutboxRow:
        """Send unless it was sent; raises what `send` raises, after writing down how far it got."""
        claim = Claim(
            key=key,
            case_id=case_id,
            recipient=recipient,
            channel=channel,
            message_id=self.message_id(key),
            template=template,
        )
        row = await asyncio.to_thread(self._outbox.claim, claim)
        if row.state in ("sent", "suppressed"):
            return row
        if row.state in ("sending", "unknown") and await has(row.message_id):
            return counted(await asyncio.to_thread(self._outbox.sent, key))
        await asyncio.to_thread(self._outbox.sending, key)
        try:
            reference = await send(row.message_id)
        except GaveUp as refusal:
            return counted(await asyncio.to_thread(self._outbox.failed, key, str(refusal)))
        except Exception as error:
            counted(await asyncio.to_thread(self._outbox.unknown, key, f"{type(error).__name__}: {error}"))
            raise
        return counted(await asyncio.to_thread(self._outbox.sent, key, reference))

    async def suppress(self, *, key: str, case_id: str, recipient: str, channel: str, template: str, why: str) -> None:
        """Write down that a message is not to be sent, and why."""
        claim = Claim(
            key=key,
            case_id=case_id,
            recipient=recipient,
            channel=channel,
            message_id=self.message_id(key),
            template=template,
        )
        row = await asyncio.to_thread(self._outbox.claim, claim)
        if row.state == "claimed":
            counted(await asyncio.to_thread(self._outbox.suppressed, key, why))


def counted(row: OutboxRow) -> OutboxRow:
    """The row itself, once the meter knows of it; outside an activity there is no meter."""
    if activity.in_activity():
        labels = {"channel": row.channel, "template": row.template or "none", "outcome": row.state}
        activity.metric_meter().create_counter("jidoka_messages").add(1, labels)
    return row
