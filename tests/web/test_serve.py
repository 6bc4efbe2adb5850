"""`jidoka serve` as a process of its own."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from keys import Secrets
from records.migrate import upgrade
from settings import Settings, SettingsError
from tests.web.programs import eventually, free_port
from web.app import listening, main

ROOT = Path(__file__).parents[2]
SERVE = """
import os, sys
from pathlib import Path
from settings import Settings
from web.app import main
data_dir, web, temporal = Path(sys.argv[1]), int(sys.argv[2]), f"127.0.0.1:{sys.argv[3]}"
os._exit(main(Settings(data_dir=data_dir, web_port=web, temporal_address=temporal, embedded=True)))
"""


@pytest.mark.story
async def test_without_temporal_the_web_answers_and_says_why_it_is_not_ready_and_stops_when_asked(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, web_port=free_port())
    secrets = Secrets.ensure(settings.secrets_file)
    upgrade(settings.database_url)
    arguments = (str(tmp_path), str(settings.web_port), str(free_port()))
    log = tmp_path / "log"

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.web_port}", trust_env=False) as client:
        with log.open("wb") as out:
            process = subprocess.Popen([sys.executable, "-c", SERVE, *arguments], cwd=ROOT, stdout=out, stderr=out)
        try:

            async def alive() -> httpx.Response | None:
                try:
                    return await client.get("/healthz")
                except httpx.TransportError:
                    return None

            health = await eventually(alive, "the web")
            ready = await client.get("/readyz", timeout=20)
            metrics = await client.get("/metrics", timeout=20)
            hook = await client.post(
                "/hooks/alertmanager",
                json={"version": "4", "alerts": []},
                headers={"Authorization": f"Bearer {secrets.hook_token}"},
            )
            process.send_signal(signal.SIGTERM)
            status = process.wait(20)
        finally:
            process.kill()
            process.wait()

    assert health.json() == {"status": "alive"}
    assert ready.status_code == 503
    assert any(reason.startswith("temporal") or "readiness" in reason for reason in ready.json()["reasons"])
    assert "jidoka_records_up 1.0" in metrics.text
    assert 'jidoka_worker_up{worker="127.0.0.1:9464"} 0.0' in metrics.text
    assert hook.status_code == 200
    assert "server" not in health.headers
    assert status == 0, log.read_text()
    assert secrets.hook_token not in log.read_text()


def test_a_port_that_is_taken_is_said_with_the_next_step(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(data_dir=tmp_path, web_port=taken.getsockname()[1])

        with pytest.raises(SettingsError, match="cannot listen") as refused, listening(settings):
            pytest.fail("it listened on a port that is taken")

    assert "web_port" in refused.value.hint


def test_without_secrets_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no secrets"):
        main(Settings(data_dir=tmp_path, web_port=free_port()))
