"""What all charts with limits at so many standard errors have in common: lines, signals, promise."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from measurement.charts.arl import Shewhart, arl
from measurement.charts.chart import Chart, Line, RunLength, Signal
from measurement.charts.rules import TOLERANCE, completed
from measurement.charts.series import Series
from measurement.values import BadData

LIMITS = ("we:1",)
"""Only points beyond the limits: the rule that is on unless others are asked for."""

TRIAL = 12
"""Limits from fewer points are trial limits."""

SECOND = ("mr", "r", "s")
"""Charts of spread, which stand below another one and leave the remarks to it."""

FLAT = RunLength(None, "the baseline does not vary, so any other value is a signal")


def baseline(n: int, phase1: int | None, least: int = 1) -> int:
    """How many of the first points give the limits: all, unless `phase1` says fewer. Raises BadData for none such."""
    count = n if phase1 is None else phase1
    if n < least:
        raise BadData(
            f"Too few points: {n}, at least {least} needed.", "Take a longer period, or give centre and sigma."
        )
    if not least <= count <= n:
        raise BadData(
            f"Limits cannot come from the first {count} of {n} points.", f"Take between {least} and {n} of them."
        )
    return count


def positive(name: str, value: float | None) -> None:
    """Raises BadData unless the number given is above zero."""
    if value is not None and not 0 < value < np.inf:
        raise BadData(f"{name} is {value:g}, which is not above zero.", f"Give a {name} above zero, or none.")


def line(values: float | npt.NDArray[np.float64], n: int) -> Line:
    """One number where all are equal (or given as one), else one per point; NaN becomes None."""
    numbers = np.broadcast_to(np.asarray(values, dtype=float), (n,))
    there = numbers[np.isfinite(numbers)]
    if np.ndim(values) == 0:
        return float(values)
    if len(there) == n and np.ptp(there) <= TOLERANCE * max(1e-300, float(np.max(np.abs(there)))):
        return float(there[0])
    return tuple(float(value) if np.isfinite(value) else None for value in numbers)


def scores(points: Series, centre: npt.ArrayLike, sigma: npt.ArrayLike) -> Series:
    """Points in standard deviations from the centre; infinite where nothing varies and a point still differs."""
    off = points - np.asarray(centre, dtype=float)
    spread = np.broadcast_to(np.asarray(sigma, dtype=float), off.shape)
    near = np.abs(off) <= TOLERANCE * np.maximum(np.abs(points), np.abs(np.asarray(centre, dtype=float)))
    flat = np.select([near, off > 0, off < 0], [0.0, np.inf, -np.inf], np.nan)
    return np.where(spread > 0, np.divide(off, spread, out=np.zeros_like(off), where=spread > 0), flat)


def found(
    points: Series,
    z: Series,
    lcl: npt.ArrayLike,
    ucl: npt.ArrayLike,
    rules: Sequence[str],
) -> tuple[Signal, ...]:
    """Signals of the rules; points without a value are passed over. A point on a limit is not beyond it."""
    there = np.flatnonzero(np.isfinite(points))
    outside = beyond(points, lcl, ucl)[there]
    return tuple(Signal(int(there[at]) + 1, rule) for at, rule in completed(rules, z[there], outside))


def beyond(points: Series, lcl: npt.ArrayLike, ucl: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which points lie outside their limits by more than rounding."""
    upper, lower = np.asarray(ucl, dtype=float), np.asarray(lcl, dtype=float)
    slack = TOLERANCE * np.maximum(np.abs(upper), np.abs(lower))
    return np.asarray((points > upper + slack) | (points < lower - slack))


def remarks(phase1: int, flat: bool) -> tuple[str, ...]:
    """What is said of the limits: that they fall on the centre, that they are trial limits."""
    said = ["the baseline does not vary: the limits fall on the centre"] if flat else []
    if 0 < phase1 < TRIAL:
        said.append(f"trial limits: from {phase1} points, fewer than {TRIAL}")
    return tuple(said)


def shewhart(
    kind: str,
    title: str,
    points: Series,
    centre: float | Series,
    sigma: float | Series,
    *,
    estimator: str,
    phase1: int,
    rules: tuple[str, ...],
    L: float,
    floor: float = -np.inf,
    ceiling: float = np.inf,
    limits: tuple[float | Series, float | Series] | None = None,
    promise: RunLength | None = None,
    sizes: Series | None = None,
    dispersion: Chart | None = None,
    figures: Mapping[str, float | int | None] | None = None,
    notes: Sequence[str] = (),
) -> Chart:
    """A chart with limits at centre +- L sigma, cut at `floor` and `ceiling`, or with the `limits` given.

    `points` may hold NaN where nothing was counted. Without a `promise` they are taken as normal and independent.
    """
    positive("L", L)
    n = len(points)
    lcl, ucl = limits or (np.maximum(centre - L * sigma, floor), np.minimum(centre + L * sigma, ceiling))
    z = scores(points, centre, sigma)
    flat = not np.any(np.asarray(sigma)[np.isfinite(sigma)] > 0)
    return Chart(
        kind=kind,
        title=title,
        points=tuple(float(point) if np.isfinite(point) else None for point in points),
        centre=line(centre, n),
        ucl=line(ucl, n),
        lcl=line(lcl, n),
        sigma=line(sigma, n),
        estimator=estimator,
        phase1=phase1,
        false_alarms=FLAT if flat and rules else promise or arl(Shewhart(tuple(rules), L)),
        rules=tuple(rules),
        signals=found(points, z, lcl, ucl, rules),
        sizes=None if sizes is None else tuple(map(float, sizes)),
        dispersion=dispersion,
        figures=figures or {},
        notes=(*notes, *(() if kind in SECOND else remarks(phase1, flat))),
    )
