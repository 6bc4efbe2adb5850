"""What no person had to do: each number can be counted by hand."""

import pytest

from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from measurement.values import Excluded
from tests.measurement.metrics.small import hour, log

AUTO, HAND, ROBOT = {"human": False}, {"human": True}, {"human": False, "kind": "value_adding", "category": "vpn"}


def test_touchless_and_automated_are_read_from_events() -> None:
    small = log(
        *(("a", "opened", 0, AUTO), ("a", "automated", 1, AUTO), ("a", "resolved", 2, AUTO)),
        *(("b", "opened", 0, AUTO), ("b", "automated", 1, AUTO), ("b", "started", 2, HAND), ("b", "resolved", 3, HAND)),
        *(("c", "opened", 0, AUTO), ("c", "resolved", 2, HAND), ("d", "opened", 0, AUTO)),
    )

    touchless, rate = measure(small, "touchless_rate"), measure(small, "automation_rate")

    assert (touchless.estimate.n, touchless.estimate.value) == (3, pytest.approx(1 / 3))
    assert touchless.excluded == (Excluded(1, "open and untouched so far"),)
    # Involved in 2 of 4, of which 1 without a person: 2/4 x 1/2.
    assert (rate.estimate.n, rate.estimate.value) == (4, 0.25)
    assert rate.notes == ("involved 2 of 4", "resolved 1 of 2 involved")


def test_an_automation_that_did_nothing_for_the_case_was_not_involved() -> None:
    rows: list[tuple[object, ...]] = []
    for outcome in ("done", "ok", "nothing", "failed", "refused", "unknown"):
        rows.append((outcome, "automated", 0, {**AUTO, "outcome": outcome}))
        rows.append((outcome, "resolved", 1, AUTO))

    rate = measure(log(*rows), "automation_rate")

    assert rate.notes == ("involved 2 of 6", "resolved 2 of 2 involved")


def test_what_is_looked_up_at_every_triage_is_no_automation_at_work() -> None:
    look = {**AUTO, "outcome": "done", "automation": "find-duplicates"}
    reset = {**AUTO, "outcome": "done", "automation": "reset"}
    small = log(
        *(("a", "automated", 0, look), ("a", "resolved", 1, AUTO)),
        *(("b", "automated", 0, look), ("b", "automated", 1, reset), ("b", "resolved", 2, AUTO)),
    )

    assert measure(small, "automation_rate").notes == ("involved 1 of 2", "resolved 1 of 1 involved")


def by_hand(case: str, hours: float, category: str = "vpn") -> list[tuple[object, ...]]:
    """Worked on by a person for so long."""
    return [(case, "work", 0, {**HAND, "kind": "value_adding", "category": category}), (case, "resolved", hours, HAND)]


def by_machine(case: str, hours: float, category: str = "vpn") -> list[tuple[object, ...]]:
    """Done by an automation in so long, and resolved after two hours."""
    return [
        (case, "automated", 0, {**ROBOT, "category": category, "ended_at": hours}),
        (case, "resolved", 2, AUTO),
    ]


def test_time_saved_is_measured_against_the_same_kind_by_hand() -> None:
    small = log(
        *(*by_hand("h1", 2), *by_hand("h2", 4)),
        *(*by_machine("m1", 0.5), *by_machine("m2", 0.25), *by_machine("other", 0.5, "mail")),
    )

    found = measure(small, "time_saved")

    # Mean by hand 3 h: (3 - 0.5) + (3 - 0.25); nothing of the category mail was measured by hand.
    assert (found.estimate.n, found.estimate.value) == (2, pytest.approx(hour(5.25)))
    assert found.excluded == (Excluded(1, "nothing of its kind was measured by hand"),)
    # The mean of 2 and 4 hours has the variance 2 / 2 = 1: of two cases it is 2 x 1.96 hours wide to each side.
    assert found.estimate.interval is not None
    assert found.estimate.interval.high == pytest.approx(hour(5.25 + 2 * 1.959964), rel=1e-6)


def test_one_case_by_hand_gives_a_sum_without_an_interval() -> None:
    found = measure(log(*by_hand("h", 2), *by_machine("m", 0.5)), "time_saved")

    assert (found.estimate.value, found.estimate.interval) == (hour(1.5), None)
    assert found.notes == ("a kind was done by hand only once: there is no interval",)


def test_no_time_is_saved_until_it_was_measured() -> None:
    assert measure(log(("a", "resolved", 1)), "time_saved").estimate.value == 0


def test_links() -> None:
    small = log(*(("a", "resolved", 2, {"article": "k1"}), ("b", "resolved", 2), ("c", "step_entered", 0)))

    assert measure(small, "knowledge_link_rate").estimate.value == 0.5


def test_an_override_is_one_of_what_was_proposed_and_says_why() -> None:
    # Four teams proposed, one overridden; two priorities, one overridden twice; how many reviews were due is not known.
    small = log(
        *((case, "routed", 0) for case in "abcd"),
        ("a", "overridden", 1, {"proposal": "routing", "reason": "knows_more"}),
        *((case, "opened", 0) for case in "ab"),
        ("b", "overridden", 1, {"proposal": "priority", "reason": "mistaken"}),
        ("b", "overridden", 2, {"proposal": "priority", "reason": "agreed"}),
        ("c", "overridden", 3, {"proposal": "review", "reason": "not_needed"}),
    )

    found = measure(small, "override_rate")
    by_cause = measure(small, "override_rate", Scope(by="cause"))

    assert (found.estimate.n, found.estimate.value) == (6, pytest.approx(2 / 6))
    assert [(g.group, g.estimate.n, g.estimate.value) for g in found.by][:2] == [
        ("routing", 4, 0.25),
        ("priority", 2, 0.5),
    ]
    assert found.excluded == (Excluded(1, "how often it was proposed is not known"),)
    assert {g.group for g in by_cause.by} == {None, "knows_more", "agreed", "not_needed"}
