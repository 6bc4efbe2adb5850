"""One installation whose server skips time: records, desk and worker are put together as in production."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from definitions.loading import load
from definitions.people import Actor, Door
from definitions.search_attributes import SEARCH_ATTRIBUTES
from desk import Desk
from examples.improvement import worker_process
from examples.improvement.clock import SkippedTime
from keys import Secrets
from office import opening
from office.wire import data_converter
from records.migrate import upgrade
from records.store import Store
from settings import Settings
from stack import temporal_server

Work = Callable[[Settings, datetime], AbstractAsyncContextManager[None]]
"""Keeps a worker at work from this time on."""


class Site(NamedTuple):
    """What a demonstration needs at hand."""

    settings: Settings
    store: Store
    desk: Desk
    client: Client
    clock: SkippedTime

    def person(self, key: str) -> Actor:
        """Somebody at the command line; an address that nobody has becomes a person."""
        return self.desk.identity.actor(self.desk.identity.known_or_new(key), Door.CLI, verified=True)


@asynccontextmanager
async def working(settings: Settings, now: datetime) -> AsyncIterator[None]:
    """A worker, polling."""
    words = (str(settings.data_dir), settings.temporal_address, now.isoformat())
    with (settings.data_dir / "worker.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", worker_process.__name__, *words), stdout=asyncio.subprocess.PIPE, stderr=log
        )
    assert process.stdout is not None
    try:
        if await process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the worker did not start: {log.name} says why")
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def site(data_dir: Path, work: Work = working) -> AsyncIterator[Site]:
    """All of it, from the server to the worker; the records stay in `data_dir` afterwards."""
    async with AsyncExitStack() as stack:
        env = await stack.enter_async_context(
            await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
                data_converter=data_converter,
            )
        )
        await temporal_server.add_attributes(env.client, SEARCH_ATTRIBUTES)
        clock = SkippedTime(env, (await env.get_current_time()).astimezone(UTC))
        settings = worker_process.settings_of(data_dir, env.client.service_client.config.target_host)
        Secrets.ensure(settings.secrets_file)
        upgrade(settings.database_url)
        organisation = load(settings.definitions)
        store = stack.enter_context(opening.open_store(settings, clock))
        store.directory.sync(organisation.people)
        await stack.enter_async_context(work(settings, clock()))

        async def connected() -> Client:
            return env.client

        lots = opening.lots_of(settings)
        desk = Desk(store, organisation, clock, connected, task_queue=settings.task_queue, lots=lots)
        yield Site(settings, store, desk, env.client, clock)
