"""Mail from end to end: a probe goes in by SMTP and must come out by IMAP."""

import asyncio
import hashlib
import imaplib
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

from pydantic import Field

from activities.automation.code import Automation, Failed, Report, Run, automation
from activities.automation.reach import NoAddress
from activities.automation.secrets import SecretRef
from definitions.automations import Risk
from definitions.base import Value
from definitions.people import Address

STEP_S = 20.0
POLL_S = 0.5
Security = Literal["tls", "starttls", "none"]


class Place(Value):
    """A mail server and how to sign in; `none` is for loopback and refused with a password."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(gt=0, lt=65_536)]
    security: Security = "tls"
    user: str | None = None
    password: SecretRef | None = None
    ca_file: Path | None = None


class Probe(Value):
    """The way that a mail is to take."""

    smtp: Place
    imap: Place
    sender: Address
    recipient: Address
    within_s: Annotated[float, Field(gt=0, le=300)] = 60.0


class Arrived(Report):
    """How long a mail took."""

    seconds: float | None = None


@automation("mailbox-test", title="Does mail arrive?", risk=Risk.READS)
class MailboxTest(Automation[Probe, Arrived]):
    """Sends one small mail to a mailbox that is there for it, waits for it, and takes it out again."""

    async def run(self, given: Probe, run: Run) -> Arrived:
        """Send and wait. Mail that does not arrive is a finding and no failure."""
        checked = f"a mail by {given.smtp.host} to {given.recipient}, read at {given.imap.host}"
        token = hashlib.sha256(f"{run.key} {run.now.isoformat()}".encode()).hexdigest()[:24]
        steps = (("smtp", given.smtp), ("imap", given.imap))
        started, at = perf_counter(), "smtp"
        try:
            where = {name: await run.reach.address(place.host, place.port) for name, place in steps}
            words = {name: run.safe.open(place.password) if place.password else None for name, place in steps}
            await asyncio.to_thread(_send, given, where["smtp"], words["smtp"], _probe(given, run, token))
            at = "imap"
            while not await asyncio.to_thread(_take, given.imap, where["imap"], words["imap"], token):
                if perf_counter() - started > given.within_s:
                    return Arrived(
                        result=f"A mail was taken by {given.smtp.host} and did not arrive in {given.within_s:g} s.",
                        checked=checked, at=run.now, good=False,
                        next_step="Look at the queue of the mail server.",
                    )  # fmt: skip
                await asyncio.sleep(POLL_S)
        except (OSError, smtplib.SMTPException, imaplib.IMAP4.error, NoAddress) as error:
            place = given.smtp if at == "smtp" else given.imap
            verb = "does not take the mail" if at == "smtp" else "does not let the mailbox be read"
            return Arrived(
                result=f"{place.host} {verb} ({_why(error)}).", checked=checked, at=run.now, good=False,
                next_step="See whether the server is up and the account of the probe is right.",
            )  # fmt: skip
        seconds = perf_counter() - started
        return Arrived(
            result=f"A mail went through in {seconds:.1f} s.", checked=checked, at=run.now, good=True,
            next_step="The mail system works; look at the mailbox and the client of the person.",
            seconds=round(seconds, 3),
        )  # fmt: skip


def _probe(given: Probe, run: Run, token: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = given.sender, given.recipient, f"Probe {token}"
    mail["Date"], mail["Message-ID"] = format_datetime(run.now), f"<{token}@{given.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("A test of the mail system. It is taken out again by itself.")
    return mail


def _send(given: Probe, address: str, password: str | None, mail: EmailMessage) -> None:
    place, context = given.smtp, _context(given.smtp)

    class Pinned(smtplib.SMTP):
        """Connects to the address that was judged, under the name that the certificate must show."""

        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            made = socket.create_connection((address, port), timeout)
            return context.wrap_socket(made, server_hostname=host) if place.security == "tls" else made

    with Pinned(place.host, place.port, timeout=STEP_S) as smtp:
        if place.security == "starttls":
            smtp.starttls(context=context)
        if place.user is not None:
            smtp.login(place.user, password or "")
        smtp.send_message(mail, from_addr=given.sender, to_addrs=[given.recipient])


def _take(place: Place, address: str, password: str | None, token: str) -> bool:
    """Whether the probe is there; it is taken out, and nothing else is."""
    context = _context(place)

    class Pinned(imaplib.IMAP4):
        """As for SMTP."""

        def _create_socket(self, timeout: float | None) -> Any:
            made = socket.create_connection((address, place.port), timeout)
            return context.wrap_socket(made, server_hostname=place.host) if place.security == "tls" else made

    with Pinned(place.host, place.port, timeout=STEP_S) as imap:
        if place.security == "starttls":
            imap.starttls(context)
        imap.login(place.user or "", password or "")
        imap.select("INBOX")
        _, found = imap.search(None, "HEADER", "Message-ID", f'"<{token}@"')
        numbers = found[0].split() if found and found[0] else []
        for number in numbers:
            imap.store(number.decode(), "+FLAGS", r"(\Deleted)")
        if numbers:
            imap.expunge()
        return bool(numbers)


def _context(place: Place) -> ssl.SSLContext:
    if place.security == "none" and place.password is not None and place.host not in ("127.0.0.1", "localhost", "::1"):
        raise Failed(f"{place.host} would get a password in clear", "Set security to tls or starttls.")
    return ssl.create_default_context(cafile=place.ca_file)


def _why(error: Exception) -> str:
    # A mail server may repeat what it was told, so only the kind and its number are said.
    if isinstance(error, NoAddress):
        return error.message
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
