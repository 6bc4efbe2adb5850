"""The choice: evidence moves a case, little evidence does not, hours and load count, some are tried out."""

from collections import Counter

import pytest

from definitions.assignment import fraction
from definitions.routing_learned import LearnedRouting
from measurement.routing.choice import LAYER, Choice, Standing, choose
from measurement.routing.evidence import Table
from tests.measurement.routing.test_evidence import learned

SETTINGS = LearnedRouting()
DROP = ("vpn", "drop")
TEAMS = (Standing("desk", load=0.8), Standing("network", load=0.8))


@pytest.fixture
def table() -> Table:
    return learned(
        *((DROP, "network", 150), (DROP, "desk", 62), (("mail", "quota"), "desk", 300), (("mail", "spam"), "desk", 3))
    )


def test_the_case_goes_to_whoever_resolves_its_kind_and_the_line_says_why(table: Table) -> None:
    choice = choose(table, DROP, TEAMS, SETTINGS, proposed="desk")

    assert (choice.who, choice.by, choice.chance) == ("network", "evidence", 1.0)
    assert choice.line == (
        "network: resolves 71% of vpn/drop (150 of n 212), load 0.8, open now; "
        "instead of desk: resolves 29% of vpn/drop (62 of n 212), load 0.8, open now"
    )


def test_without_enough_cases_of_the_kind_it_stays_where_the_table_sends_it(table: Table) -> None:
    choice = choose(table, ("erp", "posting"), TEAMS, SETTINGS, proposed="network")

    assert (choice.who, choice.by, choice.known) == ("network", "proposal", False)
    assert "fewer than 30 cases of its kind are known" in choice.line


def test_a_small_lead_moves_no_case() -> None:
    even = learned((DROP, "network", 102), (DROP, "desk", 98))

    assert choose(even, DROP, TEAMS, SETTINGS, proposed="desk").who == "desk"
    assert choose(even, DROP, TEAMS, SETTINGS).who == "network"


def test_a_long_queue_outweighs_a_better_share(table: Table) -> None:
    busy = (Standing("desk", load=0.2), Standing("network", load=3.0))

    assert choose(table, DROP, busy, SETTINGS, proposed="desk").who == "desk"


def test_a_team_that_opens_on_monday_is_not_given_what_another_can_begin_now(table: Table) -> None:
    friday = (Standing("desk"), Standing("network", opens_in_s=60 * 3600))

    choice = choose(table, DROP, friday, SETTINGS)

    assert choice.who == "desk"
    assert {c.who: c.expected_s for c in choice.candidates}["network"] > 60 * 3600


def test_load_counts_only_where_it_is_known_of_all(table: Table) -> None:
    choice = choose(table, DROP, (Standing("desk"), Standing("network", load=9.0)), SETTINGS)

    assert choice.who == "network"


def test_the_same_input_gives_the_same_choice(table: Table) -> None:
    assert choose(table, DROP, TEAMS, SETTINGS, draw=0.01) == choose(table, DROP, TEAMS[::-1], SETTINGS, draw=0.01)


def drawn(table: Table, standings: tuple[Standing, ...], n: int) -> Counter[str]:
    cases = (f"INC-{i}" for i in range(n))
    return Counter(
        choose(table, DROP, standings, SETTINGS, draw=fraction(case, LAYER, b"secret")).who for case in cases
    )


def test_a_share_of_cases_is_used_to_learn_about_teams_that_may_be_as_good() -> None:
    few = learned((DROP, "network", 6), (DROP, "desk", 4))

    found = drawn(few, TEAMS, 4_000)

    assert found["desk"] / 4_000 == pytest.approx(SETTINGS.learning, abs=0.012)


def test_a_team_known_to_be_worse_is_not_tried_out(table: Table) -> None:
    assert drawn(table, TEAMS, 500) == {"network": 500}


def test_no_draw_means_no_trying_out() -> None:
    few = learned((DROP, "network", 6), (DROP, "desk", 4))

    assert choose(few, DROP, TEAMS, SETTINGS, draw=None).by == "evidence"


def test_the_chance_is_that_of_the_outcome() -> None:
    few = learned((DROP, "network", 4), (DROP, "desk", 3), (DROP, "erp", 3))
    standings = (*TEAMS, Standing("erp", load=0.8))

    chosen: dict[str, Choice] = {}
    for i in range(1_000):
        choice = choose(few, DROP, standings, SETTINGS, draw=i / 1_000)
        chosen[choice.who] = choice

    assert sum(choice.chance for choice in chosen.values()) == pytest.approx(1.0)
    assert {who: choice.by for who, choice in chosen.items()} == {
        "network": "evidence",
        "desk": "learning",
        "erp": "learning",
    }


def test_nobody_allowed_is_an_error(table: Table) -> None:
    with pytest.raises(ValueError, match="nobody may be given the case"):
        choose(table, DROP, (), SETTINGS)
