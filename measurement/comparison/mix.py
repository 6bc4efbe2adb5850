"""The same comparison at equal mix: what is left of a difference when both groups have the same kinds of work."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from measurement.comparison.ranks import van_elteren
from measurement.comparison.tables import mantel_haenszel
from measurement.comparison.tested import POINTS, VALUE, Effect, Floats, Tested
from measurement.survival.curve import Curve
from measurement.survival.gap import common_follow_up
from measurement.survival.logrank import stratified_log_rank
from measurement.survival.times import Times
from measurement.survival.weighted import mix_weights, weighted_kaplan_meier
from measurement.values import Interval

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Mix:
    """The stratum of each case, as a number into `labels`, by group."""

    labels: tuple[str, ...]
    codes: Mapping[str, Codes]

    @classmethod
    def of(cls, strata: Mapping[str, NDArray[np.object_]]) -> "Mix":
        """Names of strata, one for each case, by group."""
        together = np.concatenate(list(strata.values())).astype(str)
        labels, codes = np.unique(together, return_inverse=True)
        ends = np.cumsum([len(own) for own in strata.values()])[:-1]
        parts = np.split(codes.astype(np.int64), ends)
        return cls(tuple(labels.tolist()), dict(zip(strata, parts, strict=True)))

    @property
    def shares(self) -> dict[str, Floats]:
        """The share of each stratum, by group."""
        counts = {name: np.bincount(own, minlength=len(self.labels)) for name, own in self.codes.items()}
        return {name: found / max(1, found.sum()) for name, found in counts.items()}

    @property
    def distance(self) -> float:
        """The share of cases that would have to change for two mixes to be equal; of the two that differ most."""
        known = list(self.shares.values())
        return max((float(np.abs(a - b).sum() / 2) for n, a in enumerate(known) for b in known[n + 1 :]), default=0.0)

    @property
    def shared(self) -> float:
        """The smallest share of a group's cases that lie in strata all groups have."""
        known = np.stack(list(self.shares.values()))
        return float((known * (known > 0).all(axis=0)).sum(axis=1).min())

    def standard(self) -> Codes:
        """The mix of all groups together."""
        return np.concatenate(list(self.codes.values()))

    def within(self, group: str) -> "list[Codes]":
        """The places of a group's cases, stratum by stratum."""
        order = np.argsort(self.codes[group], kind="stable")
        ends = np.cumsum(np.bincount(self.codes[group], minlength=len(self.labels)))
        return np.split(order, ends[:-1])


def adjusted_times(groups: Mapping[str, Times], mix: Mix, late_after: float | None, level: float = 0.95) -> Tested:
    """Log-rank within strata (van Elteren's rank test where no case is open); effects of the re-weighted curves."""
    open_ = sum(len(times) - times.events for times in groups.values())
    places = {name: mix.within(name) for name in groups}
    within = [
        {name: times.only(places[name][stratum]) for name, times in groups.items()}
        for stratum in range(len(mix.labels))
    ]
    if open_ or len(groups) > 2:
        found = stratified_log_rank(within, level)
        test, title, name = "stratified-log-rank", "Log-rank within strata", "chi-squared"
        statistic, p, df, n = found.chisq, found.p, float(found.df), found.n
        warnings: tuple[str, ...] = () if found.chisq is not None else ("no stratum holds both groups",)
    else:
        ranks = van_elteren([{name: times.time for name, times in groups.items()} for groups in within])
        test, title, name = ranks.test, ranks.title, ranks.statistic_name
        statistic, p, df, n, warnings = ranks.statistic, ranks.p, None, dict(ranks.n), ranks.warnings
    effects = _effects(groups, mix, late_after, level) if len(groups) == 2 else ()
    return Tested(test, title, name, statistic, p, n, df, effects[0] if effects else None, effects[1:], warnings)


def adjusted_shares(groups: Mapping[str, Floats], mix: Mix, level: float = 0.95) -> Tested | None:
    """Mantel-Haenszel of two groups within strata; effect: the common odds ratio, second to first. None for more."""
    if len(groups) != 2:
        return None
    labels = len(mix.labels)
    all_ = {name: np.bincount(mix.codes[name], minlength=labels) for name in groups}
    hits = {name: np.bincount(mix.codes[name], values, minlength=labels) for name, values in groups.items()}
    rows = [np.stack([hits[name], all_[name] - hits[name]], axis=1) for name in reversed(list(groups))]
    found = mantel_haenszel(np.round(np.stack(rows, axis=1)), level)
    names = list(groups)
    return Tested(
        found.test,
        found.title,
        found.statistic_name,
        found.statistic,
        found.p,
        {name: len(groups[name]) for name in names},
        found.df,
        None if found.effect is None else Effect(f"odds of {names[1]} to {names[0]}", *_of(found.effect)),
        found.further,
        found.warnings,
    )


def _effects(groups: Mapping[str, Times], mix: Mix, late_after: float | None, level: float) -> tuple[Effect, ...]:
    curves: dict[str, Curve] = {}
    for name, times in groups.items():
        weights, _ = mix_weights(mix.codes[name], mix.standard())
        curves[name] = weighted_kaplan_meier(times, weights, level)
    (first, a), (second, b) = curves.items()
    if not a.n or not b.n:
        return ()
    tau, z = common_follow_up(curves.values()), float(special.ndtri((1 + level) / 2))
    one, other = a.restricted_mean(tau), b.restricted_mean(tau)
    found = []
    if one is not None and other is not None:
        gap, half = other.value - one.value, z * float(np.hypot(one.se, other.se))
        interval = Interval(gap - half, gap + half, level, f"weighted, restricted to {tau:g}")
        found.append(Effect(f"mean of {second} minus {first}, at equal mix", gap, interval, VALUE))
    p, q = (None, None) if late_after is None else (a.at(late_after)[0], b.at(late_after)[0])
    if late_after is not None and p is not None and q is not None:
        half = z * float(np.hypot(a.se_at(late_after), b.se_at(late_after)))
        interval = Interval(max(-1.0, q - p - half), min(1.0, q - p + half), level, "weighted, normal")
        found.append(Effect(f"share late, {second} minus {first}, at equal mix", q - p, interval, POINTS))
    return tuple(found)


def _of(effect: Effect) -> tuple[float | None, Interval | None]:
    return effect.value, effect.interval
