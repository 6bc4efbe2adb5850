"""The slice that a review carries, and the organisation's rule that leads to one."""

from typing import Literal

from definitions.base import Key, Level, Priority, Value
from definitions.review.state import WatchDays
from definitions.services import Days
from definitions.slices import CaseDefinition
from definitions.targets import Clock, Goal, Target
from definitions.teams import Zone

REVIEW_BYTES = 4096
"""The most that the slice pinned in a review's input may weigh as JSON."""


class ReviewRule(Value):
    """Major incidents are always reviewed; others where the resolution target was missed at such a priority."""

    priorities: tuple[Priority, ...] = (Priority.P1, Priority.P2)
    calendar: Key
    within_days: Days = 5
    """Working days from the end of the incident until the review is concluded."""
    watch_days: WatchDays = 90
    """How long an action is watched that says nothing else."""

    @property
    def target(self) -> Target:
        """The promise of every review."""
        goal = Goal(amount=self.within_days, unit="days")
        return Target(
            key="reviewed",
            title="Reviewed, in working days",
            clock=Clock.RESOLUTION,
            calendar=self.calendar,
            goals=dict.fromkeys(Priority, goal),
            warn=(0.6,),
        )


class ReviewDefinition(CaseDefinition):
    """What one review needs of its organisation."""

    kind: Literal["review"] = "review"
    rule: ReviewRule
    team: Key
    zone: Zone
    """In which its report tells the time."""
    manager: Key
    """Who hears that a review is late."""

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """Learning does not wait in line by urgency: all reviews have the same."""
        return Priority.P3
