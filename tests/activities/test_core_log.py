"""What the SDK's core says never gets between the lines of an answer."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from temporalio.client import Client
from temporalio.service import RetryConfig
from temporalio.testing import WorkflowEnvironment
from activities.core_log import client_runtime

async def ask():
    server = str(Path(sys.executable).with_name("temporal-test-server"))
    env = await WorkflowEnvironment.start_time_skipping(test_server_existing_path=server, runtime=client_runtime())
    retries = RetryConfig(initial_interval_millis=1, max_interval_millis=2, max_retries=9)
    there = env.client.service_client.config.target_host
    client = await Client.connect(there, runtime={runtime}, retry_config=retries)
    await env.shutdown()
    try:
        await client.start_workflow("Nothing", id="nobody", task_queue="none")
    except Exception:
        print("failed")

asyncio.run(ask())
sys.stdout.flush()
os._exit(0)
"""
"""Leaves as `jidoka` does: the SDK's threads may abort or hang an interpreter that finalises (sdk-python#300)."""


def stdout_of(runtime: str) -> list[str]:
    """What a program says there whose server goes away."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(runtime=runtime)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return ran.stdout.splitlines()


def test_a_client_whose_server_is_gone_writes_nothing_of_its_own_to_stdout() -> None:
    assert stdout_of("client_runtime()") == ["failed"]


def test_without_it_the_core_would_write_there() -> None:
    said = stdout_of("None")

    assert said[-1] == "failed"
    assert any("retried" in line for line in said)
