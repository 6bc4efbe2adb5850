"""Whether a stable process can meet its limits: Cp and its family, with intervals and the share beyond."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special, stats

from measurement.charts.series import Series, series
from measurement.charts.spread import Spread, within
from measurement.charts.stability import Stability, stability
from measurement.values import BadData, Interval

LEVEL = 0.95
NORMAL_BELOW = 0.01
"""Probability of D'Agostino's test below which indices, which assume a normal process, are warned about."""


@dataclass(frozen=True)
class Beyond:
    """Share of the process beyond one limit, 0 to 1: seen in the data (with interval), and if it were normal."""

    observed: float | None
    interval: Interval | None
    normal: float


@dataclass(frozen=True)
class Capability:
    """Indices by their usual names; one is absent where its limit, target or spread is.

    `indices`: Cp Cpu Cpl Cpk Cpm k from the spread within subgroups, Pp Ppu Ppl Ppk from all values together.
    `intervals`: of those that have one. `upper`, `lower`: what lies beyond each limit.
    """

    lsl: float | None
    usl: float | None
    target: float | None
    n: int
    mean: float
    within: Spread
    overall: float | None
    indices: Mapping[str, float]
    intervals: Mapping[str, Interval]
    lower: Beyond | None
    upper: Beyond | None
    stability: Stability | None
    notes: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Each index under its name, its interval under `NAME_ci` as [low, high]."""
        data: dict[str, Any] = {
            "kind": "capability",
            "n": self.n,
            "lsl": self.lsl,
            "usl": self.usl,
            "target": self.target,
            "centre": self.mean,
            "sigma": self.within.sigma,
            "estimator": self.within.estimator,
            "sigma_overall": self.overall,
        }
        for name, value in self.indices.items():
            data[name] = value
            if name in self.intervals:
                data[f"{name}_ci"] = [self.intervals[name].low, self.intervals[name].high]
        for side, beyond in (("lsl", self.lower), ("usl", self.upper)):
            if beyond is not None:
                data[f"beyond_{side}"] = beyond.observed
                data[f"beyond_{side}_if_normal"] = beyond.normal
                if beyond.interval is not None:
                    data[f"beyond_{side}_ci"] = [beyond.interval.low, beyond.interval.high]
        data["regimes"] = None if self.stability is None else len(self.stability.regimes)
        return data | {"level": LEVEL, "notes": list(self.notes)}


def capability(
    x: Sequence[float] | Series,
    lsl: float | None = None,
    usl: float | None = None,
    target: float | None = None,
    subgroups: Sequence[object] | int | None = None,
    *,
    level: float = LEVEL,
    judged: bool = True,
) -> Capability:
    """Capability of values in the order they came against one or two limits.

    `subgroups`: the name of each value's subgroup, or a size to cut them into; without it neighbours are the
    subgroup (moving range). `judged=False` skips the check of stability, for a process known to be stable.
    Raises Refused when the series (of subgroup means) has more than one regime, BadData when it does not vary.
    """
    numbers = series(x, least=2)
    spread, means = within(numbers, subgroups)
    found = stability(means) if judged else None
    if found is not None:
        found.require("capability")
    overall = float(np.std(numbers, ddof=1))
    below = None if lsl is None else int(np.sum(numbers < lsl))
    above = None if usl is None else int(np.sum(numbers > usl))
    return _judged(
        n=len(numbers),
        mean=float(numbers.mean()),
        spread=spread,
        overall=overall,
        limits=(lsl, usl, target),
        seen=(below, above),
        level=level,
        stable=found,
        notes=(*_shape(numbers), *(found.warnings if found is not None else ())),
    )


def capability_of(
    mean: float,
    sigma: float,
    n: int | None = None,
    lsl: float | None = None,
    usl: float | None = None,
    target: float | None = None,
    *,
    level: float = LEVEL,
) -> Capability:
    """Capability from a known mean and standard deviation; no intervals without `n`, and nothing seen beyond."""
    spread = Spread(sigma=sigma, estimator="given")
    limits = (lsl, usl, target)
    return _judged(n or 0, mean, spread, None, limits, (None, None), level, None, ())


def _judged(
    n: int,
    mean: float,
    spread: Spread,
    overall: float | None,
    limits: tuple[float | None, float | None, float | None],
    seen: tuple[int | None, int | None],
    level: float,
    stable: Stability | None,
    notes: tuple[str, ...],
) -> Capability:
    lsl, usl, target = limits
    if lsl is None and usl is None:
        raise BadData("No limit to be capable of.", "Give a lower limit, an upper one, or both.")
    if lsl is not None and usl is not None and not lsl < usl:
        raise BadData(f"The lower limit {lsl} is not below the upper one {usl}.", "Turn them round.")
    if not spread.sigma > 0:
        raise BadData("The values do not vary, so no index of capability exists.", "Look for a rounded or stuck gauge.")
    indices, intervals = _indices(mean, spread.sigma, n, limits, level)
    if overall:
        names = {"Cp": "Pp", "Cpu": "Ppu", "Cpl": "Ppl", "Cpk": "Ppk"}
        long_term, long_intervals = _indices(mean, overall, n, limits, level)
        indices |= {names[name]: value for name, value in long_term.items() if name in names}
        intervals |= {names[name]: value for name, value in long_intervals.items() if name in names}
    sigma = overall or spread.sigma
    return Capability(
        lsl=lsl,
        usl=usl,
        target=target,
        n=n,
        mean=mean,
        within=spread,
        overall=overall,
        indices=indices,
        intervals=intervals,
        lower=None if lsl is None else _beyond(seen[0], n, (mean - lsl) / sigma, level),
        upper=None if usl is None else _beyond(seen[1], n, (usl - mean) / sigma, level),
        stability=stable,
        notes=notes,
    )


def _indices(
    mean: float, sigma: float, n: int, limits: tuple[float | None, float | None, float | None], level: float
) -> tuple[dict[str, float], dict[str, Interval]]:
    lsl, usl, target = limits
    indices: dict[str, float] = {}
    intervals: dict[str, Interval] = {}
    sides = {
        "Cpu": None if usl is None else (usl - mean) / (3 * sigma),
        "Cpl": None if lsl is None else (mean - lsl) / (3 * sigma),
    }
    if lsl is not None and usl is not None:
        cp = indices["Cp"] = (usl - lsl) / (6 * sigma)
        middle = (usl + lsl) / 2
        off = (mean - (middle if target is None else target)) / sigma
        indices["k"] = abs(mean - middle) / ((usl - lsl) / 2)
        indices["Cpm"] = cp / math.sqrt(1 + off**2)
        if n > 1:
            intervals["Cp"] = _chi(cp, n - 1, level)
            # As R's qcc has it; Boyles (1991) squares the numerator, which is narrower off target.
            intervals["Cpm"] = _chi(indices["Cpm"], n * (1 + off**2) / (1 + 2 * off**2), level)
    indices |= {name: value for name, value in sides.items() if value is not None}
    indices["Cpk"] = min(value for value in sides.values() if value is not None)
    if n > 1:
        for name, sided in (("Cpu", level), ("Cpl", level), ("Cpk", (1 + level) / 2)):
            if name in indices:
                intervals[name] = _bissell(indices[name], n, float(special.ndtri(sided)), level)
    return indices, intervals


def _chi(index: float, df: float, level: float) -> Interval:
    """Of an index that is 1/sigma but for constants: exact for Cp of a normal process."""
    low, high = stats.chi2.ppf([(1 - level) / 2, (1 + level) / 2], df)
    return Interval(index * math.sqrt(low / df), index * math.sqrt(high / df), level, "chi-squared")


def _bissell(index: float, n: int, z: float, level: float) -> Interval:
    """Bissell (1990): the index +- z sqrt(1/(9n) + index^2/(2(n-1))); each end of Cpu and Cpl is one-sided."""
    half = z * math.sqrt(1 / (9 * n) + index**2 / (2 * (n - 1)))
    return Interval(index - half, index + half, level, "Bissell")


def _beyond(seen: int | None, n: int, distance: float, level: float) -> Beyond:
    normal = float(special.ndtr(-distance))
    if seen is None:
        return Beyond(observed=None, interval=None, normal=normal)
    exact = stats.binomtest(seen, n).proportion_ci(level, method="exact")
    return Beyond(seen / n, Interval(float(exact.low), float(exact.high), level, "Clopper-Pearson"), normal)


def _shape(numbers: Series) -> tuple[str, ...]:
    """A warning when the values are clearly not normal; from 20 of them on it can be told."""
    if len(numbers) < 20 or np.ptp(numbers) == 0 or float(stats.normaltest(numbers).pvalue) >= NORMAL_BELOW:
        return ()
    return ("not normal: indices mislead, trust the share seen beyond the limits",)
