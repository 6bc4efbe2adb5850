"""Commands in this process, on records of their own and without a running stack."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from definitions.example import organisation
from office.opening import open_store
from records.migrate import upgrade
from tests.stack.conftest import base_port


@dataclass
class Answer:
    """Exit status and what was printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def desk_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory as `up` leaves it, with nothing running."""
    data_dir = tmp_path / "desk"
    data_dir.mkdir()
    monkeypatch.setenv("JIDOKA_DATA_DIR", str(data_dir))
    monkeypatch.setenv("JIDOKA_BASE_PORT", str(base_port()))
    upgrade(f"sqlite:///{data_dir / 'jidoka.db'}")
    from sources import load

    with open_store(load({})) as store:
        store.directory.sync(organisation.people)
    return data_dir


@pytest.fixture
def command(desk_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs one command."""

    def run(*args: str, stdin: bytes = b"") -> Answer:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.main([*args])
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run
