"""What was done twice, and the yields that follow."""

import pytest

from measurement.flow.rework import back_steps, case_rework, rework, rolled_yield
from tests.measurement.flow.logs import log
from tests.measurement.oracles import oracle

LOOPS = log(
    *(("a", "work", 0), ("a", "work", 1), ("a", "check", 10), ("a", "work", 20), ("a", "check", 25), ("a", "done", 30)),
    *(("b", "work", 0), ("b", "wait", 5), ("b", "work", 9), ("b", "wait", 10), ("b", "check", 12), ("b", "done", 15)),
    *(("c", "work", 0), ("c", "check", 5), ("c", "done", 9)),
    *(("d", "work", 0), ("d", "check", 5), ("d", "done", 9)),
)


def test_a_step_entered_again_after_it_was_left_is_rework_and_a_repeated_event_is_not() -> None:
    steps = {step.step: step for step in rework(LOOPS).steps}

    assert (steps["work"].entered, steps["work"].reworked, steps["work"].again, steps["work"].repeats) == (4, 2, 2, 1)
    assert steps["work"].first_pass_yield == pytest.approx(0.5)
    assert steps["check"].first_pass_yield == pytest.approx(0.75)


def test_rolled_and_case_level_yield_differ_when_failures_cluster() -> None:
    found = rework(LOOPS)

    assert found.rolled_throughput_yield == pytest.approx(0.5 * 0.75 * 1.0)
    assert found.case_level_yield == pytest.approx(0.5)


def test_waiting_twice_is_no_rework_but_its_step_is_counted() -> None:
    steps = {step.step: step for step in rework(LOOPS).steps}

    assert steps["wait"].waiting
    assert steps["wait"].again == 1
    assert rework(LOOPS).again_s == pytest.approx((5 + 5 + 1) * 60)


def test_returns_are_listed_with_where_they_came_from_and_what_they_cost() -> None:
    assert back_steps(LOOPS).to_pylist() == [
        {"from": "check", "to": "work", "cases": 1, "times": 1, "seconds": 300.0},
        {"from": "wait", "to": "work", "cases": 1, "times": 1, "seconds": 60.0},
        {"from": "work", "to": "check", "cases": 1, "times": 1, "seconds": 300.0},
    ]


def test_each_case_has_its_own_rework() -> None:
    assert [r["again"] for r in case_rework(LOOPS).to_pylist()] == [2, 1, 0, 0]


def test_rolled_yield_is_the_product_of_the_published_example() -> None:
    known = oracle("rty_four_step")

    found = rolled_yield(known["input"]["fpy"])

    assert found == pytest.approx(known["expected"]["rty"], abs=known["tolerance"]["abs"])
    assert round(known["input"]["units"] * (found or 0)) == known["expected"]["good_units"]


def test_no_step_no_yield() -> None:
    assert rolled_yield([]) is None
