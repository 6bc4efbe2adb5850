"""`jidoka definitions` as a person and as a script see it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = "definitions.example:organisation"


def _jidoka(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JIDOKA_", "TEMPORAL_"))}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "cli", "definitions", *args],
        cwd=cwd,
        env={**env, "XDG_DATA_HOME": str(cwd)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(done.stdout)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """An organisation with two mistakes, in the directory that the command runs in."""
    (tmp_path / "our_desk.py").write_text(
        "from definitions.example import organisation as o\n"
        "ours = o.model_copy(update={'triage': 'nobody', 'default_service': 'fax'})\n"
    )
    return "our_desk:ours"


def test_check_of_whole_definitions_says_so_and_exits_0(tmp_path: Path) -> None:
    done = _jidoka("check", cwd=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{EXAMPLE} fits together: 6 services, 5 teams")


def test_check_lists_every_problem_and_exits_6(tmp_path: Path, broken: str) -> None:
    text = _jidoka("check", "--path", broken, cwd=tmp_path)
    data = _jidoka("check", "--path", broken, "-o", "json", cwd=tmp_path)

    assert (text.returncode, data.returncode) == (6, 6)
    assert "2 problems in our_desk:ours." in text.stdout
    assert _json(data)["ok"] is False
    assert {problem["where"] for problem in _json(data)["problems"]} == {"organisation"}
    assert all(problem["next_step"] for problem in _json(data)["problems"])


def test_check_of_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "bad_desk.py").write_text("from definitions.targets import Goal\nours = Goal(amount=-1, unit='days')\n")

    invalid = _jidoka("check", "--path", "bad_desk:ours", "-o", "json", cwd=tmp_path)
    missing = _jidoka("check", "--path", "no_desk:ours", "-o", "json", cwd=tmp_path)

    assert (invalid.returncode, missing.returncode) == (6, 3)
    assert "greater than 0" in _json(invalid)["error"]["message"]
    assert "Traceback" not in invalid.stderr + missing.stderr


def test_show_without_a_key_lists_everything_with_its_version(tmp_path: Path) -> None:
    done = _jidoka("show", "-o", "json", cwd=tmp_path)

    rows = _json(done)
    assert done.returncode == 0
    nouns = ("service", "team", "calendar", "target", "matrix", "chain", "routing", "person", "automation", "item")
    assert {r["kind"] for r in rows} == set(nouns)
    assert all(len(row["version"]) == 12 for row in rows)


def test_show_of_a_kind_lists_that_kind(tmp_path: Path) -> None:
    rows = _json(_jidoka("show", "services", "-o", "json", cwd=tmp_path))

    assert [row["key"] for row in rows] == ["vpn", "email", "erp", "network", "workplace", "identity"]


def test_show_of_a_key_gives_the_whole_definition_and_its_version(tmp_path: Path) -> None:
    from definitions.example import organisation

    shown = _json(_jidoka("show", "vpn", "-o", "json", cwd=tmp_path))

    vpn = organisation.service("vpn")
    assert shown == {"kind": "service", "version": vpn.version, **vpn.model_dump(mode="json")}


def test_show_of_a_service_spells_its_promises_out(tmp_path: Path) -> None:
    done = _jidoka("show", "service:vpn", cwd=tmp_path)

    assert done.returncode == 0
    assert "response    15 minutes  30 minutes  2 hours  8 hours  1 day" in done.stdout
    assert "requester, schedule" in done.stdout


def test_show_of_a_team_says_who_is_on_call_and_where_nobody_is(tmp_path: Path) -> None:
    done = _jidoka("show", "team:workplace", cwd=tmp_path)

    assert done.returncode == 0
    assert "GAP" in done.stdout
    assert "turn in layer office" in done.stdout


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        ("network", 2, "service:network or team:network"),
        ("fax:vpn", 2, "Kinds are service, team"),
        ("nothing", 3, "lists everything"),
        ("team:vpn", 3, "lists everything"),
    ],
)
def test_a_key_that_cannot_be_shown_is_explained(tmp_path: Path, key: str, code: int, said: str) -> None:
    done = _jidoka("show", key, "-o", "json", cwd=tmp_path)

    assert done.returncode == code
    assert said in _json(done)["error"]["hint"]
