"""Compare groups or periods of a dataset: the raw difference, the one at equal mix, and all that speaks against it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

import numpy as np

from measurement.comparison.before import speaks_against
from measurement.comparison.cohorts import Cohort, Of, Period, Question, by_field, by_period, everything, holds
from measurement.comparison.compared import Compared
from measurement.comparison.mix import Mix, adjusted_shares, adjusted_times
from measurement.comparison.numbers import FEW, compare_numbers
from measurement.comparison.shares import compare_shares, share_of
from measurement.comparison.tested import Tested
from measurement.comparison.times import compare_times
from measurement.experiments.balance import balance
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import metric as named
from measurement.metrics.measure import unknown
from measurement.metrics.metric import Better, Metric
from measurement.metrics.units import clock_of, log_for
from measurement.survival.times import Times
from measurement.values import BadData, Excluded, Refused

STRATA = ("kind", "priority")
CHANNEL = "channel"
ARM = "arm"
UNLIKE = 0.1
"""Share of cases in other strata from which two mixes are said to differ."""
SHARED = 0.7
"""Share of each group that must lie in strata all have, for an adjustment to mean something."""
MOST = 40
"""Groups compared at once."""


def compare(log: EventLog, question: Question) -> Compared:
    """Raises BadData for what is not there, Refused for comparisons that would mislead."""
    metric = named(question.metric)
    log = log_for(log, metric)
    if missing := unknown(log, metric.needs):
        raise BadData(f"{metric.key} is not known of {log.name}: {missing}", "Import what it needs.")
    kind = holds(metric)
    _refuse_channels(question)
    fields = _fields(question)
    periods = question.before is not None or question.after is not None
    if not periods and question.by is None:
        raise BadData("Nothing to compare is named.", "Add --by FIELD, or --before D..D --after D..D.")
    groups, excluded = (by_period if periods else by_field)(log, metric, question, fields)
    groups, dropped = _large_enough(groups, question)
    late, about, against = question.late_after, dict[str, object](), list[str]()
    if question.before is not None and question.after is not None:
        found = speaks_against(
            everything(log, metric, question),
            question.before,
            question.after,
            kind,
            late_after=late,
            higher_is_better=metric.better is Better.HIGHER,
            as_of=log.as_of,
        )
        late, about, against = found.late_after or late, dict(found.about), list(found.warnings)
    raw = _raw(groups, kind, question, late)
    mix, used = _mix(groups, question, fields)
    adjusted = _adjusted(groups, kind, mix, raw, question) if mix is not None else None
    if mix is not None and adjusted is not None:
        against += _said_of(mix, used)
    if question.by == ARM:
        against += [] if (drawn := balance({n: len(c) for n, c in groups.items()})).ok else [str(drawn)]
    clock = clock_of(metric, question.scope)
    return replace(
        raw,
        level=question.level,
        adjusted=adjusted,
        excluded=(*raw.excluded, *excluded, *dropped),
        warnings=(*raw.warnings, *against),
        about={
            **_about(log, metric, question),
            "clock": clock.value if clock else None,
            "adjusted_for": list(used) if adjusted is not None else [],
            "mix_distance": None if mix is None else mix.distance,
            **raw.about,
            **about,
        },
    )


def _refuse_channels(question: Question) -> None:
    if question.by == CHANNEL and not set(question.adjust) - {CHANNEL}:
        raise Refused(
            "A walk-up and a mail are different work: their times say more about the channel's cases than about it.",
            "Name what makes cases alike: --adjust category,priority compares only within those.",
        )


def _fields(question: Question) -> tuple[str, ...]:
    wanted = question.adjust or (*STRATA, CHANNEL)
    return tuple(name for name in dict.fromkeys((*wanted, CHANNEL)) if name != question.by)


def _large_enough(groups: Mapping[str, Cohort], question: Question) -> tuple[dict[str, Cohort], tuple[Excluded, ...]]:
    """All of a pair; of many groups the larger ones."""
    if question.pair or question.by is None:
        empty = [name for name, cohort in groups.items() if not len(cohort)]
        if empty:
            raise BadData(f"No case counts in {' nor in '.join(empty)}.", "Widen the period, or the filter.")
        return dict(groups), ()
    kept = {name: cohort for name, cohort in list(groups.items())[:MOST] if len(cohort) >= FEW}
    small = sum(len(cohort) for name, cohort in groups.items() if name not in kept)
    if len(kept) < 2:
        raise BadData(
            f"Fewer than two values of {question.by} have {FEW} cases or more.",
            "Widen the period, or take a wider field.",
        )
    left = len(groups) - len(kept)
    said = f"in {left} values of {question.by} with fewer than {FEW} cases, or beyond the {MOST} largest"
    return kept, (Excluded(small, said),) if small else ()


def _raw(groups: Mapping[str, Cohort], kind: Of, question: Question, late_after: float | None) -> Compared:
    if kind is Of.TIMES:
        return compare_times(_times(groups), question.test, late_after, question.level)
    if kind is Of.SHARES:
        if question.test not in (None, "two-proportions", "chi-squared"):
            raise BadData(f"{question.test} is no test of shares.", "Leave --test out.")
        return compare_shares({n: share_of(_column(c, "hit")) for n, c in groups.items()}, question.level)
    return compare_numbers({n: _number(c) for n, c in groups.items()}, question.test, question.level)


def _mix(
    groups: Mapping[str, Cohort], question: Question, fields: tuple[str, ...]
) -> tuple[Mix | None, tuple[str, ...]]:
    """The strata: what was asked for, else kind and priority; the channel too where the groups differ in it."""
    wanted = [name for name in fields if name != CHANNEL or CHANNEL in question.adjust]
    if CHANNEL in fields and CHANNEL not in wanted:
        channels = Mix.of({name: cohort.stratum((CHANNEL,)) for name, cohort in groups.items()})
        wanted += [CHANNEL] if channels.distance >= UNLIKE else []
    used = tuple(wanted)
    if not used:
        return None, ()
    mix = Mix.of({name: cohort.stratum(used) for name, cohort in groups.items()})
    if mix.shared < SHARED and (CHANNEL in used or question.adjust):
        raise Refused(
            f"Only {100 * mix.shared:.0f} % of a group's cases have the same {', '.join(used)} as some of the others: "
            "they are different work.",
            "Compare within one channel (--where channel=...), or adjust for fewer fields.",
        )
    return mix, used


def _adjusted(groups: Mapping[str, Cohort], kind: Of, mix: Mix, raw: Compared, question: Question) -> Tested | None:
    if len(mix.labels) < 2:
        return None
    if kind is Of.TIMES:
        limit = raw.about.get("late_after")
        return adjusted_times(_times(groups), mix, float(str(limit)) if limit is not None else None, question.level)
    if kind is Of.SHARES:
        return adjusted_shares({n: _column(c, "hit").astype(float) for n, c in groups.items()}, mix, question.level)
    return None


def _said_of(mix: Mix, used: tuple[str, ...]) -> list[str]:
    if mix.distance < UNLIKE:
        return []
    return [
        f"the mix differs: {100 * mix.distance:.0f} % of the cases of one group would need another "
        f"{' or '.join(used)} to be like the other; read the difference at equal mix"
    ]


def _times(groups: Mapping[str, Cohort]) -> dict[str, Times]:
    return {n: Times.of(_column(c, "seconds"), _column(c, "ended").astype(bool)) for n, c in groups.items()}


def _number(cohort: Cohort) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return _column(cohort, "x" if "x" in cohort.columns else "score")


def _column(cohort: Cohort, name: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.asarray(cohort.columns[name], float)


def _about(log: EventLog, metric: Metric, question: Question) -> dict[str, object]:
    return {
        "metric": metric.key,
        "metric_title": metric.title,
        "unit": metric.unit,
        "better": metric.better.value,
        "dataset": log.name,
        "source": log.source,
        "as_of": log.as_of.astimezone(UTC),
        "by": question.by,
        "before": _period(question.before),
        "after": _period(question.after),
        "filter": dict(question.scope.where),
    }


def _period(period: Period | None) -> dict[str, object] | None:
    return None if period is None else {"from": period.since, "to": period.until}
