"""What only a problem remembers, what it begins with, and what an incident remembers of its problem."""

from definitions.base import Instant, Key, Value
from definitions.facts import TextRef


class ProblemBrief(Value):
    """What a problem begins with besides what every case does."""

    incidents: tuple[str, ...] = ()
    """The cases that made somebody look for a common cause."""


class KnownError(Value):
    """What is known of a problem so far; each part may come before the others."""

    cause: TextRef | None = None
    workaround: TextRef | None = None
    """How to go on working meanwhile, in words for those who wait."""
    article: Key | None = None


class ProblemState(Value):
    """A problem beyond what every case has."""

    incidents: tuple[str, ...] = ()
    """Those that are taken to come from it, the first one first."""
    known_error: KnownError = KnownError()
    ruled_out: tuple[TextRef, ...] = ()
    """What it turned out not to be: nobody has to look there twice."""
    watch_until: Instant | None = None
    """It is solved, and proven to be when nothing of its kind comes until then."""
    recurrences: tuple[str, ...] = ()
    """Incidents of its kind that came while it was watched."""


class LinkedProblem(Value):
    """The problem that an incident comes from."""

    problem: str
    told: tuple[str, ...] = ()
    """Ids of the texts of workarounds that were passed on: nobody is told the same twice."""


class ProblemFound(Value):
    """A problem that a new incident may come from."""

    problem: str
    likeness: float
    """Of the incident's title to what is said about the problem, 0 to 1."""
    workaround: TextRef | None = None
    watched: bool = False
    """It is held to be solved, and this incident is of its kind: it may have come back."""
