"""Aalen-Johansen: by when how many are resolved, where a case may also leave by another end (cancelled, merged)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from measurement.survival.times import Floats, Times
from measurement.values import BadData, Interval

METHOD = "Aalen-Johansen, log-log"


@dataclass(frozen=True)
class Incidence:
    """Share that has left by this end up to each time, with its standard error (delta method)."""

    time: Floats
    share: Floats
    se: Floats
    n: int
    level: float

    def at(self, time: float) -> tuple[float, Interval]:
        """The share that has left by `time`, with its interval."""
        k = int(np.searchsorted(self.time, time, "right")) - 1
        if k < 0 or self.share[k] <= 0:
            return 0.0, Interval(None, None, self.level, METHOD)
        share, se = float(self.share[k]), float(self.se[k])
        if share >= 1:
            return share, Interval(None, None, self.level, METHOD)
        spread = float(special.ndtri((1 + self.level) / 2)) * se / (share * abs(np.log(share)))
        return share, Interval(float(share ** np.exp(spread)), float(share ** np.exp(-spread)), self.level, METHOD)


def aalen_johansen(
    time: Sequence[float] | Floats, end: Sequence[str | None] | NDArray[np.object_], level: float = 0.95
) -> Mapping[str, Incidence]:
    """One incidence per kind of end; `end` names it, None where the case was still open.

    Treating the other ends as censored instead (1 - Kaplan-Meier) would say that more will be resolved than can be.
    Variance: Marubini and Valsecchi 1995, as in R's cmprsk and Stata's stcompet.
    """
    names = np.asarray(end, object)
    open_ = np.array([name is None for name in names], bool)
    times = Times.of(time, ~open_)
    if len(names) != len(times):
        raise BadData("Times and their ends are not of one length.", "Give one end, or none, for each time.")
    instants, deaths = np.unique(times.time[times.ended], return_counts=True)
    at_risk = times.at_risk(instants).astype(float)
    survival = np.cumprod(1 - deaths / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])[: len(survival)]
    left = at_risk - deaths
    hazard = np.divide(deaths, at_risk * left, out=np.zeros_like(at_risk), where=left > 0)
    found = {}
    for name in sorted({str(n) for n in names[~open_]}):
        where = np.searchsorted(instants, times.time[names == name])
        of_it = np.bincount(where, minlength=len(instants)).astype(float)
        share = np.cumsum(before * of_it / at_risk)
        cross = before * of_it / at_risk**2
        # Sums of (F(t) - F(t_i))^2 a_i and of (F(t) - F(t_i)) c_i, multiplied out so that they are running sums.
        variance = (
            share**2 * np.cumsum(hazard)
            - 2 * share * np.cumsum(share * hazard)
            + np.cumsum(share**2 * hazard)
            + np.cumsum(before**2 * of_it * (at_risk - of_it) / at_risk**3)
            - 2 * (share * np.cumsum(cross) - np.cumsum(share * cross))
        )
        found[name] = Incidence(instants, share, np.sqrt(np.maximum(variance, 0)), len(times), level)
    return found
