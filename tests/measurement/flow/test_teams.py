"""Hand-overs, ping-pong, and what was accepted without return."""

import pytest

from measurement.flow.teams import accepted, case_teams, handovers, passes, ping_pong
from tests.measurement.flow.logs import log

TRAVEL = log(
    ("a", "work", 0, "desk"),
    ("a", "work", 10, "network"),
    ("a", "work", 12, "network"),
    ("a", "work", 40, "desk"),
    ("a", "work", 50, "vendor"),
    ("a", "done", 60, "desk"),
    ("b", "work", 0, "desk"),
    ("b", "work", 5, None),
    ("b", "done", 8, "desk"),
    ("c", "work", 0, "desk"),
    ("c", "work", 1, "network"),
    ("d", "done", 0),
)


def test_a_change_of_team_is_a_hand_over_and_an_unknown_team_is_none() -> None:
    found = handovers(TRAVEL)

    assert (found.n, found.without_team, found.total, found.cases_with) == (3, 1, 5, 2)
    assert found.per_case == pytest.approx(5 / 3)


def test_a_case_that_comes_back_to_a_team_is_ping_pong() -> None:
    found = handovers(TRAVEL)

    assert (found.returned, found.bounced) == (1, 1)
    assert found.ping_pong_rate == pytest.approx(1 / 3)
    assert (found.median_lead_s, found.median_lead_returned_s) == (480.0, 3600.0)


def test_a_long_way_round_is_a_return_but_no_bounce() -> None:
    found = handovers(log(("a", "w", 0, "x"), ("a", "w", 1, "y"), ("a", "w", 2, "z"), ("a", "done", 3, "x")))

    assert (found.returned, found.bounced) == (1, 0)


def test_pairs_that_play_ping_pong_are_ranked_by_the_time_the_ball_was_away() -> None:
    assert ping_pong(TRAVEL).to_pylist() == [
        {"team": "desk", "other": "network", "cases": 1, "times": 1, "median_s": 1800.0, "total_s": 1800.0},
        {"team": "desk", "other": "vendor", "cases": 1, "times": 1, "median_s": 600.0, "total_s": 600.0},
    ]


def test_a_hand_over_still_lying_with_the_next_team_is_undecided() -> None:
    rows = {row["team"]: row for row in accepted(TRAVEL).to_pylist()}

    assert rows["desk"] == {"team": "desk", "handed": 2, "undecided": 1, "returned": 2, "complete_accurate": 0.0}
    assert rows["network"]["returned"] == 0
    assert rows["vendor"]["complete_accurate"] == 1.0


def test_passes_say_how_long_the_giver_had_held_it() -> None:
    assert passes(TRAVEL).to_pylist()[0] == {"from": "desk", "to": "network", "count": 2, "median_s": 330.0}


def test_each_case_has_its_own_count() -> None:
    assert [(r["case_id"], r["handovers"], r["returned"]) for r in case_teams(TRAVEL).to_pylist()] == [
        *(("a", 4, True), ("b", 0, False), ("c", 1, False)),
    ]


def test_a_log_without_teams_has_no_rates() -> None:
    found = handovers(log(("a", "work", 0), ("a", "done", 5)))

    assert (found.n, found.without_team, found.per_case, found.ping_pong_rate) == (0, 1, None, None)
