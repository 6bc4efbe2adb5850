"""Gates compute from state and evidence, and say all that is missing and what to do next."""

from random import Random
from typing import get_args

import pytest

from definitions.cycle import evidence
from definitions.cycle.charter import Charter, Scope
from definitions.cycle.definition import GateRule
from definitions.cycle.evidence import Evidence, Neighbours
from definitions.cycle.gates import GATES, Passed, Refusal, gate
from definitions.cycle.state import (
    COURSE,
    ControlPlan,
    Countermeasure,
    CycleState,
    Decided,
    GateRecord,
    Ground,
    Hypothesis,
    Phase,
)
from definitions.experiment import Unit
from tests.definitions.cycle.lives import AGREEMENT, ALL, BASELINE, CHARTER, MONDAY, POWER, TRIAL, verdict, words

GROUND = Ground(kind="numbers", supports=True, reference="time_to_resolve by team", text=words("g"), by="kim")
CAUSE = Hypothesis(id="h1", text=words("h"), by="kim", grounds=(GROUND,))
WHOLE = CycleState(
    charter=CHARTER,
    phase=Phase.DEFINE,
    hypotheses=(CAUSE,),
    countermeasures=(Countermeasure(id="c1", text=words("c"), by="kim", change="0123456789ab"),),
    control=ControlPlan(),
    decided=Decided(accepted=True, by="dana", at=MONDAY),
)
EVIDENCE = ALL.model_copy(update={"verdict": verdict()})
FULL = WHOLE.model_copy(update={"evidence": EVIDENCE})
"""A cycle to which nothing is missing, at whichever gate."""


def at(phase: Phase, state: CycleState = FULL) -> CycleState:
    return state.model_copy(update={"phase": phase})


def asked(phase: Phase, **found: object) -> Passed | Refusal:
    """The gate's answer where a part of the evidence is otherwise."""
    return gate(at(phase, WHOLE.model_copy(update={"evidence": EVIDENCE.model_copy(update=found)})), Evidence())


def missing(answer: Passed | Refusal) -> list[str]:
    return [shortfall.check for shortfall in answer.shortfalls] if isinstance(answer, Refusal) else []


@pytest.mark.parametrize("phase", [phase for course in COURSE.values() for phase in course])
def test_a_gate_opens_when_nothing_is_missing(phase: Phase) -> None:
    assert gate(at(phase), Evidence()) == Passed(gate=phase)


def test_units_are_those_of_plans() -> None:
    assert {*get_args(evidence.Unit)} == {unit.value for unit in Unit}


def test_every_phase_of_both_methods_has_its_gate() -> None:
    assert {*GATES} == {phase for course in COURSE.values() for phase in course}


def test_a_charter_with_gaps_is_told_all_of_them_at_once() -> None:
    bare = Charter(title=words("t"), lead="ravi", owner="platform")

    answer = gate(CycleState(charter=bare, phase=Phase.DEFINE), Evidence())

    assert missing(answer) == [
        *("experience", "affected", "sponsor", "voices", "guards", "problem", "metric", "goal", "scope")
    ]
    assert isinstance(answer, Refusal)
    assert not answer.overridable


@pytest.mark.parametrize(
    ("phase", "found", "check", "overridable"),
    [
        (Phase.DEFINE, {"measured": ALL.measured.model_copy(update={"value": None, "n": 0})}, "data", False),  # type: ignore[union-attr]
        (Phase.DEFINE, {"measured": ALL.measured.model_copy(update={"value": 59_000.0})}, "goal", True),  # type: ignore[union-attr]
        (Phase.DEFINE, {"neighbours": None}, "scope", False),
        (Phase.DEFINE, {"neighbours": Neighbours(unknown=("fax",))}, "scope", False),
        (Phase.DEFINE, {"neighbours": Neighbours(same=("DMC-1",))}, "overlap", True),
        (Phase.PROBLEM, {"neighbours": Neighbours(of_team=("KZN-1", "KZN-2"))}, "limit", True),
        (Phase.MEASURE, {"baseline": None}, "baseline", False),
        (Phase.MEASURE, {"baseline": BASELINE.model_copy(update={"metric": "csat"})}, "baseline", False),
        (Phase.MEASURE, {"baseline": BASELINE.model_copy(update={"n": 49})}, "cases", True),
        (Phase.MEASURE, {"power": None}, "power", True),
        (Phase.MEASURE, {"power": POWER.model_copy(update={"available": 90, "power": 0.55})}, "power", True),
        (Phase.MEASURE, {"agreement": None}, "agreement", True),
        (Phase.MEASURE, {"agreement": AGREEMENT.model_copy(update={"kappa": 0.41})}, "agreement", True),
        (Phase.MEASURE, {"agreement": AGREEMENT.model_copy(update={"kappa": None})}, "agreement", True),
        (Phase.IMPROVE, {"trial": None}, "plan", False),
        (Phase.IMPROVE, {"trial": TRIAL.model_copy(update={"power": 0.3})}, "hopeless", True),
        (Phase.IMPROVE, {"trial": TRIAL.model_copy(update={"clashes": ("other",)})}, "clash", False),
        (Phase.CONTROL, {"verdict": None}, "verdict", False),
    ],
)
def test_a_gate_refuses_what_is_missing(phase: Phase, found: dict[str, object], check: str, overridable: bool) -> None:
    answer = asked(phase, **found)

    assert missing(answer) == [check]
    assert isinstance(answer, Refusal)
    assert answer.overridable is overridable
    assert all(shortfall.said and shortfall.next_step.endswith(".") for shortfall in answer.shortfalls)


def test_a_series_without_a_second_arm_must_be_stable_and_long() -> None:
    alone = TRIAL.model_copy(update={"unit": None})

    restless = asked(Phase.IMPROVE, trial=alone, baseline=BASELINE.model_copy(update={"regimes": 3}))
    short = asked(Phase.IMPROVE, trial=alone, baseline=BASELINE.model_copy(update={"standing": "trial"}))
    steady = asked(Phase.IMPROVE, trial=alone)

    assert missing(restless) == missing(short) == ["before-after"]
    assert steady == Passed(gate=Phase.IMPROVE)


def test_an_unstable_baseline_and_shared_people_are_warned_of_and_do_not_stop_a_trial_with_two_arms() -> None:
    measure = asked(Phase.MEASURE, baseline=BASELINE.model_copy(update={"regimes": 2}))
    improve = asked(Phase.IMPROVE, trial=TRIAL.model_copy(update={"shared_capacity": True}))
    blocks = asked(Phase.IMPROVE, trial=TRIAL.model_copy(update={"shared_capacity": True, "unit": "block"}))

    assert isinstance(measure, Passed)
    assert "not stable (2 levels)" in measure.warnings[0]
    assert isinstance(improve, Passed)
    assert "same people" in improve.warnings[0]
    assert blocks == Passed(gate=Phase.IMPROVE)


def test_an_opinion_is_no_cause() -> None:
    against = GROUND.model_copy(update={"supports": False})
    doubted = CAUSE.model_copy(update={"grounds": (GROUND, against)})

    answers = [
        gate(at(Phase.ANALYSE, FULL.model_copy(update={"hypotheses": causes})), Evidence())
        for causes in ((), (CAUSE.model_copy(update={"grounds": ()}),), (doubted,))
    ]

    assert [missing(answer) for answer in answers] == [["cause"], ["evidence"], ["evidence"]]


def test_an_organisation_may_ask_for_more() -> None:
    answer = gate(at(Phase.MEASURE), Evidence(), GateRule(least_cases=1_000, least_kappa=0.8))

    assert missing(answer) == ["cases", "agreement"]


def test_scopes_overlap_unless_something_keeps_their_cases_apart() -> None:
    vpn, email = Scope(services=("vpn",)), Scope(services=("email",))

    assert vpn.overlaps(Scope())
    assert vpn.overlaps(Scope(services=("vpn", "erp"), categories=("outage",)))
    assert not vpn.overlaps(email)
    assert not Scope(services=("vpn",), teams=("network",)).overlaps(Scope(teams=("platform",)))


PARTS = ("measured", "neighbours", "baseline", "power", "agreement", "trial", "verdict")


@pytest.mark.parametrize("seed", range(20))
def test_less_evidence_never_opens_a_gate_and_the_same_always_gives_the_same_answer(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        phase = random.choice([*GATES])
        kept = {part: getattr(EVIDENCE, part) for part in PARTS if random.random() < 0.7}
        dropped = random.choice([None, *kept]) if kept else None
        some = Evidence(**kept)
        fewer = some.model_copy(update={dropped: None}) if dropped else some
        state = at(phase, WHOLE)

        with_some, with_fewer = gate(state, some), gate(state, fewer)

        assert {*missing(with_some)} <= {*missing(with_fewer)}
        assert gate(state, some) == with_some
        assert gate(state.model_copy(update={"evidence": some}), Evidence()) == with_some


def test_a_baseline_may_be_taken_anew_until_its_gate_has_opened_and_never_after() -> None:
    small = BASELINE.model_copy(update={"sha256": "cd" * 32, "n": 10})
    open_ = at(Phase.MEASURE)
    passed = GateRecord(gate=Phase.MEASURE, at=MONDAY, by="ravi", outcome="passed")
    past = open_.model_copy(update={"gates": (passed,)})

    assert missing(gate(open_, Evidence(baseline=small))) == ["cases"]
    assert past.knowing(Evidence(baseline=small)).evidence.baseline == BASELINE
