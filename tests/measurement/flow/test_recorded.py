"""The value stream that a log recorded."""

import pytest

from measurement.flow.efficiency import efficiency
from measurement.flow.recorded import recorded_stream
from measurement.values import BadData
from tests.measurement.flow.logs import log

TWO = log(
    *(("a", "queue", 0), ("a", "work", 10), ("a", "wait", 20), ("a", "work", 50), ("a", "check", 60)),
    *(("a", "done", 70), ("b", "work", 0), ("b", "wait", 10), ("b", "done", 40)),
)


def test_waiting_lies_before_the_step_that_ends_it_and_behind_the_last_one_before_the_end() -> None:
    stream = recorded_stream(TWO)

    work, check = stream.steps
    assert (work.name, check.name) == ("work", "check")
    assert work.before.days == pytest.approx((10 + 30) / 2 / 1440)
    assert work.before.reasons == ("wait", "queue")
    assert check.before.days is None
    assert stream.after.days == pytest.approx(30 / 2 / 1440)


def test_rungs_are_means_over_all_cases_and_add_up_to_the_mean_lead_time() -> None:
    stream = recorded_stream(TWO)

    assert stream.touch_s == pytest.approx((10 + 10 + 10 + 10) / 2 * 60)
    assert stream.lead_s == pytest.approx((70 + 40) / 2 * 60)
    assert stream.flow_efficiency == pytest.approx(efficiency(TWO).flow_efficiency or 0)


def test_a_step_has_its_median_stay_its_cases_and_its_first_pass_yield() -> None:
    work, check = recorded_stream(TWO).steps

    assert (work.cycle_s, work.n, work.share, work.first_pass_yield) == (600.0, 2, 1.0, 0.5)
    assert (check.n, check.share) == (1, 0.5)


def test_a_stay_counts_as_automated_when_no_person_did_anything_in_it() -> None:
    told = (("a", "work", 0), ("a", "work", 5), ("a", "done", 10), ("b", "work", 0), ("b", "done", 10))
    (work,) = recorded_stream(log(*told, human=[True, False, True, False, False])).steps

    assert work.automated == 0.5


def test_a_way_back_to_the_same_step_after_a_wait_is_a_loop_with_its_cost() -> None:
    (loop,) = recorded_stream(TWO).loops

    assert (loop.back_from, loop.back_to, loop.share, loop.seconds) == ("work", "work", 0.5, 300.0)


def test_by_team_a_wait_lies_before_the_team_that_holds_the_case() -> None:
    teams = log(
        *(("a", "work", 0, "one"), ("a", "wait", 5, "one"), ("a", "work", 25, "two"), ("a", "work", 30, "one")),
        *(("a", "done", 40, "one"),),
    )

    one, two = recorded_stream(teams, by="team").steps

    assert (one.before.days or 0) * 1440 == pytest.approx(20)
    assert (one.touch_s, two.touch_s) == (900.0, 300.0)
    assert (one.complete_accurate, two.complete_accurate) == (0.0, 1.0)


def test_time_before_the_first_event_is_waiting_before_the_first_step() -> None:
    stream = recorded_stream(log(("a", "work", 5), ("a", "done", 10), opened=0))

    assert (stream.steps[0].before.days or 0) * 1440 == pytest.approx(5)
    assert stream.steps[0].before.reasons == ("before the first event",)


def test_what_no_rule_classifies_is_neither_touch_nor_wait() -> None:
    stream = recorded_stream(log(("a", "odd", 0), ("a", "done", 10), kinds={}))

    assert stream.steps[0].unclassified_s == 600.0
    assert stream.touch_s == 0
    assert any("log does not say" in note for note in stream.notes)


def test_named_steps_are_drawn_in_the_order_given_and_the_rest_is_one_box() -> None:
    stream = recorded_stream(TWO, steps=["check"])

    assert [step.name for step in stream.steps] == ["check", "1 other"]
    assert stream.lead_s == pytest.approx(55 * 60)


def test_a_waiting_step_that_is_asked_for_gets_a_box_without_work() -> None:
    wait, work = recorded_stream(TWO, steps=["wait", "work"]).steps[:2]

    assert wait.work_s == 0
    assert wait.before.days == pytest.approx((30 + 30) / 2 / 1440)
    assert work.before.days == pytest.approx(10 / 2 / 1440)


def test_a_step_or_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(BadData, match="no step 'paint'") as refused:
        recorded_stream(TWO, steps=["paint"])
    assert "check" in refused.value.hint
    with pytest.raises(BadData, match="no column 'colour'"):
        recorded_stream(TWO, by="colour")


def test_open_cases_count_up_to_the_reading_and_are_said() -> None:
    stream = recorded_stream(log(("a", "work", 0), ("b", "work", 0), ("b", "done", 10), as_of=30))

    assert stream.touch_s == pytest.approx((30 + 10) / 2 * 60)
    assert any("1 of 2 cases are open" in note for note in stream.notes)
