"""Whether a point knows its predecessor: every control chart assumes that it does not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from measurement.charts.series import Series, series


@dataclass(frozen=True)
class Autocorrelation:
    """`r` at `lag` of `n` points, and `bound` = 2/sqrt(n), beyond which chance alone takes it one time in twenty.

    `r` is None where it has no meaning: the points do not vary, or there are no more of them than `lag`.
    """

    r: float | None
    lag: int
    n: int
    bound: float

    @property
    def independent(self) -> bool:
        """Whether the points may be taken as independent."""
        return self.r is None or abs(self.r) <= self.bound

    def __str__(self) -> str:
        if self.r is None:
            return f"lag-{self.lag} autocorrelation not defined (n = {self.n})"
        word = "within" if self.independent else "beyond"
        return f"lag-{self.lag} autocorrelation {self.r:.2f}, {word} {self.bound:.2f} (n = {self.n})"


def autocorrelation(values: Sequence[float] | Series, lag: int = 1) -> Autocorrelation:
    """sum((y[t] - m)(y[t+lag] - m)) / sum((y[t] - m)^2), the estimator of NIST StRD; `lag` at least 1."""
    deviations = _deviations(series(values))
    n, total = len(deviations), float(deviations @ deviations)
    r = float(deviations[:-lag] @ deviations[lag:]) / total if n > lag and total > 0 else None
    return Autocorrelation(r=r, lag=lag, n=n, bound=2 / math.sqrt(n))


@dataclass(frozen=True)
class Summary:
    """Mean, sample standard deviation (None for one point) and lag-1 autocorrelation of a series."""

    n: int
    mean: float
    sd: float | None
    lag1: Autocorrelation


def summary(values: Sequence[float] | Series) -> Summary:
    """The three numbers to look at before any chart; exact to about 1e-9 also where sd is tiny against the mean."""
    numbers = series(values)
    deviations = _deviations(numbers)
    n = len(numbers)
    sd = math.sqrt(math.fsum(deviations**2) / (n - 1)) if n > 1 else None
    return Summary(n=n, mean=_mean(numbers), sd=sd, lag1=autocorrelation(numbers))


def _mean(numbers: Series) -> float:
    return math.fsum(numbers) / len(numbers)


def _deviations(numbers: Series) -> Series:
    """From the mean, in two passes around the first value: what is common to all does not eat the digits."""
    near = numbers - numbers[0]
    return np.asarray(near - math.fsum(near) / len(near))
