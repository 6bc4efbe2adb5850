"""How far people get without asking anybody: each number can be counted by hand."""

import pytest

from measurement.metrics.measure import measure
from measurement.values import Excluded
from tests.measurement.metrics.small import log

AUTO, HAND = {"human": False}, {"human": True}
DAY = 24


def test_adoption_counts_who_tried_an_offer_before_the_desk_did_anything() -> None:
    small = log(
        *(("took", "opened", 0, AUTO), ("took", "offered", 0, AUTO), ("took", "offer_taken", 1, AUTO)),
        *(("no", "opened", 0, AUTO), ("no", "offered", 0, AUTO), ("no", "offer_declined", 1, AUTO)),
        *(("late", "opened", 0, AUTO), ("late", "commented", 1, HAND), ("late", "offer_taken", 2, AUTO)),
        *(("mute", "opened", 0, AUTO), ("mute", "offered", 0, AUTO)),
        ("none", "opened", 0, AUTO),
    )

    adoption, success = measure(small, "self_service_adoption"), measure(small, "self_service_success")

    assert (adoption.estimate.n, adoption.estimate.value) == (5, pytest.approx(2 / 5))
    assert (success.estimate.n, success.estimate.value) == (2, 0.5)
    assert [(b.what, b.estimate.n, b.estimate.value) for b in success.beside] == [
        ("offers that the person answered", 3, pytest.approx(2 / 3))
    ]


@pytest.mark.parametrize("after", [("reopened", AUTO), ("opened", AUTO)])
def test_what_was_found_is_no_success_when_somebody_had_to_go_on(after: tuple[str, dict[str, bool]]) -> None:
    small = log(("a", "offer_taken", 0, AUTO), ("a", after[0], 2, after[1]))

    assert measure(small, "self_service_success").estimate.value == 0


def test_what_was_found_only_after_the_desk_had_begun_is_no_success_and_a_word_afterwards_takes_nothing_away() -> None:
    small = log(
        *(("late", "offer_declined", 0, AUTO), ("late", "commented", 1, HAND), ("late", "offer_taken", 2, AUTO)),
        *(("fine", "offer_taken", 0, AUTO), ("fine", "commented", 2, HAND)),
    )

    assert measure(small, "self_service_success").estimate.value == 0.5


def test_containment_ends_with_a_person_or_a_return_within_the_week() -> None:
    small = log(
        *(("in", "automated", 0, AUTO), ("in", "resolved", 1, AUTO)),
        *(("out", "automated", 0, AUTO), ("out", "commented", 1, HAND), ("out", "resolved", 2, AUTO)),
        *(("back", "automated", 0, AUTO), ("back", "resolved", 1, AUTO), ("back", "reopened", 2, AUTO)),
        *(("later", "automated", 0, AUTO), ("later", "resolved", 1, AUTO), ("later", "reopened", 9 * DAY, AUTO)),
        ("later", "resolved", 9 * DAY + 1, AUTO),
        *(("fresh", "automated", 39 * DAY, AUTO), ("fresh", "resolved", 39 * DAY + 1, AUTO)),
        ("none", "resolved", 1, HAND),
        as_of=40 * DAY,
    )

    found = measure(small, "containment")

    # in and later of in, out, back, later
    assert (found.estimate.n, found.estimate.value) == (4, 0.5)
    assert found.excluded == (Excluded(1, "resolved less than 7 days ago"),)


def test_an_automation_that_had_nothing_to_do_or_was_held_back_is_no_way_in_and_one_that_failed_is() -> None:
    rows: list[tuple[object, ...]] = []
    for outcome in ("nothing", "refused", "done", "failed", "unknown"):
        rows.append((outcome, "automated", 0, {**AUTO, "outcome": outcome}))
        rows.append(
            (outcome, "commented", 1, HAND) if outcome in ("failed", "unknown") else (outcome, "heard", 1, AUTO)
        )
        rows.append((outcome, "resolved", 2, AUTO))

    found = measure(log(*rows), "containment")

    assert (found.estimate.n, found.estimate.value) == (3, pytest.approx(1 / 3))


def test_containment_is_shown_by_the_way_in() -> None:
    task = {**AUTO, "automated": "true"}
    small = log(
        *(("o", "offered", 0, AUTO), ("o", "resolved", 1, AUTO), ("r", "remedy_tried", 0, AUTO)),
        *(
            ("r", "commented", 1, HAND),
            ("r", "resolved", 2, HAND),
            ("t", "task_done", 0, task),
            ("t", "resolved", 1, AUTO),
        ),
        *(
            ("f", "task_failed", 0, AUTO),
            ("f", "task_done", 1, {**HAND, "automated": "false"}),
            ("f", "resolved", 1, AUTO),
        ),
        *(("h", "task_done", 1, {**HAND, "automated": "false"}), ("h", "resolved", 1, AUTO)),
    )

    found = measure(small, "containment")

    assert {g.group: (g.estimate.n, g.estimate.value) for g in found.by} == {
        "offer": (1, 1.0),
        "remedy": (1, 0.0),
        "task": (2, 0.5),
    }
