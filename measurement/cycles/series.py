"""A trial without a second arm: shares of what is bad, week by week, before and after everybody got the change."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy import special

from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Frozen, Interrupted, Trial
from measurement.cycles.counted import Counted, instant
from measurement.cycles.trial import interrupted
from measurement.experiments.periods import SURE, Weekly, rebound

WISHED = 0.8
"""The power that a trial should have."""
HISTORY = timedelta(weeks=52)
"""Weeks before the change that say what is usual; older ones say little of today."""
WEEK = np.timedelta64(7, "D")


def bad(plan: BeforeAfter, found: Counted) -> NDArray[np.bool_]:
    """Which cases are on the side that is to become rarer: late ones, or those that had what nobody wants."""
    if plan.late_s is not None:
        late: NDArray[np.bool_] = found.value >= plan.late_s
        return late if plan.better == "lower" else ~late
    return found.value > 0 if plan.better == "lower" else found.value == 0


def result(plan: BeforeAfter, found: Counted, start: datetime) -> Interrupted:
    """What the weeks after `start` show; `found` are all cases of the scope, followed for as long as the plan says.

    Raises BadData where too few weeks lie outside of both periods.
    """
    since, until = start - HISTORY, start + timedelta(weeks=plan.weeks)
    inside = found.only((found.opened >= instant(since)) & (found.opened < instant(until)))
    return interrupted(_weeks(inside, start), bad(plan, inside), _before(plan, start), (0.0, float(plan.weeks)))


def trial(plan: BeforeAfter, charter: Charter, baseline: Frozen, found: Counted, clashes: tuple[str, ...]) -> Trial:
    """The plan in short, with the chance that its weeks show the way to the goal; `found`: cases known so far."""
    return Trial(
        experiment=plan.key,
        plan=plan.version,
        measure=plan.measure,
        unit=None,
        power=_power(plan, charter, baseline, found),
        wished=WISHED,
        stop=plan.stops_at,
        looks=1,
        clashes=clashes,
    )


def _power(plan: BeforeAfter, charter: Charter, baseline: Frozen, found: Counted) -> float:
    """Normal, with the error that weeks like those of the past will have; 0 where they are too few to tell."""
    if charter.goal is None or baseline.value <= 0 or not len(found):
        return 0.0
    start = plan.starts_at
    past = found.only((found.opened >= instant(start - HISTORY)) & (found.opened < instant(start)))
    known = Weekly.of(_weeks(past, start), bad(plan, past))
    if not len(known.week):
        return 0.0
    share = _share_at_goal(plan, charter, baseline, past)
    ahead = np.arange(plan.weeks)
    supposed = Weekly(
        np.concatenate([known.week, ahead]),
        np.concatenate([known.share, np.full(plan.weeks, share)]),
        np.concatenate([known.n, np.full(plan.weeks, int(np.median(known.n)))]),
    )
    series = rebound(supposed, _before(plan, start), (0.0, float(plan.weeks)))
    if series is None or series.error <= 0:
        return 0.0
    return float(special.ndtr((series.expected - share) / series.error - SURE))


def _share_at_goal(plan: BeforeAfter, charter: Charter, baseline: Frozen, past: Counted) -> float:
    """Of what is bad, once the metric is where the goal is."""
    assert charter.goal is not None
    if plan.measure == "time":
        moved = Counted(past.case, past.opened, past.value * (charter.goal / baseline.value))
        return float(bad(plan, moved).mean())
    sign = 1.0 if plan.better == "lower" else -1.0
    return float(np.clip(bad(plan, past).mean() + sign * (charter.goal - baseline.value), 0.0, 1.0))


def _weeks(found: Counted, start: datetime) -> NDArray[np.int64]:
    """The week of each case, counted from the change."""
    return np.asarray((found.opened - instant(start)) // WEEK, np.int64)


def _before(plan: BeforeAfter, start: datetime) -> tuple[float, float]:
    first, until = ((end - start) / timedelta(weeks=1) for end in plan.before)
    return first, until
