"""Done right, once, by the right team, as promised: each number can be counted by hand."""

import pytest

from measurement.flow.teams import case_teams
from measurement.log.rules import CaseRules
from measurement.metrics.measure import measure
from measurement.metrics.quality import CASE_TEAMS
from measurement.values import Excluded
from tests.measurement.metrics.small import log

DAY = 24


def solved(case: str, *teams: str) -> list[tuple[object, ...]]:
    """A case that goes from team to team, an hour each, and is resolved by the last."""
    steps = [(case, "routed", hour, {"team": team}) for hour, team in enumerate(teams)]
    return [*steps, (case, "resolved", len(teams), {"team": teams[-1]})]


def test_hand_overs_ping_pong_and_first_assignment() -> None:
    # a stays with its team, b goes on once, c goes to another and straight back, d never had a team.
    small = log(
        *solved("a", "desk"), *solved("b", "desk", "net"), *solved("c", "desk", "net", "desk"), ("d", "resolved", 1)
    )

    per_case = measure(small, "handovers_per_case")
    first = measure(small, "first_assignment_resolution")
    back = measure(small, "ping_pong_rate")

    assert (per_case.estimate.n, per_case.estimate.value) == (3, pytest.approx((0 + 1 + 2) / 3))
    assert (first.estimate.n, first.estimate.value) == (3, pytest.approx(1 / 3))
    assert back.estimate.value == pytest.approx(1 / 3)
    assert per_case.excluded == first.excluded == back.excluded == (Excluded(1, "no team is known"),)


def test_a_case_counts_as_reopened_within_seven_days_and_is_undecided_before() -> None:
    small = log(
        *(("back", "resolved", 1), ("back", "reopened", 2), ("back", "resolved", 3)),
        *(("late", "resolved", 1), ("late", "reopened", 1 + 8 * DAY), ("late", "resolved", 2 + 8 * DAY)),
        *(("fine", "resolved", 1), ("fresh", "resolved", 19 * DAY), ("open", "opened", 1)),
        as_of=20 * DAY,
    )

    found = measure(small, "reopen_rate")

    # back of back, late, fine
    assert (found.estimate.n, found.estimate.value) == (3, pytest.approx(1 / 3))
    assert set(found.excluded) == {Excluded(1, "not resolved yet"), Excluded(1, "resolved less than 7 days ago")}


def test_reopening_is_unknown_where_nothing_says_what_opens_a_case_again() -> None:
    small = log(("a", "Resolved", 1), rules=CaseRules(done=("Resolved",)))

    found = measure(small, "reopen_rate")

    assert (found.estimate.n, found.estimate.value) == (0, None)
    assert "does not say what opens a case again" in found.excluded[0].reason


def test_the_counter_of_the_source_is_used_and_said() -> None:
    small = log(
        *(("a", "Closed", 1, {"reopen_count": "1"}), ("b", "Closed", 1, {"reopen_count": "0"})),
        rules=CaseRules(done=("Closed",)),
    )

    found = measure(small, "reopen_rate")

    assert (found.estimate.n, found.estimate.value) == (2, 0.5)
    assert "the 7 days cannot be told" in found.notes[-1]


def test_an_open_breached_target_counts_and_targets_are_shown_apart() -> None:
    small = log(
        ("a", "target_met", 1, {"target": "response"}),
        ("a", "target_breached", 9, {"target": "resolution"}),
        ("b", "target_breached", 9, {"target": "resolution"}),
        ("b", "target_met", 20, {"target": "resolution"}),
        ("c", "target_met", 2, {"target": "resolution"}),
    )

    found = measure(small, "target_breach_rate")

    assert (found.estimate.n, found.estimate.value, found.counts) == (4, 0.5, "targets")
    assert [(g.group, g.estimate.n, g.estimate.value) for g in found.by] == [
        ("resolution", 3, pytest.approx(2 / 3)),
        ("response", 1, 0.0),
    ]


def test_the_sla_mark_of_servicenow_says_it_too() -> None:
    small = log(
        ("a", "resolved", 1, {"made_sla": "false"}),
        ("b", "resolved", 1, {"made_sla": "true"}),
        ("c", "opened", 1, {"made_sla": "true"}),
    )

    found = measure(small, "target_breach_rate")

    assert (found.estimate.n, found.estimate.value) == (2, 0.5)
    assert found.excluded == (Excluded(1, "still open, not breached"),)


def test_first_contact_resolution_waits_for_the_window_and_takes_a_yes_for_no_contact() -> None:
    me = {"role": "requester", "human": True}
    desk = {"role": "staff", "human": True}
    small = log(
        *(
            ("once", "opened", 0, me),
            ("once", "resolved", 1, desk),
            ("once", "heard", 2, me),
            ("once", "confirmed", 2, me),
        ),
        *(("asked", "opened", 0, me), ("asked", "heard", 1, me), ("asked", "resolved", 2, desk)),
        *(("after", "opened", 0, me), ("after", "resolved", 1, desk), ("after", "heard", 3 * DAY, me)),
        *(("fresh", "opened", 19 * DAY, me), ("fresh", "resolved", 19 * DAY + 1, desk)),
        *(("open", "opened", 0, me),),
        # "That solved it" is the answer to what we offered.
        *(("offer", "opened", 0, me), ("offer", "heard", 1, me), ("offer", "offer_taken", 1, me)),
        ("offer", "resolved", 1, {"role": "system", "human": False}),
        # A no to the question whether it is solved is a contact.
        *(("no", "opened", 0, me), ("no", "resolved", 1, desk), ("no", "answered", 2, me), ("no", "reopened", 2, me)),
        ("no", "resolved", 3, desk),
        as_of=20 * DAY,
    )

    found = measure(small, "first_contact_resolution")

    # once and offer of once, asked, after, offer, no
    assert (found.estimate.n, found.estimate.value) == (5, pytest.approx(2 / 5))
    assert {e.reason for e in found.excluded} == {"open, undecided", "resolved less than 7 days ago"}


def test_teams_are_counted_as_flow_counts_them() -> None:
    teams = ("x", None, "y", "x", "x", "z")
    rows = [
        (f"c{n}", "x", hour, {"team": teams[(n * 7 + hour * hour) % len(teams)]})
        for n in range(40)
        for hour in range(n % 9)
    ]
    small = log(*rows)

    own = small.rows(f"FROM ({CASE_TEAMS}) ORDER BY case_id")

    flow = case_teams(small).select(["case_id", "handovers", "returned"]).to_pylist()
    assert own == flow
    assert {row["returned"] for row in own} == {True, False}
