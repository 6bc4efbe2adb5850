"""Before and after: was "before" picked because it was bad, and what would have come of that by itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from measurement.experiments.rebound import lag_correlation

Floats = NDArray[np.float64]
LEAST_WEEKS = 4
"""Weeks outside both periods below which nothing is known of the long run."""
LEAST_CASES = 10
"""Cases of a week below which its share is noise."""
BAD = 1.0
"""Standard deviations above the long run from which a period is bad."""
SURE = 1.96


@dataclass(frozen=True)
class Weekly:
    """Share late by week (numbers of weeks, rising), with its cases."""

    week: NDArray[np.int64]
    share: Floats
    n: NDArray[np.int64]

    @classmethod
    def of(cls, week: NDArray[np.int64], late: NDArray[np.bool_]) -> "Weekly":
        """One row a case; weeks with few cases are left out."""
        found, places, n = np.unique(week, return_inverse=True, return_counts=True)
        share = np.bincount(places, late, minlength=len(n)) / np.maximum(n, 1)
        full = n >= LEAST_CASES
        return cls(found[full], share[full], n[full])

    def within(self, begin: float, end: float) -> NDArray[np.bool_]:
        """Weeks of which more than half lies in [begin, end), counted in weeks."""
        return (self.week + 0.5 > begin) & (self.week + 0.5 < end)


@dataclass(frozen=True)
class Rebound:
    """Shares late, 0-1: before, in the long run (weeks of neither period), expected after without any action, found.

    `sd`: of the share of a period as long as before, about a long run known from so few `weeks`. `correlation`: of
    successive weeks.
    """

    before: float
    long_run: float
    sd: float
    correlation: float
    expected: float
    after: float
    error: float
    """Standard deviation of what is found after, about what is expected; wider where it is known from few weeks, so
    that 1.96 of it hold what they promise."""
    weeks: int

    @property
    def beaten(self) -> bool:
        """Whether after is better than the rebound by more than chance makes of it (1.96 standard deviations)."""
        return self.after < self.expected - SURE * self.error

    @property
    def picked(self) -> bool:
        """Whether before was worse than the long run by more than chance makes of most periods."""
        return self.before > self.long_run + BAD * self.sd


def rebound(weekly: Weekly, before: tuple[float, float], after: tuple[float, float]) -> Rebound | None:
    """What a period like `before` is followed by, if weeks go on as they always did; None where the log is too short.

    `before` and `after` in weeks, [begin, end). Weeks are taken as a first-order autoregression about the long run:
    expected = long run + cov(before, after) / var(before) * (before - long run).
    """
    first, second = weekly.within(*before), weekly.within(*after)
    rest = ~first & ~second
    if rest.sum() < LEAST_WEEKS or not first.any() or not second.any():
        return None
    long_run, spread = float(weekly.share[rest].mean()), float(weekly.share[rest].std(ddof=1))
    r = max(0.0, _correlation(weekly, ~second))
    inside = _covariance(weekly.week[first], weekly.week[first], r)
    across = _covariance(weekly.week[first], weekly.week[second], r)
    later = _covariance(weekly.week[second], weekly.week[second], r)
    had = float(np.average(weekly.share[first], weights=weekly.n[first]))
    return Rebound(
        before=had,
        long_run=long_run,
        sd=spread * float(np.sqrt(inside + 1 / rest.sum())),
        correlation=r,
        expected=long_run + across / inside * (had - long_run),
        after=float(np.average(weekly.share[second], weights=weekly.n[second])),
        error=_widened(int(rest.sum()), r)
        * spread
        * float(np.sqrt(max(0.0, later - across**2 / inside) + 1 / rest.sum())),
        weeks=int(rest.sum()),
    )


def _correlation(weekly: Weekly, known: NDArray[np.bool_]) -> float:
    """Of successive weeks that were not touched by the action; 0 where it cannot be told."""
    found = lag_correlation(weekly.share[known])
    return 0.0 if found is None else found


def _widened(weeks: int, r: float) -> float:
    """What a spread known from so few weeks, which resemble their neighbours, adds to the normal law: Student's t."""
    worth = max(2.0, weeks * (1 - r) / (1 + r) - 1)
    return float(special.stdtrit(worth, special.ndtr(SURE))) / SURE


def _covariance(one: NDArray[np.int64], other: NDArray[np.int64], r: float) -> float:
    """Of the means of two sets of weeks, in units of one week's variance."""
    return float((r ** np.abs(one[:, None] - other[None, :])).mean())
