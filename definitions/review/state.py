"""What only a review remembers: the case it is about, what was found, and the actions with their watch."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Instant, Key, Value
from definitions.facts import TextRef

Why = Literal["major", "breach", "asked"]
"""major: a major incident was over; breach: its resolution target was missed; asked: somebody wanted it."""

FindingKind = Literal["cause", "contributing", "went_well"]

WatchDays = Annotated[int, Field(ge=1, le=365)]


class ReviewBrief(Value):
    """How a review begins, settled when it is opened and pinned in the opening."""

    case: str
    """The case it is about."""
    why: Why
    owner: str
    """Who holds it: the lead of the team that had the case."""


class Finding(Value):
    """One thing that was found."""

    id: Key
    kind: FindingKind
    text: TextRef
    by: str


class ActionItem(Value):
    """What somebody does so that it does not happen again, watched until that is proven."""

    id: Key
    title: TextRef
    owner: str
    added_at: Instant
    due: Instant
    watch_days: WatchDays
    """How long no case of the class may come once it is done."""
    service: Key
    category: Key | None = None
    """Together with the service the class of cases that would be a recurrence; None means all of the service."""
    state: Literal["open", "watched", "proven", "dropped"] = "open"
    reminders: int = 0
    """Since it was given or came back."""
    reminded_at: Instant | None = None
    done_at: Instant | None = None
    watched_until: Instant | None = None
    dropped_at: Instant | None = None
    recurred: int = 0
    """How often it was done and the trouble came again."""

    @property
    def settled(self) -> bool:
        """Nothing more is expected of it."""
        return self.state in ("proven", "dropped")


class ReviewState(ReviewBrief):
    """Everything of a review that other kinds of case do not have."""

    findings: tuple[Finding, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    looked_at: Instant | None = None
    """When the records were last asked for recurrences."""

    def action(self, key: str) -> ActionItem | None:
        """The action of this key."""
        return next((action for action in self.actions if action.id == key), None)

    @property
    def watched(self) -> tuple[ActionItem, ...]:
        """Those that are done and not yet proven."""
        return tuple(action for action in self.actions if action.state == "watched")
