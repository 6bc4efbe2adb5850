"""Ports, locks, logs and checks of a data directory."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from settings import Settings
from stack import checks, plan, state
from stack.ports import PortTaken, free, holder
from stack.process import rotate, tail
from stack.state import StackState
from tests.stack.conftest import base_port


def test_a_port_in_use_is_named_with_its_holder_and_the_way_out(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, base_port=base_port())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.web_port))
        taken.listen()

        with pytest.raises(PortTaken) as refused:
            plan.check_ports(settings)

    assert f"Port {settings.web_port} (web) is in use by " in refused.value.message
    assert f"(process {os.getpid()})" in refused.value.message
    assert "--base-port" in refused.value.hint


def test_a_free_port_has_no_holder() -> None:
    port = base_port()

    assert free(port)
    assert holder(port) is None


def test_a_directory_is_held_by_one_and_let_go_with_its_process(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from stack import state\n"
    code += "with state.alone(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"

        assert state.held(tmp_path)
        with pytest.raises(state.Busy, match="A stack is running in"), state.alone(tmp_path):
            pytest.fail("two hold the directory")

        other.kill()
        other.wait()
    assert not state.held(tmp_path)
    with state.alone(tmp_path):
        pass


def test_a_damaged_state_is_no_stack(tmp_path: Path) -> None:
    assert state.read(tmp_path) is None
    (tmp_path / "stack.json").write_text("{")
    assert state.read(tmp_path) is None
    (tmp_path / "stack.json").write_text("[]")
    assert state.read(tmp_path) is None

    state.write(tmp_path, StackState(pid=1, started="x", base_port=20000))

    assert state.read(tmp_path) == StackState(pid=1, started="x", base_port=20000)


def test_the_last_logs_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for number in range(6):
        rotate(log)
        log.write_text(f"start {number}\n")

    assert sorted(p.name for p in tmp_path.iterdir()) == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.3").read_text() == "start 2\n"
    assert tail(log) == "start 5"
    assert tail(tmp_path / "none.log") == ""


async def test_doctor_on_a_bare_machine_names_the_next_command_for_all_that_is_missing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new", base_port=base_port())

    found = {check.name: check for check in await checks.examine(settings)}

    assert {name for name, check in found.items() if check.state == "wrong"} == {
        "secrets",
        "Temporal",
        "database",
        "web",
    }
    assert all(check.next == "jidoka up" for check in found.values() if check.state == "wrong")
    assert {found[name].state for name in ("search attributes", "worker")} == {"note"}
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("change", "name", "message"),
    [
        ({"definitions": "nix:organisation"}, "definitions", "nix"),
        ({"temporal_cli": Path("/nowhere/temporal")}, "Temporal binary", "/nowhere/temporal cannot be run"),
        ({"database_url": "mysql://x"}, "database", ""),
    ],
)
async def test_doctor_says_what_is_wrong_with_a_setting(
    change: dict[str, object], name: str, message: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, base_port=base_port()).model_copy(update=change)

    found = {check.name: check for check in await checks.examine(settings)}

    assert found[name].state == "wrong"
    assert message in found[name].message


async def test_doctor_sees_a_secrets_file_that_others_can_read(tmp_path: Path) -> None:
    from keys import Secrets

    settings = Settings(data_dir=tmp_path, base_port=base_port())
    Secrets.ensure(settings.secrets_file)
    good = checks.secrets_file(settings)
    settings.secrets_file.chmod(0o644)
    bad = checks.secrets_file(settings)

    assert (good.state, bad.state) == ("ok", "wrong")
    assert bad.next == f"chmod 600 {settings.secrets_file}"
