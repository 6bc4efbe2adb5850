"""The parts of a mail, taken apart within bounds of time and memory whatever the mail looks like."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.feedparser import BytesFeedParser
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from typing import Any

MAX_RAW = 100 * 1024 * 1024
MAX_PARSED = 32 * 1024 * 1024
"""Only this much from the top is taken apart; the rest stays in the original."""
MAX_DEPTH = 20
MAX_PARTS = 200
MAX_HEADERS = 1_000
MAX_HEADER = 32_000
MAX_TEXT = 1_000_000

# A parser looks at every open boundary on every line, so lines times boundaries is what costs time.
_BUDGET = 6_000_000
_MAX_LINES = 600_000
_NESTING = re.compile(rb"boundary\s*\*?[0-9]*\*?\s*=|message/", re.IGNORECASE)
_MAX_NESTING = 300
_PIECE = 64 * 1024
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# Text codecs whose decoders take time that grows with the square of the input, or run escapes.
_BAD_CODECS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"}


class Unreadable(Exception):
    """These bytes cannot be taken as a mail; `reason` says why. They belong in quarantine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Part:
    """A leaf of the tree: a text, a file, or a whole mail inside a mail."""

    media_type: str
    charset: str
    name: str
    attached: bool
    """Meant as a file, not to be read in place."""
    message: "Message[str, str]"

    def content(self) -> bytes:
        """The bytes, decoded; for a mail inside a mail, that mail."""
        if self.media_type.startswith("message/") and self.message.is_multipart():
            return b"\n".join(_flat(inner) for inner in self.message.get_payload() if isinstance(inner, Message))
        payload = self.message.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    def text(self) -> str:
        """The text, in whatever charset it really is."""
        payload = self.message.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            # Broken encodings decode to nothing; what stands there is still better.
            payload = str(self.message.get_payload() or "").encode("utf-8", "surrogateescape")
        return decoded(payload[: MAX_TEXT * 2], self.charset)[:MAX_TEXT]


@dataclass(frozen=True)
class Tree:
    """A mail's headers and leaves."""

    message: "Message[str, str]"
    parts: tuple[Part, ...]
    cut: str = ""
    """What was left out and why; empty when all was read."""

    def all(self, name: str) -> list[str]:
        """Every value of a header, topmost first, unfolded and with 8-bit bytes read as text."""
        return [" ".join(value.split()) for value in self.message.get_all(name, [])]

    def first(self, name: str) -> str:
        """The topmost value of a header, or an empty string."""
        return next(iter(self.all(name)), "")


def take_apart(raw: bytes) -> Tree:
    """Raises Unreadable, and nothing else."""
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable("the message is empty")
    if len(raw) > MAX_RAW:
        raise Unreadable(f"the message has {len(raw)} bytes; more than {MAX_RAW} are not taken")
    nesting = sum(1 for _ in _NESTING.finditer(raw[:MAX_PARSED]))
    if nesting > _MAX_NESTING:
        raise Unreadable(f"the message declares {nesting} nested parts; more than {_MAX_NESTING} are not taken")
    end, cut = _bounded(raw, nesting)
    try:
        message = _fed(raw, end)
        if not message.keys():
            raise Unreadable("this is no mail: it has no header lines")
        parts, left_out = _leaves(message)
    except Unreadable:
        raise
    except RecursionError as wrong:
        raise Unreadable("the parts are nested too deeply") from wrong
    except Exception as wrong:  # the parser raises whatever broken input makes it trip over
        raise Unreadable(f"the structure is broken ({type(wrong).__name__})") from wrong
    return Tree(message, parts, cut or left_out)


def decoded(content: bytes, charset: str) -> str:
    """`content` as text: by its charset, else UTF-8, else Windows-1252; never fails."""
    for name in (charset.strip().strip("'\"").lower() or "utf-8", "utf-8"):
        try:
            codec = codecs.lookup(name).name
            if codec.replace("-", "_") not in _BAD_CODECS:
                return content.decode(codec)
        except (LookupError, ValueError, TypeError):
            continue
    return content.decode("cp1252", "replace")


def words(value: str, limit: int = 4_000) -> str:
    """A header value with its encoded words read; broken ones stay as they are."""
    value = value[:limit]
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except Exception:  # broken base64 raises several kinds; the raw value still tells the reader something
        return value
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "latin-1") for piece, charset in pieces
    )


class _Bounded(Compat32):
    """Cuts endless headers as they are read, and gives every header as a plain `str`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, rest = sourcelines[0].partition(":")
        value = rest.lstrip(" \t") if len(sourcelines) == 1 else rest.lstrip(" \t") + "".join(sourcelines[1:500])
        return name, value[:MAX_HEADER].rstrip("\r\n")

    def header_fetch_parse(self, name: str, value: str) -> str:
        if value.isascii():
            return value
        return decoded(value.encode("utf-8", "surrogateescape"), "utf-8")

    def handle_defect(self, obj: Any, defect: Any) -> None:
        """Defects are no news here: half of the world's mail has one."""


def _bounded(raw: bytes, nesting: int) -> tuple[int, str]:
    """How far to read, and why not to the end."""
    end, cut = len(raw), ""
    if end > MAX_PARSED:
        end, cut = MAX_PARSED, f"only the first {MAX_PARSED // 2**20} MB were read"
    lines = min(_MAX_LINES, _BUDGET // (nesting + 1))
    if raw.count(b"\n", 0, end) + raw.count(b"\r", 0, end) > lines:
        for at, found in enumerate(re.compile(rb"\r\n|\r|\n").finditer(raw, 0, end)):
            if at >= lines:
                return found.end(), f"only the first {lines} lines were read"
    return end, cut


def _fed(raw: bytes, end: int) -> "Message[str, str]":
    """In pieces: given whole, the parser would keep four bytes for each."""
    parser: BytesFeedParser[Message[str, str]] = BytesFeedParser(policy=_Bounded())
    for start in range(0, end, _PIECE):
        parser.feed(raw[start : min(start + _PIECE, end)])
    return parser.close()


def _leaves(message: "Message[str, str]") -> tuple[tuple[Part, ...], str]:
    if len(message.keys()) > MAX_HEADERS:
        raise Unreadable(f"the message has {len(message.keys())} header lines; more than {MAX_HEADERS} are not taken")
    parts: list[Part] = []
    for depth, part in _walk(message):
        if depth > MAX_DEPTH:
            raise Unreadable(f"the parts are nested more than {MAX_DEPTH} deep")
        if len(parts) >= MAX_PARTS:
            return tuple(parts), f"only the first {MAX_PARTS} parts were read"
        parts.append(_part(part))
    return tuple(parts), ""


def _walk(message: "Message[str, str]") -> Iterator[tuple[int, "Message[str, str]"]]:
    waiting = [(0, message)]
    while waiting:
        depth, part = waiting.pop()
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list) and part.get_content_maintype() == "multipart" and depth <= MAX_DEPTH:
            waiting += [(depth + 1, child) for child in reversed(inner) if isinstance(child, Message)]
        else:
            yield depth, part


def _part(message: "Message[str, str]") -> Part:
    name = message.get_filename() or ""
    disposition = (message.get_content_disposition() or "").lower()
    media_type = message.get_content_type()
    return Part(
        # A multipart whose boundary never comes is just text.
        media_type="text/plain" if media_type.startswith("multipart/") else _known(media_type),
        charset=str(message.get_param("charset", "") or ""),
        name=words(name),
        attached=disposition == "attachment" or (bool(name) and disposition != "inline"),
        message=message,
    )


def _known(media_type: str) -> str:
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"


def _flat(message: "Message[str, str]") -> bytes:
    try:
        return message.as_bytes()
    except Exception:  # a broken inner mail may not be written back; its text is better than nothing
        return str(message.get_payload()).encode("utf-8", "replace")
