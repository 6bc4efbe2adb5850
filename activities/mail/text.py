"""Text from outside made safe to show: no control, bidi or invisible characters, bounded length."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_JOINERS = re.compile("(?<=[^\x00-\u02ff])[\u200c\u200d](?=[^\x00-\u02ff])")
_KEPT = {"\u200c": "\ufdd0", "\u200d": "\ufdd1"}
_COMBINING_LIMIT = 4


def visible(text: str, limit: int = 100_000) -> str:
    """`text` with line ends as `\\n` and only what can be seen; longer than `limit` is cut and ends in an ellipsis.

    Joiners stay between letters of scripts that need them (Persian, emoji); everywhere else they hide things.
    """
    cut = len(text) > limit
    text = text[:limit].replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.replace("\ufdd0", "").replace("\ufdd1", "")
    text = _CONTROL.sub("", text)
    if not text.isascii():
        text = _JOINERS.sub(lambda found: _KEPT[found.group()], text)
        text = _INVISIBLE.sub("", text)
        text = text.replace("\ufdd0", "\u200c").replace("\ufdd1", "\u200d")
        text = _calm(text)
    return text[: limit - 1] + "…" if cut else text


def one_line(text: str, limit: int = 300) -> str:
    """`text` on one line, for subjects, names and titles."""
    return " ".join(visible(text.replace("\t", " ")[: limit * 8], limit * 8).split())[:limit].strip()


def _calm(text: str) -> str:
    """At most a few combining marks in a row: stacked ones paint over the lines around them."""
    if not any(unicodedata.combining(letter) for letter in text):
        return text
    kept: list[str] = []
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run <= _COMBINING_LIMIT:
            kept.append(letter)
    return "".join(kept)
