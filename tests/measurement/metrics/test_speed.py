"""Times count who still waits, and leave out what would mislead, saying so."""

import pytest

from measurement.metrics.measure import measure
from measurement.metrics.metric import Clock
from measurement.metrics.scope import Scope
from measurement.values import BadData, Excluded
from tests.measurement.metrics.small import hour, log


def test_an_open_case_counts_for_as_long_as_it_has_waited() -> None:
    # Resolved after 1, 2 and 3 hours; one has been open for 10. Half of four are done after 2 hours: between 2 and 3
    # the curve is flat at a half, so the median is 2.5. Three quarters are done after 3: P85 is not reached.
    small = log(
        *(("a", "opened", 0), ("a", "resolved", 1), ("b", "opened", 0), ("b", "resolved", 2)),
        *(("c", "opened", 0), ("c", "resolved", 3), ("d", "opened", 0)),
        as_of=10,
    )

    found = measure(small, "time_to_resolve")

    assert (found.estimate.n, found.estimate.open) == (4, 1)
    assert found.estimate.value == found.estimate.median == hour(2.5)
    assert found.estimate.p85 is None
    assert found.notes[0] == "P85, P95 not reached: 1 of 4 are still open"
    # (1 + 2 + 3 + 10) / 4, time beyond 10 hours not counted
    assert found.estimate.mean == pytest.approx(hour(4))
    assert "Kaplan-Meier" in found.estimator


def test_withdrawn_cases_are_left_out_and_counted() -> None:
    small = log(("a", "opened", 0), ("a", "cancelled", 1), ("b", "opened", 0), ("b", "resolved", 4))

    found = measure(small, "time_to_resolve")

    assert (found.estimate.n, found.estimate.value) == (1, hour(4))
    assert found.excluded == (Excluded(1, "cancelled"),)


def test_a_case_nobody_acknowledged_is_watched_until_it_ends_and_the_share_stands_beside() -> None:
    # Acknowledged after 1 hour; resolved after 2 without; open without for 10. One of three by 1 hour: no median yet.
    small = log(
        *(("a", "opened", 0), ("a", "acknowledged", 1, {"human": True}), ("a", "resolved", 5)),
        *(("b", "opened", 0), ("b", "resolved", 2), ("c", "opened", 0), ("c", "acknowledged", 9, {"human": False})),
        as_of=10,
    )

    found = measure(small, "time_to_acknowledge")

    assert (found.estimate.n, found.estimate.open, found.estimate.median) == (3, 2, None)
    assert found.beside[0].estimate.value == pytest.approx(1 / 3)


def test_neither_a_machine_nor_an_internal_word_is_an_answer() -> None:
    small = log(
        ("a", "opened", 0, {"human": True, "visibility": "public"}),
        ("a", "commented", 1, {"human": False, "visibility": "public"}),
        ("a", "commented", 2, {"human": True, "visibility": "internal"}),
        ("a", "commented", 3, {"human": True, "visibility": "public"}),
    )

    assert measure(small, "time_to_respond").estimate.value == hour(3)


def test_a_clock_that_makes_no_sense_is_refused() -> None:
    small = log(("a", "opened", 0), ("a", "resolved", 1))

    with pytest.raises(BadData, match="no matter of time"):
        measure(small, "reopen_rate", Scope(clock=Clock.BUSINESS))
    with pytest.raises(BadData, match="needs a calendar"):
        measure(small, "time_to_resolve", Scope(clock=Clock.BUSINESS))
