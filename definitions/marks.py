"""Marks: what happened to a case, as far as its clocks care."""

from enum import StrEnum

from pydantic import model_validator

from definitions.base import Instant, PauseReason, Priority, Value


class MarkKind(StrEnum):
    """What happened to a case, as far as a clock cares."""

    OPENED = "opened"
    RESPONDED = "responded"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CONFIRMED = "confirmed"
    PRIORITY = "priority"
    CANCELLED = "cancelled"
    MERGED = "merged"
    UNMERGED = "unmerged"


class Mark(Value):
    """One thing that happened; opened and priority carry the priority, paused carries the reason."""

    at: Instant
    kind: MarkKind
    reason: PauseReason | None = None
    priority: Priority | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Mark":
        if (self.kind is MarkKind.PAUSED) != (self.reason is not None):
            raise ValueError(f"a {self.kind} mark {'takes no' if self.reason else 'needs a'} reason")
        if (self.kind in (MarkKind.OPENED, MarkKind.PRIORITY)) != (self.priority is not None):
            raise ValueError(f"a {self.kind} mark {'takes no' if self.priority else 'needs a'} priority")
        return self
