"""What speaks against a before and after: the rebound, weeks that are not alike, time that is not over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from measurement.comparison.cohorts import Cohort, Of, Period
from measurement.comparison.times import LATE
from measurement.experiments.boundaries import peeking
from measurement.experiments.periods import LEAST_WEEKS, SURE, Rebound, Weekly, rebound
from measurement.experiments.switchback import Switched, switchback
from measurement.survival.curve import kaplan_meier
from measurement.survival.times import Times
from measurement.values import Refused

WEEK = timedelta(weeks=1)
MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Against:
    """`late_after`: the limit that is frozen outside both periods; the rest goes into the answer."""

    late_after: float | None
    about: Mapping[str, object]
    warnings: tuple[str, ...]


def speaks_against(
    whole: Cohort,
    before: Period,
    after: Period,
    kind: Of,
    *,
    late_after: float | None,
    higher_is_better: bool,
    as_of: datetime,
) -> Against:
    """`whole`: all units of the log. Raises Refused where the periods overlap or are turned round."""
    if before.until > after.since:
        raise Refused(
            "The two periods overlap, or after comes first.", "Let before end where after begins, or earlier."
        )
    warnings = [*_weeks_said(before, after), *_looking(after, as_of)]
    if kind is Of.NUMBERS:
        return Against(None, {}, tuple(warnings))
    limit, flagged = _flags(whole, kind, (before, after), late_after)
    flagged = 1 - flagged if kind is Of.SHARES and higher_is_better else flagged
    known = ~np.isnan(flagged)
    weekly = Weekly.of(_week(whole.opened[known]), flagged[known] > 0)
    found = rebound(weekly, _span(before), _span(after))
    blocks = _blocks(weekly, before, after)
    if found is None:
        warnings.append(
            f"fewer than {LEAST_WEEKS} weeks lie outside both periods: nobody can see whether before was picked "
            "because it was bad, and bad periods get better by themselves"
        )
    elif found.picked:
        warnings.append(_rebound_said(found, _words(kind, higher_is_better)))
    if blocks is not None and blocks.p >= 0.05:
        warnings.append(
            f"cases of one week share their luck: by whole weeks ({blocks.blocks['before']} and "
            f"{blocks.blocks['after']}) the difference is {100 * blocks.difference:+.1f} points, p {blocks.p:.2g}"
        )
    elif blocks is None:
        warnings.append("too few whole weeks to test by weeks: cases of one week share their luck, so p is too small")
    about: dict[str, object] = {"rebound": _json(found), "by_weeks": _blocks_json(blocks)}
    if limit is not None and late_after is None:
        about["late_after_from"] = "P85 of all cases outside both periods"
    return Against(limit, about, tuple(warnings))


def _flags(
    whole: Cohort, kind: Of, periods: tuple[Period, Period], limit: float | None
) -> tuple[float | None, NDArray[np.float64]]:
    """Whether each case was late (1), or not (0); NaN where it was not watched for so long."""
    if kind is Of.SHARES:
        return None, np.asarray(whole.columns["hit"], float)
    time, ended = np.asarray(whole.columns["seconds"], float), np.asarray(whole.columns["ended"], bool)
    outside = np.ones(len(time), bool)
    for period in periods:
        outside &= ~((whole.opened >= _stamp(period.since)) & (whole.opened < _stamp(period.until)))
    if limit is None:
        rest = Times.of(time[outside], ended[outside])
        limit = kaplan_meier(rest if len(rest) else Times.of(time, ended)).quantile(LATE).value
    if limit is None:
        return None, np.full(len(time), np.nan)
    late = (time > limit).astype(float)
    return limit, np.where(ended | (time > limit), late, np.nan)


def _blocks(weekly: Weekly, before: Period, after: Period) -> Switched | None:
    first, second = weekly.within(*_span(before)), weekly.within(*_span(after))
    share = np.concatenate([weekly.share[first], weekly.share[second]])
    # Arms are taken in alphabetical order: named so that the difference is after minus before.
    arms = ["a before"] * int(first.sum()) + ["b after"] * int(second.sum())
    try:
        found = switchback(share, arms)
    except (Refused, ValueError):
        return None
    return Switched(
        found.difference,
        found.p,
        found.interval,
        {name.split()[1]: n for name, n in found.blocks.items()},
        found.arrangements,
        found.exact,
    )


def _words(kind: Of, higher_is_better: bool) -> str:
    return "late" if kind is Of.TIMES else "without it" if higher_is_better else "with it"


def _rebound_said(found: Rebound, what: str) -> str:
    verdict = "better than that by more than luck" if found.beaten else "which is no proof: claim no improvement"
    return (
        f"before was worse than the long run ({100 * found.before:.1f} % {what}, {100 * found.long_run:.1f} % in the "
        f"{found.weeks} other weeks): without any action {100 * found.expected:.1f} % (give or take "
        f"{100 * SURE * found.error:.1f}) were to be expected after it; found are {100 * found.after:.1f} %, {verdict}"
    )


def _weeks_said(before: Period, after: Period) -> list[str]:
    odd = [name for name, p in (("before", before), ("after", after)) if (p.until - p.since) % WEEK]
    if not odd:
        return []
    return [f"{' and '.join(odd)} no whole weeks: weekdays differ by more than most changes, compare whole weeks"]


def _looking(after: Period, as_of: datetime) -> list[str]:
    if after.until <= as_of:
        return []
    return [
        f"after is not over: looking again until p is small finds something where nothing is ({100 * peeking(5):.0f} % "
        f"after 5 looks, {100 * peeking(30):.0f} % after 30); fix the end now, it is {after.until:%Y-%m-%d}"
    ]


def _span(period: Period) -> tuple[float, float]:
    return (period.since - MONDAY) / WEEK, (period.until - MONDAY) / WEEK


def _week(opened: NDArray[np.datetime64]) -> NDArray[np.int64]:
    days = opened.astype("datetime64[D]").astype(np.int64)
    found: NDArray[np.int64] = (days - 4) // 7
    return found


def _stamp(at: datetime) -> np.datetime64:
    return np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def _json(found: Rebound | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "before": found.before,
        "after": found.after,
        "long_run": found.long_run,
        "expected": found.expected,
        "correlation": found.correlation,
        "sd": found.sd,
        "weeks": found.weeks,
        "error": found.error,
        "picked": found.picked,
        "beaten": found.beaten,
    }


def _blocks_json(found: Switched | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "difference": found.difference,
        "p": found.p,
        "interval": {"low": found.interval.low, "high": found.interval.high, "level": found.interval.level},
        "weeks": found.blocks,
    }
