"""What a run asks of the desk about reviews: hold one, and say whether the trouble came again."""

from collections.abc import Sequence
from typing import Protocol

from temporalio import activity

from definitions.base import Instant, Key, Value
from definitions.review.state import Why
from definitions.review.watching import Watch


class OpenReview(Value):
    """A case that is to be reviewed; the desk gives each case one review, however often it is asked."""

    case: str
    why: Why
    at: Instant
    service: Key
    category: Key | None
    team: Key | None
    """Whose it was at the end; None where it never found one."""


class Look(Value):
    """Whether cases came that an action should have prevented."""

    review: str
    case: str
    """The case reviewed, which is no recurrence of itself."""
    watches: tuple[Watch, ...]


class Reviews(Protocol):
    """The desk, as far as reviews need it."""

    async def convene(self, order: OpenReview) -> str:
        """The id of the review of this case; it is open, or was before."""
        ...

    def recurrences(self, look: Look) -> dict[str, Sequence[str]]:
        """Action -> cases of its class, oldest first."""
        ...


class ReviewActivities:
    """Brings what runs ask to the desk."""

    def __init__(self, reviews: Reviews) -> None:
        self._reviews = reviews

    @activity.defn(name="reviews.open")
    async def open(self, order: OpenReview) -> str:
        """The id of the case's review."""
        return await self._reviews.convene(order)

    @activity.defn(name="reviews.look")
    def look(self, look: Look) -> dict[str, list[str]]:
        """Action -> cases of its class."""
        return {action: list(cases) for action, cases in self._reviews.recurrences(look).items() if cases}
