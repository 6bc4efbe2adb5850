"""What a cycle waits for, and when its people are reminded: each working day of the box, each week after."""

from datetime import timedelta

import pytest

from definitions.cycle import acts, errands
from definitions.cycle.errands import Began, Errand, Failed, Looked, next_errand
from definitions.cycle.evidence import Evidence
from definitions.cycle.state import ControlPlan
from definitions.cycle.waiting import waits, wanted
from tests.definitions.cycle.lives import ALL, Life, verdict, words
from tests.definitions.cycle.test_rules import controlled as decided_and_controlled


def controlled() -> Life:
    """Its standard is set and watched; a signal pauses."""
    life = decided_and_controlled()
    life.write(errands.settled(life.state, errands.Settled(standard=7, how="accepted")))
    return life


def trying(method: str = "kaizen") -> Life:
    """Its gate has opened; the trial is to begin."""
    life = Life(method)
    life.do(acts.AddHypothesis(by="kim", text=words("cause")))
    life.do(acts.AddGround(by="kim", hypothesis="h1", kind="numbers", text=words("ground")))
    life.do(acts.Propose(by="kim", text=words("try")))
    life.do(acts.PlanTrial(by="ravi", experiment="fast-route", plan="0123456789ab", text=words("plan")))
    for _ in range(4 if method == "dmaic" else 2):
        life.do(acts.AskGate(by="ravi"))
        life.do(acts.Evidenced(evidence=ALL))
    return life


def due(life: Life) -> Errand | None:
    """The errand that is due now."""
    found = next_errand(life.state)
    return found.errand if found is not None and found.at <= life.now else None


def told(life: Life) -> str:
    """What it waits for, and who may act."""
    says = waits(life.state)
    assert says is not None
    return "; ".join(says)


def test_each_stretch_says_what_it_waits_for_and_who_may_act() -> None:
    life = trying()
    assert told(life) == "the trial to begin; `stop_cycle`"

    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    assert told(life) == "look 1 at the trial; `stop_cycle`"

    life.pass_(1)
    found = Looked(number=1, says="win", evidence=Evidence(verdict=verdict()), next_at=life.now)
    life.write(errands.looked(life.state, life.definition, life.now, found))
    assert told(life) == "{assignee} and the team: a decision; `decide`, `stop_cycle`"

    life.do(acts.Decide(by="dana", accept=True))
    assert told(life) == "the standard to be changed as decided; `stop_cycle`"


def test_a_refused_gate_says_that_a_lead_may_go_past_it() -> None:
    life = Life()
    assert "override_gate" not in told(life)
    life.do(acts.AskGate(by="ravi"))
    assert told(life) == "measurement, for the gate define; `stop_cycle`"

    life.do(acts.Evidenced(evidence=Evidence()))

    assert told(life).endswith("`amend_charter`, `ask_gate`, `override_gate`, `stop_cycle`")


def test_a_cycle_that_ended_waits_only_for_what_is_still_to_be_settled() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    life.do(acts.StopCycle(by="dana", text=words("why")))

    assert (due(life), waits(life.state)) == (Errand.SETTLE, ("the standard to be changed as decided", "nobody"))
    settled = errands.Settled(standard=None, how="rolled_back")
    life.write(errands.settled(life.state, settled))
    assert (next_errand(life.state), waits(life.state)) == (None, None)


def test_nobody_is_reminded_while_the_desk_is_at_it() -> None:
    life = Life("kaizen")
    life.do(acts.AskGate(by="ravi"))

    life.pass_(10)

    assert "nudged" not in [fact.type for fact in life.facts]
    assert wanted(life.state) is None


@pytest.mark.parametrize("method", ["dmaic", "kaizen"])
def test_whoever_leads_is_told_each_week_of_a_decision_that_nobody_makes(method: str) -> None:
    life = trying(method)
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    life.pass_(30)
    assert [fact.type for fact in life.facts if fact.type in ("nudged", "still_waiting")] == []

    found = Looked(number=1, says="win", evidence=Evidence(verdict=verdict()), next_at=life.now)
    life.write(errands.looked(life.state, life.definition, life.now, found))
    life.pass_(15)

    assert [fact.data["what"] for fact in life.facts if fact.type == "still_waiting"] == ["a decision"] * 2


def test_a_signal_that_pauses_waits_for_somebody_and_says_so_each_week() -> None:
    life = controlled()
    life.do(acts.SignalSeen(at=life.now, rule="we:1", value=9.0))

    assert wanted(life.state) is not None
    assert due(life) is Errand.FOLLOW
    life.write(errands.followed(errands.FollowedUp(cycle="KZN-00000009")))
    life.pass_(8)
    assert [fact.type for fact in life.facts].count("still_waiting") == 1
    assert next_errand(life.state) is None

    life.do(acts.Decide(by="dana", accept=True))
    assert due(life) is Errand.WATCH


def test_what_could_not_be_done_rests_a_day_and_nothing_overtakes_it() -> None:
    life = trying()
    life.write(errands.failed(Failed(errand=Errand.BEGIN, why="away"), life.now))
    assert due(life) is None

    life.do(acts.StopCycle(by="dana", text=words("why")))
    assert due(life) is None
    life.pass_(1)
    assert due(life) is Errand.SETTLE


def test_a_trial_that_somebody_stops_is_withdrawn_at_once_whatever_could_not_be_done_before() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    life.pass_(1)
    life.write(errands.failed(Failed(errand=Errand.LOOK, why="away"), life.now))
    assert due(life) is None

    life.do(acts.StopCycle(by="dana", text=words("stop")))

    assert due(life) is Errand.SETTLE
    life.write(errands.failed(Failed(errand=Errand.SETTLE, why="away"), life.now))
    assert due(life) is None, "what failed itself rests"


def test_a_look_that_is_not_due_is_not_asked_for_in_a_loop() -> None:
    life = trying()
    life.write(errands.began(life.state, life.now, Began(experiment="fast-route")))
    life.pass_(1)
    put_off = Looked(number=None, says=None, next_at=life.now - timedelta(days=1))

    life.write(errands.looked(life.state, life.definition, life.now, put_off))

    found = next_errand(life.state)
    assert found is not None
    assert found.at - life.now == errands.LEAST_REST


def test_the_watch_ends_with_its_plan_and_looks_no_more() -> None:
    life = controlled()
    life.do(acts.PlanControl(by="ravi", control=ControlPlan(every_days=50, days=92)))
    life.pass_(91)

    assert due(life) is Errand.WATCH
    life.write(errands.watched(life.state, life.definition, life.now, errands.Watched()))
    assert next_errand(life.state) is None
    life.pass_(2)
    assert life.state.outcome == "held"
