"""g and t charts: how many cases, or how much time, lie between two rare events."""

import math
from collections.abc import Sequence

import numpy as np

from measurement.charts.arl import Shewhart, arl, arl_of_zones
from measurement.charts.arl.zones import Zone, edges_of, has_zones, middles
from measurement.charts.chart import Chart, RunLength
from measurement.charts.constants import d2
from measurement.charts.counts import counts
from measurement.charts.discrete import geometric, promise
from measurement.charts.individuals import xmr
from measurement.charts.series import Series, series
from measurement.charts.shewhart import LIMITS, positive, shewhart
from measurement.values import BadData

POWER = 1 / 3.6
"""Nelson (J. Quality Technology 26, 1994): it makes exponential times nearly normal."""


def g(
    x: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> Chart:
    """Cases between two events, counted from 0; limits m +- L sqrt(m(m+1)), not below 0 (Benneyan 2001).

    The law is skewed: there is no lower limit, so that a change for the worse shows only by run rules or a t chart.
    """
    data = counts(x, np.ones(len(x)), phase1, parts=False)
    positive("target", target)
    mean = data.centre if target is None else target
    law = geometric(mean)
    return shewhart(
        "g",
        "Cases between events",
        data.x,
        mean,
        float(law.sd[0]),
        estimator="mean" if target is None else "mean given",
        phase1=data.first if target is None else 0,
        rules=rules,
        L=L,
        floor=0.0,
        promise=promise(law, rules, L),
        figures={"median": float(np.median(data.x[: data.first]))},
    )


def t(
    x: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> Chart:
    """Times between two events (any unit, not below 0): an individuals chart of x^(1/3.6), drawn in time.

    Meant for times between events, not for how long something takes.
    """
    times = series(x, what="times")
    for at in np.flatnonzero(times < 0)[:1]:
        raise BadData(
            f"Point {at + 1} is {times[at]:g}: no time between events is below 0.", "Sort the events by time."
        )
    inner = xmr(times**POWER, phase1=phase1, rules=rules, L=L)
    centre, sigma = _number(inner.centre), _number(inner.sigma)
    high, low = centre + L * sigma, centre - L * sigma
    return Chart(
        kind="t",
        title="Time between events",
        points=tuple(map(float, times)),
        centre=centre ** (1 / POWER),
        ucl=high ** (1 / POWER),
        lcl=max(0.0, low) ** (1 / POWER),
        sigma=None,
        estimator="individuals chart of x^(1/3.6), mean moving range / d2, turned back",
        phase1=inner.phase1,
        false_alarms=inner.false_alarms if sigma == 0 else _exponential(rules, L),
        rules=rules,
        signals=inner.signals,
        figures={
            "transformed_centre": centre,
            "transformed_sigma": sigma,
            "transformed_ucl": high,
            "transformed_lcl": low,
        },
        notes=inner.notes,
    )


def _exponential(rules: tuple[str, ...], L: float) -> RunLength:
    """Exponential times to the power 1/3.6 are Weibull of shape 3.6: nearly normal, not quite."""
    if not rules or not all(map(has_zones, rules)):
        return arl(Shewhart(rules, L))
    mean = math.gamma(1 + POWER)
    # Mean difference of two of them; the smaller one of two is Weibull again, 2^(-1/3.6) times as large.
    sigma = 2 * mean * (1 - 2**-POWER) / d2(2)
    edges = edges_of(L)
    below = [-math.expm1(-(max(0.0, mean + edge * sigma) ** (1 / POWER))) for edge in edges]
    shares = np.diff([0.0, *below, 1.0])
    zones = tuple(Zone(z, float(share)) for z, share in zip(middles(edges), shares, strict=True))
    return arl_of_zones(rules, L, zones, "times between events are independent and exponential")


def _number(line: object) -> float:
    assert isinstance(line, float)
    return line
