"""Expected false alarms when the limits themselves come from data: what stands on the face of the default charts.

A textbook's 370 holds for limits that are known. Limits from 25 weeks cry wolf about three times as often; the numbers
here average over the baselines that could have been drawn, so that they come true.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from measurement.charts.arl import Shewhart, arl
from measurement.charts.chart import Line, RunLength
from measurement.charts.shewhart import LIMITS

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)

# Equal parts of what the baseline can show; half of the shifts are the other half turned round.
_STEPS = 12

# Neighbouring moving ranges share a value; their mean is worth so many degrees of freedom each (Wheeler).
WORTH = 0.605


def of_shares(sizes: Sequence[int], lcl: Line, ucl: Line, late: int, of: int) -> RunLength:
    """A p-chart of shares whose centre was late/of in the baseline, limits as shares, exact tails.

    The true share is Beta(late + 1, of - late + 1) given the baseline: exactly so for the share beyond one of its own
    quantiles, whatever the distribution of the times.
    """
    shares = special.betaincinv(late + 1, of - late + 1, (_NODES + 1) / 2)[None, :]
    counts = np.asarray(sizes, dtype=float)[:, None]
    # A point on a limit is no signal; rounding must not make it one.
    high = np.floor(counts * _line(ucl, len(sizes), 1.0) + 1e-9)
    low = np.ceil(counts * _line(lcl, len(sizes), 0.0) - 1e-9)
    above = np.where(high < counts, special.betainc(high + 1, np.maximum(counts - high, 1), shares), 0.0)
    below = np.where(low > 0, special.betaincc(np.maximum(low, 1), counts - low + 1, shares), 0.0)
    rate = float(np.mean((above + below) @ (_WEIGHTS / 2)))
    return _once_in(rate, f"exact binomial tails, averaged over what a baseline of {of:,} cases can show")


def of_neighbours(m: int, L: float = 3.0, rules: tuple[str, ...] = LIMITS) -> RunLength:
    """A chart of single points whose centre and mean moving range came from m of them, limits at L sigma.

    The estimated sigma has about 0.6(m-1) degrees of freedom: Student's t for the limits alone; with run rules the
    rate of the Markov chain, averaged over the centres and sigmas that m points can show.
    """
    if m < 3:
        return RunLength(None, f"limits from {m} points promise nothing")
    how = f"normal points, averaged over what a baseline of {m} points can show"
    df = WORTH * (m - 1)
    if rules == LIMITS:
        return _once_in(2 * float(stats.t.sf(L / (_c4(df) * math.sqrt(1 + 1 / m)), df)), how)
    parts = (np.arange(_STEPS) + 0.5) / _STEPS
    spreads = np.sqrt(stats.chi2.ppf(parts, df) / df) / _c4(df)
    shifts = stats.norm.ppf(parts) / math.sqrt(m)
    lengths = [arl(Shewhart(rules, L * float(s)), float(c)).points for s in spreads for c in shifts[: _STEPS // 2]]
    return _once_in(float(np.mean([1 / points if points else 0.0 for points in lengths])), how)


def _once_in(rate: float, how: str) -> RunLength:
    if rate <= 0:
        return RunLength(None, f"never: no possible point lies beyond the limits ({how})")
    return RunLength(1 / rate, how)


def _c4(df: float) -> float:
    """E s / sigma with `df` degrees of freedom, which need not be whole."""
    return math.sqrt(2 / df) * math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2))


def _line(line: Line, n: int, missing: float) -> npt.NDArray[np.float64]:
    """As a column, one row a point."""
    each = line if isinstance(line, tuple) else (line,) * n
    return np.array([[missing if at is None else at] for at in each])
