"""Run lengths by simulation, for rules that compare points with each other."""

import math
from collections.abc import Sequence

import numpy as np

from measurement.charts.rules import LONGEST, hits

RUNS = 10_000
BLOCK = 128


def simulated(
    rules: Sequence[str], L: float, shift: float, *, runs: int = RUNS, seed: int = 4, most: int = 100_000
) -> tuple[float, float]:
    """Mean points to the first signal over `runs` series of normal points, and its standard error.

    Infinite where a series has no signal within `most` points.
    """
    random = np.random.default_rng(seed)
    lengths = np.zeros(runs)
    past = np.zeros((runs, 0))
    done = 0
    waiting = np.arange(runs)
    while len(waiting):
        if done >= most:
            return math.inf, math.inf
        z = np.concatenate([past, random.normal(shift, 1.0, (len(waiting), BLOCK))], axis=1)
        beyond = np.abs(z) > L
        signal = np.logical_or.reduce([hits(rule, z, beyond) for rule in rules])
        # Those of the past were looked at in the block before.
        signal = signal[:, past.shape[1] :]
        found = signal.any(axis=1)
        lengths[waiting[found]] = done + 1 + signal[found].argmax(axis=1)
        waiting, past = waiting[~found], z[~found, -LONGEST:]
        done += BLOCK
    return float(lengths.mean()), float(lengths.std(ddof=1) / math.sqrt(runs))
