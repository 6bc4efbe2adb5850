"""The plan of an experiment: locked by its version before the first case is exposed, and never changed afterwards."""

from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from definitions.base import Definition, Instant, Key, Value, absent
from definitions.change import Change
from definitions.teams import Zone

Arm = Literal["standard", "variant"]
STANDARD: Final = "standard"
"""The arm with the definition in force."""
VARIANT: Final = "variant"
"""The arm with the definition under trial."""
ARMS: tuple[Arm, Arm] = (STANDARD, VARIANT)
MOST_LOOKS = 30

Share = Annotated[float, Field(gt=0, lt=1)]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Unit(StrEnum):
    """What is drawn for an arm, as a whole, and counts as one observation."""

    CASE = "case"
    REQUESTER = "requester"
    SERVICE = "service"
    TEAM = "team"
    BLOCK = "block"
    """A stretch of days in which the whole scope has one arm: for changes that use shared people (switchback)."""


FEW = frozenset({Unit.SERVICE, Unit.TEAM, Unit.BLOCK})
"""Units of which there are so few that the test rearranges them instead of trusting a normal law."""


class Scope(Value):
    """Which new cases take part."""

    services: Annotated[tuple[Key, ...], Field(min_length=1)]
    categories: tuple[Key, ...] = ()
    """Empty: every category, and cases without one."""
    kind: Literal["incident", "request", "problem"] = "incident"

    def meets(self, other: "Scope") -> bool:
        """Whether a case can be in both."""
        categories = not (self.categories and other.categories) or bool({*self.categories} & {*other.categories})
        return self.kind == other.kind and bool({*self.services} & {*other.services}) and categories


class Guard(Value):
    """What must not get worse: a share of cases, compared at every look against how the standard does."""

    metric: Key
    better: Literal["lower", "higher"] = "lower"
    bound: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """By how much it may be worse, as a share of cases (0.02: two points). The trial stops beyond it."""


class Baseline(Value):
    """The frozen numbers that the plan was made on, by their fingerprint."""

    sha256: Fingerprint
    n: Annotated[int, Field(ge=2)]
    share: Share | None = None
    """What share of cases had it, where the metric is a share."""


class Experiment(Definition):
    """A hypothesis, how it is tried, and what will count as an answer; `version` locks all of it."""

    hypothesis: Annotated[str, Field(min_length=10, max_length=500)]
    cycle: Annotated[str | None, Field(exclude_if=absent)] = None
    """The cycle that it belongs to."""
    change: Change
    """What the variant changes."""
    metric: Key
    measure: Literal["time", "share"] = "time"
    better: Literal["lower", "higher"] = "lower"
    least: float
    """The smallest effect worth acting on: new time / old time (0.7: 30 % faster), or new share - old share."""
    baseline: Baseline
    guards: tuple[Guard, ...] = ()
    unit: Unit = Unit.CASE
    scope: Scope
    layer: Key
    """Draws of different layers are independent; in one layer two experiments never have a case in common."""
    traffic: tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(gt=0, le=1)]] = (0.0, 1.0)
    """The stretch of the layer that takes part: (0, 0.5) and (0.5, 1) share a layer."""
    weights: dict[Arm, Annotated[float, Field(gt=0)]] = {STANDARD: 1.0, VARIANT: 1.0}
    follow_s: Annotated[int, Field(gt=0)]
    """How long each case is followed from its opening, in seconds. A younger one waits for the next look, a longer
    time counts as this one: so cases that are still open mislead nobody."""
    units: Annotated[int, Field(ge=4)]
    """Planned, in both arms together."""
    alpha: Share = 0.05
    """Chance of a claim, for either side, where there is no effect; over all looks."""
    power: Share = 0.8
    looks: tuple[Annotated[float, Field(gt=0, le=1)], ...] | tuple[Instant, ...] = (0.2, 0.4, 0.6, 0.8, 1.0)
    """When somebody looks: shares of the planned units, or instants."""
    spending: Literal["obrien_fleming", "pocock"] = "obrien_fleming"
    """How alpha is spent over the looks: nearly all at the end, or evenly."""
    futility: bool = True
    """Stop when the wished effect has become improbable; going on all the same costs nothing of alpha."""
    guard_alpha: Share = 0.02
    """Chance, over all guards and looks, of stopping for a guard that did not get worse than its bound."""
    doubt: Share = 0.05
    """Over all guards: a win waits while one of them looks worse than its bound with a one-sided p below its part."""
    starts_at: Instant
    stops_at: Instant
    """The last look at the latest: what is left of alpha is spent then."""
    block_days: Annotated[int, Field(ge=1, le=28)] = 7
    zone: Zone = "Europe/Berlin"
    """Of the midnights at which blocks begin."""

    @model_validator(mode="after")
    def _can_be_decided(self) -> "Experiment":
        if {*self.weights} != {*ARMS}:
            raise ValueError(f"weights name {', '.join(self.weights)}: give one for each of {' and '.join(ARMS)}")
        if self.traffic[0] >= self.traffic[1]:
            raise ValueError(f"traffic {self.traffic} is empty: write the lower end first, such as (0, 0.5)")
        if self.stops_at <= self.starts_at:
            raise ValueError("it stops before it starts: exchange the two times")
        if self.alpha >= self.power:
            raise ValueError(f"power {self.power:g} is not above alpha {self.alpha:g}: no plan finds anything so")
        if self.aimed >= 1:
            raise ValueError(
                f"guards alone may take {100 * self.spoilt:.0f} % of wins, so power {self.power:g} is out of reach: "
                "wish for less, or give guards less (guard_alpha, doubt)"
            )
        if self.unit is Unit.BLOCK and self.weights[STANDARD] != self.weights[VARIANT]:
            raise ValueError("blocks are drawn in pairs, one of each arm: give both arms the same weight")
        if self.unit is Unit.BLOCK and self.traffic != (0.0, 1.0):
            raise ValueError("blocks take the whole layer, since everybody has the same arm: leave traffic at (0, 1)")
        self._effect()
        self._looks()
        if len({guard.metric for guard in self.guards}) < len(self.guards):
            raise ValueError("a guard metric is named twice: give each one bound")
        if self.metric in {guard.metric for guard in self.guards}:
            raise ValueError(f"{self.metric} cannot guard against itself: both sides of it are tested already")
        return self

    def _effect(self) -> None:
        down = self.better == "lower"
        if self.measure == "time":
            if self.least <= 0 or self.least == 1 or (self.least < 1) is not down:
                wanted = "below 1 (0.7: 30 % faster)" if down else "above 1"
                raise ValueError(f"least {self.least:g} is no wished effect on a time: give a ratio {wanted}")
            return
        if self.least == 0 or (self.least < 0) is not down:
            raise ValueError(f"least {self.least:g} is no wished effect on a share: give a difference with its sign")
        if self.baseline.share is None or not 0 < self.baseline.share + self.least < 1:
            raise ValueError("a share needs the share of its baseline, and least must leave it between 0 and 1")

    def _looks(self) -> None:
        if not 1 <= len(self.looks) <= MOST_LOOKS:
            raise ValueError(f"{len(self.looks)} looks are no plan: take 1 to {MOST_LOOKS}")
        if any(one >= other for one, other in pairwise(self.looks)):  # type: ignore[operator]
            raise ValueError("looks do not rise: put them in order")
        last = self.looks[-1]
        if isinstance(last, datetime):
            first = self.looks[0]
            if last > self.stops_at or (isinstance(first, datetime) and first <= self.starts_at):
                raise ValueError("a look lies outside the experiment: place them after its start and up to its stop")
        elif last != 1:
            raise ValueError("the last look has all planned units: end with 1")

    @property
    def aimed(self) -> float:
        """The power that the main metric alone must have, so that with false alarms of guards `power` is left."""
        return self.power / (1 - self.spoilt)

    @property
    def spoilt(self) -> float:
        """The most that guards which did not get worse take from wins."""
        return self.guard_alpha + self.doubt if self.guards else 0.0

    @property
    def goal(self) -> int:
        """+1 where more is better, -1 where less is."""
        return 1 if self.better == "higher" else -1

    def due(self, number: int, units: int, now: datetime) -> bool:
        """Whether look `number` (from 1) is to be made, with so many units followed to the end."""
        if number > len(self.looks):
            return False
        when = self.looks[number - 1]
        reached = now >= when if isinstance(when, datetime) else units >= when * self.units
        return reached or now >= self.stops_at

    def last(self, number: int, units: int, now: datetime) -> bool:
        """Whether nothing comes after look `number`."""
        return number >= len(self.looks) or units >= self.units or now >= self.stops_at
