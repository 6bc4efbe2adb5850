"""The choice for a case of our own: the same input gives the same choice, within the teams that the rules name."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.routing_learned import LearnedChoice, LearnedRouting
from measurement.routing.choice import Standing
from measurement.routing.decision import Draws, decision
from measurement.routing.evidence import Kind
from measurement.routing.known import Known
from tests.measurement.routing.test_evidence import learned

NOW = datetime(2026, 11, 16, tzinfo=UTC)
SETTINGS = LearnedRouting()
LOGIN: Kind = ("vpn", "login")
TEAMS = ("service-desk", "network")
FIELDS = ("service", "category")


def known(desk: int = 26, network: int = 117, jay: int = 40, dana: int = 2) -> Known:
    """Of logins to the VPN that the rules give to the desk."""
    teams = learned(
        (("service-desk", *LOGIN), "service-desk", desk),
        (("service-desk", *LOGIN), "network", network),
        fields=("first team", *FIELDS),
    )
    people = learned((("network", *LOGIN), "jay", jay), (("network", *LOGIN), "dana", dana), fields=("team", *FIELDS))
    return Known(teams, people, NOW)


def decided(
    found: Known | None,
    draws: Draws | None = None,
    people: Sequence[str] = (),
    teams: Sequence[str] = TEAMS,
    **more: Any,
) -> LearnedChoice:
    return decision(
        found,
        LOGIN,
        "service-desk",
        lambda enough: [Standing(team, load=0.4 if enough else None) for team in teams],
        lambda team: [Standing(person) for person in people],
        SETTINGS.model_copy(update=more),
        draws,
    )


def test_the_team_that_resolves_the_kind_gets_it_and_one_line_says_why() -> None:
    found = decided(known(), Draws(0.5, 0.5))

    assert (found.team, found.proposed, found.choice, found.known) == ("network", "service-desk", "evidence", True)
    assert found.line == (
        "network: resolves 82% of vpn/login given first to service-desk (117 of n 143), load 0.4, open now; "
        "instead of service-desk: resolves 18% of vpn/login given first to service-desk (26 of n 143), load 0.4, "
        "open now"
    )
    assert (found.table, found.draw, found.chance) == (known().digest, 0.5, 1.0)
    assert [c.who for c in found.candidates] == ["network", "service-desk"]


def test_before_anything_was_learned_the_rules_decide_and_it_is_said() -> None:
    found = decided(None, Draws(0.0, 0.0))

    assert (found.team, found.choice, found.table, found.draw) == ("service-desk", "proposal", None, None)
    assert found.line == "service-desk: as the rules say; no estimates have been learned yet"


@pytest.mark.parametrize("draw", [0.0, 0.04, 0.9])
def test_with_too_few_cases_the_rules_decide_whatever_is_drawn(draw: float) -> None:
    found = decided(known(desk=2, network=20), Draws(draw, draw))

    assert (found.team, found.choice, found.chance, found.known) == ("service-desk", "proposal", 1.0, False)
    assert "fewer than 30 cases of its kind are known" in found.line


def test_how_busy_teams_are_is_asked_only_where_it_matters() -> None:
    asked: list[bool] = []

    def standings(enough: bool) -> Sequence[Standing]:
        asked.append(enough)
        return [Standing(team) for team in TEAMS]

    for found in (known(), known(desk=2, network=2)):
        decision(found, LOGIN, "service-desk", standings, lambda _: (), SETTINGS, None)

    assert asked == [True, False]


def test_a_pair_is_drawn_of_the_people_who_are_there() -> None:
    found = decided(known(), Draws(0.5, 0.01), people=("jay", "dana"))

    assert found.paired is not None
    assert (found.paired.learner, found.paired.coach) == ("dana", "jay")
    assert decided(known(), Draws(0.5, 0.01), people=("jay",)).paired is None
    assert decided(known(), Draws(0.5, 0.5), people=("jay", "dana")).paired is None


def test_nobody_learns_on_a_case_without_a_draw() -> None:
    found = decided(known(), None, people=("jay", "dana"))

    assert (found.draw, found.paired, found.chance) == (None, None, 1.0)


def test_what_was_stored_is_what_was_learned() -> None:
    again = Known.read(json.loads(json.dumps(known().plain())), NOW)

    assert (again.plain(), again.digest) == (known().plain(), known().digest)
    assert again.teams.estimates(("service-desk", *LOGIN), TEAMS) == known().teams.estimates(
        ("service-desk", *LOGIN), TEAMS
    )


COUNTS = st.integers(0, 400)
DRAW = st.floats(0, 1, exclude_max=True)


@given(COUNTS, COUNTS, DRAW, DRAW, st.permutations(TEAMS), st.sampled_from([(), ("jay", "dana"), ("dana", "jay")]))
def test_the_same_input_gives_the_same_choice_in_any_order_and_never_leaves_the_rules(
    desk: int, network: int, learning: float, coaching: float, teams: Sequence[str], people: Sequence[str]
) -> None:
    table = known(desk, network)

    one = decided(table, Draws(learning, coaching), people, teams)
    again = decided(Known.read(table.plain(), NOW), Draws(learning, coaching), people[::-1], teams[::-1])

    assert one == again
    assert one.team in TEAMS
    assert 0 < one.chance <= 1
    if not one.known:
        assert (one.team, one.chance) == ("service-desk", 1.0)
    if one.choice == "learning":
        assert learning < SETTINGS.learning
