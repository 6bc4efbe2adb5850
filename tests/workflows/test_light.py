"""What an open run holds in memory."""

import gc
from pathlib import Path

from temporalio.worker import UnsandboxedWorkflowRunner

from tests.workflows.house import house


def starts_held() -> int:
    """Protobuf starts that something in this process holds."""
    gc.collect()
    return sum(type(each).__name__ == "InitializeWorkflow" for each in gc.get_objects())


async def test_an_open_run_lets_go_of_the_message_that_started_it(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        await home.open()
        await home.open()
        await home.pass_time(minutes=5)
        assert starts_held() == 0


async def test_without_our_runner_each_run_would_hold_its_start(tmp_path: Path, empty_database: Path) -> None:
    """The check above can fail: if this one does, the SDK has mended it and `workflows/light.py` can go."""
    async with house(tmp_path, empty_database, workflow_runner=UnsandboxedWorkflowRunner()) as home:
        await home.open()
        await home.pass_time(minutes=5)
        assert starts_held() == 1
