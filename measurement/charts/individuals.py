"""XmR: single values with their moving ranges."""

from collections.abc import Sequence

import numpy as np

from measurement.charts.arl import IndividualsAndRange, arl
from measurement.charts.chart import Chart, RunLength
from measurement.charts.constants import c4, d2, d3
from measurement.charts.series import Series, series
from measurement.charts.shewhart import LIMITS, baseline, positive, shewhart
from measurement.charts.spread import Spread
from measurement.values import BadData

RULES = ("we:1", "we:4")
"""The defaults of this chart: points beyond the limits, and eight in a row on one side."""

MEDIAN_RANGE = 0.953873
"""Median of the moving range of two standard normal values: sqrt(2) times their upper quartile."""

METHODS = {
    "mr": "mean moving range / d2",
    "mr-median": "median moving range / 0.954",
    "sd": "sample standard deviation / c4",
}


def xmr(
    x: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    method: str = "mr",
    rules: tuple[str, ...] = RULES,
    L: float = 3.0,
    alarm_on_range: bool = False,
) -> Chart:
    """Individuals at mean +- L sigma, with sigma of `method` (see METHODS) from the first `phase1` values.

    The moving range is drawn but silent unless `alarm_on_range`: alarming on both takes the distance between false
    alarms from 370 to 105 points (Crowder 1987). `target` and `sigma` replace centre and spread.
    """
    values = series(x)
    centre, spread, first = level(values, target, sigma, phase1, method)
    ranges = _ranges(values, spread, 0 if sigma is not None else first, L, alarm_on_range)
    return shewhart(
        "xmr",
        "Individuals and moving ranges",
        values,
        centre,
        spread.sigma,
        estimator=f"{spread.estimator}; centre {'mean' if target is None else 'given'}",
        phase1=first,
        rules=rules,
        L=L,
        promise=_promise(rules, L) if alarm_on_range else None,
        dispersion=ranges,
        figures={"mr_bar": _mean_range(values[: first or len(values)])},
    )


def level(
    values: Series, target: float | None, sigma: float | None, phase1: int | None, method: str
) -> tuple[float, Spread, int]:
    """Centre and spread of single values, each from the first `phase1` unless given, and how many were so used."""
    first = baseline(len(values), phase1, least=1 if sigma is not None else 2)
    positive("sigma", sigma)
    spread = Spread(sigma, "given") if sigma is not None else moving_spread(values[:first], method)
    centre = float(values[:first].mean()) if target is None else target
    if not np.isfinite(centre):
        raise BadData(f"The target is {centre:g}.", "Give a number.")
    return centre, spread, 0 if target is not None and sigma is not None else first


def moving_spread(values: Series, method: str = "mr") -> Spread:
    """Standard deviation of single values in order, by one of METHODS; BadData where they are fewer than two."""
    if method not in METHODS:
        raise BadData(f"{method!r} is no estimator for single values.", f"Choose one of {', '.join(METHODS)}.")
    if len(values) < 2:
        raise BadData("One value has no spread.", "Take a longer period, or give sigma.")
    ranges = np.abs(np.diff(values))
    if method == "mr":
        found = float(ranges.mean()) / d2(2)
    elif method == "mr-median":
        found = float(np.median(ranges)) / MEDIAN_RANGE
    else:
        found = float(np.std(values, ddof=1)) / c4(len(values))
    return Spread(found, METHODS[method])


def _ranges(values: Series, spread: Spread, phase1: int, L: float, alarms: bool) -> Chart:
    promise = arl(IndividualsAndRange(M=12.0, R=d2(2) + L * d3(2)))
    silent = RunLength(None, "drawn to be read, it never alarms by itself")
    return shewhart(
        "mr",
        "Moving ranges",
        np.abs(np.diff(values)),
        d2(2) * spread.sigma,
        d3(2) * spread.sigma,
        estimator=spread.estimator,
        phase1=max(0, phase1 - 1),
        rules=LIMITS if alarms else (),
        L=L,
        floor=0.0,
        promise=promise if alarms else silent,
    )


def _promise(rules: tuple[str, ...], L: float) -> RunLength:
    if rules == LIMITS:
        return arl(IndividualsAndRange(M=L, R=d2(2) + L * d3(2)))
    return RunLength(None, "not computed for run rules together with alarms on the moving range")


def _mean_range(values: Series) -> float | None:
    return float(np.abs(np.diff(values)).mean()) if len(values) > 1 else None
