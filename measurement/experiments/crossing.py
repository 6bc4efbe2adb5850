"""The chance that a sum of normal data first crosses a boundary at each of several looks.

Recursive numerical integration (Armitage, McPherson and Rowe 1969; Jennison and Turnbull 2000, chapter 19): the density
of the running sum among those that have not crossed yet is carried from look to look on Gauss-Legendre points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

_FAR = 9.0
"""Standard deviations beyond which nothing is: 1e-19."""
_PANEL_POINTS = 16
_LEAST_PANELS = 6


@dataclass(frozen=True)
class Crossing:
    """Chance of first crossing above, and below, at each look."""

    above: tuple[float, ...]
    below: tuple[float, ...]


class Walk:
    """The running sum S(t) = Z(t) sqrt(t) with drift, look after look; t is the share of the information."""

    def __init__(self, drift: float = 0.0) -> None:
        """`drift`: the mean of Z at full information."""
        self._drift = drift
        self._t = 0.0
        self._at: Floats = np.zeros(1)
        self._weight: Floats = np.ones(1)

    def beyond(self, t: float, z: float, *, above: bool = True) -> float:
        """Chance of not having crossed before and being beyond `z` at information `t`."""
        step = t - self._t
        reach = (z * np.sqrt(t) - self._at - self._drift * step) / np.sqrt(step)
        return float(self._weight @ special.ndtr(-reach if above else reach))

    def go_on(self, t: float, low: float, high: float) -> None:
        """Look at information `t` and go on only between the z-values `low` and `high`."""
        step, root = t - self._t, np.sqrt(t)
        begin = max(low, self._drift * root - _FAR) * root
        end = min(high, self._drift * root + _FAR) * root
        if begin >= end:
            self._t, self._at, self._weight = t, np.zeros(1), np.zeros(1)
            return
        at, weights = _nodes(begin, end, float(np.sqrt(step)))
        spread = (at[:, None] - self._at[None, :] - self._drift * step) / np.sqrt(step)
        density = np.exp(-(spread**2) / 2) @ self._weight / np.sqrt(2 * np.pi * step)
        self._t, self._at, self._weight = t, at, density * weights


def crossing(looks: Sequence[float], high: Sequence[float], low: Sequence[float], drift: float = 0.0) -> Crossing:
    """`looks`: shares of the information, rising to 1; `high`, `low`: z-values, infinite where there is no boundary."""
    walk, above, below = Walk(drift), [], []
    for t, upper, lower in zip(looks, high, low, strict=True):
        above.append(walk.beyond(t, upper) if np.isfinite(upper) else 0.0)
        below.append(walk.beyond(t, lower, above=False) if np.isfinite(lower) else 0.0)
        walk.go_on(t, lower, upper)
    return Crossing(tuple(above), tuple(below))


def _nodes(begin: float, end: float, sd: float) -> tuple[Floats, Floats]:
    """Points and weights on panels of at most two standard deviations of the next step."""
    panels = max(_LEAST_PANELS, int(np.ceil((end - begin) / (2 * sd))))
    edges = np.linspace(begin, end, panels + 1)
    points, weights = _legendre()
    half = (edges[1:] - edges[:-1])[:, None] / 2
    return (edges[:-1, None] + half * (points + 1)).ravel(), (half * weights).ravel()


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.legendre.leggauss(_PANEL_POINTS)
    return points, weights
