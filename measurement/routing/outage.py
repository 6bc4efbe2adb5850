"""Several cases that say the same in a short time: one outage, rather than chance?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

ENOUGH = 3
"""People, the new one included, below which nothing is proposed."""
CHANCE = 1e-3
"""Probability under the usual rate below which it is no chance."""


class Case(Protocol):
    """What is needed of a case."""

    @property
    def case_id(self) -> str:
        """Its id."""

    @property
    def at(self) -> datetime:
        """When it was told."""

    @property
    def requester(self) -> str | None:
        """Who told it."""

    @property
    def parent(self) -> str | None:
        """The case of the outage that it already belongs to."""


@dataclass(frozen=True)
class Outage:
    """A proposal: these cases may be one; `parent` is the one that others already hang on, else the first."""

    parent: str
    cases: tuple[str, ...]
    people: int
    within: timedelta
    usual: float
    """Such cases that the same length of time usually brings."""
    chance: float
    """Probability of so many people under the usual rate."""
    line: str


def outage(new: Case, alike: Sequence[Case], usual: float) -> Outage | None:
    """None while it may be chance.

    `alike`: open cases of the service that say the same, within one window before `new`; `usual`: how many such cases
    a window usually has. One person who writes three times is one person.
    """
    cases = sorted((*alike, new), key=lambda case: (case.at, case.case_id))
    people = len({case.requester or case.case_id for case in cases})
    chance = at_least(people, usual)
    if people < ENOUGH or chance >= CHANCE:
        return None
    parent = next((case.parent for case in cases if case.parent), cases[0].case_id)
    within = cases[-1].at - cases[0].at
    minutes = math.ceil(within.total_seconds() / 60)
    line = (
        f"{people} people report the same within {minutes} minutes, where {usual:.2g} are usual in that window: "
        f"perhaps one outage, parent {parent}"
    )
    return Outage(parent, tuple(case.case_id for case in cases), people, within, usual, chance, line)


def at_least(k: int, mean: float) -> float:
    """Probability of `k` or more under a Poisson count of this mean."""
    return max(0.0, 1.0 - math.fsum(math.exp(-mean) * mean**i / math.factorial(i) for i in range(k)))
