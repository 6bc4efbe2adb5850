"""`jidoka log import|stats|ls|rm`, as scripts and people meet them."""

import csv
import gzip
import io
import sys
from pathlib import Path

import pytest

import cli
from tests.commands.conftest import Answer, Command
from tests.measurement.oracles import data, differences, oracle

ROWS = (
    "ticket;state;changed;group\n"
    "1;open;29/2/2016 09:00;blue\n1;work;29/2/2016 09:30;red\n1;done;29/2/2016 11:00;red\n"
    "2;open;1/3/2016 09:00;blue\n2;done;31/2/2016 09:00;blue\n"
)
OPTIONS = (
    *("--case", "ticket", "--activity", "state", "--time", "changed", "--team", "group"),
    *("--time-format", "%d/%m/%Y %H:%M", "--zone", "Europe/Rome", "--done", "done"),
)


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs one command where there is no database and no stack: datasets need neither."""
    monkeypatch.setenv("JIDOKA_DATA_DIR", str(tmp_path / "data"))

    def run(*args: str) -> Answer:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        status = cli.main([*args])
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "tickets.csv"
    path.write_text(ROWS)
    return str(path)


def test_an_import_says_what_was_added_how_it_was_read_and_what_was_kept_aside(command: Command, file: str) -> None:
    answer = command("log", "import", file, "--dataset", "desk", *OPTIONS, "-o", "json")

    assert answer.status == 0, answer.out
    found = answer.json
    assert {key: found[key] for key in ("cases", "events", "rejected", "duplicates")} == {
        "cases": 2,
        "events": 4,
        "rejected": 1,
        "duplicates": 0,
    }
    assert found["zone"] == "Europe/Rome"
    assert found["columns"] == {"case_id": "ticket", "team": "group", "activity": "state", "at": "changed"}
    assert found["reasons"] == {"changed is no time as %d/%m/%Y %H:%M": 1}
    with Path(found["rejects"]).open(newline="") as opened:
        assert list(csv.reader(opened))[1] == [
            "6",
            "changed is no time as %d/%m/%Y %H:%M",
            "2,done,31/2/2016 09:00,blue",
        ]


def test_importing_again_adds_nothing(command: Command, file: str) -> None:
    command("log", "import", file, "--dataset", "desk", *OPTIONS)

    again = command("log", "import", file, "--dataset", "desk", *OPTIONS, "-o", "json").json

    assert (again["events"], again["duplicates"], again["total_events"]) == (0, 4, 4)


def test_people_read_the_same_in_words(command: Command, file: str) -> None:
    added = command("log", "import", file, "--dataset", "desk", *OPTIONS)
    stats = command("log", "stats", "--dataset", "desk")

    assert "4 events of 2 cases added to desk" in added.out
    assert "1 × changed is no time as %d/%m/%Y %H:%M" in added.out
    assert "Europe/Rome for times that carry none" in added.out
    assert added.err == ""
    assert "desk: 4 events of 2 cases, 2016-02-29 08:00 to 2016-03-01 08:00 UTC" in stats.out
    assert "source: tickets.csv" in stats.out
    assert "1 open, 1 resolved" in stats.out


def test_without_a_rule_for_the_end_nothing_is_called_resolved(command: Command, file: str) -> None:
    command("log", "import", file, "--dataset", "desk", *OPTIONS[:-2])

    stats = command("log", "stats", "--dataset", "desk")

    assert "no rule says when one is resolved" in stats.out


def test_a_published_log_gives_its_published_numbers_through_the_command(command: Command) -> None:
    known = oracle("log_helpdesk_italian")

    command("log", "import", str(data("helpdesk_italian.csv.gz")), "--dataset", "helpdesk", "--mapping", "xes")
    found = command("log", "stats", "--dataset", "helpdesk", "-o", "json").json

    assert list(differences(found, known["expected"], known["tolerance"])) == []


def test_options_beside_a_mapping_refine_it(command: Command) -> None:
    command(
        *("log", "import", str(data("helpdesk_italian.csv.gz")), "--dataset", "h", "--mapping", "xes"),
        *("--done", "Resolve ticket", "--done", "RESOLVED"),
    )

    ended = command("log", "stats", "--dataset", "h", "-o", "json").json["ended_as"]

    assert ended["resolved"] > 4_500
    assert ended["open"] > 0
    assert sum(ended.values()) == 4_580


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        ((), 2, "Which column is what?"),
        (("--case", "ticket"), 2, "Which column is what?"),
        (("--mapping", "xes", "--team", "group"), 2, "--team cannot stand beside it"),
        (("--mapping", "jira"), 1, "no mapping 'jira'"),
        (("--mapping", "xes"), 1, "no column 'case:concept:name'"),
        ((*OPTIONS, "--delimiter", ";;"), 2, "not one character"),
        ((*OPTIONS, "--zone", "Rome"), 1, "no time zone 'Rome'"),
        ((*OPTIONS[:-6], "--time-format", "%Y"), 1, "None of its 5 rows is an event"),
    ],
)
def test_what_cannot_be_imported_says_why_and_what_next(
    command: Command, file: str, args: tuple[str, ...], status: int, message: str
) -> None:
    answer = command("log", "import", file, "--dataset", "desk", *args, "-o", "json")

    assert answer.status == status, answer.out
    assert message in answer.json["error"]["message"]
    assert answer.json["error"]["hint"]
    assert command("log", "ls", "-o", "json").json == []


def test_what_an_error_quotes_of_a_file_does_not_steer_the_terminal(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "hostile.csv"
    file.write_text("case,a\x07b\x9b2J,time\n1,2,3\n")

    answer = command(
        "log", "import", str(file), "--dataset", "h", "--case", "case", "--activity", "x", "--time", "time"
    )

    assert answer.status == 1
    assert "a\ufffdb\ufffd2J" in answer.err


def test_datasets_are_listed_and_taken_away(command: Command, file: str) -> None:
    command("log", "import", file, "--dataset", "desk", *OPTIONS)

    [row] = command("log", "ls", "-o", "json").json
    unsure = command("log", "rm", "desk", "-o", "json")
    gone = command("log", "rm", "desk", "--yes", "-o", "json")

    assert (row["name"], row["cases"], row["events"], row["mapping"]) == ("desk", 2, 4, "own")
    assert row["end"] == "2016-03-01T08:00:00Z"
    assert unsure.status == 2
    assert gone.json == {"removed": "desk"}
    assert "No datasets yet" in command("log", "ls").out
    assert command("log", "stats", "--dataset", "desk", "-o", "json").status == 3


def test_a_cut_off_export_is_imported_as_far_as_it_goes_and_says_so(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "uci.csv.gz"
    whole = gzip.decompress(data("uci_incident_event_log.csv.gz").read_bytes()).splitlines(keepends=True)[:3000]
    packed = gzip.compress(b"".join(whole))
    path.write_bytes(packed[: len(packed) // 2])

    answer = command("log", "import", str(path), "--dataset", "uci", "--mapping", "servicenow")

    assert answer.status == 0
    assert "Not all of the file could be read: the compressed data ends too early" in answer.out


def test_one_dataset_that_cannot_be_read_hides_no_other_and_is_named(
    command: Command, file: str, tmp_path: Path
) -> None:
    command("log", "import", file, "--dataset", "desk", *OPTIONS)
    broken = tmp_path / "data" / "datasets" / "broken"
    broken.mkdir()
    (broken / "dataset.json").write_text("{}")

    answer = command("log", "ls", "-o", "json")

    assert answer.status == 6
    assert [row["name"] for row in answer.json] == ["desk"]
    assert "Left out broken:" in answer.err
    assert "Take its directory away" in answer.err
