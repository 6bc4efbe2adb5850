"""What is looked up for a new case in one go: its triage costs one event of history, however much is looked for."""

from pydantic import ConfigDict

from definitions.base import Value
from definitions.problem.state import ProblemFound


class Findings(Value):
    """What the looks of triage found, each under its own name; what a later version finds too is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cases: tuple[str, ...] = ()
    """Open cases that may be about the same thing."""
    problems: tuple[ProblemFound, ...] = ()
    """Problems that it may come from."""
