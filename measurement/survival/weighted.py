"""Kaplan-Meier of weighted cases: a group's times as they would be with another mix."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from measurement.survival.curve import Curve
from measurement.survival.times import Floats, Times


def mix_weights(own: NDArray[np.int64], standard: NDArray[np.int64]) -> tuple[Floats, float]:
    """A weight for each case of `own` that gives its strata (numbers) the shares they have in `standard`.

    Direct standardisation: weight = share in the standard / share in the group. With it the share of the standard that
    is covered: strata without a case in the group cannot be adjusted for; those the standard lacks get weight 0.
    """
    size = int(max(own.max(initial=-1), standard.max(initial=-1))) + 1
    have, wanted = (np.bincount(codes, minlength=size) / max(1, len(codes)) for codes in (own, standard))
    ratio = np.divide(wanted, have, out=np.zeros(size), where=have > 0)
    covered = float(wanted[have > 0].sum())
    return (ratio[own] / covered if covered > 0 else np.zeros(len(own))), covered


def weighted_kaplan_meier(times: Times, weights: Floats, level: float = 0.95) -> Curve:
    """The curve of weighted cases; at risk and ended are effective numbers, (sum w)^2 / sum w^2, so that se is right.

    Xie and Liu, Statistics in Medicine 24 (2005) 3089-3110. Equal weights give the plain curve.
    """
    some = weights > 0
    times, weights = times.only(some), weights[some]
    order = np.argsort(times.time, kind="stable")
    time, ended, w = times.time[order], times.ended[order], weights[order]
    instants, begins = np.unique(time, return_index=True)
    left = np.cumsum(w[::-1])[::-1][begins]
    squares = np.cumsum((w**2)[::-1])[::-1][begins]
    gone = np.add.reduceat(w * ended, begins) if len(begins) else np.zeros(0)
    real = gone > 0
    instants, left, squares, gone = instants[real], left[real], squares[real], gone[real]
    hazard = np.minimum(gone / left, 1.0)
    hazard[np.isclose(hazard, 1.0, rtol=0, atol=1e-12)] = 1.0
    effective = left**2 / squares
    survival = np.cumprod(1 - hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(hazard / (effective * (1 - hazard)))
        se = survival * np.sqrt(greenwood)
        spread = float(special.ndtri((1 + level) / 2)) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(spread), survival ** np.exp(-spread)
    for column in (se, low, high):
        column[survival <= 0] = np.nan
    return Curve(
        n=len(times),
        events=times.events,
        last=float(time[-1]) if len(time) else 0.0,
        level=level,
        time=instants,
        at_risk=effective,
        ended=hazard * effective,
        survival=survival,
        se=se,
        low=low,
        high=high,
    )
