"""What measurement found for a cycle, as plain figures: they stand in its facts, and the gates compute with them."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from definitions.base import Instant, Key, Value
from definitions.verdict import Verdict

Share = Annotated[FiniteFloat, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Unit = Literal["case", "requester", "service", "team", "block"]
"""Not the enumeration of plans: those know the organisation, whose parts know cases."""


class Left(Value):
    """So many were left out, for this reason."""

    n: Count
    reason: str


class Point(Value):
    """One point of a course: the week that begins `at`, its value in the unit of the metric, and its cases."""

    at: Instant
    value: FiniteFloat
    n: Count


class Measured(Value):
    """The metric of the charter in its scope, as it is now."""

    metric: Key
    unit: str
    n: Count
    value: FiniteFloat | None
    """None where there is none: `reason` says why, or why no baseline can be frozen of it."""
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    reason: str = ""
    excluded: tuple[Left, ...] = ()


class Neighbours(Value):
    """What else is going on, and what the organisation no longer has."""

    same: tuple[str, ...] = ()
    """Open cycles on the same metric whose scope overlaps."""
    of_team: tuple[str, ...] = ()
    """Open cycles of the team, this one left out."""
    unknown: tuple[str, ...] = ()
    """Services, categories and teams of the scope that are not in the standard."""


class Frozen(Value):
    """The baseline: what later points are judged by. `sha256` is over the numbers themselves."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    metric: Key
    unit: str
    clock: str
    start: Instant
    end: Instant
    n: Count
    value: FiniteFloat
    estimator: str
    weekly: FiniteFloat
    """Cases a week."""
    standing: Literal["trial", "provisional", "locked"]
    regimes: Annotated[int, Field(ge=1)]
    """Levels that the series had; one is stable."""
    season: str = ""
    """What was found of weekdays or months; empty where nothing was."""
    warnings: tuple[str, ...] = ()
    capability: FiniteFloat | None = None
    """Ppk against the goal; only of a stable series."""
    excluded: tuple[Left, ...] = ()
    course: tuple[Point, ...] = ()

    @property
    def stable(self) -> bool:
        """Whether it kept one level."""
        return self.regimes == 1


class Power(Value):
    """Whether the wished effect can be found: cases needed and to be had, in each arm."""

    needed: Count
    available: Count
    """Within the horizon."""
    power: Share
    """Of a trial with what is available."""
    wished: Share
    horizon_days: Annotated[int, Field(gt=0)]
    least: str = ""
    """The mildest effect that would be found, in words; empty where none would."""
    how: str = ""


class Agreement(Value):
    """Whether people give the same case the same label: kappa of a blind second triage; None where undefined."""

    kappa: FiniteFloat | None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    cases: Count
    raters: Count
    words: str = ""


class Trial(Value):
    """How the countermeasure is tried: the locked plan in short, and what was found about it."""

    experiment: Key
    plan: str
    """Its version, which locks all of it."""
    measure: Literal["time", "share"]
    unit: Unit | None
    """What gets an arm. None: there is no second arm; the series is interrupted and the rebound subtracted."""
    power: Share
    wished: Share
    stop: Instant
    looks: Annotated[int, Field(ge=1)]
    shared_capacity: bool = False
    """Whether both arms draw on the same people."""
    clashes: tuple[str, ...] = ()
    """Running experiments that change the same things for the same cases."""


class Interrupted(Value):
    """A series before and after, where no second arm could be: shares 0 to 1, of weeks, with the expected rebound."""

    data: str
    """SHA-256 of the numbers."""
    before: Share
    long_run: Share
    expected: FiniteFloat
    """After, without any action."""
    after: Share
    error: Annotated[FiniteFloat, Field(ge=0)]
    """Standard deviation of what is found after, about what is expected."""
    weeks: Count
    """Outside both periods."""
    picked: bool
    """Whether before was worse than the long run by more than chance makes of most periods."""
    beaten: bool
    """Whether after is better than expected by more than chance makes of it."""


class Evidence(Value):
    """Everything measured so far; a part that nobody has measured is None."""

    measured: Measured | None = None
    neighbours: Neighbours | None = None
    baseline: Frozen | None = None
    power: Power | None = None
    agreement: Agreement | None = None
    trial: Trial | None = None
    verdict: Verdict | None = None
    """Of a trial with two arms."""
    interrupted: Interrupted | None = None
    """Of one without."""
    course: tuple[Point, ...] = ()
    """The metric since the baseline, week by week."""

    @property
    def result(self) -> Verdict | Interrupted | None:
        """What the trial came to."""
        return self.verdict or self.interrupted

    @property
    def won(self) -> bool:
        """Whether the countermeasure helped by more than chance and rebound make of it."""
        if self.verdict is not None:
            return self.verdict.outcome == "win"
        return self.interrupted is not None and self.interrupted.beaten

    def with_(self, newer: "Evidence", locked: frozenset[str] = frozenset()) -> "Evidence":
        """With what was measured since; a part that is `locked`, and there, stays what it is."""
        kept = {name for name in locked if getattr(self, name) is not None}
        parts = {name: part for name in type(self).model_fields if (part := getattr(newer, name))}
        return self.model_copy(update={name: part for name, part in parts.items() if name not in kept})
