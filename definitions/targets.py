"""Targets: promises with a clock, a calendar and the reasons that stop the clock."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from definitions.base import Definition, Key, PauseReason, Priority, Value


class Clock(StrEnum):
    """What a target times.

    response: opened to the first human answer. resolution: opened to resolved, on through reopen.
    customer: first contact to that person's yes; nothing stops it but the yes (or assumed silence).
    """

    RESPONSE = "response"
    RESOLUTION = "resolution"
    CUSTOMER = "customer"


class Goal(Value):
    """How much counted time is allowed. A day is one working day of the target's calendar, not 24 hours."""

    amount: Annotated[int, Field(gt=0)]
    unit: Literal["seconds", "minutes", "hours", "days"]

    def seconds(self, working_day_s: int) -> int:
        """The goal in seconds of counted time, given the length of the calendar's working day."""
        return self.amount * {"seconds": 1, "minutes": 60, "hours": 3600, "days": working_day_s}[self.unit]


class Target(Definition):
    """One promise of a service; the goal depends on the priority."""

    title: str
    clock: Clock
    calendar: Key
    goals: dict[Priority, Goal]
    warn: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.75,)
    """Shares of the goal at which people are warned, rising."""
    pauses: tuple[PauseReason, ...] = ()
    """The pause reasons that stop this clock; all others let it run."""

    @model_validator(mode="after")
    def _rules(self) -> "Target":
        if missing := [p for p in Priority if p not in self.goals]:
            raise ValueError(f"target {self.key} has no goal for {', '.join(missing)}: give one for each priority")
        if list(self.warn) != sorted(set(self.warn)):
            raise ValueError(f"target {self.key}: warn must rise, without repeats")
        if self.clock is Clock.CUSTOMER and self.pauses:
            raise ValueError(f"target {self.key}: nothing stops the customer clock, so it takes no pause reasons")
        return self
