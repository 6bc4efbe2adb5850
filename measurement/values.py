"""What every number carries with it: its interval, and what was left out and why."""

from dataclasses import dataclass


class Refused(ValueError):
    """A number that would mislead is not given: `message` says why, `hint` what to do instead."""

    code = "check_failed"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadData(ValueError):
    """The data cannot be read as asked: `message` says what and why, `hint` the next step."""

    code = "failed"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Interval:
    """From `low` to `high` with this confidence `level`; None where that end was not reached."""

    low: float | None
    high: float | None
    level: float
    method: str


@dataclass(frozen=True)
class Excluded:
    """So many were left out, for this reason."""

    n: int
    reason: str
