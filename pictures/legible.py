"""Text of anybody's data, made fit to stand in XML."""

import re
from collections.abc import Sequence
from typing import Any

_FOREIGN = re.compile("[^\t\n\r\x20-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legible(text: str) -> str:
    """With U+FFFD for each character that XML 1.0 cannot hold, even escaped: such as NUL, ESC or U+FFFE.

    The line separators U+2028 and U+2029 go with them: Vega cannot read an expression with one in a text.
    """
    return _FOREIGN.sub("\ufffd", text)


def all_legible(data: Any) -> Any:
    """The same for every text in JSON data."""
    if isinstance(data, str):
        return legible(data)
    if isinstance(data, dict):
        return {legible(key): all_legible(value) for key, value in data.items()}
    if isinstance(data, list):
        return [all_legible(value) for value in data]
    return data


NARROW, WIDE = 9, 22
"""Units of a letter and of a character beyond the first 65,536, such as an emoji, rather too many than too few."""


def fitting(names: Sequence[str], width: float) -> dict[str, str]:
    """A label for each name, no two alike; one with characters beyond the first 65,536 is cut to fit `width`.

    Vega cuts those in the middle of a character and then cannot measure what is left; all others it cuts itself.
    """
    labels: dict[str, str] = {}
    for name in names:
        known = legible(name)
        label, more = _cut(known, width), 2
        while label in labels.values():
            label, more = f"{_cut(known, width - 4 * NARROW)} {more}", more + 1
        labels[name] = label
    return labels


def _cut(name: str, width: float) -> str:
    if max(name, default="") <= "\uffff":
        return name
    used = 2.0 * NARROW
    for end, character in enumerate(name):
        used += WIDE if character > "\uffff" else NARROW
        if used > width:
            return f"{name[:end]} ..."
    return name
