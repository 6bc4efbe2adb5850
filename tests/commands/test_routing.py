"""`jidoka routing`: what resolved cases say about who should get a case first, for people and for programs."""

from datetime import date as date_of
from datetime import timedelta
from pathlib import Path

import pytest

from commands.routing_live import teams_of
from definitions.example import organisation
from tests.commands.conftest import Command

MAPPING = """case = "ticket"
activity = "what"
time = "at"
team = "team"
category = "about"
[rules]
done = ["done"]
"""


@pytest.fixture
def toy(command: Command, tmp_path: Path) -> str:
    """Twenty cases a day for eight weeks: all begin at the desk, those about vpn are resolved by the network."""
    rows = ["ticket,what,at,team,about"]
    for day in range(56):
        date = date_of(2026, 1, 5) + timedelta(days=day)
        for n in range(20):
            about, team = ("vpn", "network") if n % 2 else ("mail", "desk")
            rows += [
                f"c{day:02}{n:02},new,{date}T09:{n:02}:00Z,desk,{about}",
                f"c{day:02}{n:02},work,{date}T10:{n:02}:00Z,{team},{about}",
                f"c{day:02}{n:02},done,{date}T11:{n:02}:00Z,{team},{about}",
            ]
    (tmp_path / "toy.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "toy.toml").write_text(MAPPING)
    answer = command(
        *("log", "import", str(tmp_path / "toy.csv"), "--dataset", "toy", "--mapping", str(tmp_path / "toy.toml"))
    )
    assert answer.status == 0, answer.err
    return "toy"


def test_the_replay_says_what_would_have_reached_the_resolving_team(command: Command, toy: str) -> None:
    found = command("routing", "replay", "--dataset", toy, "-o", "json").json

    assert (found["n"], found["weeks"], found["fields"]) == (980, 7, ["category"])
    first = {way: share["value"] for way, share in found["reached_resolver_first"].items()}
    assert first == {
        "happened": 0.5,
        "most_frequent": 0.5,
        "most_frequent_in_category": 1.0,
        "learned_alone": 1.0,
        "learned": 1.0,
    }
    assert found["period"] == {"from": "2026-01-12T00:00:00Z", "to": "2026-03-01T09:19:00Z"}
    assert found["against_what_happened"]["learned"]["interval"]["level"] == 0.95
    assert found["hand_overs_saved_per_100"]["learned"]["value"] == pytest.approx(50.0)
    assert found["changed"] == {"cases": 490, "to_right": 490, "away_from_right": 0, "neither": 0}
    assert found["coverage"] == 1.0
    assert {row["category"]: row["learned"] for row in found["by_category"]} == {"mail": 1.0, "vpn": 1.0}
    assert (len(found["table"]["digest"]), found["table"]["n"]) == (64, 1120)


def test_the_page_names_n_training_and_what_is_left_out(command: Command, toy: str) -> None:
    out = command("routing", "replay", "--dataset", toy).out

    for line in (
        "Routing replayed on toy: n 980 cases of 7 weeks, opened 2026-01-12 to 2026-03-01",
        "490 to the team that resolved them, 0 away from it",
        "trained   each week on cases resolved before it",
        "left out  none",
        "source    toy.csv",
    ):
        assert line in out


def test_a_case_is_explained_by_what_was_known_in_its_week(command: Command, toy: str) -> None:
    found = command("routing", "explain", "c3001", "--dataset", toy, "-o", "json").json

    choice = found["choice"]
    assert (choice["who"], choice["proposed"], choice["by"]) == ("network", "desk", "evidence")
    assert (found["first"], found["resolver"], found["trained"]) == ("desk", "network", 560)
    assert choice["line"].startswith("network: resolves 100% of vpn given first to desk (280 of n 280), open now")
    assert [c["who"] for c in choice["candidates"]] == ["network", "desk"]
    page = command("routing", "explain", "c3001", "--dataset", toy).out
    assert "happened  first given to desk, resolved by network" in page
    assert "trained   on 560 cases resolved before 2026-02-02" in page


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("explain", "c9999"), 3, "Dataset toy has no case 'c9999' with a team."),
        (("replay", "--field", "colour"), 1, "Dataset toy has no column 'colour'."),
        (("replay", "--field", "team"), 1, "team is not known when a case is opened."),
    ],
)
def test_what_is_not_there_is_refused(
    command: Command, toy: str, args: tuple[str, ...], status: int, message: str
) -> None:
    answer = command("routing", *args, "--dataset", toy, "-o", "json")

    assert (answer.status, answer.json["error"]["message"]) == (status, message)


def test_a_case_of_our_own_may_go_to_the_teams_that_the_table_names_for_its_service() -> None:
    assert teams_of(organisation, "vpn") == {"network", "service-desk"}
    assert teams_of(organisation, "email") == {"service-desk", "platform"}
    assert teams_of(organisation, None) == set()
