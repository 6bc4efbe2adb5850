"""The records are lost; what the runs remember brings facts and case rows back, without a difference."""

from pathlib import Path

import pytest

from records.engine import Database
from records.migrate import upgrade
from records.rebuild import compare
from tests.stack.conftest import eventually
from tests.stories.conftest import Stack
from tests.stories.letters import first

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]


def test_an_empty_database_is_rebuilt_from_the_runs_without_a_difference(stack: Stack, tmp_path: Path) -> None:
    mailed = stack.ask("intake", "email", stdin=first("rebuild-1"))["case_id"]
    stack.ask("incident", "start", mailed, "--as", "jay")
    stack.ask("incident", "resolve", mailed, "--note", "Done.", "--as", "jay")
    stack.ask("incident", "confirm", mailed, "--as", "rita")
    eventually(lambda: stack.ask("runs", "show", mailed)["status"] == "completed", "the end of the run")
    stack.ask("incident", "reopen", mailed, "--reason", "It is back.", "--as", "rita")
    still = stack.case(mailed)
    eventually(lambda: _stored(stack, mailed) >= still["seq"], "the facts of the reopened case in the records")
    empty = f"sqlite:///{tmp_path / 'rebuilt.db'}"
    upgrade(empty)

    report = stack.ask("log", "rebuild", "--yes", JIDOKA_DATABASE_URL=empty)
    again = stack.ask("log", "rebuild", "--yes", JIDOKA_DATABASE_URL=empty)

    assert report["added"] == report["facts"] > 0
    assert (report["problems"], report["unreadable"]) == ([], [])
    assert (again["added"], again["removed"], again["rows"]) == (0, 0, 0)
    one, other = Database(f"sqlite:///{stack.data_dir / 'jidoka.db'}"), Database(empty)
    try:
        assert compare(one, other) == []
    finally:
        one.close()
        other.close()


def _stored(stack: Stack, case_id: str) -> int:
    rows = stack.ask("incident", "ls", "--limit", "1000")
    return max((row["seq"] for row in rows if row["id"] == case_id), default=0)
