"""From the units of a metric to its number: one small class for each kind of number, all with an interval."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy import special

from measurement.charts.defects import CONVENTION, MILLION, sigma_level
from measurement.comparison.proportions import wilson
from measurement.metrics.estimate import Columns, Estimate
from measurement.metrics.shares import LEVEL, net_score, rolled
from measurement.values import Interval


@dataclass(frozen=True)
class Share:
    """The share of units with `hit`, Wilson interval."""

    name: str = "share; Wilson interval"
    columns: tuple[str, ...] = ("hit",)

    def estimate(self, columns: Columns) -> Estimate:
        """Value from 0 to 1."""
        hits = columns["hit"].astype(bool)
        n, k = len(hits), int(hits.sum())
        return Estimate(n, k / n, wilson(k, n)) if n else Estimate(0)


@dataclass(frozen=True)
class PerMillion:
    """Defects (`hit`) in a million opportunities."""

    name: str = "defects in a million opportunities; Wilson interval"
    columns: tuple[str, ...] = ("hit",)

    def estimate(self, columns: Columns) -> Estimate:
        """Value from 0 to 1,000,000."""
        share = Share().estimate(columns)
        if share.value is None or share.interval is None:
            return share
        return Estimate(share.n, share.value * MILLION, _turned(share.interval, lambda end: end * MILLION))


@dataclass(frozen=True)
class SigmaLevel:
    """The normal quantile of the share without defect (`hit` is a defect), shifted by 1.5."""

    name: str = f"z(1 - dpmo / 1e6) + 1.5, one-sided, {CONVENTION}; from the Wilson interval of the share"
    columns: tuple[str, ...] = ("hit",)

    def estimate(self, columns: Columns) -> Estimate:
        """No value without a defect, or with nothing else: the quantile is infinite there."""
        share = Share().estimate(columns)
        if share.value is None or share.interval is None:
            return share
        # More defects are fewer sigmas: the ends of the interval change places.
        ends = Interval(share.interval.high, share.interval.low, LEVEL, f"{share.interval.method}, {CONVENTION}")
        interval = _turned(ends, lambda end: sigma_level(end * MILLION) if 0 < end < 1 else None)
        if 0 < share.value < 1:
            return Estimate(share.n, sigma_level(share.value * MILLION), interval, notes=(CONVENTION,))
        seen = "no defect" if share.value == 0 else "nothing but defects"
        return Estimate(share.n, None, interval, notes=(CONVENTION, f"{seen} in {share.n} opportunities: no level"))


@dataclass(frozen=True)
class Average:
    """The mean of `x` with a t interval, quantiles beside it."""

    name: str = "mean; t interval"
    columns: tuple[str, ...] = ("x",)

    def estimate(self, columns: Columns) -> Estimate:
        """One unit has no interval."""
        x = columns["x"].astype(float)
        n = len(x)
        if n == 0:
            return Estimate(0)
        mean = float(x.mean())
        interval = None
        if n > 1:
            half = float(special.stdtrit(n - 1, (1 + LEVEL) / 2)) * float(x.std(ddof=1)) / sqrt(n)
            interval = Interval(mean - half, mean + half, LEVEL, "t")
        median, p85, p95 = (float(q) for q in np.quantile(x, [0.5, 0.85, 0.95]))
        return Estimate(n, mean, interval, median, p85, p95, mean)


@dataclass(frozen=True)
class Saved:
    """The sum of `hand_s - run_s`: the mean by hand of a `stratum`, with its `variance`, minus what machines took."""

    name: str = "sum; normal interval from the spread of the times by hand"
    columns: tuple[str, ...] = ("run_s", "stratum", "hand_s", "variance")

    def estimate(self, columns: Columns) -> Estimate:
        """0 of nothing. What the automations took is known; what a person would have taken is not."""
        run, hand, variance = (columns[name].astype(float) for name in ("run_s", "hand_s", "variance"))
        n = len(run)
        if n == 0:
            return Estimate(0, 0.0)
        value = float((hand - run).sum())
        _, first, times = np.unique(columns["stratum"], return_index=True, return_counts=True)
        each = Estimate(n, value, mean=value / n)
        if np.isnan(variance).any():
            return replace(each, notes=("a kind was done by hand only once: there is no interval",))
        half = float(special.ndtri((1 + LEVEL) / 2)) * sqrt(float((times**2 * variance[first]).sum()))
        return replace(each, interval=Interval(value - half, value + half, LEVEL, "normal"))


@dataclass(frozen=True)
class NetScore:
    """Share 9-10 minus share 0-6 of `score`, from -100 to 100."""

    name: str = "share 9-10 minus share 0-6; normal interval from sqrt((p + d - (p - d)^2) / n)"
    columns: tuple[str, ...] = ("score",)

    def estimate(self, columns: Columns) -> Estimate:
        """The interval ends at -100 and 100."""
        score = columns["score"].astype(float)
        n = len(score)
        if n == 0:
            return Estimate(0)
        promoters, detractors = int((score >= 9).sum()), int((score <= 6).sum())
        value, interval = net_score(promoters, detractors, n)
        return Estimate(n, value, interval, mean=float(score.mean()))


@dataclass(frozen=True)
class SumOverSum:
    """Sum of `part` over sum of `whole`: long cases count for as long as they lasted."""

    name: str = "sum over sum; interval from the spread of the cases (linearised)"
    columns: tuple[str, ...] = ("part", "whole")

    def estimate(self, columns: Columns) -> Estimate:
        """Cochran, Sampling Techniques, 6.4; no value when nothing lasted."""
        part, whole = columns["part"].astype(float), columns["whole"].astype(float)
        n, total = len(part), float(whole.sum())
        if n == 0:
            return Estimate(0)
        if total <= 0:
            return Estimate(n, notes=("nothing lasted any time: there is no ratio",))
        value = float(part.sum()) / total
        if n < 2:
            return Estimate(n, value)
        se = sqrt(n / (n - 1) * float(((part - value * whole) ** 2).sum())) / total
        z = float(special.ndtri((1 + LEVEL) / 2))
        return Estimate(n, value, Interval(max(0.0, value - z * se), min(1.0, value + z * se), LEVEL, "linearised"))


@dataclass(frozen=True)
class Rolled:
    """The product over `step` of the shares with `hit`."""

    name: str = "product of the steps' yields; interval on its logarithm"
    columns: tuple[str, ...] = ("step", "hit")

    def estimate(self, columns: Columns) -> Estimate:
        """Steps count as independent; the yield of whole cases stands beside it because they often are not."""
        hits = columns["hit"].astype(bool)
        if len(hits) == 0:
            return Estimate(0)
        steps, which = np.unique(columns["step"].astype(str), return_inverse=True)
        n = np.bincount(which)
        k = np.bincount(which, weights=hits)
        value, interval = rolled((k / n).tolist(), n.tolist())
        notes = tuple(
            f"{step} {good / entered:.4f} (n {entered})" for step, good, entered in zip(steps, k, n, strict=True)
        )
        return Estimate(len(hits), value, interval, notes=notes)


@dataclass(frozen=True)
class Product:
    """The share with `involved` times the share of those with `hit`, each shown in the notes."""

    name: str = "involved of all, times resolved of the involved; Wilson interval of the product, a share of all"
    columns: tuple[str, ...] = ("involved", "hit")

    def estimate(self, columns: Columns) -> Estimate:
        """The product is the share of all that were both."""
        involved, hits = columns["involved"].astype(bool), columns["hit"].astype(bool)
        n, i, k = len(hits), int(involved.sum()), int((involved & hits).sum())
        if n == 0:
            return Estimate(0)
        notes = (f"involved {i} of {n}", f"resolved {k} of {i} involved")
        return Estimate(n, k / n, wilson(k, n), notes=notes)


def _turned(interval: Interval, change: Callable[[float], float | None]) -> Interval:
    low, high = (None if end is None else change(end) for end in (interval.low, interval.high))
    return Interval(low, high, interval.level, interval.method)
