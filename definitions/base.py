"""What every definition is: a typed, frozen value that knows its own version."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""A name that people type and labels carry: lower case, digits, `-` and `_`, at most 40 characters."""

Instant = AwareDatetime
"""A point in time with its offset; naive datetimes are refused."""


V = TypeVar("V")
T = TypeVar("T")
REMEMBERED = 1_000
"""Values whose results are kept, for each function."""


def remembered(compute: Callable[[V], T]) -> Callable[[V], T]:
    """What a frozen value leads to, worked out once for this very object; a copy of it is another object.

    Not `cached_property`: what that keeps in the object goes along when pydantic copies it with other fields.
    """
    kept: dict[int, tuple[V, T]] = {}

    @wraps(compute)
    def recall(value: V) -> T:
        # The value is kept too, so its id is nobody else's.
        found = kept.get(id(value))
        if found is None:
            if len(kept) >= REMEMBERED:
                kept.clear()
            found = kept[id(value)] = (value, compute(value))
        return found[1]

    return recall


def absent(value: object) -> bool:
    """For `Field(exclude_if=absent)`: what a value does not have is left out of its JSON."""
    return value is None


def empty(value: object) -> bool:
    """The same for what holds several."""
    return not value


class Value(BaseModel):
    """A frozen part of a definition or a message; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Definition(Value):
    """A value with a key; its version is a hash of its content, so equal content has an equal version."""

    key: Key

    @property
    @remembered
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 of the canonical JSON."""
        return digest(self)[:12]


class Priority(StrEnum):
    """P1 is the most pressing."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"


class Level(StrEnum):
    """The three levels of impact and of urgency."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class PauseReason(StrEnum):
    """Why work waits; each target says which of these stop its clock."""

    REQUESTER = "requester"
    VENDOR = "vendor"
    APPROVAL = "approval"
    SCHEDULE = "schedule"


class OverrideReason(StrEnum):
    """Why somebody went against what the engine proposed: a code, so that it can be counted; words stand on the act."""

    MISTAKEN = "mistaken"
    """The engine took the case for something else than it is."""
    KNOWS_MORE = "knows_more"
    """Somebody knew what the engine could not."""
    NOT_THERE = "not_there"
    """Whom or what it chose was away or had no room."""
    AGREED = "agreed"
    """It was agreed with those concerned."""
    NOT_NEEDED = "not_needed"
    """The step is of no use here."""
    NOT_GIVEN = "not_given"
    """Nobody said."""


class StepKind(StrEnum):
    """What a step is worth to the person served (Lean)."""

    VALUE_ADDING = "value_adding"
    NECESSARY = "necessary"
    WAITING = "waiting"
    REWORK = "rework"
    HANDOVER = "handover"


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces, so that equal content gives equal bytes.

    Takes a pydantic model or plain JSON data.
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: object) -> str:
    """SHA-256 of `canonical(value)` in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def rfc3339(at: datetime) -> str:
    """UTC with a `Z`, microseconds kept: the one way instants are written."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
