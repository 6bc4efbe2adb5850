"""How the events of a source are read as cases: when one is opened, resolved, open again, withdrawn."""

from definitions.base import Value


class CaseRules(Value):
    """Declared once per dataset and kept with it, so that every number can say them."""

    kind: str | None = None
    """What the cases are: incident, request, problem."""
    opened: str | None = None
    """Column with the instant of opening; None: the first event."""
    resolved: tuple[str, ...] = ()
    """Columns with the instant of resolution: the last value in the case of the first that is filled."""
    closed: str | None = None
    """Column with the instant of closing."""
    snapshots: bool = False
    """Whether a row is the whole record as it stood: what is empty in the last one is not so any more."""
    done: tuple[str, ...] = ()
    """Activities that resolve a case, where no column says it: the last one counts."""
    again: tuple[str, ...] = ()
    """Activities that open a case again when they come after the last of `done`."""
    cancelled: tuple[str, ...] = ()
    """Activities that end a case without a solution."""
    demand: tuple[str, ...] = ()
    """Kinds of cases that somebody outside the desk wants done; empty: all are such."""

    @property
    def knows_the_end(self) -> bool:
        """Whether open cases can be told from resolved ones; without it each case ends with its last event."""
        return bool(self.resolved or self.done or self.closed)
