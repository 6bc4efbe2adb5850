"""What the desk asks of the live log for a cycle: files and values in, values out, so that any process can answer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from definitions.base import Value
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.charter import Charter
from definitions.cycle.errands import Watched
from definitions.cycle.evidence import Evidence, Frozen, Interrupted, Measured, Power, Trial
from definitions.cycle.state import CycleState, Phase
from definitions.experiment import FEW, VARIANT, Experiment, Unit
from definitions.verdict import Decision, Verdict
from measurement.charts.normal_scores import Reference
from measurement.charts.weeks import monday, week_of
from measurement.cycles import series
from measurement.cycles.baseline import course, frozen, in_scope, measured
from measurement.cycles.control import Level, control, late_from
from measurement.cycles.counted import Counted, counted, followed_log, instant, measure_of, within
from measurement.cycles.exposed import exposed, observed
from measurement.cycles.planning import Wish, ended_within, past, unit_sd
from measurement.cycles.trial import power_of_shares, power_of_times, trial_of
from measurement.experiments.machine import due_look
from measurement.experiments.observed import Observed
from measurement.experiments.planned import promised
from measurement.experiments.verdict import verdict
from measurement.log.eventlog import EventLog
from measurement.log.live import live_log
from measurement.metrics.scope import Scope
from measurement.values import BadData, Refused

Parts = Sequence[Path]
"""The files of the copy of the live log."""
BASELINE_WEEKS = 26
"""Of a baseline, where there are so many: enough to lock it, and still about today."""
HORIZON_DAYS = 92
"""Within which an effect is to be found."""


class Seen(Value):
    """One thought of a look: the decision and the data it was made on where one was due; when to think again."""

    decision: Decision | None
    content: bytes
    next_at: datetime


# -- the gates -------------------------------------------------------------------------------------------------------


def found(
    parts: Parts,
    state: CycleState,
    plan: Experiment | BeforeAfter | None,
    numbers: bytes | None,
    team_of: Mapping[str, str],
    at: datetime,
) -> Evidence:
    """What the live log says for the gate of the present phase; a part that cannot be measured is None.

    `numbers`: the times of the baseline that the plan was made on. `team_of`: the team that each service begins with.
    """
    charter = state.charter
    if charter.metric is None:
        return Evidence()
    if state.phase in (Phase.IMPROVE, Phase.CAUSE):
        return Evidence(trial=_trial(parts, state, plan, numbers, team_of, at)) if plan is not None else Evidence()
    if state.phase not in (Phase.DEFINE, Phase.PROBLEM, Phase.MEASURE):
        return Evidence()
    try:
        log, asked = live_log(parts, at), _lately(at)
        now = measured(log, charter, asked)
    except BadData as none:
        return Evidence(
            measured=Measured(metric=charter.metric, unit=charter.unit, n=0, value=None, reason=none.message)
        )
    if state.phase is Phase.DEFINE:
        return Evidence(measured=now)
    try:
        baseline = frozen(log, charter, asked)
    except (BadData, Refused) as none:
        return Evidence(measured=now.model_copy(update={"reason": none.message.rstrip(".")}))
    power = _power(parts, log, charter, baseline, at) if state.phase is Phase.MEASURE else None
    return Evidence(measured=now, baseline=baseline, power=power)


def _lately(at: datetime) -> Scope:
    """The whole weeks that a baseline is made of, and the one under way."""
    first = monday(week_of(at) - BASELINE_WEEKS)
    return Scope(since=datetime.combine(first, datetime.min.time(), UTC), until=at)


def _power(parts: Parts, log: EventLog, charter: Charter, baseline: Frozen, at: datetime) -> Power | None:
    """None for a metric that no trial could compare, and where too few cases tell."""
    try:
        if measure_of(baseline.metric) == "share":
            return power_of_shares(charter, baseline.value, baseline.weekly, HORIZON_DAYS)
        question = Scope(since=baseline.start, until=baseline.end)
        follow = ended_within(in_scope(log, charter.scope), baseline.metric, question)
        cases = _counted(parts, charter, baseline.metric, follow, at, baseline.start, baseline.end)
        times = cases.value[cases.followed(follow, at)]
        return power_of_times(times.tolist(), charter, baseline.value, baseline.weekly, HORIZON_DAYS)
    except (BadData, Refused):
        return None


def _counted(
    parts: Parts, charter: Charter, metric: str, follow_s: float, at: datetime, since: datetime, until: datetime
) -> Counted:
    """Cases of the charter's scope opened in [since, until), each as it stood when its following ended, or stands."""
    cases = counted(followed_log(parts, at, follow_s, since=since), metric, follow_s, within(charter.scope))
    return cases.only(cases.opened < instant(until))


def _trial(
    parts: Parts,
    state: CycleState,
    plan: Experiment | BeforeAfter,
    numbers: bytes | None,
    team_of: Mapping[str, str],
    at: datetime,
) -> Trial | None:
    if isinstance(plan, BeforeAfter):
        baseline = state.evidence.baseline
        if baseline is None:
            return None
        since = plan.starts_at - series.HISTORY
        cases = _counted(parts, state.charter, plan.metric, plan.follow_s, at, since, plan.starts_at)
        return series.trial(plan, state.charter, baseline, cases.only(cases.followed(plan.follow_s, at)), ())
    reference = reference_of(plan, numbers)
    sd = None
    if plan.unit is not Unit.CASE and state.evidence.baseline is not None:
        begin, end = state.evidence.baseline.start, state.evidence.baseline.end
        wish = Wish(plan.scope, plan.layer, plan.hypothesis, plan.unit, plan.block_days, team_of=team_of)
        log = followed_log(parts, at, plan.follow_s)
        known = past(log, plan.metric, plan.scope, begin, end, at, wish, plan.follow_s)
        sd = unit_sd(known, reference)
    return trial_of(plan, promised(plan, reference, sd), shared_capacity=plan.unit not in FEW)


def reference_of(plan: Experiment, numbers: bytes | None) -> Reference | None:
    """The times of the baseline that ranks are scored against; None for a share."""
    if plan.measure == "share":
        return None
    if numbers is None:
        raise BadData(f"The times that {plan.key} was planned on are not there.", "Plan it again.")
    return Reference.of(np.frombuffer(numbers, "<f8").astype(float), least=1)


# -- the trial -------------------------------------------------------------------------------------------------------


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
    return series.result(plan, _counted(parts, charter, plan.metric, plan.follow_s, at, since, until), start)


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
