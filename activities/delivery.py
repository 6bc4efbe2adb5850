"""Sending once: the outbox ledger around any channel.

`sending` is committed before the effect and `sent` after it. A retry that finds `sending` asks the channel whether it
has the message; where the channel cannot tell, it sends again under the same id. What is guaranteed per channel:
`docs/mail.md`.
"""

import hashlib
from collections.abc import Callable

from temporalio import activity

from activities.mail.compose import OutboundMail, Unaddressable, compose
from activities.mail.transport import PermanentFailure, TemporaryFailure, Transport
from records.outbox import Claim, OutboxRow
from records.store import Store

Send = Callable[[str, str | None], str]
"""Takes the message id and a reply token; returns what the channel keeps it under; raises `GaveUp`, or what is worth
a retry."""
Has = Callable[[str], bool | None]


class GaveUp(Exception):
    """The channel refused the message for good."""


class NotYet(Exception):
    """Nothing was sent; trying again may help."""


def handed_over(transport: Transport, mail: OutboundMail) -> str:
    """What the server or the Maildir said when it took the mail. Raises GaveUp or NotYet."""
    try:
        return transport.send(
            compose(mail), envelope_from=mail.envelope_from, recipients=[mail.to], message_id=mail.message_id
        ).detail
    except (PermanentFailure, Unaddressable) as refusal:
        raise GaveUp(str(refusal)) from refusal
    except TemporaryFailure as reason:
        raise NotYet(str(reason)) from reason


class Delivery:
    """Delivers messages through the ledger of one database."""

    def __init__(self, store: Store, domain: str) -> None:
        self._store, self._domain = store, domain

    def claim(self, *, key: str, case_id: str, recipient: str, channel: str, template: str) -> Claim:
        """The message's line in the ledger. Its Message-ID is the same for every attempt, and it tells nothing."""
        message_id = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{self._domain}>"
        return Claim(
            key=key,
            case_id=case_id,
            recipient=recipient,
            channel=channel,
            message_id=message_id,
            template=template,
        )

    def once(self, claim: Claim, *, send: Send, has: Has, answerable: bool = False) -> OutboxRow:
        """Send unless it was sent; raises what `send` raises, after writing down how far it got."""
        outbox = self._store.outbox
        row, token = self._store.briefings.begin(claim, answerable=answerable)
        if row.state in ("sent", "suppressed"):
            return row
        if not row.created:
            if row.state in ("sending", "unknown") and has(row.message_id):
                return counted(outbox.sent(claim.key))
            outbox.sending(claim.key)
        try:
            reference = send(row.message_id, token)
        except GaveUp as refusal:
            return counted(outbox.failed(claim.key, str(refusal)))
        except NotYet as reason:
            outbox.failed(claim.key, str(reason))
            raise
        except Exception as error:
            counted(outbox.unknown(claim.key, f"{type(error).__name__}: {error}"))
            raise
        return counted(outbox.sent(claim.key, reference))

    def suppress(self, claim: Claim, why: str) -> None:
        """Write down that a message is not to be sent, and why."""
        row = self._store.outbox.claim(claim)
        if row.state == "claimed":
            counted(self._store.outbox.suppressed(claim.key, why))


def counted(row: OutboxRow) -> OutboxRow:
    """The row itself, once the meter knows of it; outside an activity there is no meter."""
    if activity.in_activity():
        labels = {"channel": row.channel, "template": row.template or "none", "outcome": row.state}
        activity.metric_meter().create_counter("jidoka_messages").add(1, labels)
    return row
