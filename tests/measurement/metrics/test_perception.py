"""What people say, promises and feedback: each number can be counted by hand."""

import math

import pytest

from measurement.metrics.measure import measure
from measurement.values import Excluded
from tests.measurement.metrics.small import hour, log


def said(case: str, question: str, score: str | None) -> tuple[object, ...]:
    return (case, "rated", 2, {"question": question, "score": score})


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
        *(("a", "feedback", 0), ("a", "answered_giver", 2), ("a", "acted_on", 3)),
        *(("b", "feedback", 0),),
        as_of=10,
    )

    waited, acted = measure(small, "feedback_response_time"), measure(small, "acted_on_rate")

    # After 2 hours half are answered, and nothing more by 10.
    assert (waited.estimate.n, waited.estimate.open, waited.estimate.median) == (2, 1, hour(2))
    assert acted.estimate.value == 0.5
