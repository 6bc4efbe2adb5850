"""Hodges-Lehmann: the middle of all differences (or ratios) between two groups, also of many cases.

The differences of 50,000 and 50,000 cases are 2.5 billion; none is made but the few around the answer. How many lie
at or below a number is counted by one search of sorted values in sorted values, and the number is halved in on.
Larger groups are thinned to 50,000 evenly spaced quantiles of theirs, which moves the answer by less than a hundredth
of what chance does; ranks of the interval are those of all cases.
"""

from functools import lru_cache

import numpy as np
from scipy import special

from measurement.comparison.tested import VALUE, Effect, Floats
from measurement.values import Interval

_FEW = 200_000
"""Differences that are made and sorted once the answer is known to be among them."""
_KEPT = 50_000
_EXACT = 50
"""Group sizes below which the interval is exact, as in R."""


def shift(first: Floats, second: Floats, level: float = 0.95) -> Effect:
    """How much larger values of `second` are: the median of all second minus first, interval by Mann-Whitney ranks."""
    value, interval = _middle(np.sort(np.asarray(first, float)), np.sort(np.asarray(second, float)), level)
    return Effect("shift (Hodges-Lehmann)", value, interval, VALUE)


def ratio(first: Floats, second: Floats, level: float = 0.95) -> Effect:
    """How many times as large values of `second` are: the shift of logarithms, turned back.

    Zeros count as half of the smallest value above zero, see `zeros_said`. Values must not be negative.
    """
    a, b = np.sort(np.asarray(first, float)), np.sort(np.asarray(second, float))
    floor = _floor(a, b)
    value, interval = _middle(np.log(np.maximum(a, floor)), np.log(np.maximum(b, floor)), level)
    low, high = (None if end is None else float(np.exp(end)) for end in (interval.low, interval.high))
    return Effect("ratio (Hodges-Lehmann)", float(np.exp(value)), Interval(low, high, level, interval.method))


def zeros_said(first: Floats, second: Floats) -> tuple[str, ...]:
    """What to say beside a ratio of these."""
    zeros = int((first == 0).sum() + (second == 0).sum())
    return (f"{zeros} zeros count as {_floor(first, second):g} in the ratio",) if zeros else ()


def _floor(first: Floats, second: Floats) -> float:
    return float(min(values[values > 0].min(initial=np.inf) for values in (first, second)) / 2)


def _middle(a: Floats, b: Floats, level: float) -> tuple[float, Interval]:
    outer, method = _rank(a, b, level)
    all_pairs = len(a) * len(b)
    if max(len(a), len(b)) > _KEPT:
        a, b = _thinned(a), _thinned(b)
        method += f", {_KEPT} quantiles"
    pairs = len(a) * len(b)
    outer = round(outer * pairs / all_pairs)
    middle = (_nth(a, b, (pairs + 1) // 2) + _nth(a, b, pairs // 2 + 1)) / 2
    if outer < 1:
        return middle, Interval(None, None, level, f"{method}: too few values for this level")
    return middle, Interval(_nth(a, b, outer), _nth(a, b, pairs - outer + 1), level, method)


def _thinned(values: Floats) -> Floats:
    """Sorted values at the middles of `_KEPT` equal parts."""
    if len(values) <= _KEPT:
        return values
    places = ((np.arange(_KEPT) + 0.5) * len(values) / _KEPT).astype(int)
    kept: Floats = values[places]
    return kept


def _rank(a: Floats, b: Floats, level: float) -> tuple[int, str]:
    """The rank among all differences at which the interval begins."""
    n, m, tail = len(a), len(b), (1 - level) / 2
    tied = len(np.unique(np.concatenate([a, b]))) < n + m
    if max(n, m) < _EXACT and not tied:
        return int(np.searchsorted(_u_distribution(n, m), tail, "left")), "Mann-Whitney, exact"
    spread = np.sqrt(n * m * (n + m + 1) / 12)
    return int(np.floor(n * m / 2 - special.ndtri(1 - tail) * spread)), "Mann-Whitney, normal"


@lru_cache(maxsize=64)
def _u_distribution(n: int, m: int) -> Floats:
    """P(U <= 0), P(U <= 1), ...: counts are the coefficients of a Gaussian binomial."""
    counts = np.ones(1)
    for k in range(1, n + 1):
        # Times (1 - x^(m+k)), divided by (1 - x^k).
        longer = np.zeros(len(counts) + m)
        raised = np.concatenate([counts, np.zeros(m + k)])
        raised[m + k :] -= counts
        for start in range(k):
            places = np.arange(start, len(longer), k)
            longer[places] = np.cumsum(raised[places])
        counts = longer
    distribution: Floats = np.cumsum(counts) / counts.sum()
    return distribution


def _nth(a: Floats, b: Floats, n: int) -> float:
    """The n-th smallest of all b - a (1-based); both sorted."""
    # Always: fewer than n differences are at or below `low`, at least n are at or below `high`. Both begin a little
    # outside, since a + (b - a) may round to the wrong side of b.
    pad = 1e-12 * max(abs(a[0]), abs(a[-1]), abs(b[0]), abs(b[-1]), 1e-300)
    low, high = float(b[0] - a[-1] - pad), float(b[-1] - a[0] + pad)
    below_low, upto_high = 0, len(a) * len(b)
    while upto_high - below_low > _FEW:
        middle = low + (high - low) / 2
        if high - low <= 1e-13 * max(abs(low), abs(high), 1e-300):
            return _largest(a, b, high)
        count = _count(a, b, middle)
        if count >= n:
            high, upto_high = middle, count
        else:
            low, below_low = middle, count
    begin = np.searchsorted(b, a + low, "right")
    end = np.maximum(np.searchsorted(b, a + high, "right"), begin)
    sizes = end - begin
    owner = np.repeat(np.arange(len(a)), sizes)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + begin[owner]
    found = b[place] - a[owner]
    rank = min(max(n - below_low - 1, 0), len(found) - 1)
    return float(np.partition(found, rank)[rank])


def _largest(a: Floats, b: Floats, limit: float) -> float:
    """The largest difference at or below `limit`."""
    place = np.searchsorted(b, a + limit, "right") - 1
    some = place >= 0
    return float((b[place[some]] - a[some]).max())


def _count(a: Floats, b: Floats, limit: float) -> int:
    """How many differences b - a are at or below `limit`."""
    return int(np.searchsorted(b, a + limit, "right").sum())
