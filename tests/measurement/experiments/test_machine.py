"""The decision machine: what it says at a look, that the same data lead to the same verdict, and how often it errs."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from benchmarks import verdicts
from definitions.experiment import Baseline, Experiment, Guard
from definitions.verdict import Decision
from measurement.charts.normal_scores import Reference
from measurement.experiments.machine import look
from measurement.experiments.observed import Observed
from measurement.experiments.planned import fingerprint, followed, strength
from measurement.experiments.verdict import verdict
from measurement.values import BadData, Refused
from tests.definitions.trials import START, trial

FOLLOWED = 7 * 86_400
BASE = followed(np.random.default_rng(1).lognormal(10, 1.5, 1_000), FOLLOWED)
REFERENCE = Reference.of(BASE)


def plan(**given: Any) -> Experiment:
    return trial(**{"baseline": Baseline(sha256=fingerprint(BASE), n=len(BASE)), "units": 400} | given)


def seen(n: int, ratio: float = 1.0, *, worse: float = 0.05, skew: float = 0.5, seed: int = 2) -> Observed:
    """So many cases, the variant `ratio` times as long, reopened more often."""
    rng = np.random.default_rng(seed)
    new = rng.random(n) < skew
    value = followed(rng.lognormal(10, 1.5, n) * np.where(new, ratio, 1.0), FOLLOWED)
    again = rng.random(n) < np.where(new, worse, 0.05)
    arm = np.where(new, "variant", "standard").astype(object)
    return Observed.of([f"INC-{k:05d}" for k in range(n)], arm, value, guards={"reopened": again.astype(float)})


def test_a_clear_effect_wins_and_a_clear_harm_is_harm() -> None:
    better, worse = look(plan(), seen(400, 0.3), REFERENCE), look(plan(), seen(400, 3.0), REFERENCE)

    assert (better.says, worse.says) == ("win", "harm")
    assert better.z is not None
    assert better.wins_at_z is not None
    assert better.z > better.wins_at_z


def test_an_early_look_needs_much_more_than_the_last_one() -> None:
    early = look(plan(), seen(80), REFERENCE)
    late = look(plan(), seen(400), REFERENCE)

    assert early.wins_at_z == pytest.approx(4.88, abs=0.01)
    assert late.wins_at_z == pytest.approx(1.96, abs=0.01)
    assert (late.final, late.says) == (True, "not_found")


def test_what_was_spent_at_earlier_looks_is_not_there_at_the_last_one() -> None:
    looks: tuple[Decision, ...] = ()
    for n in (80, 160, 240, 320, 400):
        looks = (*looks, look(plan(futility=False), seen(n), REFERENCE, looks))

    assert [made.wins_at_z for made in looks] == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=0.001)
    assert looks[-1].says == "not_found"
    assert verdict(plan(futility=False), seen(400), looks, REFERENCE).false_claims == pytest.approx(0.05, abs=1e-6)


def test_looks_at_instants_spend_by_what_was_gathered_and_the_rest_at_the_end() -> None:
    times = tuple(START + timedelta(days=days) for days in (20, 40, 60))
    timed = plan(looks=times, futility=False)
    looks: tuple[Decision, ...] = ()
    for n in (50, 90, 200):
        looks = (*looks, look(timed, seen(n), REFERENCE, looks))

    assert [made.information for made in looks] == [0.125, 0.225, 0.5]
    assert looks[-1].final
    assert verdict(timed, seen(200), looks, REFERENCE).false_claims == pytest.approx(0.05, abs=1e-6)


def test_a_hopeless_effect_is_given_up() -> None:
    found = look(plan(), seen(240, 1.5), REFERENCE)

    assert found.gives_up_below_z is not None
    assert found.says == "futility"


def test_arms_that_are_not_as_drawn_end_it_before_anything_else() -> None:
    found = look(plan(), seen(400, 0.3, skew=0.3), REFERENCE)

    assert found.says == "srm"
    assert "NOT as drawn" in found.why


def test_a_guard_that_gets_worse_stops_it_and_one_within_its_bound_does_not() -> None:
    guarded = plan(guards=(Guard(metric="reopened"),))
    lenient = plan(guards=(Guard(metric="reopened", bound=0.3),))

    stopped, goes_on = (look(each, seen(160, worse=0.3), REFERENCE) for each in (guarded, lenient))

    assert stopped.says == "guard"
    assert stopped.guards[0].worse_by > 0.1
    assert not goes_on.guards[0].stops
    assert goes_on.says != "guard"


def test_a_win_waits_while_a_guard_looks_worse() -> None:
    guarded = plan(guards=(Guard(metric="reopened"),), guard_alpha=0.0001)

    found = look(guarded, seen(240, 0.3, worse=0.12, seed=4), REFERENCE)

    assert found.guards[0].z > 1.645
    assert found.says == "continue"
    assert "no win so" in found.why


def test_blocks_are_compared_as_wholes_by_rearranging_them() -> None:
    """A thousand cases in 12 weeks are 12 observations: what is clear case by case is not by weeks of such luck."""
    rng = np.random.default_rng(3)
    weeks = np.arange(12).repeat(80)
    luck = rng.normal(0, 0.8, 12)
    arm = np.where(weeks % 2 == 1, "variant", "standard").astype(object)
    value = followed(np.exp(rng.normal(10, 1.5, len(weeks)) + luck[weeks] - 0.5 * (weeks % 2)), FOLLOWED)
    unit = [f"2026-{week:02d}" for week in weeks]
    pairs = {f"2026-{week:02d}": f"pair-{week // 2}" for week in range(12)}
    cases = [f"INC-{k:05d}" for k in range(len(weeks))]
    blocks = Observed.of(cases, arm, value, unit=unit, pairs=pairs)
    by_block = plan(unit="block", units=12, looks=(1.0,), futility=False)

    found = look(by_block, blocks, REFERENCE)
    judged = verdict(by_block, blocks, (found,), REFERENCE)

    assert found.units == {"standard": 6, "variant": 6}
    assert found.says == "not_found"
    assert look(plan(units=960, looks=(1.0,)), Observed.of(cases, arm, value), REFERENCE).says == "win"
    assert judged.p is None
    assert judged.effect.within.low is None


def test_the_same_data_in_any_order_lead_to_the_same_verdict() -> None:
    data = seen(400, 0.3)
    rows = np.random.default_rng(9).permutation(len(data))
    again = Observed.of(
        data.case[rows], data.arm[rows], data.value[rows], guards={"reopened": data.guards["reopened"][rows]}
    )
    first, second = (verdict(plan(), each, (look(plan(), each, REFERENCE),), REFERENCE) for each in (data, again))

    assert first.hash == second.hash
    assert first.outcome == "win"
    assert first.effect.value == pytest.approx(0.3, abs=0.1)
    assert first.hash != verdict(plan(), seen(400, 0.3, seed=5), (look(plan(), seen(400, 0.3, seed=5), REFERENCE),),
                                 REFERENCE).hash  # fmt: skip


def test_what_does_not_belong_together_is_refused() -> None:
    ended = (look(plan(), seen(400, 0.3), REFERENCE),)
    with pytest.raises(Refused, match="has ended it"):
        look(plan(), seen(400), REFERENCE, ended)
    with pytest.raises(Refused, match="its last look saw"):
        verdict(plan(), seen(400, 0.4), ended, REFERENCE)
    with pytest.raises(Refused, match="no look has ended it"):
        verdict(plan(), seen(400), (), REFERENCE)
    with pytest.raises(Refused, match="is not what it was"):
        look(plan(), seen(400), Reference.of(BASE + 1))
    with pytest.raises(BadData, match="say nothing of the guard late"):
        look(plan(guards=(Guard(metric="late"),)), seen(400), REFERENCE)
    with pytest.raises(BadData, match="longer than its case was followed"):
        look(plan(follow_s=60), seen(400), REFERENCE)
    with pytest.raises(BadData, match="cases in both arms"):
        Observed.of(["a", "b"], ["standard", "variant"], [1.0, 2.0], unit=["rita", "rita"])
    with pytest.raises(BadData, match="stands twice"):
        Observed.of(["a", "a"], ["standard", "variant"], [1.0, 2.0])


def test_a_trial_ended_by_somebody_has_a_verdict_that_says_so() -> None:
    found = verdict(plan(), seen(100), (), REFERENCE, stopped="People complain.")

    assert (found.outcome, found.why, found.p) == ("stopped", "People complain.", None)


def test_a_hopeless_plan_is_refused_with_the_size_that_would_do() -> None:
    with pytest.raises(Refused, match="wished are 80 %") as refused:
        strength(plan(units=100), REFERENCE)

    needed = int(refused.value.hint.split()[1].replace(",", ""))
    assert strength(plan(units=needed), REFERENCE).power == pytest.approx(0.8, abs=0.002)
    with pytest.raises(BadData, match="differ from each other is not known"):
        strength(plan(unit="requester"), REFERENCE)


def test_guards_cost_units_and_the_plan_says_so() -> None:
    alone, guarded = plan(units=10_000), plan(units=10_000, guards=(Guard(metric="reopened"),))

    assert strength(guarded, REFERENCE).needed > strength(alone, REFERENCE).needed
    with pytest.raises(ValueError, match="out of reach"):
        plan(power=0.95, guards=(Guard(metric="reopened"),))


def test_shares_are_compared_as_shares() -> None:
    shares = trial(
        measure="share",
        metric="breached",
        least=-0.1,
        units=1_000,
        baseline=Baseline(sha256="0" * 64, n=500, share=0.3),
    )
    rng = np.random.default_rng(6)
    new = rng.random(1_000) < 0.5
    hit = (rng.random(1_000) < np.where(new, 0.15, 0.3)).astype(float)
    data = Observed.of([f"c{k:04d}" for k in range(1_000)], np.where(new, "variant", "standard").astype(object), hit)

    found = look(shares, data)
    judged = verdict(shares, data, (found,))

    assert found.says == "win"
    assert judged.effect.value == pytest.approx(-0.15, abs=0.06)
    assert strength(shares).power > 0.8


def test_simulated_cycles_keep_the_promises_of_the_plan() -> None:
    """The quick version: 4,000 of each by `python -m benchmarks verdicts`. Bounds are three standard errors wide."""
    figures, details = verdicts.rates(150)
    wins, found, guarded, claims = (figure.value for figure in figures)

    assert details["false_wins"] <= 0.025 + 3 * 0.013
    assert wins < 0.12
    assert found >= details["planned_power"] - 0.03 - 3 * 0.033
    assert guarded >= 0.8 - 3 * 0.033
    assert claims >= 0.95 - 3 * 0.018
    assert details["naive_claims_of_picked_baselines"] > 0.8


def test_a_simulated_verdict_is_the_same_each_time() -> None:
    assert verdicts.judged(7, verdicts.FASTER).hash == verdicts.judged(7, verdicts.FASTER).hash
