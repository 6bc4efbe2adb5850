"""What one does to feedback: answer who gave it, pass it on, try it, say what was done about it or why nothing was."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.acts import Act, CaseId, News, PersonKey
from definitions.facts import TextRef


class AnswerGiver(Act):
    """Words to whoever gave it; it stays open until something was done."""

    text: TextRef


class ShareWith(Act):
    """Let these people read it as a compliment to them; their leads see it too."""

    people: Annotated[tuple[PersonKey, ...], Field(min_length=1, max_length=50)]


class CloseFeedback(Act):
    """You said, we did; or why nothing is done. Whoever gave it hears it."""

    text: TextRef
    done: bool = True
    """Whether the words say what was done, or why nothing is."""


class RateIdea(Act):
    """How much it would help, 1 to 5; who rates again changes their word."""

    score: Annotated[int, Field(ge=1, le=5)]


class TakeIdea(Act):
    """A cycle of improvement tries it."""

    cycle: CaseId


class IdeaTried(News):
    """What became of an idea in its cycle: the standard, rolled back, or the cycle ended before it was tried."""

    cycle: str
    how: Literal["standard", "rolled_back", "stopped"]
