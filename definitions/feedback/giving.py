"""What somebody hands to the desk as feedback, and how it is told from a report in a mail."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from definitions.base import Key, Value
from definitions.feedback.state import Tone


def _something(text: str) -> str:
    if not text.strip():
        raise ValueError("there are no words in it: say what is good or bad")
    return text


Words = Annotated[str, Field(min_length=1, max_length=100_000), AfterValidator(_something)]
SUBJECT = re.compile(
    r"^\s*(?:(?P<complaint>complaint|beschwerde|réclamation|queja)|(?P<compliment>compliment|praise|kudos|lob|dank)"
    r"|(?P<idea>idea|idee|idée)|(?P<suggestion>suggestion|feedback|vorschlag|anregung))\s*[:\-–—]\s*\S",
    re.IGNORECASE,
)
"""A subject that says so itself, with a colon or a dash; in doubt a mail is about something that does not work."""
TITLE_LENGTH = 80


class GiveFeedback(Value):
    """Somebody says what is good or bad."""

    text: Words
    tone: Tone = Tone.SUGGESTION
    case: str | None = None
    """The case it is about."""
    service: Key | None = None
    """What it is about, where it is about no case."""
    about: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Whom it is about: keys or addresses."""
    anonymous: bool = False
    """Nobody is remembered, so nobody can be answered."""
    channel: Key = "cli"
    source: str = "cli"
    external_id: str | None = None
    """Idempotency key: repeating it returns the same case."""


def tone_of(subject: str) -> Tone | None:
    """The tone that a mail's subject names; None for a mail like any other."""
    found = SUBJECT.match(subject)
    return Tone(found.lastgroup) if found and found.lastgroup else None


def title_of(text: str) -> str:
    """The first line, short enough for a list."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "(no words)")
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1].rstrip()}…"
