"""What a new case is like, as a case remembers it: ids and numbers, no words."""

from definitions.base import Key, Value


class AlikeCase(Value):
    """One that was told in much the same words; `likeness` in [0, 1]."""

    case: str
    likeness: float
    articles: tuple[Key, ...] = ()
    """Those that helped to solve it."""


class OutageFound(Value):
    """Several people say the same at once: they may have one cause."""

    parent: str
    """The case that is proposed as the parent of the others."""
    cases: tuple[str, ...]
    line: str
    """Why it is no chance, for people."""
    tell: str | None
    """Who is told of it; None when somebody was."""


class SimilarFound(Value):
    """The likest first; open ones of the same service, past ones of any."""

    open: tuple[AlikeCase, ...] = ()
    past: tuple[AlikeCase, ...] = ()
    articles: tuple[Key, ...] = ()
    """What helped with the past ones, best first."""
    outage: OutageFound | None = None
