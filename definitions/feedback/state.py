"""What only feedback has: its tone, what and whom it is about, and what became of it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Instant, Value, absent
from definitions.facts import TextRef

MIDDLE = 3
"""Of the scale by which ideas are rated."""


class Tone(StrEnum):
    """What somebody wants to say."""

    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"
    IDEA = "idea"
    """A suggestion for all to see: anybody rates it, and a cycle of improvement may take it."""


class FeedbackBrief(Value):
    """What feedback begins with, beside what every case begins with."""

    tone: Tone
    about: str | None = None
    """The case it is about."""
    people: tuple[str, ...] = ()
    """Those who worked on that case, or whom it names: a compliment reaches them."""


class IdeaState(Value):
    """What a run remembers of an idea that other feedback does not have."""

    ratings: dict[str, int] = {}
    """Person -> 1 to 5; the last word of each."""
    cycle: str | None = None
    """The cycle of improvement that took it."""
    how: Literal["standard", "rolled_back", "stopped"] | None = None
    """What became of it there; None while it is tried."""

    @property
    def tried(self) -> bool:
        """Whether a cycle has it now."""
        return self.cycle is not None and self.how is None

    @property
    def score(self) -> float | None:
        """Mean of the ratings and of two imagined ones in the middle: one person's 5 is less than ten people's 4.5."""
        if not self.ratings:
            return None
        return (sum(self.ratings.values()) + 2 * MIDDLE) / (len(self.ratings) + 2)


class FeedbackState(FeedbackBrief):
    """What a run of feedback remembers."""

    words: TextRef | None = None
    shared: tuple[str, ...] = ()
    """Who has read it as a compliment to them."""
    answered_at: Instant | None = None
    acted_on_at: Instant | None = None
    idea: Annotated[IdeaState | None, Field(exclude_if=absent)] = None
    """None for all that is no idea."""
