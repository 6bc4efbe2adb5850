"""What a number is made of and comes with: the interface of all estimators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from numpy.typing import NDArray

from measurement.values import Interval

Columns = Mapping[str, NDArray[Any]]
"""The columns of the units that count, all of one length."""


@dataclass(frozen=True)
class Estimate:
    """One number with its interval; the other figures where they mean something."""

    n: int
    value: float | None = None
    interval: Interval | None = None
    median: float | None = None
    p85: float | None = None
    p95: float | None = None
    mean: float | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """Of median, p85, p95 and mean, where they have one."""
    open: int = 0
    """How many of `n` had not come to their end."""
    notes: tuple[str, ...] = ()


class Estimator(Protocol):
    """Makes one estimate of columns."""

    @property
    def name(self) -> str:
        """In words, with what the interval is."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it reads."""

    def estimate(self, columns: Columns) -> Estimate:
        """Of any number of units, none included."""
