"""`jidoka up`, `status` and `down` as a person calls them, with the real worker and web."""

import json
import os
import signal
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from stack import state
from stack.ports import free
from stack.process import Identity, end
from tests.stack.conftest import base_port, eventually

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("JIDOKA_", "TEMPORAL_"))}


@dataclass
class Answer:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Desk:
    """A data directory and the commands that use it, each a process of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.base = base_port()

    def call(self, *args: str) -> Answer:
        ran = subprocess.run(
            [sys.executable, str(cli.__file__), *args, "--data-dir", str(self.data_dir)],
            capture_output=True,
            text=True,
            timeout=200,
            env=CLEAN,
            cwd=self.data_dir.parent,
        )
        return Answer(ran.returncode, ran.stdout, ran.stderr)

    def up(self) -> Answer:
        answer = self.call("up", "--base-port", str(self.base), "--detach", "-o", "json")
        assert answer.status == 0, answer.out + answer.err
        return answer

    def pid(self, name: str) -> int:
        found = state.read(self.data_dir)
        return found.pid_of(name) if found else 0

    def clean(self) -> None:
        left = state.read(self.data_dir)
        if left is not None:
            end(left.identity, seconds=40)
            for child in left.processes:
                end(child.identity, seconds=5)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Any]]:
    """A stack for the tests that only look at it, with what `up` answered."""
    made = Desk(tmp_path_factory.mktemp("running") / "desk")
    try:
        yield made, made.up().json
    finally:
        made.clean()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "desk")
    yield made
    made.clean()


def test_when_detach_comes_back_everything_answers(running: tuple[Desk, Any]) -> None:
    desk, up = running

    status = desk.call("status", "-o", "json")
    page = urllib.request.urlopen(f"http://127.0.0.1:{desk.base + 2}/metrics", timeout=10).read()

    assert up["ready"] is True
    assert up["endpoints"] == {
        "temporal": f"127.0.0.1:{desk.base}",
        "ui": f"http://127.0.0.1:{desk.base + 1}",
        "web": f"http://127.0.0.1:{desk.base + 2}",
        "metrics": f"http://127.0.0.1:{desk.base + 3}/metrics",
    }
    assert (status.status, status.json["ready"], status.json["reasons"]) == (0, True, [])
    assert {p["name"]: p["state"] for p in status.json["processes"]} == dict.fromkeys(
        ("temporal", "worker", "web"), "ready"
    )
    assert b"temporal_" in page


def test_a_second_up_finds_the_running_stack_and_refuses_other_ports(running: tuple[Desk, Any]) -> None:
    desk, up = running

    again = desk.up()
    elsewhere = desk.call("up", "--detach", "--base-port", str(base_port()), "-o", "json")

    assert again.json["pid"] == up["pid"]
    assert elsewhere.status == 1
    assert f"with base port {desk.base}" in elsewhere.json["error"]["message"]


def test_the_stack_of_another_directory_on_the_same_ports_is_not_taken_for_ours(
    running: tuple[Desk, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, _ = running
    stranger = Desk(desk.data_dir.with_name("stranger"))
    monkeypatch.setitem(CLEAN, "JIDOKA_BASE_PORT", str(desk.base))

    status = stranger.call("status", "-o", "json")

    assert status.status == 5
    assert status.json["endpoints"]["temporal"] == f"127.0.0.1:{desk.base}"
    assert status.json["reasons"] == [f"No stack is running in {stranger.data_dir}."]


def test_what_up_writes_is_for_its_owner_only(running: tuple[Desk, Any]) -> None:
    desk, _ = running

    open_to_others = [
        path.name for path in desk.data_dir.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []
    assert stat.S_IMODE(desk.data_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((desk.data_dir / "secrets.toml").stat().st_mode) == 0o600


def test_after_kill_9_of_each_process_and_of_the_supervisor_up_continues_and_down_ends_it(desk: Desk) -> None:
    desk.up()
    before = {name: desk.pid(name) for name in ("temporal", "worker", "web")}

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    eventually(
        lambda: all(desk.pid(n) not in (0, pid) for n, pid in before.items()) and desk.call("status").status == 0,
        "all three are back",
        seconds=90,
    )
    found = state.read(desk.data_dir)
    assert found is not None
    supervisor = found.identity
    supervisor.send(signal.SIGKILL)
    eventually(lambda: not supervisor.alive(), "the supervisor is gone")
    unwatched = desk.call("status", "-o", "json")
    up = desk.call("up", "--detach", "-o", "json")
    status = desk.call("status", "-o", "json")
    down = desk.call("down", "-o", "json")
    down_again = desk.call("down", "-o", "json")

    assert (unwatched.status, unwatched.json["pid"]) == (5, None)
    assert up.json["endpoints"]["temporal"] == f"127.0.0.1:{desk.base}"
    assert up.json["pid"] != supervisor.pid
    assert status.status == 0
    assert (down.status, down.json) == (0, {"stopped": True})
    assert (down_again.status, down_again.json) == (0, {"stopped": False})
    assert all(free(desk.base + i) for i in range(4))


def test_a_stack_that_is_down_is_exit_5_and_valid_json_and_nothing_else_on_stdout(desk: Desk) -> None:
    status = desk.call("status", "-o", "json")

    assert status.status == 5
    assert status.json["ready"] is False
    assert status.json["reasons"] == [f"No stack is running in {desk.data_dir}."]
    assert not desk.data_dir.exists()


def test_a_port_that_is_taken_is_said_by_detach_too(desk: Desk) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", desk.base + 2))
        taken.listen()
        refused = desk.call("up", "--base-port", str(desk.base), "--detach", "-o", "json")

    assert refused.status == 1
    assert refused.json["error"]["message"].startswith(f"Port {desk.base + 2} (web) is in use by ")
    assert not state.held(desk.data_dir)


def test_in_front_it_says_when_it_is_ready_and_stops_on_ctrl_c(desk: Desk) -> None:
    desk.data_dir.mkdir()
    argv = [sys.executable, str(cli.__file__), "up", "--base-port", str(desk.base), "--data-dir", str(desk.data_dir)]
    with (
        (desk.data_dir / "err").open("wb") as err,
        subprocess.Popen([*argv, "-o", "jsonl"], stdout=subprocess.PIPE, stderr=err, text=True, env=CLEAN) as front,
    ):
        assert front.stdout is not None
        ready = json.loads(front.stdout.readline())
        children = [Identity.of(desk.pid(name)) for name in ("temporal", "worker", "web")]
        front.send_signal(signal.SIGINT)
        rest = front.stdout.read()

    assert ready["ready"] is True
    assert (front.returncode, rest) == (0, "")
    assert not any(child.alive() for child in children)
    assert (desk.data_dir / "err").read_text().splitlines()[-1] == "Stopped."


def test_doctor_finds_nothing_wrong_with_a_running_stack(running: tuple[Desk, Any]) -> None:
    desk, _ = running

    doctor = desk.call("doctor", "-o", "json")

    assert [check for check in doctor.json["checks"] if check["state"] == "wrong"] == []
    assert (doctor.status, doctor.json["ok"]) == (0, True)
