"""What a look at an experiment says, and what came out of it at the end."""

import re
from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Key, Value, absent, digest
from definitions.durations import span

Says = Literal["continue", "win", "harm", "futility", "guard", "srm", "not_found"]
"""Go on; better; worse; the effect has become improbable; a guard got worse; the arms are not as large as they were
drawn, so nothing can be believed; the last look found nothing."""
Outcome = Literal["win", "harm", "futility", "guard", "srm", "not_found", "stopped"]
"""As a look says; `stopped`: somebody ended it before its time."""


DIGITS = 9


def rounded(value: float) -> float:
    """Nine significant digits: the last bits of a sum differ between machines, and must not change a hash."""
    return float(f"{value:.{DIGITS}g}")


class Between(Value):
    """An interval; None where that end was not reached."""

    low: float | None
    high: float | None
    level: float
    method: str


class GuardRead(Value):
    """One guard at one look: how much worse the variant is, as a share of units, and from which z on it stops."""

    metric: Key
    worse_by: float
    within: Between
    z: float
    stops_at_z: float
    stops: bool


class Decision(Value):
    """What one look says. Positive z and shift: better in the sense of the plan."""

    number: int
    final: bool
    says: Says
    why: str
    plan: str
    """The version of the plan that was asked."""
    data: str
    """SHA-256 of the data looked at."""
    units: dict[str, int]
    """Units in each arm that were followed to the end."""
    cases: dict[str, int]
    information: float
    """Share of the planned units."""
    z: float | None
    wins_at_z: float | None
    gives_up_below_z: Annotated[float | None, Field(exclude_if=absent)] = None
    guards: tuple[GuardRead, ...] = ()
    balance_p: float
    """Chance of arms as unequal as these, or more, if they were drawn as planned."""

    @property
    def stops(self) -> bool:
        """Whether no further case is to be exposed."""
        return self.says != "continue"


class Effect(Value):
    """In words people read: a ratio of times, or a difference of shares; `within` holds at every look."""

    what: str
    value: float | None
    within: Between

    @property
    def named(self) -> str:
        """What it is of, times as people say them; the record keeps what was computed."""
        return re.sub(r"\b(\d+) s\b", lambda found: span(float(found[1])), self.what)

    @property
    def told(self) -> str:
        """All of it in one clause, in three digits."""
        if self.value is None:
            return f"{self.named}: unknown"
        low, high = self.within.low, self.within.high
        if low is None and high is None:
            return f"{self.named}: {self.value:.3g}"
        ends = " to ".join("open" if end is None else f"{end:.3g}" for end in (low, high))
        return f"{self.named}: {self.value:.3g}, {100 * self.within.level:.3g}% from {ends}"


class Verdict(Value):
    """What came out: the same plan, data and looks always give the same verdict, down to its hash."""

    experiment: Key
    plan: str
    outcome: Outcome
    why: str
    data: str
    units: dict[str, int]
    cases: dict[str, int]
    effect: Effect
    shift: Effect
    """In normal scores (times) or shares; positive is better. What the decision was made on."""
    p: float | None
    """By stages: what stopped earlier counts as more extreme. None where whole units were rearranged; see `looks`."""
    false_claims: float
    """Chance of a claim for either side where there is no effect, with the looks as they were made."""
    looks: tuple[Decision, ...]
    signals: tuple[str, ...] = ()
    """What else must be known before it is acted on."""

    @property
    def hash(self) -> str:
        """SHA-256 over all of it."""
        return digest(self)
