"""What people say, promises, and what no person had to do: each number can be counted by hand."""

import math

import pytest

from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from measurement.values import Excluded
from tests.measurement.metrics.small import hour, log


def said(case: str, question: str, score: str | None) -> tuple[object, ...]:
    return (case, "feedback", 2, {"question": question, "score": score})


def test_csat_has_its_mean_and_response_rate_beside_it() -> None:
    # 5, 4, 2 on five resolved cases; one word that is no number, one outside the scale.
    small = log(
        *((case, "resolved", 1) for case in "abcde"),
        *(said("a", "csat", "5"), said("b", "csat", "4"), said("c", "csat", "2"), said("d", "csat", "fine")),
        *(said("c", "csat", "9"), said("e", "nps", "9")),
    )

    found = measure(small, "csat")

    assert (found.estimate.n, found.estimate.value) == (3, pytest.approx(2 / 3))
    assert set(found.excluded) == {Excluded(1, "no number was given"), Excluded(1, "outside the scale, 1 to 5")}
    assert [b.estimate.value for b in found.beside] == [pytest.approx(11 / 3), pytest.approx(4 / 5)]


def test_the_net_promoter_score_has_its_interval() -> None:
    # 8 promoters, 4 passives, 4 detractors of 16: 100 (8 - 4) / 16.
    small = log(*(said(str(n), "nps", str(score)) for n, score in enumerate(4 * (10, 9, 8, 3))))

    found = measure(small, "nps")

    half = 1.959964 * math.sqrt((0.5 + 0.25 - 0.25**2) / 16)
    assert found.estimate.value == pytest.approx(25)
    assert found.estimate.interval is not None
    assert found.estimate.interval.low == pytest.approx(100 * (0.25 - half), rel=1e-5)
    assert found.estimate.interval.high == pytest.approx(100 * (0.25 + half), rel=1e-5)


@pytest.mark.parametrize(
    ("key", "question", "scores", "value"),
    [
        ("overall_satisfaction", "overall", ("5", "1"), 0.5),
        ("customer_effort", "effort", ("7", "4"), 5.5),
        ("happiness", "happiness", ("10", "2"), 0.0),
        ("lost_time", "lost_time", ("30", "10"), 20.0),
    ],
)
def test_each_question_is_a_metric_of_its_own(key: str, question: str, scores: tuple[str, ...], value: float) -> None:
    small = log(*(said(str(n), question, score) for n, score in enumerate(scores)), said("x", "other", "1"))

    found = measure(small, key)

    assert (found.estimate.n, found.estimate.value) == (2, value)


def test_what_was_never_asked_is_unknown_and_says_what_to_import() -> None:
    found = measure(log(("a", "resolved", 1)), "nps")

    assert (found.estimate.n, found.estimate.value) == (0, None)
    assert found.excluded[0].n == 1
    assert "`question` (`nps`) and `score`" in found.excluded[0].reason


def test_promises_that_came_due_are_kept_or_not() -> None:
    small = log(*(("a", "promise_kept", n) for n in range(3)), ("a", "promise_broken", 4), ("a", "promised", 5))

    assert measure(small, "kept_promise_rate").estimate.value == 0.75


def test_feedback_waits_until_somebody_answers() -> None:
    small = log(
        *(("a", "feedback", 0), ("a", "feedback_answered", 2), ("a", "feedback_acted_on", 3)),
        *(("b", "feedback", 0),),
        as_of=10,
    )

    waited, acted = measure(small, "feedback_response_time"), measure(small, "acted_on_rate")

    # After 2 hours half are answered, and nothing more by 10.
    assert (waited.estimate.n, waited.estimate.open, waited.estimate.median) == (2, 1, hour(2))
    assert acted.estimate.value == 0.5


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


def test_time_saved_is_measured_against_the_same_kind_by_hand() -> None:
    by_hand = {"human": True, "kind": "value_adding", "category": "vpn"}
    small = log(
        *(("hand", "work", 0, by_hand), ("hand", "resolved", 2, by_hand)),
        *(("auto", "automated", 0, {**ROBOT, "ended_at": 0.5}), ("auto", "resolved", 1, {"human": False})),
        *(("other", "automated", 0, {**ROBOT, "category": "mail"}), ("other", "resolved", 1, {"human": False})),
    )

    found = measure(small, "time_saved")

    # Two hours by hand minus half an hour of the automation; nothing of the category mail was measured by hand.
    assert (found.estimate.n, found.estimate.value) == (1, hour(1.5))
    assert found.excluded == (Excluded(1, "nothing of its kind was measured by hand"),)


def test_no_time_is_saved_until_it_was_measured() -> None:
    assert measure(log(("a", "resolved", 1)), "time_saved").estimate.value == 0


def test_help_is_judged_by_those_from_whom_it_was_held_out() -> None:
    # 2 of 4 held out became cases, 1 of 4 shown.
    rows: list[tuple[object, ...]] = []
    for arm, cases in (("held_out", 2), ("shown", 1)):
        for n in range(4):
            rows.append((f"{arm}{n}", "help", 0, {"arm": arm}))
            rows += [(f"{arm}{n}", "opened", 1)] if n < cases else []

    found = measure(log(*rows), "deflection_effect")

    assert (found.estimate.n, found.estimate.value) == (8, 0.25)
    assert found.estimate.interval is not None
    assert found.estimate.interval.method == "Newcombe"


def test_self_service_counts_demand_that_never_became_a_case() -> None:
    small = log(
        *(("a", "self_service", 0), ("a", "self_service_found", 1)),
        *(("b", "self_service", 0), ("b", "opened", 1), ("c", "opened", 0), ("d", "opened", 0)),
    )

    assert measure(small, "self_service_adoption").estimate.value == 0.5
    assert measure(small, "self_service_success").estimate.value == 0.5


def test_containment_ends_with_a_person_or_a_return() -> None:
    small = log(
        *(("in", "automated", 0, AUTO), ("in", "resolved", 1, AUTO)),
        *(("out", "automated", 0, AUTO), ("out", "commented", 1, HAND), ("out", "resolved", 2, AUTO)),
        *(("back", "automated", 0, AUTO), ("back", "resolved", 1, AUTO), ("back", "reopened", 2, AUTO)),
        ("none", "resolved", 1, HAND),
    )

    found = measure(small, "containment")

    assert (found.estimate.n, found.estimate.value) == (3, pytest.approx(1 / 3))


def test_links_and_overrides() -> None:
    small = log(
        *(("a", "step_entered", 0), ("a", "overridden", 1, {"reason": "vip"}), ("a", "resolved", 2, {"article": "k1"})),
        *(("b", "step_entered", 0), ("b", "resolved", 2), ("c", "step_entered", 0)),
    )

    assert measure(small, "knowledge_link_rate").estimate.value == 0.5
    assert measure(small, "override_rate").estimate.value == 0.25
    assert {g.group for g in measure(small, "override_rate", Scope(by="cause")).by} == {"vip", None}
