"""A worker in a process of its own, so that its time and memory are counted apart.

`python -m benchmarks.worker_process OPTIONS` takes its options as one JSON object, prints READY when it polls, and
ends when its standard input is closed.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import worker
from activities.meters import build_runtime
from activities.metrics_endpoint import MetricsEndpoint
from benchmarks.bare import BareChannel, BareIncident
from definitions.loading import load
from office import opening
from office.relay import relaying
from office.wire import data_converter
from records.group_commit import GroupCommit
from settings import Settings

PASSED_THROUGH = ("activities", "benchmarks", "definitions", "pydantic", "pydantic_core")
"""What a careful author passes through the sandbox: his own modules, and pydantic."""


class WorkerOptions(BaseModel):
    """What the process is to run."""

    kind: str
    """product or bare."""
    settings: Settings
    cached_runs: int = worker.CACHED_RUNS
    metrics: bool = True
    tuned: bool = False
    """The bare workflow without the SDK's sandbox and with shared converters, as the product's worker runs."""
    mails: Path | None = None
    """A folder with the content of each mail, for the bare worker."""
    profile: Path | None = None
    """Where to write a cProfile of the main thread."""


@asynccontextmanager
async def product(options: WorkerOptions) -> AsyncIterator[None]:
    """As `worker.serve` builds it; metrics can be left out."""
    settings = options.settings
    worker.spare_memory()
    worker.CACHED_RUNS = options.cached_runs
    organisation = load(settings.definitions)
    async with AsyncExitStack() as stack:
        runtime = None
        if options.metrics:
            runtime, sdk_metrics = build_runtime(logging.getLogger("temporalio.core"))
            stack.callback(sdk_metrics.stop)
            registry = CollectorRegistry()
            registry.register(sdk_metrics)
            endpoint = MetricsEndpoint(registry, settings.metrics_host, settings.metrics_port).start()
            stack.callback(endpoint.stop)
        store = stack.enter_context(opening.open_store(settings))
        commit = stack.enter_context(GroupCommit(store.events))
        client = await opening.connect(settings, runtime)
        store.directory.sync(organisation.people)
        await stack.enter_async_context(worker.build(client, settings, store, organisation, commit))
        await stack.enter_async_context(relaying(opening.open_desk(settings, store, organisation)))
        worker.spare_collector()
        yield


@asynccontextmanager
async def bare(options: WorkerOptions) -> AsyncIterator[None]:
    """The same worker options, nothing of the product but its mail transport."""
    assert options.mails is not None
    contents = {path.stem: path.read_bytes() for path in options.mails.glob("*.eml")}
    client = await opening.connect(
        options.settings, converter=data_converter if options.tuned else pydantic_data_converter
    )
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    async with Worker(
        client,
        task_queue=options.settings.task_queue,
        workflows=[BareIncident],
        activities=[BareChannel(options.settings.mail_maildir, contents).send],
        activity_executor=ThreadPoolExecutor(worker.THREADS),
        max_concurrent_activities=worker.THREADS,
        max_cached_workflows=options.cached_runs,
        workflow_runner=worker.runner() if options.tuned else SandboxedWorkflowRunner(restrictions=restrictions),
    ):
        yield


async def main(options: WorkerOptions) -> None:
    """Work until standard input ends."""
    async with product(options) if options.kind == "product" else bare(options):
        print("READY", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    logging.basicConfig(level="WARNING", stream=sys.stderr)
    given = WorkerOptions.model_validate(json.loads(sys.argv[1]))
    if given.profile is not None:
        import cProfile

        profiler = cProfile.Profile()
        profiler.runcall(asyncio.run, main(given))
        profiler.dump_stats(given.profile)
    else:
        asyncio.run(main(given))
    # The SDK's threads must not have a say in the exit status.
    sys.stdout.flush()
    os._exit(0)
