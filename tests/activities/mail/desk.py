"""The desk that test mails are sent to."""

import hashlib
import unicodedata
from datetime import UTC, datetime

from activities.mail.headers import DeskAddresses
from activities.mail.parse import parse
from definitions.intake import InboundMessage

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ADDRESSES = DeskAddresses(addresses=("help@example.com", "Support@Example.com"))
SERVER = "mx.example.com"
TOKEN = "abcdefghijklmnopqrstuvwxy2"


class Blobs:
    """Keeps content in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        self.kept[key] = content
        return key


def received(raw: bytes | str, *, blobs: Blobs | None = None) -> InboundMessage:
    """The mail as the desk sees it; line ends may be bare."""
    content = raw.encode() if isinstance(raw, str) else raw
    return parse(
        content,
        at=AT,
        source="imap:test",
        external_id=None,
        desk=ADDRESSES,
        blobs=blobs or Blobs(),
        trusted_authserv_id=SERVER,
    )


def clean(line: str) -> bool:
    """No control, line end, surrogate or letter that turns the line around; new emoji may be unknown to Python."""
    kinds = {unicodedata.category(letter) for letter in line}
    turns = {unicodedata.bidirectional(letter) for letter in line} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }
    return not kinds & {"Cc", "Cs", "Zl", "Zp"} and not turns
