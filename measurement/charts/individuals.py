"""XmR: single values with their moving ranges."""

from collections.abc import Sequence

import numpy as np

from measurement.charts.arl import IndividualsAndRange, arl
from measurement.charts.chart import Chart, RunLength
from measurement.charts.constants import d2, d3
from measurement.charts.level import Level, level
from measurement.charts.series import Series
from measurement.charts.shewhart import LIMITS, shewhart

RULES = ("we:1", "we:4")
"""The defaults of this chart: points beyond the limits, and eight in a row on one side."""


def xmr(
    x: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    sigma: float | None = None,
    method: str | None = None,
    rules: tuple[str, ...] = RULES,
    L: float = 3.0,
    alarm_on_range: bool = False,
) -> Chart:
    """Individuals at mean +- L sigma, with sigma of `method` (mr; see level.METHODS) from the first `phase1` values.

    The moving range is drawn but silent unless `alarm_on_range`: alarming on both takes the distance between false
    alarms from 370 to 105 points (Crowder 1987). `target` and `sigma` replace centre and spread.
    """
    found = level(x, phase1=phase1, target=target, sigma=sigma, method=method)
    values, first = found.values, found.phase1
    ranges = _ranges(found, 0 if sigma is not None else first, L, alarm_on_range)
    return shewhart(
        "xmr",
        "Individuals and moving ranges",
        values,
        found.centre,
        found.sigma,
        estimator=f"{found.estimator}; centre {'mean' if target is None else 'given'}",
        phase1=first,
        rules=rules,
        L=L,
        promise=_promise(rules, L) if alarm_on_range else None,
        dispersion=ranges,
        figures={"mr_bar": _mean_range(values[: first or len(values)])},
    )


def _ranges(of: Level, phase1: int, L: float, alarms: bool) -> Chart:
    promise = arl(IndividualsAndRange(M=12.0, R=d2(2) + L * d3(2)))
    silent = RunLength(None, "drawn to be read, it never alarms by itself")
    return shewhart(
        "mr",
        "Moving ranges",
        np.abs(np.diff(of.values)),
        d2(2) * of.sigma,
        d3(2) * of.sigma,
        estimator=of.estimator,
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
