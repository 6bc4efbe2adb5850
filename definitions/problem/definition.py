"""What a problem carries of its service."""

from typing import Literal

from definitions.base import Key, Level, Priority
from definitions.priority import PriorityMatrix
from definitions.slices import CaseDefinition

PROBLEM_BYTES = 4096
"""The most that the slice pinned in a problem's input may weigh as JSON."""


class ProblemDefinition(CaseDefinition):
    """What one problem needs of its service. Its response clock runs until a workaround is known."""

    kind: Literal["problem"] = "problem"
    matrix: PriorityMatrix
    team: Key
    """Who looks for the cause."""
    lead: Key
    """Who hears of it when it comes back and nobody has it."""
    watch_days: int
    """How long after its solution an incident of its kind brings it back, in days of 24 hours."""

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """By the matrix."""
        return self.matrix.priority(impact, urgency)
