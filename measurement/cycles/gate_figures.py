"""What the live log says for a gate: the metric and its baseline, whether the effect can be found, what the plan is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Evidence, Frozen, Measured, Power, Trial
from definitions.cycle.state import CycleState, Phase
from definitions.experiment import FEW, Experiment, Unit
from measurement.charts.normal_scores import Reference
from measurement.charts.weeks import monday, week_of
from measurement.cycles import series
from measurement.cycles.baseline import frozen, in_scope, measured
from measurement.cycles.counted import Counted, counted, followed_log, instant, measure_of, within
from measurement.cycles.planning import Past, Wish, ended_within, past, unit_sd
from measurement.cycles.trial import power_of_shares, power_of_times, trial_of
from measurement.experiments.planned import Strength, promised
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
        cases = counted_between(parts, charter, baseline.metric, follow, at, baseline.start, baseline.end)
        times = cases.value[cases.followed(follow, at)]
        return power_of_times(times.tolist(), charter, baseline.value, baseline.weekly, HORIZON_DAYS)
    except (BadData, Refused):
        return None


def counted_between(
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
        cases = counted_between(parts, state.charter, plan.metric, plan.follow_s, at, since, plan.starts_at)
        return series.trial(plan, state.charter, baseline, cases.only(cases.followed(plan.follow_s, at)), ())
    known = _past(parts, state.evidence.baseline, plan, team_of, at)
    return trial_of(plan, _strength(plan, reference_of(plan, numbers), known, at), shared_capacity=plan.unit not in FEW)


def _past(
    parts: Parts, baseline: Frozen | None, plan: Experiment, team_of: Mapping[str, str], at: datetime
) -> Past | None:
    """The cases of the baseline that would have taken part; None where there are none."""
    if baseline is None:
        return None
    wish = Wish(plan.scope, plan.layer, plan.hypothesis, plan.unit, plan.block_days, team_of=team_of)
    log = followed_log(parts, at, plan.follow_s, since=baseline.start)
    try:
        return past(log, plan.metric, plan.scope, baseline.start, baseline.end, at, wish, plan.follow_s)
    except BadData:
        return None


def _strength(plan: Experiment, reference: Reference | None, known: Past | None, at: datetime) -> Strength:
    """What the plan finds with the units that will come until it stops: a gate may open long after it was planned."""
    if known is None:
        return promised(plan, reference) if plan.unit is Unit.CASE else Strength(plan.units, 0.0, plan.units, 0.0)
    left = plan.stops_at - max(at, plan.starts_at) - timedelta(seconds=plan.follow_s)
    coming = known.weekly * (plan.traffic[1] - plan.traffic[0]) * (left / timedelta(weeks=1))
    if coming < 4:
        return Strength(plan.units, 0.0, plan.units, 0.0)
    sd = unit_sd(known, reference) if plan.unit is not Unit.CASE else None
    return promised(plan.model_copy(update={"units": min(plan.units, int(coming))}), reference, sd)


def reference_of(plan: Experiment, numbers: bytes | None) -> Reference | None:
    """The times of the baseline that ranks are scored against; None for a share."""
    if plan.measure == "share":
        return None
    if numbers is None:
        raise BadData(f"The times that {plan.key} was planned on are not there.", "Plan it again.")
    return Reference.of(np.frombuffer(numbers, "<f8").astype(float), least=1)
