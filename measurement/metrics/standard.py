"""A survival curve with another mix: direct standardisation, stratum by stratum."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from measurement.survival.curve import Curve, RestrictedMean, kaplan_meier
from measurement.survival.times import Floats, Times
from measurement.values import Interval


@dataclass(frozen=True)
class Standardised:
    """What the times would be with the mix of the baseline: its curve up to `tau`, and the mean up to there.

    `covered`: the share of the baseline whose strata have cases here; the rest cannot be adjusted for.
    """

    curve: Curve
    mean: RestrictedMean
    covered: float
    strata: int


def standardised(strata: Mapping[int, Times], weights: Mapping[int, float], level: float = 0.95) -> Standardised | None:
    """The weighted mean of the strata's Kaplan-Meier curves; weights are shares of the baseline.

    None when no stratum of the baseline has a case. Beyond `tau`, the shortest follow-up of a stratum that still has
    open cases at its end, nothing is said. Variance: the strata's, weighted by the squared weights.
    """
    parts = {name: times for name, times in strata.items() if len(times) and weights.get(name, 0) > 0}
    if not parts:
        return None
    covered = sum(weights[name] for name in parts)
    share = {name: weights[name] / covered for name in parts}
    curves = {name: kaplan_meier(times, level) for name, times in parts.items()}
    unfinished = [c.last for c in curves.values() if not len(c.survival) or c.survival[-1] > 0]
    tau = min(unfinished, default=max(c.last for c in curves.values()))
    grid = np.unique(np.concatenate([c.time for c in curves.values()]))
    grid = grid[grid <= tau]
    survival, variance = np.zeros(len(grid)), np.zeros(len(grid))
    for name, curve in curves.items():
        upto = np.searchsorted(curve.time, grid, "right")
        survival += share[name] * np.concatenate([[1.0], curve.survival])[upto]
        variance += share[name] ** 2 * np.concatenate([[0.0], np.nan_to_num(curve.se)])[upto] ** 2
    means = {name: curve.restricted_mean(tau) for name, curve in curves.items()}
    value = sum(share[name] * mean.value for name, mean in means.items() if mean)
    se = float(np.sqrt(sum((share[name] * mean.se) ** 2 for name, mean in means.items() if mean)))
    z = float(special.ndtri((1 + level) / 2))
    ends = Interval(max(0.0, value - z * se), value + z * se, level, "restricted mean, Greenwood, normal")
    low, high = _limits(survival, variance, z)
    return Standardised(
        curve=Curve(
            n=sum(c.n for c in curves.values()),
            events=sum(c.events for c in curves.values()),
            last=tau,
            level=level,
            time=grid,
            at_risk=np.full(len(grid), np.nan),
            ended=np.full(len(grid), np.nan),
            survival=survival,
            se=np.sqrt(variance),
            low=low,
            high=high,
        ),
        mean=RestrictedMean(tau, value, se, ends),
        covered=covered,
        strata=len(parts),
    )


def by_stratum(times: Times, stratum: NDArray[np.int64], weight: Floats) -> tuple[dict[int, Times], dict[int, float]]:
    """The times of each stratum, and its weight; `stratum` and `weight` are parallel to the times."""
    numbers, first, which = np.unique(stratum, return_index=True, return_inverse=True)
    parts = {int(number): times.only(which == place) for place, number in enumerate(numbers)}
    return parts, {int(number): float(weight[row]) for number, row in zip(numbers, first, strict=True)}


def _limits(survival: Floats, variance: Floats, z: float) -> tuple[Floats, Floats]:
    """Log-log limits of the curve, NaN where nothing is left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * np.sqrt(variance) / np.abs(survival * np.log(survival))
        low, high = survival ** np.exp(spread), survival ** np.exp(-spread)
    low[survival <= 0] = high[survival <= 0] = np.nan
    return low, high
