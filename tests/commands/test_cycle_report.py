"""`jidoka cycle report` on records without a running stack."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from office.opening import open_store
from records.values import Allocation, Arrival, CaseRow, Flush
from sources import load
from tests.commands.conftest import Command
from tests.definitions.cycle.lives import Life
from tests.definitions.cycle.test_rules import controlled

CASE = "DMC-00000000"


@pytest.fixture
def cycle(command: Command) -> Life:
    """A cycle whose standard is watched, as acceptance and its run leave it in the records."""
    life = controlled()
    first, state = life.facts[0], life.state
    row = CaseRow.model_validate(
        {
            "id": state.id, "kind": state.kind, "state": state.stage, "stage": state.step, "priority": state.priority,
            "service": state.service, "team": state.team, "opened_at": first.at, "updated_at": life.now,
            "definition_version": life.definition.version, "seq": state.seq,
            "state_json": state.model_dump(mode="json"),
        }
    )  # fmt: skip
    with open_store(load({})) as store:
        definition = life.definition.model_dump(mode="json")
        arrival = Arrival(source="test", external_id=CASE, at=first.at, channel="cli", kind="open")
        new = Allocation(case_id=CASE, definition_version=life.definition.version, definition=definition)
        store.inbox.receive(arrival, lambda: new)
        store.events.flush(Flush(case_id=CASE, facts=tuple(life.facts), row=row))
    return life


def test_the_page_is_written_as_markdown_html_and_the_same_twice(command: Command, cycle: Life, tmp_path: Path) -> None:
    one, two, words = tmp_path / "one.html", tmp_path / "two.html", tmp_path / "a3.md"
    for path in (one, two, words):
        assert command("cycle", "report", CASE, "--out", str(path), "--as", "dana").status == 0

    printed = command("cycle", "report", CASE, "--as", "dana").out
    answer = command("cycle", "report", CASE, "--out", str(one), "-o", "json", "--as", "dana").json

    assert one.read_bytes() == two.read_bytes()
    assert words.read_text().rstrip("\n") == printed.rstrip("\n")
    assert "## 9 Gates" in printed
    assert (answer["id"], answer["file"], answer["hash"]) == (CASE, str(one), cycle.facts[-1].hash)


def test_whom_it_would_go_to_is_said_before_anything_is_sent(command: Command, cycle: Life) -> None:
    asked = command("cycle", "report", CASE, "--send", "--to", "omar", "--dry-run", "-o", "json", "--as", "dana")

    sent = {each["person"]: (each["why"], each["whole"]) for each in asked.json["sent"]}
    assert sent["kim"] == ("is in its team", True)
    assert sent["omar"] == ("was named", False)
    assert "dana" not in sent
    assert all("outcome" not in each for each in asked.json["sent"])


def test_a_page_that_nobody_can_print_says_what_to_do(
    command: Command, cycle: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pictures.pdf.BROWSERS", ())
    monkeypatch.setattr("pictures.pdf.importlib", SimpleNamespace(util=SimpleNamespace(find_spec=lambda name: None)))
    out = tmp_path / "a3.pdf"

    answer = command("cycle", "report", CASE, "--out", str(out), "--as", "dana")

    assert answer.status == 1
    assert "Write .html and print it from a browser." in answer.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (("--out", "a3.docx"), 2, "A page cannot be written as '.docx'"),
        (("--to", "omar"), 2, "belong to --send"),
        (("--dry-run",), 2, "belong to --send"),
        (("--send", "--dry-run", "--to", "nobody-there"), 3, "nobody-there"),
        (("--out", "/nowhere/a3.html"), 1, "cannot be written: No such file"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    command: Command, cycle: Life, more: tuple[str, ...], status: int, said: str
) -> None:
    answer = command("cycle", "report", CASE, *more, "-o", "json", "--as", "dana")

    assert answer.status == status
    assert said in json.loads(answer.out)["error"]["message"]


def test_what_is_no_cycle_and_whoever_has_no_part_in_it_get_no_page(command: Command, cycle: Life) -> None:
    unknown = command("cycle", "report", "DMC-nowhere0", "--as", "dana")
    outside = command("cycle", "report", CASE, "--as", "omar")

    assert (unknown.status, outside.status) == (3, 4)
