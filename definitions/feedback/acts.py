"""What one does to feedback: answer who gave it, pass it on, and say what was done about it or why nothing was."""

from typing import Annotated

from pydantic import Field

from definitions.acts import Act, PersonKey
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
