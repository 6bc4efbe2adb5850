"""CUSUM: sums of what lies beyond a reference value, for slow drift."""

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np

from measurement.charts.arl import Cusum, arl
from measurement.charts.arl.design import cusum_interval
from measurement.charts.chart import Chart, Signal
from measurement.charts.ewma import RULES
from measurement.charts.level import level
from measurement.charts.rules import TOLERANCE
from measurement.charts.series import Series
from measurement.charts.shewhart import FLAT, remarks
from measurement.values import BadData

K = 0.5
"""Usual reference value in standard deviations: half the shift of one sigma that it finds fastest."""
LARGEST_K = 5.0
"""In multiples of sigma; beyond, hardly a normal point adds to a sum, and no run length can be told."""


def cusum(
    x: Sequence[float] | Series,
    *,
    k: float | None = None,
    h: float | None = None,
    target: float | None = None,
    sigma: float | None = None,
    phase1: int | None = None,
    method: str | None = None,
    subgroups: Sequence[Hashable] | None = None,
    unit: Literal["data", "sigma"] = "data",
    fir: bool = False,
) -> Chart:
    """Upward sums max(0, S + x - target - k) and downward ones, with a signal at every point where one is beyond h.

    k and h are in the unit of the data as in the NIST handbook, or in multiples of sigma (`unit`). Without them k is
    0.5 sigma and h has 370.4 points between false alarms. `fir` starts both sums at h/2 (Lucas & Crosier 1982).
    Target, sigma (of single values) and `subgroups` as in `level`; of means, k and h are in multiples of theirs.
    The chart shows the upward sums as points and the downward ones, below zero, as `lower`.
    """
    found = level(x, phase1=phase1, target=target, sigma=sigma, method=method, subgroups=subgroups)
    scale = 1.0 if unit == "data" else found.sigma
    reference = K * found.sigma if k is None else k * scale
    if reference < 0:
        raise BadData(f"k is {k:g}.", "Give 0 or more; half of the shift to be found is usual.")
    if reference > LARGEST_K * found.sigma > 0:
        raise BadData(
            f"k is {k:g}, {reference / found.sigma:.3g} times sigma: no point would ever count.",
            "Give half of the shift to be found.",
        )
    if h is None and not found.sigma > 0:
        raise BadData("The baseline does not vary, so no h follows from it.", "Give h or sigma.")
    interval = found.sigma * _interval(reference / found.sigma, fir) if h is None else h * scale
    if interval <= 0:
        raise BadData(f"The decision interval is {interval:g}.", "Give an h above 0.")
    start = interval / 2 if fir else 0.0
    high, low = _sums(found.values - found.centre, reference, start)
    edge = interval * (1 + TOLERANCE)
    in_sigma = (reference / found.sigma, interval / found.sigma) if found.sigma > 0 else None
    return Chart(
        kind="cusum",
        title="CUSUM" + (" with fast initial response" if fir else ""),
        points=tuple(high.tolist()),
        centre=0.0,
        ucl=interval,
        lcl=-interval,
        sigma=None,
        estimator=f"{found.estimator}; target {'mean' if target is None else 'given'}",
        phase1=found.phase1,
        false_alarms=FLAT if in_sigma is None else arl(Cusum(*in_sigma, in_sigma[1] / 2 if fir else 0.0)),
        rules=RULES,
        signals=tuple(Signal(int(at) + 1, "limit") for at in np.flatnonzero((high > edge) | (low > edge))),
        lower=tuple((-low + 0.0).tolist()),
        sizes=found.sizes,
        figures={
            "target": found.centre,
            "k": reference,
            "h": interval,
            "k_sigma": None if in_sigma is None else in_sigma[0],
            "h_sigma": None if in_sigma is None else in_sigma[1],
            "sigma_of_values": found.sigma,
        },
        notes=(*remarks(found.phase1, found.sigma == 0), *_narrow(in_sigma, unit, h)),
    )


def _interval(k: float, fir: bool) -> float:
    return cusum_interval(k, head_start=0.5 if fir else 0.0)


def _sums(off: Series, k: float, start: float) -> tuple[Series, Series]:
    high, low = np.empty(len(off)), np.empty(len(off))
    up = down = start
    for at, step in enumerate(off.tolist()):
        up, down = max(0.0, up + step - k), max(0.0, down - step - k)
        high[at], low[at] = up, down
    return high, low


def _narrow(in_sigma: tuple[float, float] | None, unit: str, h: float | None) -> tuple[str, ...]:
    """Textbook numbers read in the unit of the data make a chart that cries at everything, or at nothing."""
    if in_sigma is None or unit == "sigma" or h is None or 1 <= in_sigma[1] <= 20:
        return ()
    return (f"h is {in_sigma[1]:.2g} sigma: k and h were read in the unit of the data, not in multiples of sigma",)
