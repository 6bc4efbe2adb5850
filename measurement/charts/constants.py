"""The constants of control charts, from their defining integrals: printed tables differ in the last digit."""

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Numbers = npt.NDArray[np.float64]

# Both integrands are smooth and below 1e-15 at the ends; 200 nodes give them to about 1e-13 up to n = 1,000.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_REACH = 9.0


@dataclass(frozen=True)
class Factors:
    """Factors of the X-bar, R and S charts for subgroups of n, at L standard errors (3 in every printed table)."""

    n: int
    d2: float
    d3: float
    c4: float
    A2: float
    A3: float
    D3: float
    D4: float
    B3: float
    B4: float


def factors(n: int, L: float = 3.0) -> Factors:
    """All factors for subgroups of n >= 2 (Montgomery, Introduction to SQC, Appendix VI)."""
    mean, sd, bias = d2(n), d3(n), c4(n)
    r, s = L * sd / mean, L * math.sqrt(1 - bias**2) / bias
    root = math.sqrt(n)
    return Factors(
        n=n,
        d2=mean,
        d3=sd,
        c4=bias,
        A2=L / (mean * root),
        A3=L / (bias * root),
        D3=max(0.0, 1 - r),
        D4=1 + r,
        B3=max(0.0, 1 - s),
        B4=1 + s,
    )


@functools.cache
def d2(n: int) -> float:
    """Mean range of n standard normal values: integral of 1 - F^n - (1-F)^n."""
    _at_least_two(n)
    x = _REACH * _NODES
    return float(_REACH * _WEIGHTS @ (1 - special.ndtr(x) ** n - special.ndtr(-x) ** n))


@functools.cache
def d3(n: int) -> float:
    """Standard deviation of the range of n standard normal values, from E W^2 = 2 * integral of w P(W > w)."""
    w = _REACH * (1 + _NODES)
    second = 2 * _REACH * float(_WEIGHTS @ (w * (1 - range_cdf(w, n))))
    return math.sqrt(second - d2(n) ** 2)


def c4(n: int) -> float:
    """E s / sigma for the sample standard deviation of n normal values."""
    _at_least_two(n)
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def range_cdf(w: Numbers, n: int) -> Numbers:
    """P(range of n standard normal values <= w) = n * integral of phi(x) (F(x+w) - F(x))^(n-1)."""
    _at_least_two(n)
    x = _REACH * _NODES
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    inside = special.ndtr(x[:, None] + np.atleast_1d(w)[None, :]) - special.ndtr(x)[:, None]
    return np.asarray(n * _REACH * (_WEIGHTS * density) @ inside ** (n - 1))


def _at_least_two(n: int) -> None:
    if n < 2:
        raise ValueError(f"subgroups of {n} have no range; at least 2 needed")
