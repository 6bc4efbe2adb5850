"""Text of anybody's data, made fit to stand in XML."""

import re
from typing import Any

_FOREIGN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legible(text: str) -> str:
    """With U+FFFD for each character that XML 1.0 cannot hold, even escaped: such as NUL, ESC or U+FFFE."""
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
