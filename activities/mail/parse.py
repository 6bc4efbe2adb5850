"""A mail as it came over the wire, made into a message the desk understands."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from activities.mail.authentication import verified
from activities.mail.etiquette import automatic
from activities.mail.headers import (
    DeskAddresses,
    Sender,
    message_id_of,
    recipients_of,
    references_of,
    reply_token,
    sender_of,
)
from activities.mail.html import text_of
from activities.mail.mime import Part, Unreadable, take_apart, words
from activities.mail.reply import own_words
from activities.mail.text import one_line, visible
from definitions.intake import Attachment, InboundMessage

MAX_ATTACHMENT = 20 * 1024 * 1024
MAX_ATTACHMENTS = 50
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|vl|doorst|vb|pd|转发|転送)\s*[::]", re.IGNORECASE)
_NO_NAME = {"message/rfc822": "message.eml", "text/calendar": "invitation.ics", "text/html": "message.html"}


class BlobSink(Protocol):
    """Keeps content under its own hash."""

    def put(self, content: bytes) -> str:
        """SHA-256 in hex."""
        ...


def parse(
    raw: bytes,
    *,
    at: datetime,
    source: str,
    external_id: str | None,
    desk: DeskAddresses,
    blobs: BlobSink,
    trusted_authserv_id: str | None = None,
) -> InboundMessage:
    """Raises Unreadable with the reason, and nothing else of its own; what `blobs` raises goes through.

    Only what other mail systems know is read: headers of our own naming mean nothing when they come from outside.
    """
    tree = take_apart(raw)
    sender = sender_of(tree)
    recipients = recipients_of(tree)
    raw_subject = words(tree.first("Subject"))
    subject = one_line(raw_subject)
    message_id = message_id_of(tree)
    body, files = _sorted(tree.parts)
    full_text, text = _texts(body, forwarded=_FORWARDED.match(subject) is not None)
    missing = [tree.cut, f"only the first {MAX_ATTACHMENTS} files were taken" if len(files) > MAX_ATTACHMENTS else ""]
    for reason in filter(None, missing):
        full_text += f"\n\n({reason}; the original is kept whole.)"
    return InboundMessage(
        source=source,
        external_id=external_id or message_id or _content_id(sender, raw),
        at=at,
        channel="email",
        sender=sender.address,
        sender_name=sender.name,
        recipients=recipients,
        subject=subject,
        text=text,
        full_text=full_text,
        raw=blobs.put(raw),
        message_id=message_id,
        references=references_of(tree),
        reply_token=reply_token(recipients, subject, desk),
        automatic=automatic(
            [(name, " ".join(value.split())) for name, value in tree.message.items()],
            sender=sender.address,
            subject=subject,
            desk=desk,
            media_type=tree.message.get_content_type(),
        ),
        verified=verified(tree, sender, trusted_authserv_id),
        attachments=tuple(_stored(files, blobs, unfinished=tree.parts[-1] if tree.cut else None)),
    )


def _sorted(parts: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """Texts to read, and files."""
    body: list[Part] = []
    files: list[Part] = []
    for part in parts:
        readable = part.media_type in ("text/plain", "text/html") and not part.attached
        (body if readable else files).append(part)
    return body, files


def _texts(body: list[Part], *, forwarded: bool) -> tuple[str, str]:
    """All of the text, and the person's own words."""
    plain = "\n\n".join(
        filter(None, (visible(part.text()).strip() for part in body if part.media_type == "text/plain"))
    )
    if plain:
        return plain, own_words(plain, forwarded=forwarded)
    pages = [part.text() for part in body if part.media_type == "text/html"][:5]
    full = "\n\n".join(visible(text_of(page)).strip() for page in pages)
    if forwarded:
        return full, full
    unquoted = "\n\n".join(visible(text_of(page, with_quotes=False)).strip() for page in pages).strip()
    return full, own_words(unquoted or full)


def _stored(files: list[Part], blobs: BlobSink, *, unfinished: Part | None) -> Iterable[Attachment]:
    for number, part in enumerate(files[:MAX_ATTACHMENTS]):
        content = part.content()
        name = _file_name(part, number)
        note = ""
        if len(content) > MAX_ATTACHMENT:
            note = f"larger than {MAX_ATTACHMENT // 2**20} MB: it is in the original only"
        elif part is unfinished:
            note = "not read to its end: it is whole in the original only"
        blob = "" if note else blobs.put(content)
        yield Attachment(name=name, media_type=part.media_type, size=len(content), blob=blob, note=note)


def _file_name(part: Part, number: int) -> str:
    """A name to show, never a path: no slashes, no leading dots, never empty."""
    name = one_line(re.sub(r"[/\\:*?\"<>|]", "_", part.name), 150).lstrip(". ")
    if name:
        return name
    return _NO_NAME.get(part.media_type, f"attachment-{number + 1}")


def _content_id(sender: Sender, raw: bytes) -> str:
    """For a mail without Message-ID: the same words from the same person, whatever the route added on top."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    return "sha256:" + hashlib.sha256(sender.address.encode() + b"\0" + (body or head)).hexdigest()


__all__ = ["BlobSink", "DeskAddresses", "Unreadable", "parse"]
