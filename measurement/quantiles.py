"""Quantiles and means of complete data, with intervals that promise no more than the data hold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from measurement.values import Interval

_BEYOND = 9
"""Cases beyond a quantile below which its interval is too wide to act on: P85 of 60."""
_RESAMPLED = 5_000
"""Up to here the mean of skewed times is resampled; beyond, the t interval is as good."""
_RESAMPLES = 2_000


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; None where there is no data. `note` says what is wrong with it, or nothing."""

    value: float | None
    interval: Interval
    n: int
    note: str = ""


def quantile(values: ArrayLike, q: float, level: float = 0.95) -> Estimate:
    """The value that the share `q` stays at or below; interval by order statistics, whatever the distribution.

    Its ends are the observations whose ranks the binomial distribution allows, so its confidence is at least `level`;
    None where there are too few observations for that end. Between two observations the middle, as for a median.
    """
    x = np.sort(np.asarray(values, float))
    n = len(x)
    method = "order statistics"
    if n == 0:
        return Estimate(None, Interval(None, None, level, method), 0, "no data")
    tail = (1 - level) / 2
    low, high = int(stats.binom.ppf(tail, n, q)), int(stats.binom.ppf(1 - tail, n, q)) + 1
    interval = Interval(
        float(x[low - 1]) if low >= 1 else None, float(x[high - 1]) if high <= n else None, level, method
    )
    value = float(np.quantile(x, q, method="averaged_inverted_cdf"))
    return Estimate(value, interval, n, _note(n, q, interval))


def least_n(q: float, level: float = 0.95) -> int:
    """The smallest number of observations whose order statistics can bound the quantile on both sides."""
    tail = (1 - level) / 2
    return int(np.ceil(np.log(tail) / np.log(max(q, 1 - q))))


def worthwhile_n(q: float) -> int:
    """The number of observations below which a quantile should not be acted on: 60 for P85, 180 for P95."""
    return int(np.ceil(round(_BEYOND / min(q, 1 - q), 6)))


def mean(values: ArrayLike, level: float = 0.95, seed: int = 1) -> Estimate:
    """The mean; interval by BCa bootstrap up to 5,000 values (times are skewed), by t beyond; `method` says which."""
    x: NDArray[np.float64] = np.asarray(values, float)
    n = len(x)
    if n == 0:
        return Estimate(None, Interval(None, None, level, "t"), 0, "no data")
    value = float(x.mean())
    if n < 3 or x.min() == x.max():
        note = "all values are equal" if n > 1 and x.min() == x.max() else f"needs n >= 3, has {n}"
        return Estimate(value, Interval(None, None, level, "t"), n, note)
    if n <= _RESAMPLED:
        found = stats.bootstrap(
            (x,), np.mean, n_resamples=_RESAMPLES, confidence_level=level, method="BCa", batch=100, rng=seed
        ).confidence_interval
        interval = Interval(float(found.low), float(found.high), level, f"BCa bootstrap, {_RESAMPLES} resamples")
    else:
        half = float(stats.t.ppf((1 + level) / 2, n - 1) * x.std(ddof=1) / np.sqrt(n))
        interval = Interval(value - half, value + half, level, "t")
    return Estimate(value, interval, n)


def _note(n: int, q: float, interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return f"an interval needs n >= {least_n(q, interval.level)}, has {n}"
    if n < worthwhile_n(q):
        return f"few data: a P{100 * q:g} worth acting on needs n >= {worthwhile_n(q)}, has {n}"
    return ""
