"""How many cases a question needs, and which questions cannot be answered with the cases there are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from measurement.values import BadData

ARE_NORMAL = float(3 / np.pi)
"""Efficiency of Mann-Whitney against t on normal data; never below 0.864, above 1 on long tails (Hodges, Lehmann)."""


@dataclass(frozen=True)
class SampleSize:
    """`exact` solves the formula; `n` is the next whole number. Per group where there are two."""

    exact: float
    n: int
    formula: str


def z_size(
    delta: float, sd: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2, groups: int = 1
) -> SampleSize:
    """Cases to find a shift of the mean `delta` when `sd` is known: ((z_alpha + z_beta) sd / delta)^2, twice for two.

    NIST/SEMATECH 7.2.2.2.
    """
    _check(alpha, power, sides)
    return _size(groups * (_zs(alpha, power, sides) * sd / _some(delta)) ** 2, "normal, known sd")


def t_power(n: float, delta: float, sd: float, alpha: float = 0.05, sides: int = 2, groups: int = 1) -> float:
    """Power of a t test of one group (or of pairs), or of two groups with `n` each: non-central t."""
    df = groups * (n - 1)
    shift = abs(delta) / sd * np.sqrt(n / groups)
    limit = stats.t.ppf(1 - alpha / sides, df)
    other = stats.nct.cdf(-limit, df, shift) if sides == 2 else 0.0
    # Far out the non-central t of scipy gives NaN for the tail that is nothing.
    return float(stats.nct.sf(limit, df, shift) + np.nan_to_num(other))


def t_size(
    delta: float, sd: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2, groups: int = 1
) -> SampleSize:
    """Cases (per group) for a t test, as R's power.t.test."""
    _check(alpha, power, sides)
    _some(delta)
    return _size(_solve(lambda n: t_power(n, delta, sd, alpha, sides, groups) - power), "t, non-central")


def rank_size(
    delta: float, sd: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2, are: float = ARE_NORMAL
) -> SampleSize:
    """Cases per group for Mann-Whitney: those of t divided by its efficiency; for skewed times simulate instead."""
    return _size(t_size(delta, sd, alpha, power, sides, groups=2).exact / are, f"t, efficiency {are:.3f}")


def share_size(p: float, q: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2) -> SampleSize:
    """Cases per group to tell a share `q` from `p`, as R's power.prop.test (strict = FALSE)."""
    _check(alpha, power, sides)
    _shares(p, q)
    a, b = _z(alpha / sides), _z(1 - power)
    middle = (p + q) / 2
    top = a * np.sqrt(2 * middle * (1 - middle)) + b * np.sqrt(p * (1 - p) + q * (1 - q))
    return _size((top / (p - q)) ** 2, "two shares, normal")


def one_share_size(
    p: float, q: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2, correction: bool = False
) -> SampleSize:
    """Cases to find that a share is `q` and not the known `p`; `correction`: for continuity. NIST/SEMATECH 7.2.4.2."""
    _check(alpha, power, sides)
    _shares(p, q)
    root = _z(alpha / sides) * np.sqrt(p * (1 - p)) + _z(1 - power) * np.sqrt(q * (1 - q))
    n = (root / (p - q)) ** 2
    if correction:
        n = n / 4 * (1 + np.sqrt(1 + 2 / (n * abs(p - q)))) ** 2
    return _size(n, "one share, normal" + (", continuity" if correction else ""))


def share_power(n: float, p: float, q: float, alpha: float = 0.05, sides: int = 2) -> float:
    """Power to tell two shares apart with `n` cases in each group."""
    _shares(p, q)
    middle = (p + q) / 2
    top = abs(p - q) * np.sqrt(n) - _z(alpha / sides) * np.sqrt(2 * middle * (1 - middle))
    return float(special.ndtr(top / np.sqrt(p * (1 - p) + q * (1 - q))))


def least_shift(n: int, sd: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2, groups: int = 2) -> float:
    """The smallest shift of the mean that `n` cases (per group) find with this power."""
    _check(alpha, power, sides)
    if n < 2:
        raise BadData("One case has no spread.", "Take two at least in each group.")
    return float(optimize.brentq(lambda d: t_power(n, d, sd, alpha, sides, groups) - power, 1e-9 * sd, 50 * sd))


def least_share_change(n: int, p: float, alpha: float = 0.05, power: float = 0.8, sides: int = 2) -> float | None:
    """The share below `p` that `n` cases per group tell from it; None when not even 0 would be found."""
    _check(alpha, power, sides)
    if share_power(n, p, 0.0, alpha, sides) < power:
        return None
    return float(optimize.brentq(lambda q: share_power(n, p, q, alpha, sides) - power, 0.0, p * (1 - 1e-9)))


def _solve(gap: Callable[[float], float]) -> float:
    high = 4.0
    while gap(high) < 0 and high < 1e9:
        high *= 2
    return float(optimize.brentq(gap, 2.0, high, xtol=1e-9)) if gap(2.0) < 0 else 2.0


def _size(exact: float, formula: str) -> SampleSize:
    return SampleSize(float(exact), int(np.ceil(exact - 1e-9)), formula)


def _z(tail: float) -> float:
    return float(-special.ndtri(tail))


def _zs(alpha: float, power: float, sides: int) -> float:
    return _z(alpha / sides) + _z(1 - power)


def _some(delta: float) -> float:
    if delta == 0:
        raise BadData("No number of cases finds a difference of nothing.", "Name the smallest effect worth acting on.")
    return delta


def _shares(p: float, q: float) -> None:
    if not (0 <= p <= 1 and 0 <= q <= 1):
        raise BadData(f"{p} and {q} are no shares.", "Write 15 % as 0.15.")
    _some(p - q)


def _check(alpha: float, power: float, sides: int) -> None:
    if not 0 < alpha < 1 or not alpha < power < 1 or sides not in (1, 2):
        raise BadData(
            f"alpha {alpha:g}, power {power:g}, {sides} sides make no plan.",
            "alpha is like 0.05, power like 0.8 and above alpha, sides 1 or 2.",
        )
