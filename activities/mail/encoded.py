"""Header values as they go out: ASCII, folded, and never read again as something else.

The standard library reads encoded words inside the values it is given, so a name like `=?utf-8?q?=0d=0aBcc:_v@z?=`
would become a header line of its own. Here such words are encoded once more and stay words.
"""

import base64
import re

from activities.mail.text import one_line

_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_WIDTH = 76
_ENCODED_BYTES = 42
"""Of UTF-8 in one encoded word: with base64 and its frame less than the 75 letters allowed."""


class Unaddressable(ValueError):
    """The address cannot receive mail from us; the text says why. No retry helps."""


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


def mailbox(text: str, name: str) -> str:
    """`name <address>` for a header; raises Unaddressable."""
    where = address(text)
    shown = one_line(name, 80)
    if not shown:
        return where
    if not _plain(shown):
        shown = _encoded(shown)
    elif not _ATOMS.fullmatch(shown):
        shown = '"' + re.sub(r'(["\\\\])', r"\\\1", shown) + '"'
    between = " " if len(shown) + len(where) < _WIDTH - 14 else "\r\n "
    return f"{shown}{between}<{where}>"


def unstructured(text: str) -> str:
    """Free text for a header such as Subject."""
    text = one_line(text, 400)
    return _folded(text) if _plain(text) else _encoded(text)


def _plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _folded(text: str) -> str:
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) > _WIDTH - 12:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])


def _encoded(text: str) -> str:
    words, piece = [], b""
    for letter in text:
        letter_bytes = letter.encode("utf-8", "replace")
        if len(piece) + len(letter_bytes) > _ENCODED_BYTES:
            words.append(piece)
            piece = b""
        piece += letter_bytes
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode()}?=" for word in [*words, piece])
