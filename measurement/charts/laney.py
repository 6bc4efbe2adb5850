"""Laney's p' and u': p and u charts that believe the variation between points (Quality Engineering 14, 2002)."""

from collections.abc import Sequence

import numpy as np

from measurement.charts.arl import Shewhart, arl
from measurement.charts.chart import Chart
from measurement.charts.constants import d2
from measurement.charts.counts import Counts, counts
from measurement.charts.series import Series
from measurement.charts.shewhart import LIMITS, positive, shewhart
from measurement.values import BadData


def pp(
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> Chart:
    """Share with limits p +- L sigma_z sqrt(p(1-p)/n) within 0 to 1; for points of hundreds, where p cries wolf."""
    data = counts(x, n, phase1, parts=True)
    share = data.centre if target is None else target
    if not 0 <= share <= 1:
        raise BadData(f"{share:g} is no share.", "Give a target between 0 and 1.")
    return _prime("pp", "Share (Laney p')", data, share, share * (1 - share), target is None, rules, L, 1.0)


def up(
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> Chart:
    """Count per unit with limits u +- L sigma_z sqrt(u/n), not below 0."""
    data = counts(x, n, phase1, parts=False)
    positive("target", target)
    rate = data.centre if target is None else target
    return _prime("up", "Count per unit (Laney u')", data, rate, rate, target is None, rules, L, np.inf)


def sigma_z(x: Series, expected: Series, sd: Series) -> float:
    """Variation between points over that of the law alone: mean moving range of (x - expected)/sd, over d2."""
    z = (x - expected) / sd
    return float(np.abs(np.diff(z)).mean()) / d2(2)


def _prime(
    kind: str,
    title: str,
    data: Counts,
    centre: float,
    variance: float,
    estimated: bool,
    rules: tuple[str, ...],
    L: float,
    ceiling: float,
) -> Chart:
    positive("L", L)
    bare = np.where(data.there, data.n, np.nan)
    sd = np.sqrt(variance / bare)
    points = data.shares()
    base = np.flatnonzero(data.there[: data.first])
    if len(base) < 2:
        raise BadData("Variation between points needs two points in the baseline.", "Take a longer baseline.")
    between = sigma_z(points[base], np.full(len(base), centre), sd[base]) if variance > 0 else 0.0
    less = ("less variation between points than chance alone gives: look for counts that are not counts",)
    return shewhart(
        kind,
        title,
        points,
        centre,
        sd * between,
        estimator=f"centre {'= sum of x / sum of n' if estimated else 'given'}; sigma_z = mean moving range of z / d2",
        phase1=data.first,
        rules=rules,
        L=L,
        floor=0.0,
        ceiling=ceiling,
        promise=arl(Shewhart(rules, L)),
        sizes=data.n,
        figures={"sigma_z": between},
        notes=(*data.notes(), *(less if 0 < between < 0.5 else ())),
    )
