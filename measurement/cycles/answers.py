"""What the desk asks of the live log for a cycle: files and values in, values out, so that any process can answer."""

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from definitions.base import Value
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.charter import Charter
from definitions.cycle.errands import Watched
from definitions.cycle.evidence import Interrupted
from definitions.cycle.state import CycleState
from definitions.experiment import VARIANT, Experiment
from definitions.verdict import Decision, Verdict
from measurement.cycles import series
from measurement.cycles.baseline import course
from measurement.cycles.control import Level, control, late_from
from measurement.cycles.counted import Counted, counted, followed_log, instant, within
from measurement.cycles.exposed import exposed, observed
from measurement.cycles.gate_figures import Parts, counted_between, found, reference_of
from measurement.experiments.machine import due_look
from measurement.experiments.observed import Observed
from measurement.experiments.verdict import verdict
from measurement.log.live import live_log
from measurement.metrics.scope import Scope
from measurement.values import BadData

__all__ = ["Seen", "drawn_by", "found", "judged", "seen", "watched", "weeks_after"]


class Seen(Value):
    """One thought of a look: the decision and the data it was made on where one was due; when to think again."""

    decision: Decision | None
    content: bytes
    next_at: datetime


def seen(parts: Parts, plan: Experiment, numbers: bytes | None, earlier: tuple[Decision, ...], at: datetime) -> Seen:
    """Look, if the next look of the plan is due by the cases that were followed to the end."""
    log = followed_log(parts, at, plan.follow_s, plan.key)
    who = exposed(log, plan, at)
    data = observed(log, who)
    decision = due_look(plan, data, reference_of(plan, numbers), earlier, at)
    following = len(earlier) + (1 if decision is None else 2)
    return Seen(decision=decision, content=data.content, next_at=who.next_look(following))


def drawn_by(parts: Parts, plan: Experiment, at: datetime) -> bytes:
    """The data of an experiment as they were by then, to be kept."""
    log = followed_log(parts, at, plan.follow_s, plan.key)
    return observed(log, exposed(log, plan, at)).content


def judged(
    _: Parts,
    plan: Experiment,
    content: bytes,
    looks: tuple[Decision, ...],
    numbers: bytes | None,
    stopped: str | None = None,
) -> Verdict:
    """What came out, by the data that were kept and not by the log; `stopped`: why it ended before its time."""
    return verdict(plan, Observed.read(content), looks, reference_of(plan, numbers), stopped=stopped)


def weeks_after(parts: Parts, plan: BeforeAfter, charter: Charter, start: datetime, at: datetime) -> Interrupted:
    """What the weeks since everybody got the change show. Raises BadData where too few weeks say what is usual."""
    since, until = start - series.HISTORY, start + timedelta(weeks=plan.weeks)
    return series.result(plan, counted_between(parts, charter, plan.metric, plan.follow_s, at, since, until), start)


# -- the watch -------------------------------------------------------------------------------------------------------


def watched(
    parts: Parts, state: CycleState, plan: Experiment | BeforeAfter, content: bytes | None, at: datetime
) -> Watched:
    """The course since the baseline, and the first signal that nobody has seen yet.

    `content`: the data of the last look, whose cases with the variant say what is usual.
    """
    decided, baseline = state.decided, state.evidence.baseline
    if decided is None or baseline is None:
        return Watched(says="no chart: nothing became the standard")
    points = course(live_log(parts, at), state.charter, Scope(since=baseline.end, until=at))
    level, since = _level(parts, plan, state, content, at), instant(decided.at)
    try:
        chart = control(level.held, level.later.only(level.later.opened >= since), at)
    except BadData as few:
        return Watched(course=points, says=f"no chart: {few.message}")
    if chart is None:
        return Watched(course=points, says="no chart yet: no whole week of the standard is old enough")
    known = max((signal.at for signal in state.signals), default=None)
    return Watched(course=points, signal=next(iter(chart.signals(known)), None), says=chart.says)


class _Held(NamedTuple):
    """What the standard is held to, and all cases that it could be held to."""

    held: Level
    later: Counted


def _level(
    parts: Parts, plan: Experiment | BeforeAfter, state: CycleState, content: bytes | None, at: datetime
) -> _Held:
    if isinstance(plan, BeforeAfter):
        wait = float(plan.late_s or plan.follow_s)
        start = plan.began(state.begun_at)
        log = followed_log(parts, at, wait, since=start)
        cases = counted(log, plan.metric, wait, within(state.charter.scope))
        known = cases.only(cases.opened < instant(start + timedelta(weeks=plan.weeks)))
        return _Held(Level(plan.measure, plan.better, wait, known), cases)
    data = Observed.read(content or b"")
    mine = data.arm == VARIANT
    wait = late_from(data.value[mine]) if plan.measure == "time" and mine.any() else float(plan.follow_s)
    log = followed_log(parts, at, wait, since=plan.starts_at)
    everybody = counted(log, plan.metric, wait)
    # By name, not by scope: what a case is about may have been corrected since.
    known = everybody.only(np.isin(everybody.case.astype(str), data.case[mine].astype(str)))
    return _Held(Level(plan.measure, plan.better, wait, known), counted(log, plan.metric, wait, within(plan.scope)))
