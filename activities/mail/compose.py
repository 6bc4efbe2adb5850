"""Outgoing mail: one message to one person, threaded, marked automatic, impossible to inject into."""

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Literal

from activities.mail.text import one_line, visible
from definitions.base import Instant, Value

MAX_TEXT = 200_000
MAX_REFERENCES = 20
_SUBJECT_LIMIT = 180
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_REPLY_WORDS = "re|aw|sv|vs|antw|rép|ref|res|odp|ynt|tr|fwd?|wg|回复|答复"
_REPLY_PREFIX = re.compile(rf"^(?:\s*(?:{_REPLY_WORDS})\s*(?:\[\d+\])?\s*[::])+\s*", re.IGNORECASE)


class Unaddressable(ValueError):
    """The address cannot receive mail from us; the text says why. No retry helps."""


class OutboundMail(Value):
    """All that one mail to one person says; `compose` turns it into bytes."""

    message_id: str
    """From the ledger, with angle brackets: a repeated sending carries the same one."""
    case_id: str | None = None
    at: Instant
    sender: str
    """The desk's address."""
    sender_name: str = ""
    to: str
    to_name: str = ""
    subject: str
    """Without `Re:` and case id: both are added."""
    text: str
    html: str | None = None
    reply_to: str | None = None
    """The desk's address with this person's token."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    """The conversation's Message-IDs, oldest first."""
    automatic: Literal["auto-generated", "auto-replied"] | None = "auto-generated"
    """None only for words a person typed."""
    urgent: bool = False
    """A page: mail programs put it on top."""

    @property
    def envelope_from(self) -> str:
        """Empty (the null sender) for what no person typed, so that nothing bounces back for ever (RFC 3834)."""
        return "" if self.automatic else self.sender


def compose(mail: OutboundMail) -> bytes:
    """The message as RFC 5322 bytes with CRLF line ends; raises Unaddressable for a recipient no mail can reach."""
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"message_id {mail.message_id!r} is not of the form <left@right>; take it from the ledger")
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(mail.sender, mail.sender_name)
    message["To"] = _address(mail.to, mail.to_name)
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to, mail.sender_name)
    message["Subject"] = subject_line(mail.subject, case_id=mail.case_id, reply=mail.in_reply_to is not None)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = mail.message_id
    chain = _chain(mail.references, mail.in_reply_to)
    if chain:
        message["In-Reply-To"] = chain[-1]
        message["References"] = " ".join(chain)
    if mail.automatic:
        message["Auto-Submitted"] = mail.automatic
        message["X-Auto-Response-Suppress"] = "All"
    if mail.urgent:
        message["Importance"] = "high"
        message["X-Priority"] = "1"
    message.set_content(visible(mail.text, MAX_TEXT), cte="quoted-printable")
    if mail.html is not None and len(mail.html) <= MAX_TEXT * 2:
        message.add_alternative(_CONTROLS.sub("", mail.html), subtype="html", cte="quoted-printable")
        # From the Message-ID, so that the same mail is always the same bytes.
        message.set_boundary("jidoka-" + hashlib.sha256(mail.message_id.encode()).hexdigest()[:40])
    return message.as_bytes()


def subject_line(subject: str, *, case_id: str | None, reply: bool) -> str:
    """`Re: [INC-...] words`: the same for every mail of a case, so that mail programs keep them together.

    The tag in front also keeps a spreadsheet from taking a subject for a formula.
    """
    words = _REPLY_PREFIX.sub("", one_line(subject, 400))
    tag = f"[{case_id}]" if case_id else ""
    if tag:
        words = words.replace(tag, " ")
    words = " ".join(words.split())
    if len(words) > _SUBJECT_LIMIT:
        words = words[: _SUBJECT_LIMIT - 1].rstrip() + "…"
    return " ".join(part for part in ("Re:" if reply else "", tag, words or "(no subject)") if part)


def address(text: str) -> str:
    """`text` as an ASCII address to put into a header or an SMTP command; raises Unaddressable."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or ".." in local or local[0] == "." or local[-1] == ".":
        raise Unaddressable(f"{one_line(text, 80)!r} is no address mail can be sent to; correct it in the directory")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError as wrong:
            raise Unaddressable(f"the domain {one_line(domain, 80)!r} is not valid: {wrong}") from wrong
    if not _DOMAIN.fullmatch(domain):
        raise Unaddressable(f"the domain {one_line(domain, 80)!r} is not valid; correct it in the directory")
    return f"{local}@{domain.lower()}"


def message_id_ok(text: str) -> bool:
    """Whether `text` can be copied into a header of ours."""
    return _MESSAGE_ID.fullmatch(text) is not None


class _Policy(EmailPolicy):
    """The stock policy encodes a long Message-ID in References as an encoded word, which breaks threads."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in ("references", "in-reply-to", "message-id"):
            return f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "replace")


_POLICY = _Policy(linesep="\r\n", cte_type="7bit", max_line_length=78)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _address(text: str, name: str) -> Address:
    return Address(display_name=one_line(name, 80), addr_spec=address(text))


def _chain(references: tuple[str, ...], in_reply_to: str | None) -> list[str]:
    """The first and the latest Message-IDs; what could not stand in a header is left out."""
    wanted = [*references, *([in_reply_to] if in_reply_to else [])]
    chain = list(dict.fromkeys(reversed([known for known in wanted if message_id_ok(known)])))[::-1]
    return chain if len(chain) <= MAX_REFERENCES else [chain[0], *chain[1 - MAX_REFERENCES :]]
