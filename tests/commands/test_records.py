"""`jidoka audit` and `jidoka quarantine` as a person and as a script see them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cli import main
from records.migrate import upgrade
from records.store import Store
from settings import system_clock
from tests.records.chains import chain, flush


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with three cases in its records."""
    for name in [n for n in os.environ if n.startswith(("JIDOKA_", "TEMPORAL_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    upgrade(f"sqlite:///{tmp_path / 'jidoka.db'}")
    with opened(tmp_path) as store:
        store.events.flush([flush(chain(f"INC-{n}", 4)) for n in range(3)])
        store.quarantine.add("hook:toaster", "no sender", ref="1", payload={"size": 3})
    return tmp_path


def opened(data_dir: Path) -> Store:
    return Store(f"sqlite:///{data_dir / 'jidoka.db'}", data_dir / "blobs", system_clock, data_dir / "audit")


def jidoka(data_dir: Path, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, Any]:
    """The exit status and the JSON on stdout."""
    capsys.readouterr()
    status = main([*args, "--data-dir", str(data_dir), "-o", "json"])
    return status, json.loads(capsys.readouterr().out)


def test_verify_says_that_nothing_was_altered(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = jidoka(data_dir, capsys, "audit", "verify")

    assert status == 0
    assert report == {"ok": True, "cases": 3, "facts": 12, "texts": 0, "checkpoints": 0, "problems": []}


def test_verify_exits_6_and_names_the_altered_fact(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(data_dir) as store, store.db.write() as connection:
        connection.execute(text("UPDATE events SET actor = 'mallory' WHERE case_id = 'INC-1' AND seq = 2"))

    status, report = jidoka(data_dir, capsys, "audit", "verify")

    assert status == 6
    assert [(p["case_id"], p["seq"]) for p in report["problems"]] == [("INC-1", 2)]


def test_a_checkpoint_is_written_and_used(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, written = jidoka(data_dir, capsys, "audit", "checkpoint")
    with opened(data_dir) as store, store.db.write() as connection:
        connection.execute(text("DELETE FROM cases WHERE id = 'INC-1'"))
        connection.execute(text("DELETE FROM events WHERE case_id = 'INC-1'"))

    after, report = jidoka(data_dir, capsys, "audit", "verify")

    assert (status, written["cases"]) == (0, 3)
    assert Path(written["file"]).parent == data_dir / "audit"
    assert (after, report["checkpoints"]) == (6, 1)
    assert [p["case_id"] for p in report["problems"]] == ["INC-1"]


def test_quarantine_is_listed_shown_and_dropped(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, (listed,) = jidoka(data_dir, capsys, "quarantine", "ls")
    _, shown = jidoka(data_dir, capsys, "quarantine", "show", listed["id"])
    _, dropped = jidoka(data_dir, capsys, "quarantine", "drop", listed["id"], "--yes")
    again, error = jidoka(data_dir, capsys, "quarantine", "retry", listed["id"])
    _, after = jidoka(data_dir, capsys, "quarantine", "ls")

    assert "payload" not in listed
    assert (shown["reason"], shown["payload"]) == ("no sender", {"size": 3})
    assert (dropped["state"], after) == ("dropped", [])
    assert again == 1
    assert "is dropped already" in error["error"]["message"]


def test_a_retry_while_the_stack_is_down_loses_nothing(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, (listed,) = jidoka(data_dir, capsys, "quarantine", "ls")

    status, error = jidoka(data_dir, capsys, "quarantine", "retry", listed["id"])

    _, kept = jidoka(data_dir, capsys, "quarantine", "ls", "--state", "all")
    assert (status, error["error"]["code"]) == (5, "unreachable")
    assert [q["id"] for q in kept] == [listed["id"]]


def test_what_is_not_in_quarantine_exits_3(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, error = jidoka(data_dir, capsys, "quarantine", "show", "q-none")

    assert (status, error["error"]["code"]) == (3, "not_found")


@pytest.mark.parametrize(
    "command", [("audit", "verify"), ("audit", "checkpoint"), ("quarantine", "ls"), ("log", "rebuild", "--dry-run")]
)
def test_somebody_without_the_role_is_not_allowed(
    data_dir: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    status, error = jidoka(data_dir, capsys, *command, "--as", "ann@example.org")

    assert (status, error["error"]["code"]) == (4, "not_allowed")


def test_without_a_database_the_answer_is_5_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    status, error = jidoka(tmp_path / "nowhere", capsys, "audit", "verify")

    assert (status, error["error"]["code"]) == (5, "unreachable")
    assert not (tmp_path / "nowhere").exists()
