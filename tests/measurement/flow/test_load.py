"""The bottleneck by three signs, Kingman's wait, and the forecast that says how often it was right."""

import math

import numpy as np
import pytest

from measurement.flow.forecast import forecast, weekly_departures
from measurement.flow.kingman import wait_in_queue, with_people
from measurement.flow.load import bottleneck
from measurement.flow.window import Window
from measurement.values import BadData, Refused
from tests.measurement.flow.logs import instant, log

DAY = 1440.0
WEEK = 7 * DAY


def test_three_signs_may_point_to_three_places() -> None:
    told: list[tuple[str, str, float, str | None]] = []
    for week in range(4):
        # busy: works long. slow: waits long. growing: one more case each week stays.
        told += [(f"b{week}", "work", week * WEEK, "busy"), (f"b{week}", "done", week * WEEK + 2000, "busy")]
        told += [(f"s{week}", "wait", week * WEEK, "slow"), (f"s{week}", "done", week * WEEK + 4000, "slow")]
        told += [(f"g{week}", "odd", week * WEEK + 9, "growing")]
    toy = log(*told, as_of=4 * WEEK, person=["p"] * len(told))

    found = bottleneck(toy, hours_per_week=40, window=Window(instant(0), instant(4 * WEEK)))

    assert (found.highest_load, found.longest_wait, found.growing_queue) == ("busy", "slow", "growing")
    assert not found.agrees
    busy = next(place for place in found.places if place.name == "busy")
    assert busy.load == pytest.approx(4 * 2000 / (4 * 40 * 60))
    assert next(place for place in found.places if place.name == "growing").growth_per_week == pytest.approx(1)


def test_where_nothing_is_known_to_be_work_the_load_is_unknown_and_said_why() -> None:
    toy = log(*((f"c{k}", "odd", k * DAY, team) for k, team in enumerate("ababab")), person=["p"] * 6)

    found = bottleneck(toy)

    assert found.highest_load is None
    assert found.no_load is not None
    assert "kinds" in found.no_load


def test_a_log_without_teams_is_judged_by_its_steps() -> None:
    told = [(f"c{k}", step, k * DAY + at) for k in range(5) for step, at in (("queue", 0), ("work", 30), ("done", 40))]

    found = bottleneck(log(*told))

    assert found.by == "step"
    assert found.longest_wait == "work"
    assert found.no_load == "the log names nobody who does the work"


def test_kingman_gives_the_wait_of_a_known_queue() -> None:
    # M/M/1 at 80 %: wait = 0.8 / 0.2 x service.
    assert wait_in_queue(0.8, 1, 1, 60) == pytest.approx(240)
    assert wait_in_queue(0.8, 1, 0, 60) == pytest.approx(120)
    assert wait_in_queue(0, 1, 1, 60) == 0
    assert wait_in_queue(1, 1, 1, 60) == math.inf


def test_one_more_person_shortens_the_wait_more_than_in_proportion() -> None:
    alone = wait_in_queue(0.9, 1, 1, 60)

    assert with_people(0.9, 1, 1, 60, people=1, more=1) < alone / 8
    assert with_people(0.9, 1, 1, 60, people=1, more=-1) == math.inf
    with pytest.raises(BadData):
        wait_in_queue(-0.1, 1, 1, 60)


def test_a_forecast_of_equal_weeks_is_certain_and_held_whenever_it_was_made() -> None:
    found = forecast(np.full(20, 7), weeks=4)

    assert found.at_least == (28, 28, 28)
    assert [(t.n, t.held, t.coverage) for t in found.back_test] == [(11, 11, 1.0)] * 3


def test_a_forecast_is_more_careful_the_surer_it_must_be_and_reproducible() -> None:
    weekly = np.random.default_rng(3).poisson(20, 60)

    found = forecast(weekly, weeks=4)

    assert found.at_least[0] > found.at_least[1] > found.at_least[2]
    assert found == forecast(weekly, weeks=4)
    assert found.weekly == tuple(int(n) for n in weekly[-12:])


def test_a_forecast_that_was_wrong_before_says_so() -> None:
    falling = np.arange(60, 0, -2)

    assert all(t.held == 0 for t in forecast(falling, weeks=4).back_test)


def test_a_log_with_one_wrong_date_is_tried_on_its_last_years_only() -> None:
    """9999-12-31 stands in many an export where nobody knew the date."""
    weekly = np.zeros(400_000, np.int64)

    assert {t.n for t in forecast(weekly, weeks=4).back_test} == {260}


def test_few_weeks_give_no_forecast() -> None:
    with pytest.raises(Refused, match="at least 6 whole weeks, there are 3"):
        forecast(np.array([1, 2, 3]))


def test_departures_are_counted_in_whole_weeks_from_monday() -> None:
    told = [(f"c{k:03}", step, k * DAY + at) for k in range(60) for step, at in (("work", 0), ("done", 60))]

    assert set(weekly_departures(log(*told)).tolist()) == {7}
