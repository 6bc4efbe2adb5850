"""Whether a share kept its level from week to week: a sigma level of a process that changed describes none there is."""

from dataclasses import replace

import numpy as np

from measurement.charts.baseline import TRIAL
from measurement.charts.stability import stability
from measurement.metrics.estimate import Estimate
from measurement.metrics.units import Units


def judged(estimate: Estimate, found: Units, what: str) -> Estimate:
    """The estimate where the weekly share of `hit` kept one level; without its value, and with the reason, where not.

    Below 12 weeks nothing can be said, and that is said.
    """
    if estimate.value is None:
        return estimate
    week = np.unique((np.asarray(found.at, "datetime64[D]").astype(np.int64) + 3) // 7, return_inverse=True)[1]
    shares = np.bincount(week, weights=found.columns["hit"].astype(float)) / np.bincount(week)
    if len(shares) < TRIAL:
        note = f"whether the process is stable is not known: {len(shares)} weeks, {TRIAL} are needed"
        return replace(estimate, notes=(*estimate.notes, note))
    series = stability(shares)
    if series.stable:
        return replace(estimate, notes=(*estimate.notes, f"{series.words}, {len(shares)} weeks"))
    note = f"{what} refused: {series.words} in {len(shares)} weeks; take a period in which it kept its level"
    return replace(estimate, value=None, interval=None, notes=(*estimate.notes, note))
