"""The desk of a cycle: what it measures for the gates, tries, settles and watches, and that it does each thing once."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.cycles import Begin, LookAt, Measure, Settle, WatchOver
from definitions.case import SYSTEM
from definitions.cycle.evidence import Evidence
from definitions.cycle.gates import Refusal, gate
from definitions.cycle.state import ControlPlan, CycleState, Decided
from definitions.example import organisation
from definitions.experiment import Experiment
from definitions.people import Actor, Door, Role
from definitions.standards import How
from desk import Desk
from office.cycling import Cycling
from office.cycling_trial import Trials
from records.store import Store
from tests.definitions.cycle.test_before_after import series
from tests.definitions.trials import change
from tests.office.cycling_world import EACH, FOLLOW, Files, after, experiment, history, state, tried
from tests.records.conftest import TickingClock

T0 = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
"""A Monday: the trial begins."""
ENOUGH = T0 + 200 * EACH + timedelta(seconds=FOLLOW)
CYCLE = "KZN-00000001"
LEAD = Actor(person="dana", roles=(Role.LEAD,), door=Door.CLI, verified=True)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "live.parquet")


@pytest.fixture
def desk(store: Store, clock: TickingClock) -> Desk:
    async def nobody() -> Any:
        raise AssertionError("nothing of this needs Temporal")

    return Desk(store, organisation, clock, nobody)


@pytest.fixture
def cycling(desk: Desk, files: Files) -> Cycling:
    return Cycling(desk, files)


@pytest.fixture
def plan(store: Store) -> Experiment:
    return experiment(store, T0)


async def begun(cycling: Cycling, known: CycleState) -> CycleState:
    """The trial runs."""
    found = await cycling.begin(Begin(cycle=CYCLE, state=known, at=T0))
    assert found.refused is None
    return known.model_copy(update={"begun_at": T0, "standard": found.standard})


async def to_the_end(cycling: Cycling, known: CycleState) -> tuple[CycleState, list[str], list[datetime]]:
    """Every look at its own time, as the run makes them."""
    at, said, times = T0, list[str](), list[datetime]()
    for _ in range(60):
        found = await cycling.look(LookAt(cycle=CYCLE, state=known, at=at))
        if found.number is not None:
            said.append(str(found.says))
            times.append(at)
            known = known.model_copy(update={"looks": found.number})
        if found.evidence is not None:
            return known.model_copy(update={"evidence": known.evidence.with_(found.evidence)}), said, times
        assert found.next_at >= at
        at = max(found.next_at, at + timedelta(seconds=1))
    raise AssertionError("the trial never ends")


# -- the gates --------------------------------------------------------------------------------------------------------


async def test_the_first_gate_of_a_kaizen_gets_metric_baseline_and_neighbours(
    cycling: Cycling, files: Files, store: Store
) -> None:
    files.lives = history(T0)

    found = await cycling.measure(Measure(cycle=CYCLE, state=state(store, None, "problem"), opened_at=T0, at=T0))

    assert found.measured is not None
    assert found.measured.value == pytest.approx(13_400, rel=0.1)
    assert found.baseline is not None
    assert (found.baseline.n, len(found.baseline.course), found.baseline.standing) == (26 * 84, 26, "locked")
    assert found.neighbours is not None
    assert (found.neighbours.same, found.neighbours.unknown) == ((), ())
    assert found.power is None, "only a DMAIC asks for it"


async def test_a_scope_that_the_standard_does_not_have_is_named(cycling: Cycling, files: Files, store: Store) -> None:
    known = state(store, None, "define")
    scope = known.charter.scope.model_copy(update={"services": ("vpn", "fax"), "teams": ("ghosts",)})
    lost = known.model_copy(update={"charter": known.charter.model_copy(update={"scope": scope})})
    files.lives = history(T0, weeks=2)

    found = await cycling.measure(Measure(cycle=CYCLE, state=lost, opened_at=T0, at=T0))

    assert found.neighbours is not None
    assert found.neighbours.unknown == ("service fax", "team ghosts")
    assert found.measured is not None
    assert found.measured.value is None, "no case is of such a team"


async def test_why_no_baseline_can_be_frozen_stands_in_the_refusal(
    cycling: Cycling, files: Files, store: Store
) -> None:
    files.lives = history(T0, weeks=1)[:20]
    young, at = state(store, None, "problem"), T0 - timedelta(days=4)

    found = await cycling.measure(Measure(cycle=CYCLE, state=young, opened_at=at, at=at))

    refusal = gate(young, found)
    assert isinstance(refusal, Refusal)
    (missing,) = [short for short in refusal.shortfalls if short.check == "baseline"]
    assert missing.said == "no baseline is frozen: The log holds no whole week of it"


async def test_without_any_case_the_metric_has_no_value_and_says_why(
    cycling: Cycling, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.office.cycling_world.copy_of", lambda lives, path: [])

    found = await cycling.measure(Measure(cycle=CYCLE, state=state(store, None, "problem"), opened_at=T0, at=T0))

    assert found.measured is not None
    assert (found.measured.value, found.measured.n) == (None, 0)
    assert "No case has been recorded yet" in found.measured.reason


async def test_the_gate_of_measure_gets_power_and_how_far_people_agree(
    cycling: Cycling, files: Files, store: Store
) -> None:
    files.lives = history(T0)

    found = await cycling.measure(Measure(cycle=CYCLE, state=state(store, None, "measure"), opened_at=T0, at=T0))

    assert found.power is not None
    assert found.power.power > 0.8
    assert found.power.available == pytest.approx(84 * 92 / 7 / 2, rel=0.05)
    assert found.agreement is None or found.agreement.cases == 0, "nobody has triaged anything a second time"


async def test_the_gate_of_the_plan_gets_what_it_can_find_and_what_it_clashes_with(
    cycling: Cycling, files: Files, store: Store, desk: Desk, plan: Experiment
) -> None:
    files.lives = history(T0)
    other = plan.model_copy(update={"key": "other", "layer": "closing"})
    desk.experiments.lock(other, "dana")

    found = await cycling.measure(Measure(cycle=CYCLE, state=state(store, plan, "cause"), opened_at=T0, at=T0))

    assert found.trial is not None
    assert (found.trial.experiment, found.trial.plan, found.trial.unit) == (plan.key, plan.version, "case")
    assert found.trial.power == pytest.approx(0.85, abs=0.1)
    assert found.trial.clashes == ("other",)
    assert found.trial.shared_capacity


async def test_a_hopeless_plan_is_told_with_its_power_not_with_an_error(
    cycling: Cycling, files: Files, store: Store
) -> None:
    files.lives = history(T0)
    hopeless = experiment(store, T0, units=20)

    found = await cycling.measure(Measure(cycle=CYCLE, state=state(store, hopeless, "cause"), opened_at=T0, at=T0))

    assert found.trial is not None
    assert found.trial.power < 0.3


async def test_a_gate_that_opens_when_little_time_is_left_gets_the_power_that_is_left(
    cycling: Cycling, files: Files, store: Store, plan: Experiment
) -> None:
    files.lives = history(T0)
    measured = await cycling.measure(Measure(cycle=CYCLE, state=state(store, None, "problem"), opened_at=T0, at=T0))
    known = state(store, plan, "cause", evidence=measured)

    powers = []
    for at in (T0, plan.stops_at - timedelta(days=10), plan.stops_at - timedelta(days=1)):
        found = await cycling.measure(Measure(cycle=CYCLE, state=known, opened_at=T0, at=at))
        assert found.trial is not None
        powers.append(found.trial.power)

    assert powers[0] == pytest.approx(0.85, abs=0.1)
    assert powers[0] > powers[1] > powers[2] == 0


# -- the trial --------------------------------------------------------------------------------------------------------


async def test_a_trial_is_looked_at_when_the_planned_cases_were_followed_until_it_is_won(
    cycling: Cycling, files: Files, store: Store, plan: Experiment
) -> None:
    files.lives = history(T0) + tried(plan, 220, 0.5)
    known = await begun(cycling, state(store, plan, "trial"))

    known, said, times = await to_the_end(cycling, known)

    assert said[-1] == "win"
    assert len(said) < 5, "it stops early"
    assert times[0] == T0 + 39 * EACH + timedelta(seconds=FOLLOW), "the fortieth of 200"
    verdict = known.evidence.verdict
    assert verdict is not None
    assert verdict.outcome == "win"
    assert verdict.effect.value == pytest.approx(0.5, abs=0.15)
    row = store.experiments.get(plan.key)
    assert (row.state, row.ended_by) == ("ended", SYSTEM)
    assert [each.number for each in store.experiments.looks(plan.key)] == list(range(1, len(said) + 1))


async def test_without_an_effect_it_goes_to_its_end_or_is_given_up(
    cycling: Cycling, files: Files, store: Store, plan: Experiment
) -> None:
    files.lives = tried(plan, 220, 1.0, seed=11)
    known, said, _ = await to_the_end(cycling, await begun(cycling, state(store, plan, "trial")))

    assert said[-1] in ("futility", "not_found")
    assert known.evidence.verdict is not None
    assert not known.evidence.won


async def test_a_share_is_compared_as_well_and_by_whole_people(cycling: Cycling, files: Files, store: Store) -> None:
    plan = experiment(
        store, T0, metric="reopen_rate", measure="share", least=-0.3, unit="requester", units=120, looks=(0.5, 1.0),
        baseline={"sha256": "0" * 64, "n": 500, "share": 0.5},
    )  # fmt: skip
    cases = tried(plan, 240, 1.0)
    people = [
        replace(
            life, requester=f"person{k // 2}", arms={plan.key: arm}, reopened=k % 10 < (5 if arm == "standard" else 1)
        )
        for k, life in enumerate(cases)
        for arm in ["variant" if (k // 2) % 2 else "standard"]
    ]
    files.lives = people

    known, said, _ = await to_the_end(cycling, await begun(cycling, state(store, plan, "trial")))

    assert said[-1] == "win"
    verdict = known.evidence.verdict
    assert verdict is not None
    assert verdict.shift.value == pytest.approx(0.4, abs=0.15)
    counted = (sum(verdict.units.values()), sum(verdict.cases.values()))
    assert counted == (60, 119), "two cases of each person; the last one is too young"


async def test_who_asks_twice_gets_the_same_look_and_the_same_verdict(
    cycling: Cycling, files: Files, store: Store, plan: Experiment
) -> None:
    files.lives = tried(plan, 220, 0.5)
    known = await begun(cycling, state(store, plan, "trial"))
    first = T0 + 40 * EACH + timedelta(seconds=FOLLOW)

    once = await cycling.look(LookAt(cycle=CYCLE, state=known, at=first))
    again = await cycling.look(LookAt(cycle=CYCLE, state=known, at=first + timedelta(days=5)))

    assert (once.number, once.says) == (again.number, again.says)
    assert len(store.experiments.looks(plan.key)) == 1, "more cases were there by then: nobody looked at them"
    known, _, _ = await to_the_end(cycling, known)
    repeated = await cycling.look(
        LookAt(cycle=CYCLE, state=known.model_copy(update={"looks": known.looks - 1}), at=ENOUGH)
    )
    assert known.evidence.verdict is not None
    assert repeated.evidence is not None
    assert repeated.evidence.verdict is not None
    assert repeated.evidence.verdict.hash == known.evidence.verdict.hash


async def test_a_worker_that_died_between_look_and_verdict_judges_what_the_look_saw(
    cycling: Cycling, files: Files, store: Store, plan: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.lives = tried(plan, 220, 0.2)
    known = await begun(cycling, state(store, plan, "trial"))
    at = T0 + 120 * EACH + timedelta(seconds=FOLLOW)
    with monkeypatch.context() as dies:
        dies.setattr(Trials, "_verdict", None)
        with pytest.raises(TypeError):
            await cycling.look(LookAt(cycle=CYCLE, state=known, at=at))
    (look,) = store.experiments.looks(plan.key)

    found = await cycling.look(LookAt(cycle=CYCLE, state=known, at=at + timedelta(days=20)))

    assert found.number == 1
    assert found.evidence is not None
    assert found.evidence.verdict is not None
    assert isinstance(look.decision, dict)
    assert found.evidence.verdict.data == look.decision["data"]
    assert sum(found.evidence.verdict.cases.values()) < 130


async def test_what_somebody_stopped_is_judged_by_what_was_there_when_it_stopped(
    cycling: Cycling, files: Files, store: Store, desk: Desk, plan: Experiment, clock: TickingClock
) -> None:
    files.lives = tried(plan, 220, 0.9)
    known = await begun(cycling, state(store, plan, "trial"))
    clock.now = T0 + 30 * EACH + timedelta(seconds=FOLLOW)
    await desk.experiments.stop(plan.key, "the phones are down", LEAD)

    for at in (clock.now, ENOUGH):
        found = await cycling.look(LookAt(cycle=CYCLE, state=known, at=at))
        assert found.number is None, "nobody has looked"
        assert found.evidence is not None
        assert found.evidence.verdict is not None
        assert found.evidence.verdict.outcome == "stopped"
        assert found.evidence.verdict.why == "the phones are down"
        assert sum(found.evidence.verdict.cases.values()) == 31


async def test_a_trial_whose_time_is_over_without_a_case_has_a_verdict_all_the_same(
    cycling: Cycling, store: Store, plan: Experiment
) -> None:
    known = await begun(cycling, state(store, plan, "trial"))

    early = await cycling.look(LookAt(cycle=CYCLE, state=known, at=T0 + timedelta(days=3)))
    late = await cycling.look(LookAt(cycle=CYCLE, state=known, at=plan.stops_at))

    assert (early.number, early.evidence) == (None, None)
    assert T0 + timedelta(days=3) < early.next_at <= plan.stops_at
    assert late.evidence is not None
    assert late.evidence.verdict is not None
    assert late.evidence.verdict.outcome == "not_found"


async def test_a_trial_that_cannot_begin_says_why_and_nothing_has_happened(
    cycling: Cycling, store: Store, desk: Desk, plan: Experiment
) -> None:
    desk.experiments.lock(plan.model_copy(update={"key": "other"}), "dana")

    found = await cycling.begin(Begin(cycle=CYCLE, state=state(store, plan, "trial"), at=T0))

    assert found.refused is not None
    assert "other" in found.refused
    assert [row.key for row in store.experiments.ls()] == ["other"]


async def test_another_plan_than_the_one_that_was_locked_is_never_tried(
    cycling: Cycling, store: Store, plan: Experiment
) -> None:
    known = state(store, plan, "trial")
    assert known.planned is not None
    forged = known.model_copy(update={"planned": known.planned.model_copy(update={"plan": "0" * 12})})

    with pytest.raises(ApplicationError, match="is not in the records"):
        await cycling.begin(Begin(cycle=CYCLE, state=forged, at=T0))


# -- without a second arm ---------------------------------------------------------------------------------------------


async def test_without_a_second_arm_the_change_is_the_standard_meanwhile_and_the_weeks_decide(
    cycling: Cycling, files: Files, store: Store, desk: Desk
) -> None:
    plan = series(
        change=change("/services/vpn/title", "The tunnel"), measure="time", metric="time_to_resolve", late_s=20_000,
        follow_s=40_000, starts_at=T0, before=(T0 - timedelta(weeks=4), T0), weeks=6,
    )  # fmt: skip
    files.lives = history(T0) + after(T0, 42 * 12, 0.4)
    known = await begun(cycling, state(store, plan, "trial"))
    over = T0 + timedelta(weeks=6, seconds=40_000)

    assert known.standard == 1
    assert desk.organisation.service("vpn").title == "The tunnel"
    early = await cycling.look(LookAt(cycle=CYCLE, state=known, at=T0 + timedelta(weeks=2)))
    late = await cycling.look(LookAt(cycle=CYCLE, state=known, at=over))

    assert (early.number, early.next_at) == (None, over)
    assert (late.number, late.says) == (1, "win")
    assert late.evidence is not None
    assert late.evidence.interrupted is not None
    assert late.evidence.interrupted.beaten

    rolled = await cycling.settle(Settle(cycle=CYCLE, state=known, at=over, do="roll_back", by="dana"))
    assert (rolled.how, desk.organisation.service("vpn").title) == ("rolled_back", "VPN")


# -- the standard -----------------------------------------------------------------------------------------------------


async def test_what_is_accepted_becomes_the_standard_once_and_is_taken_back_once(
    cycling: Cycling, store: Store, desk: Desk, plan: Experiment
) -> None:
    known = state(store, plan, "control")
    accept = Settle(cycle=CYCLE, state=known, at=T0, do="accept", by="dana")

    first, again = [await cycling.settle(accept) for _ in range(2)]

    assert first == again
    assert (first.standard, first.how) == (1, "accepted")
    standing = known.model_copy(update={"standard": 1})
    revert = Settle(cycle=CYCLE, state=standing, at=T0, do="revert", by="system")
    back, twice = [await cycling.settle(revert) for _ in range(2)]
    assert (back.how, back.standard) == (twice.how, twice.standard) == ("reverted", None)
    assert [each.how for each in desk.standards.history()] == [How.ACCEPTED, How.REVERTED]


async def test_a_trial_that_is_withdrawn_exposes_nobody_any_more(
    cycling: Cycling, store: Store, plan: Experiment
) -> None:
    known = await begun(cycling, state(store, plan, "trial"))
    withdraw = Settle(cycle=CYCLE, state=known, at=T0, do="roll_back", by="dana")

    settled = [await cycling.settle(withdraw) for _ in range(2)]

    assert {each.how for each in settled} == {"rolled_back"}
    assert store.experiments.get(plan.key).state == "stopped"
    assert store.experiments.running() == []


# -- the watch --------------------------------------------------------------------------------------------------------


async def watching(cycling: Cycling, known: CycleState, at: datetime) -> CycleState:
    """The standard is watched from `at` on."""
    return known.model_copy(
        update={
            "decided": Decided(accepted=True, by="dana", at=at),
            "control": ControlPlan(),
            "evidence": known.evidence.model_copy(update={"baseline": await frozen(cycling, known)}),
        }
    )


async def frozen(cycling: Cycling, known: CycleState) -> Any:
    problem = known.model_copy(update={"phase": "problem", "planned": None, "evidence": Evidence()})
    found = await cycling.measure(Measure(cycle=CYCLE, state=problem, opened_at=T0, at=T0))
    return found.baseline


async def test_a_standard_that_holds_is_quiet_and_one_that_breaks_gives_a_signal(
    cycling: Cycling, files: Files, store: Store, plan: Experiment
) -> None:
    files.lives = history(T0) + tried(plan, 220, 0.5)
    known, _, _ = await to_the_end(cycling, await begun(cycling, state(store, plan, "trial")))
    began = T0 + timedelta(weeks=4)
    known = await watching(cycling, known, began)
    good = after(began, 12 * 42, 0.5)
    bad = after(began + timedelta(weeks=6), 12 * 21, 3.0, seed=9, mark="D")
    files.lives += good + bad

    quiet = await cycling.watch(WatchOver(cycle=CYCLE, state=known, at=began + timedelta(weeks=5)))
    loud = await cycling.watch(WatchOver(cycle=CYCLE, state=known, at=began + timedelta(weeks=9)))

    assert quiet.signal is None
    assert "false alarms: one per" in quiet.says
    assert len(quiet.course) == 8, "in one week nothing was reported"
    assert loud.signal is not None
    assert loud.signal.at == began + timedelta(weeks=6)
    assert loud.course[-1].value > 2 * quiet.course[-1].value


async def test_where_too_few_cases_had_the_change_no_chart_is_drawn_and_that_is_said(
    cycling: Cycling, files: Files, store: Store
) -> None:
    plan = experiment(store, T0, units=4, looks=(1.0,))
    files.lives = history(T0) + tried(plan, 8, 0.5)
    known, _, _ = await to_the_end(cycling, await begun(cycling, state(store, plan, "trial")))
    known = await watching(cycling, known, T0 + timedelta(weeks=4))

    found = await cycling.watch(WatchOver(cycle=CYCLE, state=known, at=T0 + timedelta(weeks=9)))

    assert found.signal is None
    assert "too few to say what is usual" in found.says
