"""What a value stream is drawn of: its parts, with their places and sizes in units of the picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BOX, GAP, GAP_MOST, TOTALS = 146.0, 74.0, 430.0, 150.0
NAME, LABEL, BOLD = 14.0, 13.0, 1.2
"""Sizes of the text, and how much wider bold letters are."""
ICON, ROW, HEAD, LINE, LANE, RUNG, PORT, WORD = 60.0, 150.0, 58.0, 18.0, 40.0, 34.0, 12.0, 15.0

LEAST_LINES = 3
"""Of a data box, so that the arrows beside it have room."""
Spot = tuple[str, int]
"""Kind and number of a place where a burst may stand."""


@dataclass(frozen=True)
class Box:
    """A process box with its data box."""

    x: float
    name: tuple[str, ...]
    full: str
    data: tuple[tuple[str, str], ...]
    rung: str
    unclear: bool
    burst: int | None

    @property
    def middle(self) -> float:
        """Its centre."""
        return self.x + BOX / 2


@dataclass(frozen=True)
class Gap:
    """The space before a box, with what waits there."""

    start: float
    end: float
    pieces: str
    days: str
    waits: bool
    move: str
    burst: int | None

    @property
    def middle(self) -> float:
        """Its centre."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Back:
    """A rework arrow under the row."""

    start: float
    end: float
    top: float
    lane: float
    label: str
    burst: int | None


@dataclass(frozen=True)
class Arrow:
    """Information: its way, and where the first line of its label stands."""

    path: str
    label: tuple[str, ...]
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Panel:
    """One value stream, laid out from its own corner."""

    title: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    gaps: tuple[Gap, ...]
    backs: tuple[Back, ...]
    requester: str
    customer: str
    control: tuple[str, ...]
    icons: tuple[float, float, float]
    """Left edges of requester, control and customer."""
    arrows: tuple[Arrow, ...]
    data_height: float
    ladder: float
    totals: tuple[tuple[str, str], ...]
    columns: Mapping[str, float] = field(default_factory=dict)
