"""What only feedback has: its tone, what and whom it is about, and what became of it."""

from enum import StrEnum

from definitions.base import Instant, Value
from definitions.facts import TextRef


class Tone(StrEnum):
    """What somebody wants to say."""

    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"


class FeedbackBrief(Value):
    """What feedback begins with, beside what every case begins with."""

    tone: Tone
    about: str | None = None
    """The case it is about."""
    people: tuple[str, ...] = ()
    """Those who worked on that case, or whom it names: a compliment reaches them."""


class FeedbackState(FeedbackBrief):
    """What a run of feedback remembers."""

    words: TextRef | None = None
    shared: tuple[str, ...] = ()
    """Who has read it as a compliment to them."""
    answered_at: Instant | None = None
    acted_on_at: Instant | None = None
