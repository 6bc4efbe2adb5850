"""Kaplan-Meier: the share not yet ended after each time, open cases counted for as long as they were watched."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from measurement.survival.times import Floats, Times
from measurement.values import Interval, Refused

METHOD = "Kaplan-Meier"
_TIE = 1e-9
"""Survival this close to a quantile is on it: products of fractions are not exact."""


@dataclass(frozen=True)
class Quantile:
    """The time by which the share `q` has ended; None: not reached while the cases were watched."""

    q: float
    value: float | None
    interval: Interval


@dataclass(frozen=True)
class RestrictedMean:
    """The mean time, time beyond `tau` not counted: the area under the curve up to `tau`."""

    tau: float
    value: float
    se: float
    interval: Interval


@dataclass(frozen=True)
class Curve:
    """A survival curve; the arrays have one entry for each distinct time at which something ended.

    `survival`: share that takes longer. `se`: Greenwood's standard error, NaN where nothing is left.
    `low`, `high`: log-log interval at `level` (Kalbfleisch and Prentice), NaN where nothing is left.
    scipy.stats.ecdf gives the same curve and limits (tested); this one also keeps those at risk, enters late and is
    fast enough for a million cases.
    """

    n: int
    events: int
    last: float
    """The longest time any case was watched."""
    level: float
    time: Floats
    at_risk: Floats
    ended: Floats
    survival: Floats
    se: Floats
    low: Floats
    high: Floats

    @property
    def open(self) -> int:
        """How many had not ended."""
        return self.n - self.events

    @property
    def complete(self) -> bool:
        """Whether the curve comes down to nothing: the longest time watched is one that ended."""
        return len(self.survival) > 0 and bool(self.survival[-1] == 0)

    def at(self, time: float) -> tuple[float | None, Interval]:
        """The share that takes longer than `time`, with its interval; None beyond the longest time watched."""
        method = f"{METHOD}, log-log"
        k = int(np.searchsorted(self.time, time, "right")) - 1
        if self.n == 0 or (time > self.last and not self.complete):
            return None, Interval(None, None, self.level, method)
        if k < 0:
            return 1.0, Interval(None, 1.0, self.level, method)
        return float(self.survival[k]), Interval(_number(self.low[k]), _number(self.high[k]), self.level, method)

    def se_at(self, time: float) -> float:
        """Standard error of the share that takes longer than `time`; 0 where all or nothing is left."""
        k = int(np.searchsorted(self.time, time, "right")) - 1
        return float(np.nan_to_num(self.se[k])) if k >= 0 else 0.0

    def quantile(self, q: float) -> Quantile:
        """By when the share `q` has ended; its interval turns the log-log limits round (Brookmeyer and Crowley).

        Where the curve is flat exactly at the quantile, the middle of the flat piece: the usual median of an even
        number of cases.
        """
        left = 1 - q
        interval = Interval(
            self._first(self.low, left), self._first(self.high, left), self.level, f"{METHOD}, log-log limits"
        )
        return Quantile(q, self._first(self.survival, left), interval)

    def median(self) -> Quantile:
        """By when half have ended."""
        return self.quantile(0.5)

    def restricted_mean(self, tau: float | None = None) -> RestrictedMean | None:
        """Mean time up to `tau` (the longest time watched), normal interval from Greenwood's variance.

        None without cases; Refused where `tau` is later than any open case was watched.
        Klein and Moeschberger, Survival Analysis, 4.5.
        """
        if self.n == 0:
            return None
        tau = self.last if tau is None else tau
        if tau > self.last and not self.complete:
            raise Refused(
                f"The mean up to {tau:g} is not known: no case was watched for longer than {self.last:g}.",
                f"Take a limit of at most {self.last:g}, or a median.",
            )
        upto = int(np.searchsorted(self.time, tau, "left"))
        times = self.time[:upto]
        steps = np.diff(np.concatenate([[0.0], times, [tau]]))
        areas = steps * np.concatenate([[1.0], self.survival[:upto]])
        value = float(areas.sum())
        beyond = np.cumsum(areas[:0:-1])[::-1]
        left = self.at_risk[:upto] - self.ended[:upto]
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(left > 0, beyond**2 * self.ended[:upto] / (self.at_risk[:upto] * left), 0.0)
        se = float(np.sqrt(parts.sum()))
        z = _z(self.level)
        method = "restricted mean, Greenwood, normal"
        return RestrictedMean(tau, value, se, Interval(max(0.0, value - z * se), value + z * se, self.level, method))

    def _first(self, limit: Floats, left: float) -> float | None:
        """The first time at which a falling curve is at or below `left`."""
        below = np.nan_to_num(limit, nan=1.0) <= left + _TIE
        if not below.any():
            return None
        k = int(np.argmax(below))
        if abs(limit[k] - left) <= _TIE:
            under = np.flatnonzero(limit[k:] < left - _TIE)
            if len(under):
                return float((self.time[k] + self.time[k + under[0]]) / 2)
        return float(self.time[k])


def kaplan_meier(times: Times, level: float = 0.95) -> Curve:
    """The curve of these times. Where one case ends and another is last seen at one instant, the end comes first."""
    instants, ended = np.unique(times.time[times.ended], return_counts=True)
    at_risk = times.at_risk(instants).astype(float)
    deaths = ended.astype(float)
    # A case may end the moment it is first watched; then it is its own risk set.
    at_risk = np.maximum(at_risk, deaths)
    survival = np.cumprod(1 - deaths / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(deaths / (at_risk * (at_risk - deaths)))
        se = survival * np.sqrt(greenwood)
        spread = _z(level) * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(spread), survival ** np.exp(-spread)
    gone = survival <= 0
    for column in (se, low, high):
        column[gone] = np.nan
    return Curve(
        n=len(times),
        events=times.events,
        last=float(times.time.max()) if len(times) else 0.0,
        level=level,
        time=instants,
        at_risk=at_risk,
        ended=deaths,
        survival=survival,
        se=se,
        low=low,
        high=high,
    )


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
