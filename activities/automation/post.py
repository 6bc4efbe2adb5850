"""Words of an automation that only one person may read: mailed from the worker's memory, kept nowhere of ours."""

import asyncio
import hashlib
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from activities.automation.code import Failed
from activities.mail.transport import Transport
from settings import Clock


class Post(Protocol):
    """Hands words over to one address."""

    async def hand_over(self, to: str, subject: str, words: str, key: str) -> None:
        """Send them; the same key always has the same Message-ID. Raises Failed."""
        ...


class MailPost:
    """By the desk's own mail server, without a row in the outbox: that would keep the words."""

    def __init__(self, transport: Transport, sender: str, clock: Clock) -> None:
        self._transport, self._sender, self._clock = transport, sender, clock

    async def hand_over(self, to: str, subject: str, words: str, key: str) -> None:
        """Send them; the same key always has the same Message-ID. Raises Failed."""
        message_id = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{self._sender.rpartition('@')[2]}>"
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = self._sender, one_address(to), subject
        mail["Date"], mail["Message-ID"] = format_datetime(self._clock()), message_id
        mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"] = "auto-generated", "All"
        mail.set_content(words)
        content = mail.as_bytes()
        try:
            if await asyncio.to_thread(self._transport.has, message_id):
                return  # an attempt before this one did it
            await asyncio.to_thread(
                self._transport.send, content, envelope_from="", recipients=[to], message_id=message_id
            )
        except Exception as error:  # whatever the mail server says, the words must not stand in the error
            raise Failed(
                f"the new one could not be handed over by mail ({type(error).__name__})", "Hand it over yourself."
            ) from None


def one_address(text: str) -> Address:
    """The one mail address that the text is. Raises Failed for several, for none, and for what hides a header."""
    try:
        if not text.isprintable():
            raise ValueError("control characters")
        return Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise Failed(f"what stands where an address belongs is none ({type(error).__name__})", "Correct it.") from None
