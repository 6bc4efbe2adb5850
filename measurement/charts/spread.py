"""The spread inside subgroups: what a process does when nothing special happens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from measurement.charts.constants import c4, d2
from measurement.charts.series import Series
from measurement.values import BadData

BY_RANGE = 10
"""Largest subgroup whose range is used; beyond it the range wastes what the values know."""


@dataclass(frozen=True)
class Spread:
    """A standard deviation and how it was estimated, in words."""

    sigma: float
    estimator: str


def within(numbers: Series, subgroups: Sequence[object] | int | None) -> tuple[Spread, Series]:
    """The spread within subgroups, and the mean of each in the order in which they appear.

    Mean of R/d2 to a size of 10, mean of s/c4 beyond (the unweighted averages of R's qcc); moving range of neighbours
    where there are no subgroups. Raises BadData when no subgroup has two values.
    """
    if subgroups is None or subgroups == 1:
        ranges = np.abs(np.diff(numbers))
        return Spread(float(ranges.mean()) / d2(2), "mean moving range / d2"), numbers
    groups = _cut(numbers, subgroups)
    means = np.array([group.mean() for group in groups])
    full = [group for group in groups if len(group) > 1]
    if not full:
        raise BadData("No subgroup has two values.", "Leave the subgroups out: neighbours are compared then.")
    if max(len(group) for group in full) <= BY_RANGE:
        sigma = np.mean([np.ptp(group) / d2(len(group)) for group in full])
        return Spread(float(sigma), "mean of R/d2 within subgroups"), means
    sigma = np.mean([np.std(group, ddof=1) / c4(len(group)) for group in full])
    return Spread(float(sigma), "mean of s/c4 within subgroups"), means


def _cut(numbers: Series, subgroups: Sequence[object] | int) -> list[Series]:
    if isinstance(subgroups, int):
        if subgroups < 1 or len(numbers) % subgroups:
            raise BadData(f"{len(numbers)} values do not fill subgroups of {subgroups}.", "Name the subgroup of each.")
        return list(numbers.reshape(-1, subgroups))
    if len(subgroups) != len(numbers):
        raise BadData(f"{len(numbers)} values but {len(subgroups)} subgroups.", "Name one for each value.")
    places: dict[object, list[int]] = {}
    for place, name in enumerate(subgroups):
        places.setdefault(name, []).append(place)
    return [numbers[at] for at in places.values()]
