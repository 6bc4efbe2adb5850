"""Run chart: a median and nothing assumed, judged by Anhoej's two rules (PLoS ONE 2014)."""

import functools
import itertools
import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from measurement.charts.chart import Chart, RunLength, Signal
from measurement.charts.series import Series, series
from measurement.charts.shewhart import baseline

RULES = ("anhoej:run", "anhoej:crossings")
"""An unusually long run on one side of the median; unusually few crossings of it."""

USEFUL = 10
"""Fewer points off the median say nothing either way."""


def run(x: Sequence[float] | Series, *, phase1: int | None = None, target: float | None = None) -> Chart:
    """Median of the first `phase1` values (or `target`) and two signals: a run that is too long, too few crossings.

    Points on the median are no part of any run. The run signals where it becomes too long, crossings at the last point.
    """
    values = series(x)
    first = baseline(len(values), phase1)
    median = float(np.median(values[:first])) if target is None else target
    useful = np.flatnonzero(values != median)
    sides = (values[useful] > median).tolist()
    longest_max, crossings_min = limits(len(useful))
    lengths = [len(list(same)) for _, same in itertools.groupby(sides)]
    crossings = max(0, len(lengths) - 1)
    signals = [Signal(int(useful[at]) + 1, RULES[0]) for at in _too_long(sides, longest_max)]
    if crossings < crossings_min:
        signals.append(Signal(int(useful[-1]) + 1, RULES[1]))
    return Chart(
        kind="run",
        title="Run chart",
        points=tuple(values.tolist()),
        centre=median,
        ucl=None,
        lcl=None,
        sigma=None,
        estimator="median" if target is None else "centre given",
        phase1=first if target is None else 0,
        false_alarms=_promise(len(useful)),
        rules=RULES,
        signals=tuple(sorted(signals, key=lambda signal: signal.index)),
        figures={
            "n_useful": len(useful),
            "longest_run": max(lengths, default=0),
            "longest_run_max": longest_max,
            "crossings": crossings,
            "crossings_min": crossings_min,
            "chance_of_false_signal": false_signal(len(useful)),
        },
        notes=()
        if len(useful) >= USEFUL
        else (f"{len(useful)} points off the median: fewer than {USEFUL} say little",),
    )


def limits(n_useful: int) -> tuple[int, int]:
    """Longest run that is not unusual, round(log2 n + 3); fewest crossings, the 5 % point of Binomial(n - 1, 1/2)."""
    if n_useful < 1:
        return 0, 0
    tosses = n_useful - 1
    fewest = next(k for k in range(tosses + 1) if special.bdtr(k, tosses, 0.5) >= 0.05) if tosses else 0
    return round(math.log2(n_useful) + 3), fewest


@functools.lru_cache(maxsize=256)
def false_signal(n_useful: int) -> float | None:
    """Probability that n fair tosses break either rule, by counting; None below 1 and above 500 of them."""
    if not 1 <= n_useful <= 500:
        return None
    longest, fewest = limits(n_useful)
    # chances[run - 1, crossings]: no run too long so far, the present one being so long, after so many crossings.
    chances = np.zeros((longest, n_useful))
    chances[0, 0] = 1.0
    for _ in range(n_useful - 1):
        moved = np.zeros_like(chances)
        moved[1:] = chances[:-1] / 2
        moved[0, 1:] = chances[:, :-1].sum(axis=0) / 2
        chances = moved
    return float(1 - chances[:, fewest:].sum())


def _too_long(sides: list[bool], longest: int) -> list[int]:
    found, length = [], 0
    for at, side in enumerate(sides):
        length = length + 1 if at and side == sides[at - 1] else 1
        if length == longest + 1:
            found.append(at)
    return found


def _promise(n_useful: int) -> RunLength:
    chance = false_signal(n_useful)
    alone = "the rules judge all points at once, not one by one"
    if chance is None:
        return RunLength(None, alone)
    return RunLength(None, f"{alone}: with nothing changed {chance:.1%} of charts of {n_useful} useful points signal")
