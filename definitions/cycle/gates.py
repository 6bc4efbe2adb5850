"""The gates: each computes from the state and the evidence whether its phase is done, and says what is missing."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from definitions.base import Value
from definitions.cycle import checks, trial_checks
from definitions.cycle.definition import GateRule
from definitions.cycle.evidence import Evidence
from definitions.cycle.state import CycleState, Phase, Shortfall

Check = Callable[[checks.Asked], Shortfall | None]
Warn = Callable[[checks.Asked], str | None]


class Passed(Value):
    """The phase is done; the warnings stay on the record."""

    gate: Phase
    warnings: tuple[str, ...] = ()


class Refusal(Value):
    """The phase is not done; all that is missing, not only the first of it."""

    gate: Phase
    shortfalls: Annotated[tuple[Shortfall, ...], Field(min_length=1)]
    warnings: tuple[str, ...] = ()

    @property
    def overridable(self) -> bool:
        """Whether a lead may go on all the same."""
        return all(shortfall.overridable for shortfall in self.shortfalls)


BEGIN = (
    checks.problem_in_numbers,
    checks.metric_named,
    checks.goal_set,
    checks.metric_has_data,
    checks.goal_not_met,
    checks.scope_exists,
    checks.nobody_else_at_it,
    checks.team_has_room,
)
FROZEN = (checks.baseline_frozen, checks.baseline_has_cases)
PLANNED = (
    trial_checks.countermeasure_named,
    trial_checks.plan_locked,
    trial_checks.plan_has_power,
    trial_checks.no_clash,
    trial_checks.honest_check,
)

GATES: dict[Phase, tuple[Check, ...]] = {
    Phase.DEFINE: (
        checks.experience_named,
        checks.affected_named,
        checks.sponsor_named,
        checks.voices_heard,
        checks.guarded,
        *BEGIN,
    ),
    Phase.MEASURE: (*FROZEN, checks.effect_can_be_found, checks.measurement_is_good),
    Phase.ANALYSE: (trial_checks.cause_has_evidence,),
    Phase.IMPROVE: PLANNED,
    Phase.CONTROL: (trial_checks.verdict_reached, trial_checks.decision_made, trial_checks.control_ran),
    Phase.PROBLEM: (*BEGIN, *FROZEN),
    Phase.CAUSE: (trial_checks.cause_named, *PLANNED),
    Phase.TRIAL: (trial_checks.verdict_reached, trial_checks.decision_made),
    Phase.STANDARD: (trial_checks.control_ran,),
}
WARNINGS: dict[Phase, tuple[Warn, ...]] = {
    Phase.MEASURE: (checks.unstable, checks.season_found),
    Phase.PROBLEM: (checks.unstable, checks.season_found),
    Phase.IMPROVE: (trial_checks.shared_capacity,),
    Phase.CAUSE: (trial_checks.shared_capacity,),
    Phase.TRIAL: (trial_checks.against_the_verdict,),
    Phase.CONTROL: (trial_checks.against_the_verdict,),
}


def gate(state: CycleState, evidence: Evidence, rule: GateRule | None = None) -> Passed | Refusal:
    """Whether the phase the cycle is in is done, by what is known and what was measured since.

    Pure: the same state and evidence give the same answer.
    """
    asked = checks.Asked(state.knowing(evidence), rule or GateRule())
    missing = tuple(found for check in GATES[state.phase] if (found := check(asked)) is not None)
    warnings = tuple(said for warn in WARNINGS.get(state.phase, ()) if (said := warn(asked)) is not None)
    if missing:
        return Refusal(gate=state.phase, shortfalls=missing, warnings=warnings)
    return Passed(gate=state.phase, warnings=warnings)
