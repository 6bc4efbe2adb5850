"""What is looked up for a new case in one go: its triage costs one event of history, however much is looked for."""

from pydantic import ConfigDict

from definitions.base import Value
from definitions.help import Offered
from definitions.problem.state import ProblemFound
from definitions.routing_learned import LearnedChoice
from definitions.similar import SimilarFound


class Findings(Value):
    """What the looks of triage found, each under its own name; what a later version finds too is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cases: tuple[str, ...] = ()
    """Open cases that may be about the same thing; what runs found before likeness knew more than titles."""
    similar: SimilarFound | None = None
    """Cases that were told in much the same words."""
    problems: tuple[ProblemFound, ...] = ()
    """Problems that it may come from."""
    offer: Offered | None = None
    """Articles that probably answer it."""
    routing: LearnedChoice | None = None
    """Which team gets it by what was learned; None where nothing is to be chosen."""
