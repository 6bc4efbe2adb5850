"""One real stack for each file of stories: Temporal, worker and web as `jidoka up` starts them."""

import contextlib
import email
import email.policy
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import cli
from tests.stack.conftest import base_port, eventually

JIDOKA = Path(sys.executable).with_name("jidoka")
OURS = ("JIDOKA_", "TEMPORAL_", "PYTHONDONTWRITEBYTECODE")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


@dataclass
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Stack:
    """The running stack and its commands."""

    def __init__(self, data_dir: Path, base: int) -> None:
        self.data_dir, self.base = data_dir, base

    def environment(self, **more: str) -> dict[str, str]:
        return CLEAN | {"JIDOKA_DATA_DIR": str(self.data_dir)} | more

    def call(self, *args: str, stdin: bytes = b"", **env: str) -> Answer:
        """A command in this process, which has loaded everything; one at a time."""
        given, out, err = (io.TextIOWrapper(io.BytesIO(written), "utf-8") for written in (stdin, b"", b""))
        with (
            patch.dict(os.environ, self.environment(**env), clear=True),
            patch.object(sys, "stdin", given),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = cli.main(args)
        return Answer(status, _text(out), _text(err))

    def process(self, *args: str, stdin: bytes = b"", **env: str) -> Answer:
        """The same as a program of its own, where that it is one matters."""
        ran = subprocess.run(
            [str(JIDOKA), *args], input=stdin, capture_output=True, timeout=150, env=self.environment(**env)
        )
        return Answer(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    def ask(self, *args: str, stdin: bytes = b"", **env: str) -> Any:
        """The answer as data, of a command that works."""
        answer = self.call(*args, "-o", "json", stdin=stdin, **env)
        assert answer.status == 0, answer.out + answer.err
        return answer.json

    def case(self, case_id: str) -> dict[str, Any]:
        shown: dict[str, Any] = self.ask("incident", "show", case_id)
        return shown

    def mails(self, case_id: str) -> list[EmailMessage]:
        """What was sent about a case, oldest first."""
        folder = self.data_dir / "mail" / "outbox" / "new"
        files = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime_ns) if folder.is_dir() else []
        return [mail for mail in map(_read, files) if f"[{case_id}]" in str(mail["Subject"])]

    def mail(self, case_id: str, number: int) -> EmailMessage:
        """The mail about a case with this number, once it is there."""

        def there() -> EmailMessage | None:
            return next(iter(self.mails(case_id)[number:]), None)

        return eventually(there, f"mail {number} about {case_id}")


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()


def _read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Up before the first story of a file, down after its last: nobody gets more mails a day than a desk sends."""
    made = Stack(tmp_path_factory.mktemp("stories") / "desk", base_port())
    up = made.process("up", "--detach", "--base-port", str(made.base), "-o", "json")
    assert up.status == 0, up.out + up.err
    yield made
    down = made.process("down")
    assert down.status == 0, down.out + down.err
