import asyncio
import os
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.activities.automation.bench import Bench
from tests.activities.automation.servers import Sshd
from tests.web.programs import free_port

pytestmark = pytest.mark.story


@pytest.fixture
def machine(sshd: Sshd) -> dict[str, JsonValue]:
    return {
        "host": "127.0.0.1", "port": sshd.port, "user": sshd.user, "key_file": str(sshd.key),
        "known_hosts": str(sshd.known_hosts),
    }  # fmt: skip


async def test_a_disk_with_room_is_in_order_and_one_over_the_mark_is_trouble(
    bench: Bench, machine: dict[str, JsonValue]
) -> None:
    room = await bench.run("disk-space", {**machine, "most_percent": 100})
    full = await bench.run("disk-space", {**machine, "paths": ["/", "/dev/shm"], "most_percent": 1})

    filled = os.statvfs("/")
    share = 100 * (filled.f_blocks - filled.f_bfree) / (filled.f_blocks - filled.f_bfree + filled.f_bavail)
    shown = room.data["percent"]
    assert isinstance(shown, dict)
    assert abs(float(str(shown["/"])) - share) <= 1.5
    assert full.data["good"] is False
    assert "Next: Make room on /" in full.finding


async def test_a_path_cannot_become_a_command(bench: Bench, machine: dict[str, JsonValue], tmp_path: Path) -> None:
    trap = tmp_path / "trap"

    result = await bench.run("disk-space", {**machine, "paths": [f"/nowhere; touch {trap}"]})

    assert result.outcome == "failed"
    assert not trap.exists()


async def test_a_service_that_runs_is_told_from_one_that_does_not(bench: Bench, machine: dict[str, JsonValue]) -> None:
    runs = await bench.run("service-state", {**machine, "service": "sshd"})
    gone = await bench.run("service-state", {**machine, "service": "no-such-thing"})

    assert (runs.data["state"], runs.data["good"]) == ("active", True)
    assert gone.data["good"] is False
    assert "Read its log and start it" in gone.finding


async def test_a_machine_whose_key_is_not_known_is_not_talked_to(
    bench: Bench, machine: dict[str, JsonValue], tmp_path: Path
) -> None:
    (tmp_path / "nobody").write_text("")

    result = await bench.run("disk-space", {**machine, "known_hosts": str(tmp_path / "nobody")})

    assert result.outcome == "failed"
    assert "Host key verification failed" in result.finding


async def test_a_machine_that_is_down_or_refuses_the_key_is_a_failure_with_the_next_step(
    bench: Bench, machine: dict[str, JsonValue], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    keygen = await asyncio.create_subprocess_exec("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other))
    assert await keygen.wait() == 0

    down = await bench.run("disk-space", {**machine, "port": free_port()})
    refused = await bench.run("disk-space", {**machine, "key_file": str(other)})

    assert (down.outcome, refused.outcome) == ("failed", "failed")
    assert "Connection refused" in down.finding
    assert "Permission denied" in refused.finding
    assert "See whether the machine is up" in refused.finding


@pytest.mark.parametrize("host", ["-oProxyCommand=touch /tmp/x", "a b", "host;id", ""])
async def test_a_host_cannot_become_an_option(bench: Bench, machine: dict[str, JsonValue], host: str) -> None:
    result = await bench.run("disk-space", {**machine, "host": host})

    assert result.outcome == "failed"
    assert "host" in result.finding


async def test_nothing_of_ssh_stays_behind_when_a_run_is_cut_off(
    bench: Bench, machine: dict[str, JsonValue], monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    real = asyncio.create_subprocess_exec

    async def watched(*args: str, **more: object) -> asyncio.subprocess.Process:
        process = await real(*args[:-1], "sleep 60", **more)  # type: ignore[arg-type]
        started.append(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    result = await bench.run("disk-space", machine, timeout_s=1)

    assert (result.outcome, len(started)) == ("failed", 1)
    assert "not done in 1 s" in result.finding
    assert started[0].returncode == -9
