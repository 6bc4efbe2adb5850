"""The charter: what is wrong in numbers, for whom, what shall become of it, and who does it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, StringConstraints

from definitions.acts import PersonKey
from definitions.base import Key, Value
from definitions.facts import TextRef

Direction = Literal["lower", "higher"]
"""Which way is better."""
Voice = Literal["customer", "staff"]
"""For whom somebody of the team speaks: those who are served, or those who do the work."""


class Affected(StrEnum):
    """Who has the problem."""

    CUSTOMER = "customer"
    USER = "user"
    EMPLOYEE = "employee"


class Guard(Value):
    """A metric that must not get worse meanwhile."""

    metric: Key
    direction: Direction
    harm: Annotated[FiniteFloat, Field(gt=0)]
    """The change for the worse, in the unit of the metric, from which on it counts as harm."""


Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
"""Of a service, category or team: a key of ours, or whatever an imported log calls it."""


class Scope(Value):
    """The cases it is about; what is empty does not limit."""

    services: tuple[Name, ...] = ()
    categories: tuple[Name, ...] = ()
    teams: tuple[Name, ...] = ()

    def overlaps(self, other: "Scope") -> bool:
        """Whether some case may belong to both."""
        pairs = (
            (self.services, other.services),
            (self.categories, other.categories),
            (self.teams, other.teams),
        )
        return all(not one or not two or set(one) & set(two) for one, two in pairs)

    def __str__(self) -> str:
        parts = (("service", self.services), ("category", self.categories), ("team", self.teams))
        return "; ".join(f"{name} {', '.join(keys)}" for name, keys in parts if keys) or "all cases"


class Member(Value):
    """Somebody of the team; `voice` where they speak for those served or for those who work."""

    person: PersonKey
    voice: Voice | None = None


class Charter(Value):
    """What a cycle sets out to do. It may begin with gaps; the first gate names them."""

    title: TextRef
    problem: TextRef | None = None
    """The problem in words."""
    experience: TextRef | None = None
    """What those served shall experience instead."""
    affected: tuple[Affected, ...] = ()
    metric: Key | None = None
    unit: str = ""
    """Of the metric: `s`, `share`, `score`, or what is counted."""
    direction: Direction = "lower"
    level: FiniteFloat | None = None
    """What the metric is said to be today, in its unit: the problem in numbers."""
    goal: FiniteFloat | None = None
    guards: tuple[Guard, ...] = ()
    scope: Scope = Scope()
    sponsor: PersonKey | None = None
    lead: PersonKey
    team: tuple[Member, ...] = ()
    owner: Key
    """The team of the organisation that it belongs to: its limit of open cycles counts it."""

    @property
    def voices(self) -> frozenset[Voice]:
        """Who is heard in the team."""
        return frozenset(member.voice for member in self.team if member.voice is not None)

    @property
    def people(self) -> tuple[str, ...]:
        """Lead, sponsor and team, each once: those who take part."""
        everybody = (self.lead, self.sponsor, *(member.person for member in self.team))
        return tuple(dict.fromkeys(person for person in everybody if person is not None))

    def reached(self, value: float) -> bool:
        """Whether this value of the metric is as good as the goal or better; False without a goal."""
        if self.goal is None:
            return False
        return value <= self.goal if self.direction == "lower" else value >= self.goal
