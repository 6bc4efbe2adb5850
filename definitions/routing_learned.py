"""Routing that learns: what may be set about it, and what is remembered of one choice."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Key, Priority, Value

Share = Annotated[float, Field(ge=0, le=0.5)]
Seconds = Annotated[float, Field(ge=0)]
HOUR = 3600.0


class LearnedRouting(Value):
    """Chosen by an organisation; without it the table of rules decides alone."""

    services: tuple[Key, ...] = ()
    """For incidents of these services; empty means all of them."""

    learning: Share = 0.05
    """Share of cases given to another team that may be as good, so that the estimates do not feed on themselves."""
    coaching: Share = 0.05
    """Share of cases given to somebody who is new to their kind, with somebody at their side who is not."""
    new_to: Annotated[int, Field(ge=1)] = 5
    """Resolved cases of a kind below which a person is new to it."""
    least_cases: Annotated[int, Field(ge=1)] = 30
    """Resolved cases of a kind below which it says nothing of its own."""
    least_gain: Annotated[float, Field(ge=0, le=1)] = 0.05
    """By how much the share of another must be above that of the proposed one before the case goes there."""
    hand_over_s: Seconds = 8 * HOUR
    """What beginning at the wrong place costs."""
    load_s: Seconds = 2 * HOUR
    """The wait in a queue of load 1."""
    full: Annotated[float, Field(gt=0)] = 5.0
    """Open cases per person that are a load of 1."""


class Asked(Value):
    """What a case says of itself when a team is chosen; teams and proposal are those of its own rules."""

    proposed: Key
    teams: tuple[Key, ...]
    service: Key
    category: Key | None
    priority: Priority
    settings: LearnedRouting


class Considered(Value):
    """One team (or person) of a choice, with all that it was judged by."""

    who: str
    share: float
    """Of cases of this kind those that it is expected to resolve, in [0, 1]."""
    resolved: int
    n: int
    """Resolved cases of the finest kind with any, whoever resolved them; `resolved` are its own."""
    load: float | None
    """Open cases over what it can well carry; None: not counted."""
    opens_in_s: float
    expected_s: float


class Paired(Value):
    """Somebody new to a kind of case gets it, with somebody at their side who is not."""

    learner: str
    coach: str
    line: str


class LearnedChoice(Value):
    """Which team routing that learned chose, and what that was made of: enough to judge it years later."""

    team: Key
    proposed: Key
    """Whom the table of rules named."""
    choice: Literal["evidence", "proposal", "learning"]
    """By what was learned; as proposed; or to learn."""
    line: str
    """Why, in one line for people."""
    known: bool
    """Whether enough resolved cases of the kind were known to choose at all."""
    table: str | None
    """Digest of the table of estimates; None while none had been made."""
    chance: float
    """How probable this outcome was, given the same case: what a fair look back divides by."""
    draw: float | None
    """The keyed hash of the case, in [0, 1), that decides whether it is used to learn; None: never."""
    candidates: tuple[Considered, ...] = ()
    """The best first."""
    paired: Paired | None = None
