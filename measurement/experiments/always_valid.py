"""Watching without a plan: tests and intervals that hold at every look, for guard metrics.

Normal mixture (Robbins 1970; Johari, Pekelis and Walsh 2022). For the difference of two arms with n cases each, `mean`
is the difference of their means and `sigma2` the sum of their variances.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from measurement.values import BadData, Interval

Floats = NDArray[np.float64]
METHOD = "confidence sequence, normal mixture"


@dataclass(frozen=True)
class Watched:
    """After each case: always-valid p and confidence sequence (running intersection)."""

    p: Floats
    low: Floats
    high: Floats
    level: float

    def now(self) -> Interval:
        """The interval after all cases so far."""
        if not len(self.low) or not np.isfinite(self.low[-1]):
            return Interval(None, None, self.level, METHOD)
        return Interval(float(self.low[-1]), float(self.high[-1]), self.level, METHOD)


def likelihood_ratio(n: ArrayLike, mean: ArrayLike, sigma2: ArrayLike, tau2: float) -> Floats:
    """L_n = sqrt(s2/(s2 + n t2)) exp(n^2 t2 mean^2 / (2 s2 (s2 + n t2))): evidence against no effect; 20 is p = .05."""
    return np.exp(_log_ratio(n, mean, sigma2, tau2))


def always_valid_p(n: ArrayLike, mean: ArrayLike, sigma2: ArrayLike, tau2: float) -> Floats:
    """p after each look, never rising again: min over the looks so far of 1/L, at most 1."""
    logs = np.atleast_1d(_log_ratio(n, mean, sigma2, tau2))
    smallest: Floats = np.minimum.accumulate(np.exp(-np.maximum(logs, 0.0)))
    return smallest


def half_width(n: ArrayLike, sigma2: ArrayLike, tau2: float, alpha: float = 0.05) -> Floats:
    """Half the width of the confidence sequence around the mean after n cases."""
    count, s2 = _checked(n, sigma2, tau2)
    total = s2 + count * tau2
    width: Floats = np.sqrt(s2 * total / (count**2 * tau2) * np.log(total / (s2 * alpha**2)))
    return width


def best_tau2(n: float, sigma2: float, alpha: float = 0.05) -> float:
    """The mixture variance that makes the sequence narrowest after `n` cases (Howard and others 2021, by Lambert W)."""
    w = float(np.real(special.lambertw(-(alpha**2) / np.e, -1)))
    return sigma2 / n * (-w - 1)


def watched(first: ArrayLike, second: ArrayLike, tau2: float, alpha: float = 0.05, least: int = 20) -> Watched:
    """Two arms of equal length, case by case in the order of arrival; effect: second minus first.

    Variances are estimated as they come, so nothing is claimed before `least` cases in each arm.
    """
    a, b = np.asarray(first, float), np.asarray(second, float)
    if len(a) != len(b):
        raise BadData(f"The arms have {len(a)} and {len(b)} cases.", "Pair the cases in the order of arrival.")
    n = np.arange(1, len(a) + 1)
    mean = np.cumsum(b - a) / n
    s2 = _running_variance(a) + _running_variance(b)
    usable = (n >= least) & (s2 > 0)
    p, low, high = np.ones(len(a)), np.full(len(a), -np.inf), np.full(len(a), np.inf)
    if usable.any():
        width = half_width(n[usable], s2[usable], tau2, alpha)
        low[usable], high[usable] = mean[usable] - width, mean[usable] + width
        p[usable] = always_valid_p(n[usable], mean[usable], s2[usable], tau2)
    return Watched(np.minimum.accumulate(p), np.maximum.accumulate(low), np.minimum.accumulate(high), 1 - alpha)


def _log_ratio(n: ArrayLike, mean: ArrayLike, sigma2: ArrayLike, tau2: float) -> Floats:
    count, s2 = _checked(n, sigma2, tau2)
    total = s2 + count * tau2
    logs: Floats = 0.5 * np.log(s2 / total) + (count * np.asarray(mean, float)) ** 2 * tau2 / (2 * s2 * total)
    return logs


def _checked(n: ArrayLike, sigma2: ArrayLike, tau2: float) -> tuple[Floats, Floats]:
    count, s2 = np.asarray(n, float), np.asarray(sigma2, float)
    if tau2 <= 0 or (s2 <= 0).any() or (count < 1).any():
        raise BadData("n, sigma2 and tau2 must be above zero.", "Estimate the variance from some cases first.")
    return count, s2


def _running_variance(values: Floats) -> Floats:
    n = np.arange(1, len(values) + 1)
    centred = values - (values.mean() if len(values) else 0.0)
    mean = np.cumsum(centred) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(n > 1, (np.cumsum(centred**2) - n * mean**2) / (n - 1), 0.0)
    return found
