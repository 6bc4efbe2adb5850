"""Outgoing mail: one message to one person, threaded, marked automatic, impossible to inject into."""

import hashlib
import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Annotated, Literal

from pydantic import Field

from activities.mail.encoded import Unaddressable, address, mailbox, unstructured
from activities.mail.text import one_line, visible
from definitions.base import Instant, Value

__all__ = ["Attachment", "OutboundMail", "Unaddressable", "address", "compose", "message_id_ok", "subject_line"]

MAX_TEXT = 200_000
MAX_ATTACHED = 2_000_000
MAX_REFERENCES = 20
_SUBJECT_LIMIT = 180
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
_REPLY_WORDS = "re|aw|sv|vs|antw|rép|ref|res|odp|ynt|tr|fwd?|wg|回复|答复"
_REPLY_PREFIX = re.compile(rf"^(?:\s*(?:{_REPLY_WORDS})\s*(?:\[\d+\])?\s*[::])+\s*", re.IGNORECASE)


class Attachment(Value):
    """A text that goes with a mail, to be kept or opened by itself."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
    subtype: Literal["html", "plain", "markdown"]
    content: Annotated[str, Field(max_length=MAX_ATTACHED)]


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
    attached: tuple[Attachment, ...] = ()

    @property
    def envelope_from(self) -> str:
        """Empty (the null sender) for what no person typed, so that nothing bounces back for ever (RFC 3834)."""
        return "" if self.automatic else self.sender


def compose(mail: OutboundMail) -> bytes:
    """The message as RFC 5322 bytes with CRLF line ends; raises Unaddressable for a recipient no mail can reach."""
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError(f"message_id {mail.message_id!r} is not of the form <left@right>; take it from the ledger")
    chain = _chain(mail.references, mail.in_reply_to)
    lines = [
        ("From", mailbox(mail.sender, mail.sender_name)),
        ("To", mailbox(mail.to, mail.to_name)),
        ("Reply-To", mailbox(mail.reply_to, mail.sender_name) if mail.reply_to else ""),
        ("Subject", unstructured(subject_line(mail.subject, case_id=mail.case_id, reply=mail.in_reply_to is not None))),
        ("Date", format_datetime(mail.at)),
        ("Message-ID", mail.message_id),
        ("In-Reply-To", chain[-1] if chain else ""),
        ("References", "\r\n ".join(chain)),
        ("Auto-Submitted", mail.automatic or ""),
        ("X-Auto-Response-Suppress", "All" if mail.automatic else ""),
        ("Importance", "high" if mail.urgent else ""),
        ("X-Priority", "1" if mail.urgent else ""),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines if value)
    return head.encode("ascii") + _body(mail)


def _body(mail: OutboundMail) -> bytes:
    """The MIME lines of the header and all that follows; the standard library takes ten times as long for the same."""
    parts = [_part("plain", visible(mail.text, MAX_TEXT))]
    if mail.html is not None and len(mail.html) <= MAX_TEXT * 2:
        parts.append(_part("html", _CONTROLS.sub("", mail.html)))
    said = parts[0] if len(parts) == 1 else _together("alternative", parts, mail.message_id)
    if mail.attached:
        said = _together("mixed", [said, *map(_file, mail.attached)], mail.message_id)
    return b"MIME-Version: 1.0\r\n" + said


def _together(subtype: Literal["alternative", "mixed"], parts: Sequence[bytes], message_id: str) -> bytes:
    """Several parts as one."""
    # From the Message-ID, so that the same mail is always the same bytes; `=_` never stands in quoted-printable.
    boundary = b"=_%s_" % subtype.encode() + hashlib.sha256(message_id.encode()).hexdigest()[:40].encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary


def _file(file: Attachment) -> bytes:
    """In base64, so that its bytes arrive as they are."""
    head = (
        f'Content-Type: text/{file.subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{file.name}"\r\n\r\n'
    )
    return head.encode("ascii") + encodebytes(file.content.encode()).replace(b"\n", b"\r\n")


def _part(subtype: str, text: str) -> bytes:
    """One text with its own header lines, quoted-printable (RFC 2045) with lines of at most 76 bytes."""
    lines = text if text.endswith("\n") else text + "\n"
    content = b2a_qp(lines.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode("utf-8"), istext=True)
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode("ascii") + content


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


def message_id_ok(text: str) -> bool:
    """Whether `text` can be copied into a header of ours."""
    return _MESSAGE_ID.fullmatch(text) is not None


def _chain(references: tuple[str, ...], in_reply_to: str | None) -> list[str]:
    """The first and the latest Message-IDs; what could not stand in a header is left out."""
    wanted = [*references, *([in_reply_to] if in_reply_to else [])]
    chain = list(dict.fromkeys(reversed([known for known in wanted if message_id_ok(known)])))[::-1]
    return chain if len(chain) <= MAX_REFERENCES else [chain[0], *chain[1 - MAX_REFERENCES :]]
