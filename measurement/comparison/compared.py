"""The answer of a comparison: the test and why this one, each group, the effect, and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from measurement.comparison.many import Against
from measurement.comparison.tested import Effect, Tested
from measurement.survival.curve import Curve
from measurement.values import Excluded, Interval


@dataclass(frozen=True)
class Described:
    """One group: `value` is its median (its share, where cases have something or not), with the interval of that.

    `open`: how many of `n` had not ended; `share_late`: beyond the limit of the comparison, 0-1.
    """

    group: str
    n: int
    value: float | None
    interval: Interval | None
    mean: float | None = None
    p85: float | None = None
    open: int = 0
    share_late: float | None = None


@dataclass(frozen=True)
class Compared:
    """`measure`: what `value` of the groups is (median or share). `about`: dataset, metric, unit, clock, periods."""

    tested: Tested
    why: str
    measure: str
    groups: tuple[Described, ...]
    each: tuple[Against, ...] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)
    adjusted: Tested | None = None
    excluded: tuple[Excluded, ...] = ()
    warnings: tuple[str, ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)

    level: float = 0.95

    @property
    def verdict(self) -> str:
        """What may be said, in a few words."""
        alpha = 1 - self.level
        p, rebound, weeks = self.tested.p, self.about.get("rebound"), self.about.get("by_weeks")
        if p is None:
            return "described" if self.tested.test == "kaplan-meier" else "nothing can be said"
        if p >= alpha:
            return "no difference found"
        if self.adjusted is not None and self.adjusted.p is not None and self.adjusted.p >= alpha:
            return "a difference that the mix explains"
        if isinstance(rebound, dict) and rebound["picked"] and not rebound["beaten"]:
            return "no more than the rebound of a period picked for being bad"
        if isinstance(weeks, dict) and weeks["p"] >= alpha:
            return "a difference no larger than that between weeks"
        return "a difference"

    def to_json(self) -> dict[str, object]:
        """The document of interfaces: `effect` in the words of `effect_name`, `interval` of it, `n` per group."""
        return {
            **self.about,
            **_tested(self.tested),
            "verdict": self.verdict,
            "why": self.why,
            "groups": [_group(group, self.measure) for group in self.groups],
            "each": [
                {
                    "group": a.group,
                    "n": a.n,
                    "effect_name": f"{a.effect.what}, to all others",
                    "effect": a.effect.value,
                    "interval": interval_json(a.effect.interval),
                    "p": a.p,
                    "adjusted_p": a.adjusted_p,
                }
                for a in self.each
            ],
            "curves": {name: _curve(curve) for name, curve in self.curves.items()},
            "adjusted": None if self.adjusted is None else _tested(self.adjusted),
            "excluded": [{"n": e.n, "reason": e.reason} for e in self.excluded],
            "warnings": [*self.tested.warnings, *self.warnings],
        }


def interval_json(interval: Interval | None) -> dict[str, object] | None:
    """None where there is none."""
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "level": interval.level, "method": interval.method}


def _tested(tested: Tested) -> dict[str, object]:
    main = tested.effect or Effect("", None, None)
    df = tested.df
    return {
        "test": tested.test,
        "title": tested.title,
        "statistic_name": tested.statistic_name,
        "statistic": tested.statistic,
        "df": list(df) if isinstance(df, tuple) else df,
        "p": tested.p,
        "effect_name": main.what or None,
        "effect": main.value,
        "interval": interval_json(main.interval),
        "effects": [
            {"what": e.what, "value": e.value, "scale": e.scale, "interval": interval_json(e.interval)}
            for e in (*((tested.effect,) if tested.effect else ()), *tested.further)
        ],
        "n": dict(tested.n),
    }


def _group(group: Described, measure: str) -> dict[str, object]:
    return {
        "group": group.group,
        "n": group.n,
        "open": group.open,
        measure: group.value,
        "interval": interval_json(group.interval),
        "mean": group.mean,
        "p85": group.p85,
        "share_late": group.share_late,
    }


def _curve(curve: Curve) -> dict[str, object]:
    def known(column: str) -> list[float | None]:
        return [None if value != value else value for value in getattr(curve, column).tolist()]

    return {
        "n": curve.n,
        "events": curve.events,
        "open": curve.open,
        "median": curve.median().value,
        "median_interval": interval_json(curve.median().interval),
        **{name: known(name) for name in ("time", "at_risk", "ended", "survival", "se", "low", "high")},
    }
