"""Groups of times with open cases: by the log-rank test, in hours by restricted means, and by the share late."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy import special

from measurement.comparison.compared import Compared, Described
from measurement.comparison.many import Against, benjamini_hochberg
from measurement.comparison.numbers import compare_numbers, few
from measurement.comparison.proportions import newcombe
from measurement.comparison.tested import POINTS, VALUE, Effect, Tested
from measurement.survival.curve import Curve, kaplan_meier
from measurement.survival.gap import mean_gap
from measurement.survival.logrank import LogRank, log_rank
from measurement.survival.times import Times
from measurement.values import BadData, Interval, Refused

OPEN = "open cases count for as long as they were watched: only the log-rank test can use them"
LATE = 0.85
"""Late is beyond this quantile of the first group, unless a limit is given."""


def compare_times(
    groups: Mapping[str, Times],
    test: str | None = None,
    late_after: float | None = None,
    level: float = 0.95,
    curves: bool = False,
) -> Compared:
    """Log-rank where cases are open, rank tests where none is; the difference in share late beside either.

    `late_after`: in the unit of the times, else the P85 of the first group. One group alone is only described.
    """
    if not groups:
        raise BadData("There are no times to compare.", "Widen the period.")
    empty = [name for name, times in groups.items() if not len(times)]
    if empty:
        raise BadData(f"No cases in {', '.join(empty)}.", "Widen the period or name other groups.")
    open_ = sum(len(times) - times.events for times in groups.values())
    drawn = {name: kaplan_meier(times, level) for name, times in groups.items()}
    limit = late_after if late_after is not None else next(iter(drawn.values())).quantile(LATE).value
    if len(groups) == 1:
        (name,) = groups
        tested = Tested("kaplan-meier", "Kaplan-Meier", "", None, None, {name: len(groups[name])})
        base = Compared(tested, "one group: described, not compared", "median", ())
    elif test in (None, "log-rank") and (open_ or test == "log-rank"):
        base = _by_log_rank(groups, level, asked=test is not None)
    elif open_:
        raise Refused(
            f"{test} would leave {open_} open cases out, and they are the slow ones.", "Take log-rank, or leave it out."
        )
    else:
        base = compare_numbers({name: times.time for name, times in groups.items()}, test, level)
    late = _late(drawn, limit, level)
    return replace(
        base,
        tested=replace(base.tested, further=(*base.tested.further, *late)),
        groups=tuple(_described(name, curve, limit) for name, curve in drawn.items()),
        curves=drawn if curves else {},
        about={"late_after": limit, "late_after_from": "given" if late_after is not None else _from(groups)},
    )


def _by_log_rank(groups: Mapping[str, Times], level: float, asked: bool) -> Compared:
    found = log_rank(groups, level)
    effect: Effect | None = None
    each: tuple[Against, ...] = ()
    if len(groups) == 2:
        first, second = groups.items()
        gap = mean_gap(first, second, level)
        effect = Effect(f"mean of {second[0]} minus {first[0]}, up to {gap.tau:g}", gap.difference, gap.interval, VALUE)
    elif len(groups) > 2:
        each = _each(groups, level)
    tested = Tested(
        test="log-rank",
        title="Log-rank",
        statistic_name="chi-squared",
        statistic=found.chisq,
        p=found.p,
        n=found.n,
        df=float(found.df),
        effect=effect,
        further=_ratio(found),
        warnings=() if found.chisq is not None else ("no end was seen while both groups were watched",),
    )
    return Compared(tested, "asked for" if asked else OPEN, "median", (), each, warnings=tuple(few(found.n)))


def _ratio(found: LogRank) -> tuple[Effect, ...]:
    if found.rate_ratio is None:
        return ()
    second = list(found.n)[1]
    return (Effect(f"rate at which {second} ends, to the other", found.rate_ratio_estimate, found.rate_ratio),)


def _each(groups: Mapping[str, Times], level: float) -> tuple[Against, ...]:
    rows = []
    for name, own in groups.items():
        others = [times for other, times in groups.items() if other != name]
        rest = Times(np.concatenate([t.time for t in others]), np.concatenate([t.ended for t in others]))
        found = log_rank({"rest": rest, name: own}, level)
        effect = Effect("rate at which it ends", found.rate_ratio_estimate, found.rate_ratio)
        rows.append((name, len(own), effect, 1.0 if found.p is None else found.p))
    adjusted = benjamini_hochberg({name: p for name, _, _, p in rows})
    return tuple(
        sorted((Against(name, n, effect, p, adjusted[name]) for name, n, effect, p in rows), key=lambda row: row.p)
    )


def _late(curves: Mapping[str, Curve], limit: float | None, level: float) -> tuple[Effect, ...]:
    """Second minus first, share that takes longer than the limit."""
    if limit is None or len(curves) != 2:
        return ()
    (first, a), (second, b) = curves.items()
    what = f"share late, {second} minus {first}"
    p, q = a.at(limit)[0], b.at(limit)[0]
    if p is None or q is None:
        return (Effect(f"{what}: not watched for so long", None, None, POINTS),)
    if not a.open and not b.open:
        counted = newcombe((round(p * a.n), a.n), (round(q * b.n), b.n), level)
        return (replace(counted, what=what),)
    half = float(special.ndtri((1 + level) / 2)) * np.hypot(a.se_at(limit), b.se_at(limit))
    low, high = max(-1.0, q - p - half), min(1.0, q - p + half)
    return (Effect(what, q - p, Interval(float(low), float(high), level, "Greenwood, normal"), POINTS),)


def _described(name: str, curve: Curve, limit: float | None) -> Described:
    median, mean = curve.median(), curve.restricted_mean()
    return Described(
        group=name,
        n=curve.n,
        value=median.value,
        interval=median.interval,
        mean=None if mean is None else mean.value,
        p85=curve.quantile(0.85).value,
        open=curve.open,
        share_late=None if limit is None else curve.at(limit)[0],
    )


def _from(groups: Mapping[str, Times]) -> str:
    return f"P{100 * LATE:g} of {next(iter(groups))}"
