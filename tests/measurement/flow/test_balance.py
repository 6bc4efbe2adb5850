"""What comes, what goes, what stays: Little's law, cumulative flow, ageing."""

from datetime import date

import pytest

from measurement.flow.ageing import ageing
from measurement.flow.balance import balance
from measurement.flow.cumulative import OTHERS, cumulative_flow
from measurement.flow.window import Window, middle
from measurement.log.eventlog import EventLog
from measurement.values import BadData
from tests.measurement.flow.logs import instant, log

DAY = 1440.0
HOURS_15 = 900.0
"""START is 9:00: so many minutes later it is midnight."""


def steady(cases: int, took: float) -> EventLog:
    """One case a day, each taking `took` days."""
    told = [(f"c{k:03}", step, DAY * at) for k in range(cases) for step, at in (("work", k), ("done", k + took))]
    return log(*told)


def test_littles_law_holds_where_as_much_goes_as_comes() -> None:
    found = balance(steady(100, took=3))

    assert found.arrivals == found.departures
    assert found.flow_debt == 0
    assert found.mean_wip == pytest.approx(3, abs=0.05)
    assert found.wip_by_little == pytest.approx(3, abs=0.05)
    assert found.gap == pytest.approx(0, abs=0.02)


def test_flow_debt_is_what_came_and_did_not_go() -> None:
    toy = log(("a", "work", 0), ("a", "done", 60), ("b", "work", 10), ("c", "work", 20), as_of=200)

    found = balance(toy, Window(instant(5), instant(100)))

    assert (found.wip_start, found.arrivals, found.departures, found.wip_end, found.flow_debt) == (1, 2, 1, 2, 1)
    assert found.mean_wip == pytest.approx((55 + 90 + 80) / 95)
    assert found.mean_lead_s == 3600


def test_without_departures_there_is_no_expected_work_in_progress() -> None:
    found = balance(log(("a", "work", 0), ("b", "work", 50)), Window(instant(0), instant(100)))

    assert (found.mean_lead_s, found.wip_by_little, found.gap) == (None, None, None)


def test_cases_of_one_instant_span_no_time() -> None:
    with pytest.raises(BadData, match="one instant"):
        middle(log(("a", "work", 0), ("b", "work", 0)))


def test_every_day_arrivals_are_what_stands_in_steps_and_what_has_left() -> None:
    toy = log(
        *(("a", "queue", 0), ("a", "work", HOURS_15 + 5), ("a", "done", HOURS_15 + 10)),
        *(("b", "work", HOURS_15 + 20), ("c", "queue", 30)),
        as_of=2 * DAY,
    )

    found = cumulative_flow(toy)

    assert found.days == (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
    assert found.arrived == (2, 3, 3)
    assert found.departed == (0, 1, 1)
    assert found.standing == {"queue": (2, 1, 1), "work": (0, 1, 1), "done": (0, 0, 0)}


def test_steps_that_hold_few_cases_are_one_band() -> None:
    toy = log(("a", "x", 0), ("a", "y", 500), ("a", "z", 510), ("b", "x", 0), as_of=600)

    assert list(cumulative_flow(toy, most_steps=1).standing) == ["x", OTHERS]


def test_open_cases_are_aged_against_what_resolved_ones_took() -> None:
    toy = log(
        *(("a", "work", 0), ("a", "done", 10), ("b", "work", 0, "desk"), ("b", "wait", 60, "desk"), ("c", "work", 95)),
        as_of=100,
    )

    found = ageing(toy)

    assert [(c.case_id, c.age_s, c.step, c.team, c.in_step_s) for c in found.open] == [
        *(("b", 6000.0, "wait", "desk", 2400.0), ("c", 300.0, "work", None, 300.0)),
    ]
    assert found.marks == (600.0, 600.0, 600.0)
    assert found.beyond == (1, 1, 1)


def test_without_resolved_cases_there_are_no_marks() -> None:
    found = ageing(log(("a", "work", 0)))

    assert found.marks == (None, None, None)
    assert found.beyond == (None, None, None)
