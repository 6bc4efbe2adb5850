"""What the gates ask before anything is tried, one question each: None, or what is missing and the next step."""

from typing import NamedTuple

from definitions.cycle.charter import Charter
from definitions.cycle.definition import GateRule
from definitions.cycle.evidence import Evidence
from definitions.cycle.state import CycleState, Shortfall


class Asked(NamedTuple):
    """What a question looks at."""

    state: CycleState
    rule: GateRule

    @property
    def evidence(self) -> Evidence:
        """All that was measured."""
        return self.state.evidence

    @property
    def charter(self) -> Charter:
        """What the cycle set out to do."""
        return self.state.charter


def short(check: str, said: str, next_step: str, *, must: bool = False, **numbers: float) -> Shortfall:
    """`must`: no lead can go on without it."""
    return Shortfall(check=check, said=said, next_step=next_step, numbers=numbers, overridable=not must)


# -- the charter -----------------------------------------------------------------------------------------------------


def problem_in_numbers(asked: Asked) -> Shortfall | None:
    """The problem has words and a number."""
    charter = asked.charter
    if charter.problem is None:
        return short("problem", "the charter does not say what the problem is", "Say what goes wrong, and for whom.")
    if charter.level is None:
        return short("problem", "the problem has no number", "Say how large it is today, in the unit of the metric.")
    return None


def experience_named(asked: Asked) -> Shortfall | None:
    """What those served shall experience is said."""
    if asked.charter.experience is None:
        return short("experience", "no target experience is named", "Say what those served shall experience instead.")
    return None


def affected_named(asked: Asked) -> Shortfall | None:
    """Who has the problem is said."""
    if not asked.charter.affected:
        return short("affected", "nobody is named who has the problem", "Name customer, user or employee.")
    return None


def sponsor_named(asked: Asked) -> Shortfall | None:
    """Somebody stands for it who can decide."""
    if asked.charter.sponsor is None:
        return short("sponsor", "it has no sponsor", "Name who decides about means and the standard.")
    return None


def voices_heard(asked: Asked) -> Shortfall | None:
    """Those served and those who work are both in the team."""
    missing = sorted({"customer", "staff"} - asked.charter.voices)
    if missing:
        said = f"nobody in the team speaks for {' and '.join(missing)}"
        return short("voices", said, "Name a member with that voice.", team=len(asked.charter.team))
    return None


def guarded(asked: Asked) -> Shortfall | None:
    """Something else is watched that must not get worse."""
    if not asked.charter.guards:
        return short("guards", "no guard metric is named", "Name what must not get worse, and from when it is harm.")
    return None


def metric_named(asked: Asked) -> Shortfall | None:
    """There is a metric to improve."""
    if asked.charter.metric is None:
        return short("metric", "no metric is named", "Choose one: `jidoka measure --help` lists them.", must=True)
    return None


def goal_set(asked: Asked) -> Shortfall | None:
    """There is a goal."""
    if asked.charter.goal is None:
        return short("goal", "no goal is set", "Say which value of the metric is good enough.", must=True)
    return None


# -- what is there ---------------------------------------------------------------------------------------------------


def metric_has_data(asked: Asked) -> Shortfall | None:
    """The metric has a value in the scope."""
    measured, metric = asked.evidence.measured, asked.charter.metric
    if metric is None:
        return None
    if measured is None or measured.metric != metric:
        return short("data", f"{metric} was not measured yet", "Ask for the gate: it measures.", must=True)
    if measured.value is None or measured.n == 0:
        why = f": {measured.reason}" if measured.reason else ""
        said = f"{metric} has no value for {asked.charter.scope}{why}"
        return short("data", said, "Widen the scope, or choose a metric that has data.", must=True, n=measured.n)
    return None


def goal_not_met(asked: Asked) -> Shortfall | None:
    """There is something left to improve."""
    measured, charter = asked.evidence.measured, asked.charter
    if measured is None or measured.value is None or charter.goal is None or not charter.reached(measured.value):
        return None
    said = f"the goal is met already: {measured.metric} is {measured.value:g}, the goal {charter.goal:g}"
    return short("goal", said, "Set a goal beyond it, or stop.", value=measured.value, goal=charter.goal)


def scope_exists(asked: Asked) -> Shortfall | None:
    """Services, categories and teams of the scope are in the standard."""
    if asked.evidence.neighbours is None:
        return short("scope", "nobody looked at what else is going on", "Ask for the gate: it looks.", must=True)
    unknown = asked.evidence.neighbours.unknown
    if unknown:
        said = f"the organisation has no {', '.join(unknown)}"
        return short("scope", said, "Name what there is: `jidoka definitions show`.", must=True, unknown=len(unknown))
    return None


def nobody_else_at_it(asked: Asked) -> Shortfall | None:
    """No other open cycle moves the same metric for the same cases."""
    same = asked.evidence.neighbours.same if asked.evidence.neighbours else ()
    if same:
        said = f"{', '.join(same)} works on the same metric and scope: neither could tell what it changed"
        return short("overlap", said, f"Join {same[0]}, wait for its end, or choose another scope.", cycles=len(same))
    return None


def team_has_room(asked: Asked) -> Shortfall | None:
    """The team's limit of open cycles is kept."""
    others = asked.evidence.neighbours.of_team if asked.evidence.neighbours else ()
    limit = asked.rule.open_cycles
    if len(others) >= limit:
        said = f"{asked.charter.owner} has {len(others)} open cycles ({', '.join(others)}), its limit is {limit}"
        return short("limit", said, "Finish or stop one of them first.", open=len(others), limit=limit)
    return None


# -- the baseline ----------------------------------------------------------------------------------------------------


def baseline_frozen(asked: Asked) -> Shortfall | None:
    """There is a baseline of the metric of the charter."""
    baseline = asked.evidence.baseline
    if baseline is None:
        known = asked.evidence.measured
        why = f": {known.reason}" if known is not None and known.value is not None and known.reason else ""
        next_step = "Wait for more cases, or widen the scope."
        return short("baseline", f"no baseline is frozen{why}", next_step, must=True)
    if asked.charter.metric is not None and baseline.metric != asked.charter.metric:
        said = f"the baseline is one of {baseline.metric}, the charter's metric is {asked.charter.metric}"
        return short("baseline", said, "Set the charter's metric back, or begin another cycle.", must=True)
    return None


def baseline_has_cases(asked: Asked) -> Shortfall | None:
    """It has enough cases to stand for something."""
    baseline, least = asked.evidence.baseline, asked.rule.least_cases
    if baseline is None or baseline.n >= least:
        return None
    said = f"the baseline has {baseline.n} cases, at least {least} are asked for"
    return short("cases", said, "Take a longer period or a wider scope.", n=baseline.n, least=least)


def effect_can_be_found(asked: Asked) -> Shortfall | None:
    """The cases to be had are enough for the effect wished."""
    power = asked.evidence.power
    if power is None:
        return short("power", "nobody computed how many cases it takes", "Ask for the gate: it computes.")
    if power.available >= power.needed and power.power >= power.wished:
        return None
    said = (
        f"{power.available:,} cases in each arm come within {power.horizon_days} days, {power.needed:,} are needed: "
        f"the effect would be found in {power.power:.0%} of trials, wished are {power.wished:.0%}"
    )
    hint = f", or plan for {power.least}" if power.least else ""
    return short(
        "power",
        said,
        f"Take a longer horizon or a wider scope{hint}.",
        needed=power.needed,
        available=power.available,
        power=power.power,
    )


def measurement_is_good(asked: Asked) -> Shortfall | None:
    """Two people would give the same case the same label."""
    found, rule = asked.evidence.agreement, asked.rule
    if found is None or found.cases < rule.least_retriaged:
        done = found.cases if found else 0
        said = f"{done} cases were triaged a second time, at least {rule.least_retriaged} are asked for"
        next_step = "Have somebody triage recorded cases blind, and ask again."
        return short("agreement", said, next_step, cases=done, least=rule.least_retriaged)
    if found.kappa is None:
        said = f"agreement cannot be told: {found.words}"
        return short("agreement", said, "Take cases of more than one priority.", cases=found.cases)
    if found.kappa < rule.least_kappa:
        said = f"people agree too little on the same cases: kappa {found.kappa:.2f} of {found.cases}, {found.words}"
        next_step = "Make the rule of priority clear, then triage other cases blind."
        return short("agreement", said, next_step, kappa=found.kappa, least=rule.least_kappa, cases=found.cases)
    return None


def unstable(asked: Asked) -> str | None:
    """Warns of a baseline that changed its level."""
    baseline = asked.evidence.baseline
    if baseline is None or baseline.stable:
        return None
    return (
        f"the baseline is not stable ({baseline.regimes} levels): no capability is said of it, and a before and after "
        "proves nothing; try with two arms at the same time"
    )


def season_found(asked: Asked) -> str | None:
    """Warns of weekdays and months."""
    baseline = asked.evidence.baseline
    return f"{baseline.season}: compare whole cycles only" if baseline is not None and baseline.season else None
