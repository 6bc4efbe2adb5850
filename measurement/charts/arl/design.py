"""The limit that gives a wished distance between false alarms."""

import functools
import math
from collections.abc import Callable

from scipy import optimize, special

from measurement.charts.arl import Cusum, Ewma, arl
from measurement.values import BadData

ARL0 = 1 / (2 * special.ndtr(-3.0))
"""370.4 points: what three standard errors give a chart of single normal points, and the promise of charts here."""


def shewhart_limit(arl0: float) -> float:
    """L of a chart with limits only, in standard errors: 3 for 370.4."""
    return float(-special.ndtri(1 / (2 * _more_than_one(arl0))))


@functools.lru_cache(maxsize=64)
def ewma_limit(lam: float, arl0: float = ARL0) -> float:
    """L of an EWMA of this weight, in standard errors: 2.859 for lambda .2 and 370.4."""
    return _root(lambda L: Ewma(lam, L), arl0, high=6.0)


@functools.lru_cache(maxsize=64)
def cusum_interval(k: float, arl0: float = ARL0, head_start: float = 0.0) -> float:
    """h of a two-sided CUSUM in standard deviations: 4.775 for k .5 and 370.4; `head_start` as a share of h."""
    return _root(lambda h: Cusum(k, h, head_start * h), arl0, high=60.0)


def _root(spec: Callable[[float], Cusum | Ewma], arl0: float, high: float) -> float:
    def gap(limit: float) -> float:
        return math.log((arl(spec(limit)).points or math.inf) / _more_than_one(arl0))

    low = 1e-3
    if gap(low) > 0:
        raise BadData(f"No limit gives a false alarm as often as every {arl0:g} points.", "Wish for a longer distance.")
    # Widen from below: far limits have no accurate answer and are not needed.
    limit = 0.5
    while gap(limit) < 0:
        low, limit = limit, limit * 1.5
        if limit > high:
            raise BadData(f"No limit up to {high:g} keeps false alarms {arl0:g} points apart.", "Wish for less.")
    return float(optimize.brentq(gap, low, limit, xtol=1e-8))


def _more_than_one(arl0: float) -> float:
    if not 1 < arl0 < 1e8:
        raise BadData(f"{arl0:g} is no distance between false alarms.", "Give one between 1 and 1e8 points.")
    return arl0
