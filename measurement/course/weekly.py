"""Units of a metric by the week in which their case was opened: whole weeks only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from measurement.charts.shewhart import baseline as checked
from measurement.charts.weeks import monday, reaching, week_of
from measurement.course.course import BASELINE
from measurement.metrics.units import Units
from measurement.values import BadData, Excluded


@dataclass(frozen=True)
class Weeks:
    """Consecutive weeks from `first` on (counted as in `charts.weeks`); `place` is the week of each unit kept."""

    first: int
    count: int
    place: npt.NDArray[np.int64]
    kept: npt.NDArray[np.bool_]
    """Which units lie in whole weeks."""
    excluded: tuple[Excluded, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The Monday of each week."""
        return tuple(monday(self.first + week).isoformat() for week in range(self.count))

    def sums(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        """The sum of the values of the units kept, of each week."""
        weights = values[self.kept].astype(float)
        return np.bincount(self.place, weights=weights, minlength=self.count).astype(float)

    @property
    def sizes(self) -> npt.NDArray[np.float64]:
        """Units in each week."""
        return np.bincount(self.place, minlength=self.count).astype(float)

    def baseline(self, phase1: int | None) -> int:
        """How many of the weeks give the limits: up to the one that is the last of so many with units.

        Raises BadData when fewer hold any than are asked for.
        """
        held = int((self.sizes > 0).sum())
        return reaching(self.sizes, checked(held, baseline(held, phase1)))

    def each(self, found: Units) -> Iterator[tuple[str, dict[str, npt.NDArray[np.generic]]]]:
        """Label and columns of each week that has units."""
        order = np.argsort(self.place, kind="stable")
        rows = np.flatnonzero(self.kept)[order]
        ends = np.searchsorted(self.place[order], np.arange(self.count + 1))
        for week, label in enumerate(self.labels):
            chosen = rows[ends[week] : ends[week + 1]]
            if len(chosen):
                yield label, {name: column[chosen] for name, column in found.columns.items()}


def weeks(found: Units, as_of: datetime) -> Weeks:
    """The whole weeks of these units; the one under way when the log was read is left out and said.

    Raises BadData when no week is whole.
    """
    week = (np.asarray(found.at, "datetime64[D]").astype(np.int64) + 3) // 7
    until = week_of(as_of)
    kept = week < until
    if not kept.any():
        raise BadData("The log holds no whole week of it.", "Take a longer period.")
    first = int(week[kept].min())
    left = int((~kept).sum())
    said = (Excluded(left, "opened in the week that was under way when the log was read"),) if left else ()
    return Weeks(first, int(week[kept].max()) - first + 1, week[kept] - first, kept, said)


def baseline(points: int, phase1: int | None) -> int:
    """How many of the first points give the limits."""
    return min(points, BASELINE) if phase1 is None else phase1


def defined(labels: tuple[str, ...], there: Callable[[int], bool]) -> tuple[str, ...]:
    """The labels of those places that have a value."""
    return tuple(label for place, label in enumerate(labels) if there(place))
