"""Numbers made of shares, with their intervals, from counts alone: net score, rolled yield."""

from math import exp, log, prod, sqrt

from scipy import special

from measurement.values import Interval

LEVEL = 0.95
"""How sure an interval is, unless told otherwise."""


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
