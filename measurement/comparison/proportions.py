"""Shares: Wilson's interval for one, Newcombe's for the difference of two, and tests."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import special, stats

from measurement.comparison.tested import POINTS, Effect, Tested, finite
from measurement.values import BadData, Interval

Shares = Mapping[str, tuple[int, int]]
"""Group to (how many have it, of how many)."""


def wilson(hits: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's score interval of a share; (None, None) when n = 0. Wilson 1927, as prop.test(correct = FALSE) in R."""
    if n == 0:
        return Interval(None, None, level, "Wilson")
    low, high = _score(hits, n, level)
    return Interval(low, high, level, "Wilson")


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> Interval:
    """The exact (conservative) interval of a share."""
    if n == 0:
        return Interval(None, None, level, "Clopper-Pearson")
    found = stats.binomtest(hits, n).proportion_ci(level, "exact")
    return Interval(float(found.low), float(found.high), level, "Clopper-Pearson")


def newcombe(first: tuple[int, int], second: tuple[int, int], level: float = 0.95) -> Effect:
    """Second share minus first, with the hybrid score interval (Newcombe 1998, method 10)."""
    (x, n), (y, m) = first, second
    if n == 0 or m == 0:
        return Effect("difference of shares", None, Interval(None, None, level, "Newcombe"), POINTS)
    (a_low, a_high), (b_low, b_high) = _score(x, n, level), _score(y, m, level)
    p, q = x / n, y / m
    low = q - p - float(np.hypot(q - b_low, a_high - p))
    high = q - p + float(np.hypot(b_high - q, p - a_low))
    return Effect("difference of shares", q - p, Interval(low, high, level, "Newcombe"), POINTS)


def newcombe_within(strata: Sequence[tuple[tuple[int, int], tuple[int, int]]], level: float = 0.95) -> Effect:
    """Second share minus first within strata, weighted as by Mantel and Haenszel; Newcombe's interval of one stratum.

    Of several: the limits of each put together (MOVER, Zou and Donner 2008). A stratum without one of the two says
    nothing and is passed over.
    """
    told = [(first, second) for first, second in strata if first[1] and second[1]]
    if not told:
        return newcombe((0, 0), (0, 0), level)
    effects = [newcombe(first, second, level) for first, second in told]
    weights = np.array([first[1] * second[1] / (first[1] + second[1]) for first, second in told])
    weights /= weights.sum()
    values = np.array([effect.value for effect in effects], float)
    ends = np.array([(e.interval.low, e.interval.high) for e in effects if e.interval], float)
    value = float(weights @ values)
    low, high = (float(np.hypot.reduce(weights * np.abs(values - ends[:, side]))) for side in (0, 1))
    return Effect("difference of shares", value, Interval(value - low, value + high, level, "Newcombe"), POINTS)


def two_proportions(shares: Shares, level: float = 0.95) -> Tested:
    """z test of two shares, pooled (its square is chi-squared without correction); Fisher's exact test where thin.

    Thin: an expected count below 5. Effect: second minus first, Newcombe; ratio of shares (Katz) beside it.
    """
    checked = _checked(shares, exactly=2)
    (first, (x, n)), (second, (y, m)) = checked.items()
    sizes = {first: n, second: m}
    pooled = (x + y) / (n + m)
    effect = newcombe((x, n), (y, m), level)
    further = (_ratio((x, n), (y, m), level),)
    if pooled in (0, 1):
        said = ("nobody has it" if pooled == 0 else "all have it",)
        return Tested("two-proportions", "Two proportions", "z", 0.0, 1.0, sizes, None, effect, further, said)
    if min(n, m) * min(pooled, 1 - pooled) < 5:
        found = stats.fisher_exact([[y, m - y], [x, n - x]])
        odds = Effect("odds ratio", finite(found.statistic), None)
        thin = ("an expected count is below 5: Fisher's exact test is used",)
        return Tested(
            "fisher",
            "Fisher's exact",
            "odds ratio",
            odds.value,
            float(found.pvalue),
            sizes,
            None,
            effect,
            further,
            thin,
        )
    z = (y / m - x / n) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    p = float(2 * stats.norm.sf(abs(z)))
    return Tested("two-proportions", "Two proportions", "z", float(z), p, sizes, None, effect, further)


def _score(hits: int, n: int, level: float) -> tuple[float, float]:
    z = float(special.ndtri((1 + level) / 2))
    share, extra = hits / n, z * z / n
    middle = (share + extra / 2) / (1 + extra)
    half = float(z / (1 + extra) * np.sqrt(share * (1 - share) / n + extra / (4 * n)))
    # At none and at all one end is exact; floating point would miss it by a hair.
    return 0.0 if hits == 0 else middle - half, 1.0 if hits == n else middle + half


def _ratio(first: tuple[int, int], second: tuple[int, int], level: float) -> Effect:
    (x, n), (y, m) = first, second
    what = "ratio of shares"
    if x == 0 or y == 0:
        return Effect(what, None if x == 0 else 0.0, None)
    value = (y / m) / (x / n)
    half = float(special.ndtri((1 + level) / 2)) * np.sqrt(1 / x - 1 / n + 1 / y - 1 / m)
    return Effect(what, value, Interval(float(value * np.exp(-half)), float(value * np.exp(half)), level, "Katz"))


def _checked(shares: Shares, exactly: int) -> dict[str, tuple[int, int]]:
    if len(shares) != exactly:
        raise BadData(f"This comparison needs {exactly} groups, there are {len(shares)}.", "Name two of them.")
    for name, (x, n) in shares.items():
        if n <= 0 or not 0 <= x <= n:
            raise BadData(f"Group {name!r} has {x} of {n}.", "Give how many of how many, with at least one case.")
    return {str(name): (int(x), int(n)) for name, (x, n) in shares.items()}
