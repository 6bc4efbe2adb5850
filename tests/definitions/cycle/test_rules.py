"""The life of a cycle by its rules alone: what people do, what measurement answers, what time brings."""

from datetime import timedelta
from random import Random

import pytest

from definitions.acts import Act, News
from definitions.case import Stage
from definitions.cycle import acts
from definitions.cycle.evidence import Evidence, Measured, Neighbours
from definitions.cycle.state import COURSE, ControlPlan, Phase
from definitions.facts import seal
from definitions.rules.base import Refused
from tests.definitions.cycle.lives import AGREEMENT, ALL, BASELINE, CHARTER, SERIES, TRIAL, Life, verdict, words

WHY = words("why")


def gone_through(life: Life, until: Phase) -> None:
    """Every gate before `until`, with nothing missing."""
    life.do(acts.AddHypothesis(by="kim", text=words("cause")))
    life.do(acts.AddGround(by="kim", hypothesis="h1", kind="numbers", reference="by team", text=words("ground")))
    life.do(acts.Propose(by="kim", text=words("try"), change="0123456789ab", cause="h1"))
    while life.cycle.phase is not until:
        life.do(acts.AskGate(by="ravi"))
        found = ALL.model_copy(update={"verdict": verdict()}) if life.cycle.phase is Phase.TRIAL else ALL
        if life.cycle.phase is Phase.TRIAL:
            life.do(acts.Evidenced(evidence=found))
            life.do(acts.Decide(by="dana", accept=True))
            life.do(acts.AskGate(by="ravi"))
        life.do(acts.Evidenced(evidence=found))


def controlled(method: str = "dmaic", on_signal: str = "pause") -> Life:
    """A cycle whose standard is watched."""
    life = Life(method)
    gone_through(life, COURSE[life.definition.kind][-1])
    if life.cycle.decided is None:
        life.do(acts.Evidenced(evidence=Evidence(verdict=verdict())))
        life.do(acts.Decide(by="dana", accept=True))
    life.do(acts.PlanControl(by="ravi", control=ControlPlan.model_validate({"on_signal": on_signal})))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=Evidence()))
    return life


@pytest.mark.parametrize("method", ["dmaic", "kaizen"])
def test_a_cycle_goes_gate_by_gate_to_a_standard_that_was_watched(method: str) -> None:
    life = controlled(method)

    assert life.state.stage is Stage.RESOLVED
    life.pass_(92)

    assert (life.state.stage, life.state.outcome) == (Stage.CLOSED, "held")
    assert [record.gate for record in life.cycle.gates if record.outcome == "passed"] == [*COURSE[life.definition.kind]]
    assert life.folded() == life.state
    assert all(fact.hash == seal(fact) for fact in life.facts)


def test_a_refused_gate_says_why_and_the_phase_stays() -> None:
    life = Life()
    life.do(acts.AskGate(by="ravi"))

    types = life.do(acts.Evidenced(evidence=ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-1",))})))

    assert types == ("evidence_found", "gate_refused")
    assert life.cycle.phase is Phase.DEFINE
    assert life.cycle.gates[-1].by == "ravi"
    assert "DMC-1 works on the same metric" in life.cycle.gates[-1].shortfalls[0].said


def test_a_metric_without_data_and_a_verdict_with_open_ends_stand_in_the_journal_as_they_are() -> None:
    nothing = Measured(metric="time_to_resolve", unit="s", n=0, value=None, reason="no case is in the scope")
    life = Life()
    life.do(acts.AskGate(by="ravi"))

    assert life.do(acts.Evidenced(evidence=Evidence(measured=nothing))) == ("evidence_found", "gate_refused")
    open_ended = verdict("futility").model_copy(update={"p": None})
    life.do(acts.Evidenced(evidence=Evidence(verdict=open_ended)))

    assert (life.cycle.evidence.measured, life.cycle.evidence.verdict) == (nothing, open_ended)
    assert life.folded() == life.state


def test_a_lead_goes_past_a_refusal_with_words_that_stay() -> None:
    life = Life()
    with pytest.raises(Refused, match="has not refused: ask for it first"):
        life.do(acts.OverrideGate(by="dana", text=WHY))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-1",))})))

    life.do(acts.OverrideGate(by="dana", text=WHY))

    record = life.cycle.gates[-1]
    assert (record.outcome, record.by, record.text) == ("overridden", "dana", WHY)
    assert [shortfall.check for shortfall in record.shortfalls] == ["overlap"]
    assert life.cycle.phase is Phase.MEASURE


def test_nobody_goes_on_without_what_the_rest_is_computed_from() -> None:
    life = Life(charter=CHARTER.model_copy(update={"goal": None}))
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=ALL))

    with pytest.raises(Refused, match="no goal is set: nobody can go on without it"):
        life.do(acts.OverrideGate(by="dana", text=WHY))
    assert life.cycle.phase is Phase.DEFINE


def test_an_override_looks_at_the_cycle_as_it_is_now() -> None:
    life = Life()
    life.do(acts.AskGate(by="ravi"))
    life.do(acts.Evidenced(evidence=ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-1",))})))
    life.do(acts.AmendCharter(by="ravi", charter=CHARTER.model_copy(update={"goal": None})))

    with pytest.raises(Refused, match="no goal is set"):
        life.do(acts.OverrideGate(by="dana", text=WHY))


def test_the_forecast_is_locked_with_the_baseline() -> None:
    life = Life()
    gone_through(life, Phase.ANALYSE)
    forecast = life.cycle.forecast

    life.do(acts.Evidenced(evidence=Evidence(baseline=BASELINE.model_copy(update={"value": 1.0, "sha256": "cd" * 32}))))

    assert forecast is not None
    assert (forecast.per_case, forecast.baseline) == (30_000.0, BASELINE.sha256)
    assert forecast.cases_a_year == pytest.approx(1043.6, abs=0.1)
    assert (life.cycle.forecast, life.cycle.evidence.baseline) == (forecast, BASELINE)
    with pytest.raises(Refused, match="metric cannot change any more"):
        life.do(acts.AmendCharter(by="ravi", charter=CHARTER.model_copy(update={"metric": "csat"})))


def test_a_locked_trial_keeps_goal_and_countermeasures() -> None:
    life = Life()
    gone_through(life, Phase.CONTROL)

    with pytest.raises(Refused, match="goal cannot change"):
        life.do(acts.AmendCharter(by="ravi", charter=CHARTER.model_copy(update={"goal": 80_000.0})))
    with pytest.raises(Refused, match="try something else in another cycle"):
        life.do(acts.Propose(by="kim", text=words("other")))


def test_nothing_is_decided_before_there_is_a_result_and_never_twice() -> None:
    life = Life()
    gone_through(life, Phase.CONTROL)
    with pytest.raises(Refused, match="no result yet"):
        life.do(acts.Decide(by="dana", accept=True))
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict("futility"))))
    with pytest.raises(Refused, match="roll it back, or say why"):
        life.do(acts.Decide(by="dana", accept=True))

    life.do(acts.Decide(by="dana", accept=False))

    with pytest.raises(Refused, match="has decided already"):
        life.do(acts.Decide(by="dana", accept=True, text=WHY))


def test_what_is_rolled_back_ends_at_the_last_gate_and_brings_nothing() -> None:
    life = Life()
    gone_through(life, Phase.CONTROL)
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict("harm", 1.4, 1.1, 1.8))))
    life.do(acts.Decide(by="dana", accept=False))
    life.do(acts.AskGate(by="ravi"))

    life.do(acts.Evidenced(evidence=Evidence()))

    assert life.state.outcome == "rolled_back"
    assert life.cycle.actual is not None
    assert life.cycle.actual.a_year == 0


def test_a_signal_is_seen_once_and_does_what_was_planned() -> None:
    paused, reverted = controlled(on_signal="pause"), controlled(on_signal="revert")
    signal = acts.SignalSeen(at=paused.now + timedelta(days=7), rule="we:1", value=3.0)

    assert paused.do(signal) == ("signal_seen", "reacted")
    assert paused.do(signal) == ()
    assert reverted.do(signal) == ("signal_seen", "reacted", "benefit_found", "closed")

    paused.pass_(92)
    assert paused.state.outcome == reverted.state.outcome == "signalled"
    assert reverted.cycle.actual is not None
    assert reverted.cycle.actual.a_year == 0
    assert reverted.do(signal) == ()


def test_a_series_without_a_second_arm_is_worth_what_it_beats_the_rebound_by() -> None:
    life = Life("kaizen")
    gone_through(life, Phase.TRIAL)
    life.do(acts.Evidenced(evidence=Evidence(interrupted=SERIES)))

    life.do(acts.Decide(by="dana", accept=True))

    actual = life.cycle.actual
    assert actual is not None
    assert actual.per_case == pytest.approx(0.15)
    assert actual.by_itself == pytest.approx(0.1)
    assert actual.unit == "share"
    assert actual.verified


def test_a_kaizen_is_nudged_on_each_working_day_of_its_box() -> None:
    life = Life("kaizen", time_box_days=5)

    life.pass_(30)

    nudges = [fact for fact in life.facts if fact.type == "nudged"]
    assert [fact.data["day"] for fact in nudges] == [1, 2, 3, 4, 5]
    assert all(fact.at.weekday() < 5 for fact in nudges)


def test_a_trial_is_not_hurried() -> None:
    life = Life("kaizen")
    gone_through(life, Phase.TRIAL)

    life.pass_(60)

    assert not any(fact.type == "nudged" for fact in life.facts)


def test_whoever_stops_a_cycle_withdraws_its_trial() -> None:
    life = Life()
    gone_through(life, Phase.CONTROL)

    assert life.do(acts.StopCycle(by="dana", text=WHY)) == ("trial_withdrawn", "cancelled")
    with pytest.raises(Refused, match="has ended"):
        life.do(acts.AddHypothesis(by="kim", text=WHY))
    assert life.do(acts.Evidenced(evidence=ALL)) == ()


def test_a_cause_may_answer_another_one_that_is_there() -> None:
    life = Life()
    life.do(acts.AddHypothesis(by="kim", text=words("one")))

    life.do(acts.AddHypothesis(by="kim", text=words("two"), parent="h1"))

    assert [(each.id, each.parent) for each in life.cycle.hypotheses] == [("h1", None), ("h2", "h1")]
    with pytest.raises(Refused, match="has no cause 'h9'; it has h1, h2"):
        life.do(acts.AddGround(by="kim", hypothesis="h9", kind="words", text=WHY))


MOVES: tuple[Act | News, ...] = (
    acts.AmendCharter(by="ravi", charter=CHARTER),
    acts.AmendCharter(by="ravi", charter=CHARTER.model_copy(update={"goal": None, "metric": None})),
    acts.AddHypothesis(by="kim", text=WHY),
    acts.AddHypothesis(by="kim", text=WHY, parent="h1"),
    acts.AddGround(by="kim", hypothesis="h1", kind="words", text=WHY),
    acts.AddGround(by="kim", hypothesis="h1", kind="words", text=WHY, supports=False),
    acts.Propose(by="kim", text=WHY),
    acts.PlanControl(by="ravi", control=ControlPlan(on_signal="revert")),
    *(acts.AskGate(by="ravi"),) * 4,
    acts.OverrideGate(by="dana", text=WHY),
    acts.Decide(by="dana", accept=True),
    acts.Decide(by="dana", accept=False),
    acts.Decide(by="dana", accept=True, text=WHY),
    acts.Learn(by="kim", text=WHY),
    *(acts.Evidenced(evidence=ALL),) * 4,
    acts.Evidenced(evidence=Evidence(agreement=AGREEMENT.model_copy(update={"kappa": 0.1}))),
    acts.Evidenced(evidence=Evidence(baseline=BASELINE.model_copy(update={"sha256": "ef" * 32}))),
    acts.Evidenced(evidence=Evidence(trial=TRIAL.model_copy(update={"plan": "ffffffffffff"}))),
    acts.Evidenced(evidence=Evidence(verdict=verdict())),
    acts.Evidenced(evidence=Evidence(verdict=verdict("harm", 1.3, 1.1, 1.6))),
)


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_done_in_whatever_order_a_cycle_keeps_its_word(seed: int) -> None:
    random = Random(seed)
    for _ in range(30):
        life = Life(random.choice(["dmaic", "kaizen"]))
        baselines: set[str] = set()
        for _ in range(80):
            before = life.state
            try:
                if random.random() < 0.02:
                    life.do(acts.StopCycle(by="dana", text=WHY))
                elif random.random() < 0.1:
                    life.do(acts.SignalSeen(at=life.now, rule="we:1", value=1.0))
                else:
                    life.do(random.choice(MOVES))
            except Refused:
                assert life.state == before, "a refusal leaves nothing"
            life.pass_(random.choice([0, 0, 1, 9]))
            if life.cycle.forecast is not None:
                baselines.add(life.cycle.forecast.baseline)
        course = [*COURSE[life.definition.kind]]
        opened = [record.gate for record in life.cycle.gates if record.outcome != "refused"]

        assert opened == course[: len(opened)], "no gate is gone round"
        assert len(baselines) <= 1, "a forecast never changes its baseline"
        assert life.cycle.phase is course[min(len(opened), len(course) - 1)]
        assert life.folded() == life.state
        if life.cycle.actual is not None and life.cycle.actual.verified and life.cycle.actual.per_case:
            assert life.cycle.evidence.won


def test_a_decision_never_stands_before_what_it_was_made_on() -> None:
    life = Life("kaizen")
    gone_through(life, Phase.TRIAL)
    before = life.now
    life.pass_(1)
    life.do(acts.Evidenced(evidence=Evidence(verdict=verdict())))
    life.pass_(1)

    for late in (acts.Decide(by="dana", accept=True, at=before), acts.StopCycle(by="dana", text=WHY, at=before)):
        with pytest.raises(Refused, match="has changed since, at 2026-03-24"):
            life.do(late)
    assert life.do(acts.AddHypothesis(by="kim", text=words("late"), at=before)) == ("hypothesis_added",)
    assert "decided" in life.do(acts.Decide(by="dana", accept=True, at=life.now - timedelta(hours=1)))


def test_charter_and_plan_stay_what_they_are_while_a_gate_is_measured() -> None:
    life = Life("kaizen")
    life.do(acts.AskGate(by="ravi"))

    with pytest.raises(Refused, match="being measured, by the charter there is"):
        life.do(acts.AmendCharter(by="ravi", charter=CHARTER))
    with pytest.raises(Refused, match="being measured, by the plan there is"):
        life.do(acts.PlanTrial(by="ravi", experiment="fast-route", plan="0123456789ab", text=words("plan")))


def test_another_plan_is_judged_anew() -> None:
    life = Life("kaizen")
    gone_through(life, Phase.CAUSE)
    life.do(acts.Evidenced(evidence=ALL))
    assert life.cycle.evidence.trial == TRIAL

    life.do(acts.PlanTrial(by="ravi", experiment="other-route", plan="ba9876543210", text=words("plan")))

    assert life.cycle.evidence.trial is None
    assert life.cycle.planned is not None
    assert (life.cycle.planned.experiment, life.cycle.planned.by) == ("other-route", "ravi")
