"""Help before a person: articles offered with the first answer, remedies that run first, and who gets neither."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Key, Value
from definitions.sparse import Sparse

LAYER = "help"
"""The layer of the draw, so that it is independent of every experiment."""
CONSENT = "consent"
"""The key of the question whether a remedy may run."""
MOST_HELD_OUT = 0.5

Arm = Literal["help", "hold_out"]
"""`hold_out`: this case gets no help before a person, so that what help does can be told from what would have happened
anyway. No arm of an experiment."""
Source = Literal["requester"]
"""What a case can give to an automation: its requester, as a person key."""


class Remedy(Sparse):
    """What a case carries of an automation that may solve it before a person looks."""

    automation: Key
    categories: tuple[Key, ...] = ()
    consent: bool | None = None
    """The requester is asked first."""
    inputs: dict[str, Source] = {}


class HelpRule(Sparse):
    """How the cases of a service are helped before a person."""

    hold_out: float | None = None
    """The share of cases that gets no such help; None holds nobody out."""
    remedies: tuple[Remedy, ...] = ()


class Offered(Value):
    """What was found in the articles for a new case."""

    articles: Annotated[tuple[Key, ...], Field(min_length=1)]
    """Best first."""
    confidence: float
    """The probability that the first one answers."""
    category: Key | None = None
    """What the first one is about, where it belongs to the service of the case."""


class HelpState(Value):
    """What a case remembers of the help that it got, or did not get because it was held out."""

    arm: Arm
    exposed: bool = False
    """There was something to offer or to run for it; those held out got nothing of it."""
    left: bool = False
    """It became a major incident: no help from here on."""
    articles: tuple[Key, ...] = ()
    """Offered to the requester, best first."""
    declined: bool = False
    """The requester said that they do not help."""
    spoken: bool = False
    """A person has written to the requester since, or the case came back: their words may be about that."""
    remedy: Key | None = None
    """The automation that fits, for those held out too."""
    tried: bool = False
    """It ran, or was turned away."""
    ends_as: Literal["self_service", "automated"] | None = None
    """What solved it, while nobody has said otherwise."""

    @property
    def on(self) -> bool:
        """Whether it may be helped."""
        return self.arm == "help" and not self.left


def fitting(remedies: tuple[Remedy, ...], category: str | None, guessed: str | None = None) -> Remedy | None:
    """The first remedy for a case of this category.

    Where nobody named a category, the one `guessed` from the articles will do for a remedy that asks before it runs.
    """
    for remedy in remedies:
        meant = category or (guessed if remedy.consent else None)
        if not remedy.categories or meant in remedy.categories:
            return remedy
    return None
