"""Where a series stands and how it varies while nothing changes: centre and sigma, from a baseline or given."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from measurement.charts.constants import c4, d2
from measurement.charts.series import Series, series
from measurement.charts.shewhart import baseline, positive
from measurement.charts.spread import BY_RANGE, Spread
from measurement.charts.subgroups import within_sigma
from measurement.values import BadData

MEDIAN_RANGE = 0.953873
"""Median of the moving range of two standard normal values: sqrt(2) times their upper quartile."""

METHODS = {
    "mr": "mean moving range / d2",
    "mr-median": "median moving range / 0.954",
    "sd": "sample standard deviation / c4",
}


@dataclass(frozen=True)
class Level:
    """`values` are single ones or means of subgroups, `sigma` that of one of them; `phase1` 0: nothing is estimated."""

    values: Series
    centre: float
    sigma: float
    estimator: str
    phase1: int
    size: int = 1

    @property
    def sizes(self) -> tuple[float, ...] | None:
        """Of the subgroups; None for single values."""
        return None if self.size == 1 else (float(self.size),) * len(self.values)


def level(
    x: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    method: str | None = None,
    subgroups: Sequence[Hashable] | None = None,
) -> Level:
    """Centre and sigma, each from the first `phase1` values (or subgroups) unless given; `sigma` is of single values.

    `subgroups`: the name of each value's subgroup; then means of them are judged, which must be of equal size.
    Raises BadData for what has no spread, no such estimator, or a target that is no number.
    """
    numbers = series(x)
    positive("sigma", sigma)
    if target is not None and not np.isfinite(target):
        raise BadData(f"The target is {target:g}.", "Give a number.")
    groups = _equal(numbers, subgroups) if subgroups is not None else numbers[:, None]
    size = groups.shape[1]
    first = baseline(len(groups), phase1, least=1 if sigma is not None or size > 1 else 2)
    if sigma is not None:
        spread = Spread(sigma, "given")
    elif size == 1:
        spread = moving_spread(numbers[:first], method or "mr")
    else:
        spread = within_sigma(list(groups[:first]), method or ("uwave-r" if size <= BY_RANGE else "uwave-sd"))
    return Level(
        values=groups.mean(axis=1),
        centre=float(groups[:first].mean()) if target is None else target,
        sigma=spread.sigma / float(np.sqrt(size)),
        estimator=spread.estimator + (" within subgroups" if size > 1 and sigma is None else ""),
        phase1=0 if target is not None and sigma is not None else first,
        size=size,
    )


def moving_spread(values: Series, method: str = "mr") -> Spread:
    """Standard deviation of single values in order, by one of METHODS; BadData where they are fewer than two."""
    if method not in METHODS:
        raise BadData(f"{method!r} is no estimator for single values.", f"Choose one of {', '.join(METHODS)}.")
    if len(values) < 2:
        raise BadData("One value has no spread.", "Take a longer period, or give sigma.")
    ranges = np.abs(np.diff(values))
    if method == "mr":
        found = float(ranges.mean()) / d2(2)
    elif method == "mr-median":
        found = float(np.median(ranges)) / MEDIAN_RANGE
    else:
        found = float(np.std(values, ddof=1)) / c4(len(values))
    return Spread(found, METHODS[method])


def _equal(numbers: Series, names: Sequence[Hashable]) -> Series:
    """One row a subgroup, in the order in which they appear."""
    if len(names) != len(numbers):
        raise BadData(f"{len(numbers)} values but {len(names)} subgroups.", "Name one for each value.")
    groups: dict[Hashable, list[float]] = {}
    for name, value in zip(names, numbers.tolist(), strict=True):
        groups.setdefault(name, []).append(value)
    sizes = {len(group) for group in groups.values()}
    if len(sizes) > 1:
        raise BadData(
            f"The subgroups have {min(sizes)} to {max(sizes)} values.",
            "A chart with a memory needs equal ones; xbar-r and xbar-s take any.",
        )
    return np.array(list(groups.values()))
