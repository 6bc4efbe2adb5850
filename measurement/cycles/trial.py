"""Whether an effect can be found, whether people agree, and what a series without a second arm shows."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from definitions.base import Priority, canonical
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Agreement, Interrupted, Power, Trial
from definitions.experiment import Experiment
from measurement.charts.agreement import cohen
from measurement.charts.normal_scores import Reference
from measurement.experiments.periods import Weekly, rebound
from measurement.experiments.planned import Strength
from measurement.experiments.power import share_power, share_size
from measurement.experiments.trial import default_plan, needed, scored
from measurement.values import BadData


def power_of_times(
    times: Sequence[float], charter: Charter, level: float, weekly: float, days: int, wished: float = 0.8
) -> Power:
    """Of a trial with half of the cases in each arm, by normal scores against the times of the baseline, in seconds.

    `level`: the baseline's value. Raises BadData without a goal; measurement's Refused for fewer than 500 times, or
    where the goal changes no rank.
    """
    if charter.goal is None or level <= 0 or charter.goal <= 0:
        raise BadData("The effect wished needs a goal and a level above zero.", "Set the goal of the charter.")
    ratio, plan, reference = charter.goal / level, default_plan(), Reference.of(times)
    available = int(weekly * days / 7 / 2)
    return Power(
        needed=needed(reference, ratio, plan, wished),
        available=available,
        power=plan.power(scored(reference, ratio).drift(available)) if available >= 1 else 0.0,
        wished=wished,
        horizon_days=days,
        how=f"normal scores of {len(times):,} times, {len(plan.looks)} looks, {plan.name}",
    )


def power_of_shares(charter: Charter, level: float, weekly: float, days: int, wished: float = 0.8) -> Power:
    """The same where the metric is a share of cases, tested once at the end. Raises BadData without a goal."""
    if charter.goal is None:
        raise BadData("The effect wished needs a goal.", "Set the goal of the charter.")
    available = int(weekly * days / 7 / 2)
    return Power(
        needed=share_size(level, charter.goal, power=wished).n,
        available=available,
        power=share_power(available, level, charter.goal) if available >= 1 else 0.0,
        wished=wished,
        horizon_days=days,
        how="two shares, normal, one look",
    )


def agreed(first: Sequence[Priority], second: Sequence[Priority]) -> Agreement:
    """Two triages of the same cases, the second blind; a disagreement counts by the square of its distance."""
    found = cohen(
        [each.value for each in first],
        [each.value for each in second],
        weights="quadratic",
        order=[each.value for each in Priority],
    )
    interval = found.interval
    return Agreement(
        kappa=found.kappa,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        cases=found.cases,
        raters=found.raters,
        words=found.words,
    )


def trial_of(plan: Experiment, found: Strength, *, shared_capacity: bool, clashes: Sequence[str] = ()) -> Trial:
    """The locked plan in short, with what it can find."""
    return Trial(
        experiment=plan.key,
        plan=plan.version,
        measure=plan.measure,
        unit=plan.unit.value,
        # What a plan of just the units it takes is short of by rounding is no shortfall.
        power=round(found.power, 3),
        wished=plan.power,
        stop=plan.stops_at,
        looks=len(plan.looks),
        shared_capacity=shared_capacity,
        clashes=tuple(clashes),
    )


def interrupted(
    week: NDArray[np.int64], late: NDArray[np.bool_], before: tuple[float, float], after: tuple[float, float]
) -> Interrupted:
    """One row a case: the week it was opened in (counted from any one), and whether it was late.

    `before` and `after` in the same weeks, [begin, end). Raises BadData where too few weeks lie outside both.
    """
    weekly = Weekly.of(week, late)
    found = rebound(weekly, before, after)
    if found is None:
        raise BadData(
            "Too few weeks lie outside both periods: nobody can see what would have come by itself.",
            "Take shorter periods, or hold back a part of the cases.",
        )
    numbers = [weekly.week.tolist(), weekly.share.tolist(), weekly.n.tolist(), list(before), list(after)]
    return Interrupted(
        data=hashlib.sha256(canonical(numbers)).hexdigest(),
        before=found.before,
        long_run=found.long_run,
        expected=found.expected,
        after=found.after,
        error=found.error,
        weeks=found.weeks,
        picked=found.picked,
        beaten=found.beaten,
    )
