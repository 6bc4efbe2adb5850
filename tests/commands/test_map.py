"""`jidoka map`: from a log or by hand, as text, JSON and picture, with a future state."""

from pathlib import Path

import pytest

from tests.commands.conftest import Command

EVENTS = """ticket,what,at,team
a,queue,2026-03-02T09:00:00Z,desk
a,work,2026-03-02T09:30:00Z,desk
a,done,2026-03-02T10:00:00Z,desk
b,queue,2026-03-03T09:00:00Z,desk
b,work,2026-03-03T10:00:00Z,network
b,done,2026-03-03T11:00:00Z,network
"""
MAPPING = """case = "ticket"
activity = "what"
time = "at"
team = "team"
[kinds]
queue = "waiting"
work = "value_adding"
[rules]
done = ["done"]
"""
ACME = """title = "Acme"
unit = "pieces"
demand_per_day = 920
available_s_per_day = 55200
steps = [{ name = "stamping", cycle_s = 1, before = { days = 5 } }, { name = "weld", before = { pieces = 4600 } }]
"""


@pytest.fixture
def toy(command: Command, tmp_path: Path) -> str:
    """A small dataset."""
    (tmp_path / "toy.csv").write_text(EVENTS)
    (tmp_path / "toy.toml").write_text(MAPPING)
    answer = command(
        *("log", "import", str(tmp_path / "toy.csv"), "--dataset", "toy", "--mapping", str(tmp_path / "toy.toml"))
    )
    assert answer.status == 0, answer.err
    return "toy"


def test_a_dataset_is_drawn_and_its_numbers_are_written_beside_it(command: Command, toy: str, tmp_path: Path) -> None:
    answer = command("map", "--dataset", toy, "--out", str(tmp_path / "toy.svg"), "-o", "json")

    assert answer.status == 0, answer.err
    assert answer.json["stream"]["touch_s"] == 2700
    assert answer.json["stream"]["lead_s"] == 5400
    assert answer.json["stream"]["flow_efficiency"] == 0.5
    assert [Path(path).name for path in answer.json["files"]] == ["toy.svg", "toy.csv"]
    assert "<svg" in (tmp_path / "toy.svg").read_text()


def test_as_text_it_says_lead_touch_and_where_the_time_goes(command: Command, toy: str) -> None:
    out = command("map", "--dataset", toy).out

    assert "Lead time 90 min, touch time 45 min, flow efficiency 50.00%." in out
    assert "Worst: (1) 45 min of waiting before work, mostly queue (50% of the lead time)" in out


def test_only_the_cases_asked_for_are_drawn(command: Command, toy: str) -> None:
    answer = command("map", "--dataset", toy, "--where", "team=network", "--from", "2026-03-03", "-o", "json")

    assert (answer.json["stream"]["n"], answer.json["stream"]["lead_s"]) == (1, 7200)
    nobody = command("map", "--dataset", toy, "--to", "2020-01-01", "-o", "json")
    assert (nobody.status, nobody.json["error"]["message"]) == (1, "No case of dataset toy is in that part.")


def test_numbers_taken_by_hand_have_takt_and_days_and_a_future(command: Command, tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME)
    (tmp_path / "future.toml").write_text("[steps.weld]\nbefore = { days = 1 }\n")
    files = ("--data", str(tmp_path / "acme.toml"), "--future", str(tmp_path / "future.toml"))

    answer = command("map", *files, "--out", str(tmp_path / "acme.html"), "-o", "json")

    assert answer.json["stream"]["takt_s"] == 60
    assert answer.json["stream"]["inventory_days"] == [5, 5, 0]
    assert answer.json["future"]["lead_days"] == pytest.approx(6, abs=0.001)
    assert "Future state" in (tmp_path / "acme.html").read_text()


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("--dataset", "toy", "--step", "paint"), 1, "Dataset toy has no step 'paint'."),
        (("--dataset", "toy", "--by", "colour"), 1, "Dataset toy has no column 'colour'."),
        (("--dataset", "toy", "--out", "map.gif"), 1, "A picture cannot be written as '.gif'."),
        (("--dataset", "none"), 3, "There is no dataset 'none'."),
        (("--dataset", "toy", "--from", "soon"), 2, "--from 'soon' is no date."),
        (("--dataset", "toy", "--where", "soon"), 2, "--where 'soon' is no NAME=VALUE."),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_hint(
    command: Command, toy: str, args: tuple[str, ...], status: int, message: str
) -> None:
    answer = command("map", *args, "-o", "json")

    assert (answer.status, answer.json["error"]["message"]) == (status, message)
    assert answer.json["error"]["hint"]


def test_a_file_and_a_dataset_at_once_are_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(ACME)

    assert command("map", "--data", str(tmp_path / "acme.toml"), "--dataset", "toy").status == 2
