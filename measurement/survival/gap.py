"""The gap between two groups in hours people understand: restricted means over the time both were watched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy import special

from measurement.survival.curve import Curve, RestrictedMean, kaplan_meier
from measurement.survival.times import Times
from measurement.values import BadData, Interval


@dataclass(frozen=True)
class Gap:
    """Restricted means up to the same `tau`, and second minus first."""

    tau: float
    means: Mapping[str, RestrictedMean]
    difference: float
    p: float | None
    interval: Interval


def common_follow_up(curves: Iterable[Curve]) -> float:
    """The longest time up to which every group was watched; a group of which nothing is left sets no limit."""
    known = list(curves)
    return min((c.last for c in known if not c.complete), default=max((c.last for c in known), default=0.0))


def mean_gap(first: tuple[str, Times], second: tuple[str, Times], level: float = 0.95) -> Gap:
    """How much longer the second group takes on the mean; independent groups, normal interval (Royston, Parmar 2013).

    Raises BadData where a group is empty.
    """
    curves = {name: kaplan_meier(times, level) for name, times in (first, second)}
    if len(curves) < 2 or not all(curve.n for curve in curves.values()):
        raise BadData("A gap needs two groups with cases.", "Widen the period or name other groups.")
    tau = common_follow_up(curves.values())
    means = {name: mean for name, curve in curves.items() if (mean := curve.restricted_mean(tau)) is not None}
    a, b = means[first[0]], means[second[0]]
    difference, se = b.value - a.value, (a.se**2 + b.se**2) ** 0.5
    z = float(special.ndtri((1 + level) / 2))
    p = 2 * float(special.ndtr(-abs(difference) / se)) if se > 0 else None
    interval = Interval(
        difference - z * se if se > 0 else None,
        difference + z * se if se > 0 else None,
        level,
        f"difference of means restricted to {tau:g}",
    )
    return Gap(tau, means, difference, p, interval)
