"""Numbers from counts alone, with their intervals: satisfaction, effort, net score, rolled yield.

Defects per million and the sigma level of counts are in `measurement.charts.defects`.
"""

from collections.abc import Mapping
from math import exp, log, prod, sqrt

from scipy import special

from measurement.comparison.proportions import wilson
from measurement.values import Interval

LEVEL = 0.95
"""How sure an interval is, unless told otherwise."""


def satisfied(counts: Mapping[int, int], level: float = LEVEL) -> tuple[float | None, Interval]:
    """Share of 4 and 5 among the answers 1 to 5 (`counts`: answer -> how often), Wilson interval; None of no answer."""
    n = sum(counts.values())
    hits = counts.get(4, 0) + counts.get(5, 0)
    return (hits / n if n else None), wilson(hits, n, level)


def mean_score(counts: Mapping[int, int], level: float = LEVEL) -> tuple[float | None, Interval]:
    """Mean answer, such as the effort from 1 to 7, with a t interval; it takes two answers to have one."""
    n = sum(counts.values())
    if n == 0:
        return None, Interval(None, None, level, "t")
    mean = sum(score * times for score, times in counts.items()) / n
    if n == 1:
        return mean, Interval(None, None, level, "t")
    variance = sum(times * (score - mean) ** 2 for score, times in counts.items()) / (n - 1)
    half = float(special.stdtrit(n - 1, (1 + level) / 2)) * sqrt(variance / n)
    return mean, Interval(mean - half, mean + half, level, "t")


def net_score(promoters: int, detractors: int, n: int, level: float = LEVEL) -> tuple[float, Interval]:
    """Net promoter score and interval, both from -100 to 100, of counts among `n` > 0 answers."""
    p, d = promoters / n, detractors / n
    half = float(special.ndtri((1 + level) / 2)) * sqrt((p + d - (p - d) ** 2) / n)
    value = p - d
    return 100 * value, Interval(100 * max(-1.0, value - half), 100 * min(1.0, value + half), level, "normal")


def rolled(yields: list[float], n: list[int], level: float = LEVEL) -> tuple[float, Interval]:
    """The product of first-pass yields; variance of its logarithm summed over the steps (delta method)."""
    value = prod(yields)
    if value <= 0:
        return 0.0, Interval(None, None, level, "none: a step lets nothing through")
    half = float(special.ndtri((1 + level) / 2)) * sqrt(sum((1 - y) / (m * y) for y, m in zip(yields, n, strict=True)))
    return value, Interval(exp(log(value) - half), min(1.0, exp(log(value) + half)), level, "delta on the logarithm")
