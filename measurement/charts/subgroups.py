"""X-bar with R or S: means of subgroups, and the spread inside them."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from measurement.charts.arl import arl_of_tail
from measurement.charts.chart import Chart, RunLength
from measurement.charts.constants import c4, d2, d3, range_cdf
from measurement.charts.series import Series, series
from measurement.charts.shewhart import LIMITS, baseline, positive, shewhart
from measurement.charts.spread import Spread
from measurement.values import BadData

METHODS = {
    "uwave-r": "mean of R/d2",
    "mvlue-r": "mean of R/d2 weighted by 1/variance",
    "uwave-sd": "mean of s/c4",
    "mvlue-sd": "mean of s/c4 weighted by 1/variance",
    "rmsdf": "pooled standard deviation / c4",
}
"""Estimators of sigma inside subgroups, by their names in R's qcc; with equal sizes uwave-r is R-bar/d2 and uwave-sd
S-bar/c4, the ones of the textbooks."""


def xbar_r(
    groups: Sequence[Sequence[float]],
    *,
    phase1: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    method: str = "uwave-r",
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> Chart:
    """Means of subgroups over a chart of their ranges; `sigma` is that of single values, `method` one of METHODS.

    Sizes may differ; a subgroup of one value has a mean but no range.
    """
    return _xbar("r", groups, phase1, target, sigma, method, rules, L)


def xbar_s(
    groups: Sequence[Sequence[float]],
    *,
    phase1: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    method: str = "uwave-sd",
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> Chart:
    """Means of subgroups over a chart of their standard deviations; for sizes above 10, where ranges waste data."""
    return _xbar("s", groups, phase1, target, sigma, method, rules, L)


def within_sigma(groups: Sequence[Series], method: str) -> Spread:
    """Standard deviation inside subgroups by one of METHODS; BadData where no subgroup has two values."""
    if method not in METHODS:
        raise BadData(f"{method!r} is no estimator for subgroups.", f"Choose one of {', '.join(METHODS)}.")
    full = [group for group in groups if len(group) > 1]
    if not full:
        raise BadData("No subgroup has two values.", "Use xmr for single values, or give sigma.")
    sizes = np.array([len(group) for group in full])
    if method == "rmsdf":
        df = sizes - 1
        pooled = np.sqrt(sum(d * np.var(g, ddof=1) for d, g in zip(df, full, strict=True)) / df.sum())
        return Spread(float(pooled) / c4(int(df.sum()) + 1), METHODS[method])
    if method.endswith("-r"):
        each = np.array([np.ptp(group) / d2(len(group)) for group in full])
        precision = np.array([(d2(size) / d3(size)) ** 2 for size in sizes])
    else:
        each = np.array([np.std(group, ddof=1) / c4(len(group)) for group in full])
        precision = np.array([c4(size) ** 2 / (1 - c4(size) ** 2) for size in sizes])
    weights = precision if method.startswith("mvlue") else np.ones(len(full))
    return Spread(float(np.average(each, weights=weights)), METHODS[method])


def _xbar(
    second: str,
    groups: Sequence[Sequence[float]],
    phase1: int | None,
    target: float | None,
    sigma: float | None,
    method: str,
    rules: tuple[str, ...],
    L: float,
) -> Chart:
    values = [series(group, what="values of a subgroup") for group in groups]
    first = baseline(len(values), phase1)
    positive("sigma", sigma)
    spread = Spread(sigma, "given") if sigma is not None else within_sigma(values[:first], method)
    centre = float(np.concatenate(values[:first]).mean()) if target is None else target
    sizes = np.array([len(group) for group in values])
    given = target is not None and sigma is not None
    return shewhart(
        f"xbar-{second}",
        f"Means of subgroups over their {'ranges' if second == 'r' else 'standard deviations'}",
        np.array([group.mean() for group in values]),
        centre,
        spread.sigma / np.sqrt(sizes),
        estimator=f"{spread.estimator} within subgroups; centre {'mean of all values' if target is None else 'given'}",
        phase1=0 if given else first,
        rules=rules,
        L=L,
        sizes=sizes,
        dispersion=_spread_chart(second, values, spread, 0 if sigma is not None else first, L),
        figures={"sigma_within": spread.sigma},
    )


def _spread_chart(kind: str, groups: Sequence[Series], spread: Spread, phase1: int, L: float) -> Chart:
    sizes = np.array([len(group) for group in groups])
    known = {int(size): _of_size(kind, int(size), L) for size in np.unique(sizes) if size > 1}
    none = (np.nan, np.nan, np.nan)
    means, sds, alarms = (np.array(column) for column in zip(*(known.get(int(s), none) for s in sizes), strict=True))
    points = [(np.ptp(g) if kind == "r" else np.std(g, ddof=1)) if len(g) > 1 else np.nan for g in groups]
    there = alarms[np.isfinite(alarms)]
    return shewhart(
        kind,
        "Ranges" if kind == "r" else "Standard deviations",
        np.array(points),
        means * spread.sigma,
        sds * spread.sigma,
        estimator=spread.estimator,
        phase1=phase1,
        rules=LIMITS,
        L=L,
        floor=0.0,
        promise=_promise(there),
        sizes=sizes,
    )


def _of_size(kind: str, size: int, L: float) -> tuple[float, float, float]:
    """Mean and standard deviation of the spread of `size` standard normal values, and P(beyond the limits)."""
    if kind == "r":
        mean, sd = d2(size), d3(size)
        high, low = range_cdf(np.array([mean + L * sd, max(0.0, mean - L * sd)]), size)
        return mean, sd, float(1 - high + low)
    mean = c4(size)
    sd = float(np.sqrt(1 - mean**2))
    df = size - 1
    above = special.chdtrc(df, df * (mean + L * sd) ** 2)
    below = special.chdtr(df, df * max(0.0, mean - L * sd) ** 2)
    return mean, sd, float(above + below)


def _promise(alarms: Series) -> RunLength:
    if not len(alarms):
        return RunLength(None, "no subgroup has two values")
    return arl_of_tail(float(alarms.mean()), "values are independent and normal, and sigma the true one")
