"""That a case has an arm of an experiment: drawn once at the door, and a fact of its own."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from definitions.base import Key, Value, absent
from definitions.case import SYSTEM
from definitions.facts import Draft

EXPOSED = "exposed"
"""The type of the fact. Internal: whoever is served must not behave by the arm they have."""


class Exposure(Value):
    """The arm of a case in one experiment, for good (intention to treat)."""

    experiment: Key
    plan: str
    """The version of the locked plan."""
    layer: Key
    arm: str
    unit: Annotated[str | None, Field(exclude_if=absent)] = None
    """What was drawn where that is a service, a team or a block of days (its first one); the case tells the others."""

    @property
    def label(self) -> str:
        """As lists and metrics name it: `fast-route:variant`."""
        return f"{self.experiment}:{self.arm}"


def exposed(found: Sequence[Exposure]) -> tuple[Draft, ...]:
    """The facts of the arms of a case."""
    return tuple(Draft(type=EXPOSED, actor=SYSTEM, data=each.model_dump(mode="json")) for each in found)


def labels(found: Sequence[Exposure]) -> str | None:
    """All arms of a case as one word, for the column `arm`; None without any."""
    return ",".join(each.label for each in found) or None
