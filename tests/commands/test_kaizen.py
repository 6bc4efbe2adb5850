"""`jidoka kaizen`."""

from pathlib import Path

import pytest

from tests.commands.conftest import Command
from tests.commands.test_flow import MAPPING


@pytest.fixture
def toy(command: Command, tmp_path: Path) -> str:
    """56 cases; each waits an hour, every fourth is done twice."""
    rows = ["ticket,what,at,team"]
    for day in range(1, 29):
        for month in (1, 2):
            case, date = f"c{month}{day:02}", f"2026-{month:02}-{day:02}"
            rows += [f"{case},queue,{date}T09:00:00Z,desk", f"{case},work,{date}T10:00:00Z,desk"]
            rows += [f"{case},done,{date}T14:00:00Z,desk"]
    (tmp_path / "toy.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "toy.toml").write_text(MAPPING)
    answer = command(
        "log", "import", str(tmp_path / "toy.csv"), "--dataset", "toy", "--mapping", str(tmp_path / "toy.toml")
    )
    assert answer.status == 0, answer.err
    return "toy"


def test_candidates_are_ranked_with_how_sure_the_order_is(command: Command, toy: str) -> None:
    found = command("kaizen", "candidates", "--dataset", toy, "-o", "json").json

    assert (found["dataset"], found["by"], found["n"], found["more"]) == ("toy", None, 56, 0)
    (first,) = found["candidates"]
    assert (first["step"], first["team"], first["lost_per_case_s"], first["rank_high"]) == ("queue", "desk", 3600.0, 1)
    assert first["room"]


def test_people_read_a_table_and_what_the_score_is(command: Command, toy: str) -> None:
    said = command("kaizen", "candidates", "--dataset", toy).out

    assert "1 (1-1)" in said
    assert "queue" in said
    assert "Score: cases a week x" in said


def test_a_field_that_is_not_there_is_refused_with_those_that_are(command: Command, toy: str) -> None:
    answer = command("kaizen", "candidates", "--dataset", toy, "--by", "colour")

    assert answer.status == 1
    assert "has no field 'colour'" in answer.err
    assert "team" in answer.err
