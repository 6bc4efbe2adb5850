"""The slice that feedback carries: whose it is, and by when it is answered and acted on."""

from typing import Literal

from definitions.base import Key, Level, Priority, Value
from definitions.slices import CaseDefinition


class FeedbackRule(Value):
    """What is promised to who gives feedback, about whatever service."""

    targets: tuple[Key, ...] = ()
    """For the response and the resolution clock; empty means those of the service."""
    chain: Key | None = None
    """Who hears when it is not kept."""


class FeedbackDefinition(CaseDefinition):
    """What feedback about one service needs of it."""

    kind: Literal["feedback"] = "feedback"
    team: Key
    owner: Key
    """The lead of the team: whose answer it is."""

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """A complaint (high urgency) before all else."""
        return Priority.P3 if urgency is Level.HIGH else Priority.P4
