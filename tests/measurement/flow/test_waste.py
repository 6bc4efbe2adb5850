"""Each waste a log can show has amount, cases and a query that gives it again; the others say what is missing."""

import pytest

from measurement.flow.part import part
from measurement.flow.waste import Waste, wastes
from measurement.log.eventlog import EventLog
from measurement.metrics.scope import Scope
from measurement.values import BadData
from tests.measurement.flow.logs import log

DAY = 1440.0


def found(toy: EventLog) -> dict[str, Waste]:
    return {waste.waste: waste for waste in wastes(toy)}


RICH = log(
    *(("a", "work", 0, "desk"), ("a", "wait", 10, "desk"), ("a", "work", 40, "net"), ("a", "approved", 50, "desk")),
    *(("a", "done", 60, "desk"), ("b", "work", 0, "desk"), ("b", "work", 2 * DAY, "desk")),
    as_of=3 * DAY,
    person=["p", "p", "q", "q", "q", "r", "r"],
)


def test_waiting_rework_handovers_inventory_motion_and_approvals_are_found() -> None:
    wastes = found(RICH)

    assert (wastes["waiting"].amount, wastes["waiting"].cases) == (1800.0, 1)
    assert wastes["waiting"].said == "most of it in wait"
    assert (wastes["rework"].amount, wastes["rework"].cases) == (600.0, 1)
    assert (wastes["hand-over"].amount, wastes["hand-over"].cases) == (2.0, 1)
    assert (wastes["inventory"].amount, wastes["inventory"].said) == (1.0, "the oldest is 3.0 d old")
    assert (wastes["motion"].amount, wastes["motion"].cases) == (1.0, 1)
    assert wastes["over-processing"].amount == 0
    assert "0 refused of 1: at most 100.0%" in wastes["over-processing"].said


def test_what_the_log_cannot_show_is_said_and_comes_last() -> None:
    listed = wastes(log(("a", "odd", 0), done=()))

    shown = [waste.amount is not None for waste in listed]
    assert shown == sorted(shown, reverse=True)
    assert {w.waste: w.said for w in listed if w.amount is None} == {
        "waiting": "no rule says which activities are waiting: declare `kinds`",
        "hand-over": "the log names no teams",
        "over-processing": "the log has no activities `approved` and `refused`",
        "inventory": "the log does not say which cases are done: declare `done` or `resolved`",
        "motion": "the log names no persons",
        "over-production": "no case of the log was merged into another",
        "unused skill": "no team's name says its line",
    }


def test_the_query_beside_an_amount_gives_that_amount() -> None:
    for waste in wastes(RICH):
        if waste.amount is not None:
            assert RICH.rows(waste.query)[0]["amount"] == waste.amount


def test_cases_behind_the_first_line_that_it_usually_solves_are_unused_skill() -> None:
    easy = [(f"e{k:02}", step, at, "V5") for k in range(24) for step, at in (("work", 0.0), ("done", 5.0))]
    hard = [("h", "work", 0.0, "V5"), ("h", "work", 5.0, "V5 3rd"), ("h", "done", 9.0, "V5 3rd")]

    waste = found(log(*easy, *hard, service=["mail"] * 51))["unused skill"]

    assert waste.amount == 1


def test_a_part_of_a_log_is_a_log_and_an_empty_part_is_refused() -> None:
    one = part(RICH, Scope(where={"case_id": "a"}))

    assert one.rows("SELECT count(*) AS n, count(DISTINCT case_id) AS cases FROM events") == [{"n": 5, "cases": 1}]
    assert part(RICH, Scope()) is RICH
    with pytest.raises(BadData, match="No case"):
        part(RICH, Scope(where={"case_id": "zzz"}))
