"""Touch, wait and what nobody classified add up to the lead time."""

import pyarrow as pa
import pytest

from measurement.flow.efficiency import case_times, efficiency
from measurement.log.columns import AT
from measurement.values import Excluded
from tests.measurement.flow.logs import instant, log


def test_the_time_until_the_next_event_belongs_to_the_kind_of_the_first() -> None:
    found = efficiency(
        log(("a", "queue", 0), ("a", "work", 30), ("a", "check", 40), ("a", "done", 50), ("a", "tidy", 99))
    )

    assert (found.lead_s, found.wait_s, found.touch_s, found.value_adding_s, found.unclassified_s) == (
        *(3000.0, 1800.0, 1200.0, 600.0, 0.0),
    )
    assert found.flow_efficiency == pytest.approx(0.4)
    assert found.process_cycle_efficiency == pytest.approx(0.2)


def test_efficiency_is_a_sum_over_a_sum_and_not_a_mean_of_ratios() -> None:
    found = efficiency(log(("a", "work", 0), ("a", "done", 10), ("b", "queue", 0), ("b", "done", 90)))

    assert found.flow_efficiency == pytest.approx(0.1)


def test_what_no_rule_classifies_is_shown_and_bounds_the_answer() -> None:
    found = efficiency(log(("a", "queue", 0), ("a", "odd", 50), ("a", "work", 80), ("a", "done", 100)))

    assert found.unclassified_share == pytest.approx(0.3)
    assert found.flow_efficiency == pytest.approx(0.2)
    assert found.at_most == pytest.approx(0.5)


def test_without_any_rule_for_work_there_is_no_efficiency_but_a_reason() -> None:
    found = efficiency(log(("a", "queue", 0), ("a", "odd", 50), ("a", "done", 100)))

    assert found.flow_efficiency is None
    assert found.reason is not None
    assert "kinds" in found.reason
    assert found.at_most == pytest.approx(0.5)


def test_open_and_withdrawn_cases_are_left_out_and_counted() -> None:
    found = efficiency(log(("a", "work", 0), ("a", "done", 10), ("b", "work", 0)))

    assert (found.n, found.excluded) == (1, (Excluded(1, "not resolved yet"),))


def test_where_the_source_says_when_work_ended_the_rest_is_waiting() -> None:
    ends = pa.array([instant(15), None], AT)
    toy = log(("a", "work", 0), ("a", "done", 60), ended_at=ends)

    found = efficiency(toy)

    assert (found.touch_s, found.wait_s) == (900.0, 2700.0)


def test_each_case_has_its_own_times_and_an_open_one_no_lead() -> None:
    rows = case_times(log(("a", "work", 0), ("a", "done", 10), ("b", "redo", 5), as_of=25)).to_pylist()

    assert [(r["case_id"], r["lead_s"], r["touch_s"], r["rework_s"]) for r in rows] == [
        *(("a", 600.0, 600.0, 0.0), ("b", None, 1200.0, 1200.0)),
    ]


def test_cases_resolved_at_once_have_no_efficiency() -> None:
    found = efficiency(log(("a", "work", 0), ("a", "done", 0)))

    assert found.flow_efficiency is None
    assert found.reason == "all cases were resolved in the instant they were opened"
