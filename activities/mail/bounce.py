"""Mails that came back (RFC 3464): who was not reached, and for good or for now."""

import re
from datetime import timedelta
from typing import Literal

from activities.mail.headers import message_ids
from activities.mail.mime import Part, take_apart
from activities.mail.text import one_line
from definitions.base import Value

QUIET_AFTER_FAILURE = timedelta(days=7)
QUIET_AFTER_DELAY = timedelta(hours=1)
_FIELD = re.compile(r"^([A-Za-z-]{1,40}):[ \t]*([^\r\n]{0,500}(?:\r?\n[ \t][^\r\n]{0,500}){0,5})", re.MULTILINE)
_MESSAGE_ID = re.compile(r"^message-id:\s*([^\r\n]{1,600})", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>;,]{1,64}@[^\s<>;,]{1,255}")


class Bounce(Value):
    """One recipient a mail of ours did not reach."""

    recipient: str
    """Lower case."""
    permanent: bool
    status: str = ""
    """The enhanced status code (`5.1.1`), where given."""
    detail: str = ""
    message_id: str | None = None
    """Of our mail that came back."""

    @property
    def quiet(self) -> timedelta:
        """How long nothing goes by itself to this recipient."""
        return QUIET_AFTER_FAILURE if self.permanent else QUIET_AFTER_DELAY


def bounces(raw: bytes) -> tuple[Bounce, ...]:
    """Every failed or delayed recipient of a delivery report; empty for any other mail. Raises Unreadable."""
    tree = take_apart(raw)
    reports = [
        part for part in tree.parts if part.media_type in ("message/delivery-status", "message/global-delivery-status")
    ]
    if not reports:
        return ()
    ours = _original_id(tree.parts)
    return tuple(found for part in reports[:3] for found in _recipients(_plain(part), ours))[:50]


def _recipients(report: str, ours: str | None) -> list[Bounce]:
    found: list[Bounce] = []
    for block in re.split(r"\r?\n[ \t]*\r?\n", report)[:60]:
        fields = {name.lower(): one_line(value, 400) for name, value in _FIELD.findall(block)}
        recipient = _ADDRESS.search(fields.get("original-recipient", "") or fields.get("final-recipient", ""))
        kind = _kind(fields.get("action", ""), fields.get("status", ""))
        if recipient and kind:
            found.append(
                Bounce(
                    recipient=recipient.group().lower(),
                    permanent=kind == "failed",
                    status=fields.get("status", "").split(" ")[0],
                    detail=fields.get("diagnostic-code", ""),
                    message_id=ours,
                )
            )
    return found


def _kind(action: str, status: str) -> Literal["failed", "delayed"] | None:
    """A full mailbox (4.x.x, or 5.2.2) may empty again; `delivered` and `relayed` are no failures."""
    word = action.lower().split(" ")[0]
    if word == "delayed" or (word == "failed" and (status.startswith("4.") or status.startswith("5.2.2"))):
        return "delayed"
    return "failed" if word == "failed" else None


def _original_id(parts: tuple[Part, ...]) -> str | None:
    for part in parts:
        if part.media_type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"):
            found = _MESSAGE_ID.search(part.content()[:60_000].decode("latin-1"))
            if found and (ids := message_ids(found.group(1))):
                return ids[0]
    return None


def _plain(part: Part) -> str:
    return part.content()[:60_000].decode("utf-8", "replace")
