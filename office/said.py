"""Words as views show them."""

from collections.abc import Mapping

from definitions.facts import TextRef

ERASED = "(erased)"


def said(ref: TextRef | None, texts: Mapping[str, str]) -> str | None:
    """The words that are referred to, by their id in `texts`; erased ones are named as such."""
    return None if ref is None else texts.get(ref.id, ERASED)
