"""`jidoka routing`: what resolved cases say about who should get a case first, for people and for programs."""

from datetime import date as date_of
from datetime import timedelta
from pathlib import Path

import pytest

from commands.routing_recorded import decided
from definitions.example import organisation
from definitions.routing_learned import LearnedRouting
from office.opening import open_store
from sources import load
from tests.activities.lives import life, many
from tests.commands.conftest import Command
from tests.records.chains import flush

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


@pytest.fixture
def history(command: Command) -> Command:
    """Sixty-four incidents of our own; most that the rules give to the desk are resolved by the network."""
    with open_store(load({})) as store:
        many(store, ("network", "jay", 50), ("service-desk", "sam", 12), ("network", "dana", 2))
    return command


def test_what_was_learned_is_put_in_force_and_shown(history: Command) -> None:
    made = history("routing", "learn", "-o", "json").json
    shown = history("routing", "table", "-o", "json").json
    page = history("routing", "table").out

    assert (made["n"], made["used"]) == (64, True)
    assert shown["digest"] == made["digest"]
    assert shown["fields"] == ["first team", "service", "category"]
    assert [(r["who"], r["resolved"], r["n"], r["enough"]) for r in shown["rows"]] == [
        ("network", 52, 64, True),
        ("service-desk", 12, 64, True),
    ]
    assert "service-desk        vpn/access  network       81% (70% to 89%)  52 of 64" in page


def test_of_the_people_it_is_shown_within_their_team(history: Command) -> None:
    history("routing", "learn")

    rows = history("routing", "table", "--people", "-o", "json").json["rows"]

    assert [(r["first"], r["who"], r["resolved"], r["n"]) for r in rows] == [
        ("network", "jay", 50, 52),
        ("network", "dana", 2, 52),
        ("service-desk", "sam", 12, 12),
    ]


def test_an_earlier_table_can_be_read_and_an_unknown_one_is_said_to_be(history: Command) -> None:
    early = history("routing", "learn", "--until", "2026-03-03", "-o", "json").json
    history("routing", "learn")

    shown = history("routing", "table", "--digest", early["digest"][:8], "-o", "json")
    assert shown.json["n"] == 16
    unknown = history("routing", "table", "--digest", "zz", "-o", "json")
    assert (unknown.status, unknown.json["error"]["message"]) == (3, "no table of estimates begins with 'zz'.")


def test_before_anything_was_learned_the_next_step_is_named(command: Command) -> None:
    nothing = command("routing", "table", "-o", "json")
    no_case = command("routing", "learn", "-o", "json")

    assert (nothing.status, nothing.json["error"]["hint"]) == (3, "Run `jidoka routing learn`.")
    assert (no_case.status, no_case.json["error"]["message"]) == (1, "No case has been recorded yet.")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("learn", "--until", "2999-01-01"), "is to come"),
        (("learn", "--until", "soon"), "is no date"),
        (("explain", "INC-l00001", "--least-cases", "3"), "these options are for --dataset"),
    ],
)
def test_what_cannot_be_is_refused(history: Command, args: tuple[str, ...], says: str) -> None:
    answer = history("routing", *args, "-o", "json")

    assert answer.status == 2
    assert says in answer.json["error"]["message"]


LEARNED = {
    "proposed": "service-desk", "choice": "evidence", "line": "network: resolves 81% of vpn/access", "known": True,
    "table": "ab" * 32, "chance": 1.0, "draw": 0.25, "paired": None,
    "candidates": [
        {"who": "network", "share": 0.8125, "resolved": 52, "n": 64, "load": 0.2, "opens_in_s": 0, "expected_s": 6840},
        {"who": "service-desk", "share": 0.1875, "resolved": 12, "n": 64, "load": 0, "opens_in_s": 0,
         "expected_s": 23400},
    ],
}  # fmt: skip


def test_a_case_of_our_own_is_explained_by_what_was_remembered(command: Command) -> None:
    with open_store(load({})) as store:
        store.events.flush(flush(life(1, "network", "jay", first="network", learned=LEARNED)))

    found = command("routing", "explain", "INC-l00001", "-o", "json").json
    page = command("routing", "explain", "INC-l00001").out

    assert (found["team"], found["learned"], found["resolved_by"]) == ("network", LEARNED, "network")
    assert page.splitlines()[0] == "network: resolves 81% of vpn/access"
    for line in (
        "service-desk  18.8%  12 of 64  0.0   open   6.5 h",
        "case      INC-l00001: vpn/access, routed 2026-03-02 09:10 UTC to network",
        "happened  resolved by network",
        "rules     service-desk: who may use it (rule access)",
        "learned   by evidence, enough cases of its kind were known; table abababababab",
        "chance    100.0% of like cases go this way (drawn 0.250)",
    ):
        assert line in page


def test_a_case_that_the_rules_decided_says_which_and_what_became_of_it(command: Command) -> None:
    with open_store(load({})) as store:
        store.events.flush(flush(life(1, "network", "jay")))

    page = command("routing", "explain", "INC-l00001").out

    assert page.splitlines()[0] == "service-desk: who may use it (rule access)"
    assert "happened  handed over to network by sam; resolved by network" in page


def test_a_case_that_is_not_ours_is_said_to_be_so(command: Command) -> None:
    answer = command("routing", "explain", "INC-none", "-o", "json")

    assert (answer.status, answer.json["error"]["message"]) == (3, "INC-none is no case of ours.")


def test_before_a_case_has_its_team_nothing_is_decided() -> None:
    assert decided(life(1, "network", "jay")[:1]) is None


def test_the_rules_name_the_teams_that_may_be_chosen() -> None:
    assert set(organisation.incident("vpn").teams) == {"network", "service-desk"}
    assert organisation.incident("network").teams == ("network",)


def test_an_organisation_chooses_for_which_services_routing_learns() -> None:
    some = organisation.model_copy(update={"learned_routing": LearnedRouting(services=("vpn",), full=3)})
    off = organisation.model_copy(update={"learned_routing": None})

    assert some.incident("vpn").learned == LearnedRouting(full=3)
    assert some.incident("email").learned is None
    assert "learned" not in off.incident("vpn").model_dump(mode="json")
    assert some.incident("vpn").model_dump(mode="json")["learned"] == {"full": 3.0}
