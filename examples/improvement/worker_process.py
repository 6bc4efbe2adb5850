"""The worker of the demonstration, in a process of its own: put together as in production, but for its clock."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import worker
from definitions.loading import load
from examples.improvement.clock import ActivityClock
from office import opening
from records.group_commit import GroupCommit
from settings import Settings


def settings_of(data_dir: Path, address: str) -> Settings:
    """Of both processes."""
    return Settings.model_validate({"data_dir": data_dir, "embedded": True, "temporal_address": address})


async def serve(settings: Settings, now: datetime, ready: Callable[[], None]) -> None:
    """Work until SIGTERM; `ready` is called when it polls."""
    worker.spare_memory()
    stop, clock = asyncio.Event(), ActivityClock(now)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    organisation = load(settings.definitions)
    with ExitStack() as stack:
        store = stack.enter_context(opening.open_store(settings, clock))
        commit = stack.enter_context(GroupCommit(store.events))
        client = await opening.connect(settings)
        async with worker.build(client, settings, store, organisation, commit, clock):
            worker.spare_collector()
            ready()
            await stop.wait()


def _said() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(settings_of(Path(sys.argv[1]), sys.argv[2]), datetime.fromisoformat(sys.argv[3]), _said))
