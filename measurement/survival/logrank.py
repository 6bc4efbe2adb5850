"""Log-rank: whether groups end at the same rate, open cases counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from measurement.survival.times import Floats, Times
from measurement.values import BadData, Interval

_BLOCK = 100_000
"""Instants taken together, so that memory does not grow with groups times cases."""


@dataclass(frozen=True)
class LogRank:
    """Chi-squared on `df`; per group how many cases, how many ended, and how many would have if all were alike.

    `p` is None where nothing can be said (no ends, or one group is never at risk beside another).
    """

    chisq: float | None
    df: int
    p: float | None
    n: dict[str, int]
    observed: dict[str, int]
    expected: dict[str, float]
    rate_ratio: Interval | None
    """Two groups only: how many times faster the second ends than the first (Peto), with `estimate` between."""
    rate_ratio_estimate: float | None


def log_rank(groups: Mapping[str, Times], level: float = 0.95) -> LogRank:
    """Mantel's log-rank test of two groups or more (chi-squared of the summed hypergeometric tables).

    For two groups scipy.stats.logrank gives its square root. Raises BadData with fewer than two groups.
    """
    return stratified_log_rank([groups], level)


def stratified_log_rank(strata: Sequence[Mapping[str, Times]], level: float = 0.95) -> LogRank:
    """The same with groups compared only within each stratum: at equal mix. All strata name the same groups."""
    names = list(strata[0]) if strata else []
    if len(names) < 2:
        raise BadData("A comparison needs two groups at least.", "Name a field that splits the cases.")
    expected = np.zeros(len(names))
    variance = np.zeros((len(names), len(names)))
    for groups in strata:
        together = np.concatenate([groups[name].time[groups[name].ended] for name in names])
        instants, deaths = np.unique(together, return_counts=True)
        for begin in range(0, len(instants), _BLOCK):
            block = slice(begin, begin + _BLOCK)
            at_risk = np.stack([_at_risk(groups[name], instants[block]) for name in names])
            more_expected, more_variance = _tables(at_risk, deaths[block].astype(float))
            expected += more_expected
            variance += more_variance
    observed = np.array([sum(groups[name].events for groups in strata) for name in names], float)
    chisq, df = _quadratic((observed - expected)[1:], variance[1:, 1:])
    ratio, interval = _peto(observed[1] - expected[1], variance[1, 1], level) if len(names) == 2 else (None, None)
    return LogRank(
        chisq=chisq,
        df=df,
        p=None if chisq is None else float(stats.chi2.sf(chisq, df)),
        n={name: sum(len(groups[name]) for groups in strata) for name in names},
        observed=dict(zip(names, observed.astype(int).tolist(), strict=True)),
        expected=dict(zip(names, expected.tolist(), strict=True)),
        rate_ratio=interval,
        rate_ratio_estimate=ratio,
    )


def _at_risk(times: Times, instants: Floats) -> Floats:
    """Those watched; a case that ends the moment it is first watched counts at that moment."""
    ends = np.sort(times.time[times.ended])
    here = np.searchsorted(ends, instants, "right") - np.searchsorted(ends, instants, "left")
    found: Floats = np.maximum(times.at_risk(instants), here).astype(float)
    return found


def _tables(at_risk: Floats, deaths: Floats) -> tuple[Floats, Floats]:
    """Sums over the instants of expected ends and of their hypergeometric covariances."""
    total = at_risk.sum(axis=0)
    share = at_risk / total
    spread = deaths * np.where(total > 1, (total - deaths) / np.maximum(total - 1, 1), 0.0)
    covariance = -(share * spread) @ share.T
    covariance[np.diag_indices_from(covariance)] += share @ spread
    return share @ deaths, covariance


def _quadratic(difference: Floats, variance: Floats) -> tuple[float | None, int]:
    df = int(np.linalg.matrix_rank(variance)) if variance.any() else 0
    if df == 0:
        return None, 0
    return float(difference @ np.linalg.pinv(variance) @ difference), df


def _peto(excess: float, variance: float, level: float) -> tuple[float | None, Interval | None]:
    if variance <= 0:
        return None, None
    z = float(special.ndtri((1 + level) / 2))
    mid, half = excess / variance, z / np.sqrt(variance)
    return float(np.exp(mid)), Interval(float(np.exp(mid - half)), float(np.exp(mid + half)), level, "Peto")
