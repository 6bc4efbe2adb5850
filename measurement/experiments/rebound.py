"""Regression to the mean: what is looked at because it was bad gets better by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measurement.values import BadData

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Periods:
    """Shares of units (teams) by period (weeks), in order; only periods with enough cases."""

    unit: NDArray[np.object_]
    period: NDArray[np.int64]
    share: Floats
    n: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        unit: Sequence[str] | NDArray[np.object_],
        period: Sequence[int] | NDArray[np.int64],
        late: Sequence[bool] | NDArray[np.bool_],
        least_cases: int = 10,
        least_periods: int = 6,
    ) -> "Periods":
        """One row a case. Periods with fewer cases, and units with fewer such periods, are left out."""
        names, places = np.unique(np.asarray(unit, object).astype(str), return_inverse=True)
        when, flags = np.asarray(period, np.int64), np.asarray(late, float)
        if not len(places) == len(when) == len(flags):
            raise BadData("Units, periods and flags are not of one length.", "Give one of each for every case.")
        if not len(places):
            return cls(np.empty(0, object), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))
        keys, where, n = np.unique(np.stack([places, when]), axis=1, return_inverse=True, return_counts=True)
        share = np.bincount(where.ravel(), flags, minlength=len(n)) / np.maximum(n, 1)
        full = n >= least_cases
        often = np.bincount(keys[0][full], minlength=len(names)) >= least_periods
        kept = full & often[keys[0]]
        return cls(names[keys[0][kept]].astype(object), keys[1][kept], share[kept], n[kept])

    def successive(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of each period and of the next one of the same unit."""
        here = np.flatnonzero(self.unit[1:] == self.unit[:-1])
        return here, here + 1

    def own(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation (of the population) of the unit each row belongs to."""
        _, where, n = np.unique(self.unit.astype(str), return_inverse=True, return_counts=True)
        mean = np.bincount(where, self.share) / n
        spread = np.sqrt(np.bincount(where, (self.share - mean[where]) ** 2) / n)
        return mean[where], spread[where]


@dataclass(frozen=True)
class AfterBad:
    """What came after bad periods when nobody did anything; shares 0-1, None without a bad period."""

    periods: int
    """How many have a next one to compare with."""
    bad: int
    next_better: float | None
    late_now: float | None
    late_next: float | None
    long_run: float | None
    correlation: float | None
    """Of successive periods about their units' own means (lag 1)."""


def after_bad(periods: Periods, sds: float = 1.0) -> AfterBad:
    """Periods worse than their unit's own mean by more than `sds` standard deviations, and the ones after them."""
    here, following = periods.successive()
    mean, spread = periods.own()
    bad = periods.share[here] > mean[here] + sds * spread[here]
    now, after = periods.share[here][bad], periods.share[following][bad]
    some = bool(bad.any())
    return AfterBad(
        periods=len(here),
        bad=int(bad.sum()),
        next_better=float((after < now).mean()) if some else None,
        late_now=float(now.mean()) if some else None,
        late_next=float(after.mean()) if some else None,
        long_run=float(mean[here][bad].mean()) if some else None,
        correlation=_correlation(periods.share[here] - mean[here], periods.share[following] - mean[following]),
    )


def expected_next(bad: float, mean: float, correlation: float) -> float:
    """mean + r (bad - mean): where a value that was picked for being bad will be next, without any action.

    Galton's regression. A correlation below zero counts as none: what swings back by itself is no effect either.
    """
    return mean + max(0.0, correlation) * (bad - mean)


def lag_correlation(values: Sequence[float] | Floats) -> float | None:
    """Correlation of a series with itself one period later; None for fewer than 4 periods or no spread."""
    x = np.asarray(values, float)
    return _correlation(x[:-1] - x.mean(), x[1:] - x.mean()) if len(x) >= 4 else None


def _correlation(a: Floats, b: Floats) -> float | None:
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / size) if size > 0 else None
