"""Planned looks keep the promise that unplanned ones break."""

import numpy as np
import pytest

from measurement.experiments.boundaries import (
    constant,
    even,
    lan_demets,
    obf_spending,
    obrien_fleming,
    peeking,
    pocock,
    pocock_spending,
    power_spending,
    with_futility,
)
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_published_constants_come_out() -> None:
    known = oracle("group_sequential_pocock_obf_k1_5")
    looks, close = known["input"]["K"], known["tolerance"]["abs"]

    assert [constant(pocock(k)) for k in looks] == pytest.approx(known["expected"]["pocock_C"], abs=close)
    assert [constant(obrien_fleming(k)) for k in looks] == pytest.approx(known["expected"]["obf_C"], abs=close)
    assert obrien_fleming(5).high == pytest.approx((4.56, 3.23, 2.63, 2.28, 2.04), abs=0.005)


def test_constants_for_more_looks_and_other_levels_are_those_of_jennison_and_turnbull() -> None:
    """Tables 2.1 and 2.3, K = 10."""
    assert constant(pocock(10)) == pytest.approx(2.555, abs=5e-4)
    assert constant(pocock(10, 0.01)) == pytest.approx(3.117, abs=5e-4)
    assert constant(obrien_fleming(10)) == pytest.approx(2.087, abs=5e-4)


def test_peeking_breaks_the_promise_as_published() -> None:
    known = oracle("peeking_type1_k1_5")

    found = [peeking(k) for k in known["input"]["looks"]]

    assert found == pytest.approx(known["expected"]["type1"], abs=known["tolerance"]["abs"])
    assert peeking(30) == pytest.approx(0.28, abs=0.01)


def test_spent_alpha_gives_the_boundaries_of_lan_and_demets() -> None:
    """Five even looks, two-sided .05: ldbounds and gsDesign in R."""
    obf, poc = lan_demets(even(5)), lan_demets(even(5), pocock_spending)

    assert obf.high == pytest.approx((4.8769, 3.3570, 2.6803, 2.2898, 2.0310), abs=1e-4)
    assert poc.high == pytest.approx((2.4380, 2.4268, 2.4102, 2.3966, 2.3860), abs=1e-4)


@pytest.mark.parametrize("looks", [(0.1, 0.5, 0.55, 1.0), (1.0,), (0.001, 1.0)])
@pytest.mark.parametrize("spending", [obf_spending, pocock_spending, power_spending(3)])
@pytest.mark.parametrize("sides", [1, 2])
def test_looks_at_any_time_spend_all_of_alpha_and_no_more(looks: tuple[float, ...], spending, sides: int) -> None:  # type: ignore[no-untyped-def]
    plan = lan_demets(looks, spending, alpha=0.05, sides=sides)

    assert plan.false_wins() == pytest.approx(0.05, abs=1e-7)


def test_a_plan_that_was_not_finished_has_spent_less() -> None:
    assert lan_demets((0.3, 0.6)).false_wins() == pytest.approx(2 * obf_spending(0.6, 0.025), abs=1e-9)


def test_stopping_rules_hold_in_simulation() -> None:
    rng = np.random.default_rng(3)
    plan = obrien_fleming(4)
    sums = np.cumsum(rng.normal(0, np.sqrt(1 / 4), (40_000, 4)), axis=1)
    z = sums / np.sqrt(np.array(plan.looks))
    shifted = (sums + 2.8 * np.array(plan.looks)) / np.sqrt(np.array(plan.looks))

    assert (np.abs(z) >= np.array(plan.high)).any(axis=1).mean() == pytest.approx(0.05, abs=0.004)
    assert (shifted >= np.array(plan.high)).any(axis=1).mean() == pytest.approx(plan.power(2.8), abs=0.006)


def test_the_price_of_looks_is_that_of_jennison_and_turnbull() -> None:
    """Tables 2.2 and 2.4, K = 5, power .8: Pocock needs 1.229 times the cases, O'Brien-Fleming 1.028 times."""
    assert pocock(5).inflation(0.8) == pytest.approx(1.229, abs=1e-3)
    assert obrien_fleming(5).inflation(0.8) == pytest.approx(1.028, abs=1e-3)
    assert obrien_fleming(1).inflation(0.8) == pytest.approx(1)
    plan = obrien_fleming(5)
    assert plan.expected_share(plan.drift_for(0.8)) < plan.expected_share(0) < 1


def test_futility_stops_lost_causes_and_costs_no_alpha() -> None:
    """gsDesign(k = 3, test.type = 4, alpha = .025, beta = .1, sfu = sfLDOF, sfl = sfLDOF)."""
    plan, drift = with_futility(lan_demets(even(3), alpha=0.025, sides=1), power=0.9)

    assert plan.futility == pytest.approx((-0.6945, 1.0025, 1.9930), abs=1e-4)
    assert plan.power(drift) == pytest.approx(0.9, abs=1e-6)
    assert plan.false_wins() == pytest.approx(0.025, abs=1e-9)
    assert plan.expected_share(0) < lan_demets(even(3), alpha=0.025, sides=1).expected_share(0)


def test_stagewise_p_is_alpha_on_the_boundary_of_the_last_look() -> None:
    plan = obrien_fleming(5)

    assert plan.stagewise_p(5, plan.high[-1]) == pytest.approx(0.05, abs=1e-9)
    assert plan.stagewise_p(1, 1.0) == pytest.approx(2 * 0.15865525, abs=1e-7)
    assert plan.stagewise_p(2, 4.0) < plan.stagewise_p(3, 3.0) < plan.stagewise_p(3, 2.5)


def test_a_repeated_interval_excludes_nothing_exactly_where_the_boundary_is_met() -> None:
    interval = obrien_fleming(5).repeated_interval(3, estimate=2.63 * 0.5, se=0.5)

    assert interval.low == pytest.approx(0, abs=0.01)
    assert interval.level == 0.95


@pytest.mark.parametrize("looks", [(), (0.5, 0.5, 1.0), (0.0, 1.0), (0.5, 1.2)])
def test_looks_that_are_no_shares_are_refused(looks: tuple[float, ...]) -> None:
    with pytest.raises(BadData, match="rising shares"):
        lan_demets(looks)
    with pytest.raises(BadData, match="at least one look"):
        even(0)
