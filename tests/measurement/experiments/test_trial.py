"""A trial is planned on the times there really are."""

import numpy as np
import pytest

from measurement.charts.normal_scores import Reference
from measurement.experiments.boundaries import Boundaries, even, obrien_fleming
from measurement.experiments.trial import default_plan, design, look, needed, scored, simulated
from measurement.log.eventlog import EventLog
from measurement.values import BadData, Refused


@pytest.fixture(scope="module")
def lognormal() -> Reference:
    return Reference.of(np.random.default_rng(1).lognormal(9, 1.5, 2000))


@pytest.fixture(scope="module")
def uci(uci_log: EventLog) -> Reference:
    rows = uci_log.arrays("SELECT epoch(resolved_at - opened_at) AS s FROM cases WHERE resolved_at IS NOT NULL")
    return Reference.of(rows["s"])


def test_planned_power_is_what_simulated_trials_win(lognormal: Reference) -> None:
    plan = default_plan()
    n = needed(lognormal, 0.7, plan, power=0.8)

    found = simulated(lognormal, 0.7, n, plan, runs=2000)

    assert found.wins == pytest.approx(0.8, abs=4 * found.se)
    assert found.mean_n == pytest.approx(design(lognormal, 0.7, n, plan).expected_n, rel=0.03)
    assert found.mean_n < n


def test_a_trial_without_effect_keeps_its_promise_on_real_times(uci: Reference) -> None:
    found = simulated(uci, 1.0, 600, default_plan(), runs=2000)

    assert found.wins == pytest.approx(0.025, abs=4 * np.sqrt(0.025 * 0.975 / 2000))


def test_on_real_times_normal_scores_find_more_than_t_of_logarithms(uci: Reference) -> None:
    """600 in each arm, 30 % faster: t on ln finds .48 of it (measured, one look); times halved are found always."""
    plan = default_plan()

    assert simulated(uci, 0.7, 600, plan, runs=1000).wins == pytest.approx(
        plan.power(scored(uci, 0.7).drift(600)), abs=0.05
    )
    assert 0.6 < simulated(uci, 0.7, 600, plan, runs=1000).wins < 0.85
    assert simulated(uci, 0.5, 600, plan, runs=500).wins > 0.99


def test_peeking_at_real_times_breaks_the_promise(uci: Reference) -> None:
    """30 looks of 20 in each arm at z = 1.96: about .28 false wins in either direction instead of .05."""
    peek = Boundaries("peeking", even(30), (1.96,) * 30, 0.05, 2)

    found = simulated(uci, 1.0, 600, peek, runs=2000)

    assert 2 * found.wins == pytest.approx(0.28, abs=0.04)


def test_a_hopeless_design_is_refused_with_what_would_do(uci: Reference) -> None:
    with pytest.raises(Refused, match="With 300 cases in each arm, times 0") as refused:
        design(uci, 0.7, 300)

    assert "cases in each arm, or plan for times 0." in refused.value.hint
    enough = needed(uci, 0.7, default_plan(), 0.8)
    assert design(uci, 0.7, enough).power == pytest.approx(0.8, abs=0.01)


def test_the_mildest_change_is_the_one_that_needs_what_there_is(lognormal: Reference) -> None:
    found = design(lognormal, 0.5, 400)

    assert found.least is not None
    assert needed(lognormal, found.least, found.plan, 0.8) == pytest.approx(400, abs=3)


def test_a_look_stops_where_the_plan_says(lognormal: Reference) -> None:
    rng = np.random.default_rng(2)
    old, faster = rng.lognormal(9, 1.5, 300), rng.lognormal(7.5, 1.5, 300)
    plan = obrien_fleming(3)

    clear, unclear = look(old, faster, lognormal, plan, 2), look(old, old * 0.99, lognormal, plan, 2)

    assert clear.stop
    assert clear.z < -plan.high[1]
    assert clear.p < 0.01
    assert clear.interval.high is not None
    assert clear.interval.high < 0
    assert not unclear.stop
    assert not look([5.0] * 9, [5.0] * 9, lognormal, plan, 1).stop


def test_what_is_no_plan_is_refused(lognormal: Reference) -> None:
    with pytest.raises(Refused, match="60 looks"):
        default_plan(60)
    with pytest.raises(Refused, match="stay at the same ranks"):
        needed(lognormal, 1.0, default_plan())
    with pytest.raises(BadData, match="no change of times"):
        scored(lognormal, 0)
    with pytest.raises(BadData, match="A look needs two cases"):
        look([1.0], [2.0, 3.0], lognormal, default_plan(), 1)
