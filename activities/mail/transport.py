"""Where outgoing mail goes: an SMTP server, or a Maildir on this machine."""

import hashlib
import os
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from activities.mail.server import MailServer
from definitions.base import Value


class TransportFailure(Exception):
    """The mail was not handed over; the text says why."""


class TemporaryFailure(TransportFailure):
    """Not accepted now; trying again later may work. Nothing was sent."""


class PermanentFailure(TransportFailure):
    """Refused for good; the same mail will be refused again. Nothing was sent."""


class UnknownOutcome(TransportFailure):
    """The connection broke after the content went out: it may have been accepted. A second try keeps the Message-ID."""


class Sent(Value):
    """A mail was accepted for delivery."""

    message_id: str
    detail: str = ""
    """What the server answered, or the file."""


class Transport(Protocol):
    """Hands mails over."""

    def send(self, message: bytes, *, envelope_from: str, recipients: Sequence[str], message_id: str) -> Sent:
        """Hand one mail over; an empty `envelope_from` is the null sender. Raises a TransportFailure."""
        ...

    def has(self, message_id: str) -> bool | None:
        """Whether this mail was already handed over; None where the channel cannot tell."""
        ...


class MaildirTransport:
    """Writes each mail as one file of a Maildir, once for each Message-ID, whatever is killed when."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, message: bytes, *, envelope_from: str, recipients: Sequence[str], message_id: str) -> Sent:
        """The file appears in `new/` complete or not at all."""
        head = f"Return-Path: <{envelope_from}>\n" + "".join(f"Delivered-To: {to}\n" for to in recipients)
        content = head.encode("ascii", "replace") + message.replace(b"\r\n", b"\n")
        try:
            return Sent(message_id=message_id, detail=self._deliver(message_id, content))
        except OSError as wrong:
            raise TemporaryFailure(
                f"cannot write to the Maildir {self._directory}: {wrong.strerror or wrong}"
            ) from wrong

    def has(self, message_id: str) -> bool | None:
        """Whether its file is there, read or unread."""
        return self._file(_name(message_id)) is not None

    def _deliver(self, message_id: str, content: bytes) -> str:
        for folder in ("tmp", "new", "cur"):
            (self._directory / folder).mkdir(parents=True, exist_ok=True)
        name = _name(message_id)
        if present := self._file(name):
            return present.name
        unfinished = self._directory / "tmp" / f"{name}.{os.getpid()}"
        try:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._directory / "new" / name)
        except OSError:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise
        _sync(self._directory / "new")
        return name

    def _file(self, name: str) -> Path | None:
        unread = self._directory / "new" / name
        if unread.exists():
            return unread
        # A mail program moves what it showed to cur/ and appends flags after a colon.
        return next((self._directory / "cur").glob(f"{name}*"), None)


class SmtpTransport:
    """Hands mails to an SMTP server, one connection for each mail."""

    def __init__(self, server: MailServer, *, timeout: float = 30.0, context: ssl.SSLContext | None = None) -> None:
        self._server, self._timeout, self._context = server, timeout, context

    def send(self, message: bytes, *, envelope_from: str, recipients: Sequence[str], message_id: str) -> Sent:
        """Accepted for every recipient, or an error that says whether trying again helps."""
        answer = self._hand_over(message, envelope_from, list(recipients))
        return Sent(message_id=message_id, detail=answer)

    def has(self, message_id: str) -> bool | None:
        """SMTP cannot be asked."""
        return None

    def _hand_over(self, message: bytes, envelope_from: str, recipients: list[str]) -> str:
        server = self._connect()
        try:
            self._check(server.mail(envelope_from), "the sender")
            for recipient in recipients:
                self._check(server.rcpt(recipient), f"the recipient {recipient}")
            return self._send_content(server, message)
        except (OSError, smtplib.SMTPException) as wrong:
            raise TemporaryFailure(f"{self._name}: {wrong}") from wrong
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        try:
            if self._server.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    self._server.host, self._server.port, timeout=self._timeout, context=self._tls()
                )
            else:
                server = smtplib.SMTP(self._server.host, self._server.port, timeout=self._timeout)
        except (OSError, smtplib.SMTPException) as wrong:
            raise TemporaryFailure(f"cannot reach {self._name}: {wrong}") from wrong
        try:
            server.ehlo_or_helo_if_needed()
            if self._server.security == "starttls":
                # Going on in clear text when TLS is refused would hand over password and mail to whoever asked for it.
                server.starttls(context=self._tls())
                server.ehlo()
            if self._server.user is not None:
                server.login(self._server.user, self._server.secret)
        except smtplib.SMTPNotSupportedError as wrong:
            server.close()
            raise PermanentFailure(f"{self._name}: {wrong}; correct the mail settings") from wrong
        except smtplib.SMTPAuthenticationError as wrong:
            server.close()
            raise _refusal(wrong.smtp_code, f"{self._name} refuses user and password", wrong.smtp_error) from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            server.close()
            raise TemporaryFailure(f"{self._name}: {wrong}") from wrong
        return server

    def _send_content(self, server: smtplib.SMTP, message: bytes) -> str:
        try:
            code, answer = server.data(message)
        except smtplib.SMTPDataError as wrong:
            raise _refusal(wrong.smtp_code, f"{self._name} refuses the content", wrong.smtp_error) from wrong
        except (OSError, smtplib.SMTPServerDisconnected) as wrong:
            raise UnknownOutcome(f"{self._name} broke off while taking the content: {wrong}") from wrong
        self._check((code, answer), "the content")
        return f"{code} {answer.decode('utf-8', 'replace')}"

    def _check(self, reply: tuple[int, bytes], what: str) -> None:
        code, answer = reply
        if not 200 <= code < 300:
            raise _refusal(code, f"{self._name} refuses {what}", answer)

    def _tls(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    @property
    def _name(self) -> str:
        return f"the mail server {self._server.host}:{self._server.port}"


def _refusal(code: int, what: str, answer: bytes | str) -> TransportFailure:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    kind = PermanentFailure if 500 <= code < 600 else TemporaryFailure
    return kind(f"{what}: {code} {words}")


def _name(message_id: str) -> str:
    """One file name for one Message-ID, so that a second delivery meets the first."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:40] + ".jidoka"


def _sync(directory: Path) -> None:
    """The new name itself must survive a power cut, not only the content."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
