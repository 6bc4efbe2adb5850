"""One tuned server, one database, and workers in processes of their own: what every benchmark stands on."""

import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType

from temporalio.client import Client

import worker
from benchmarks.machine import Process, free_port
from benchmarks.worker_process import WorkerOptions
from definitions.loading import load
from definitions.organisation import Organisation
from definitions.search_attributes import SEARCH_ATTRIBUTES
from office import opening
from records.migrate import upgrade
from records.store import Store
from settings import Settings
from stack import temporal_server

BARE_QUEUE = "bare"
TUNED_QUEUE = "bare-tuned"


class Rig:
    """Enter it, start workers, measure; all of it is gone afterwards."""

    client: Client
    server: Process
    store: Store
    organisation: Organisation

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._workers: list[Process] = []
        self.ports: dict[str, int] = {}
        """Metrics port of the worker of each queue."""

    async def __aenter__(self) -> "Rig":
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        port = free_port()
        self.settings = Settings.model_validate(
            {
                "data_dir": self.folder / "data",
                "temporal_address": f"127.0.0.1:{port}",
                "embedded": True,
            }
        )
        command = temporal_server.command(
            temporal_server.binary(), port=port, ui_port=None, db=self.folder / "temporal.db"
        )
        self.server = Process(command, self.folder / "server.log")
        self._stack.push_async_callback(self.server.stop)
        await temporal_server.until(self._connected, "the Temporal server", seconds=30)
        await temporal_server.prepare(self.client, SEARCH_ATTRIBUTES)
        upgrade(self.settings.database_url)
        self.store = self._stack.enter_context(opening.open_store(self.settings))
        self.organisation = load(self.settings.definitions)
        self.store.directory.sync(self.organisation.people)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._workers:
            await process.stop()
        await self._stack.aclose()

    async def _connected(self) -> str | None:
        try:
            self.client = await opening.connect(self.settings)
        except RuntimeError as error:
            return str(error)
        return await temporal_server.healthy(self.client)

    async def work(
        self,
        kind: str = "product",
        *,
        cached_runs: int = worker.CACHED_RUNS,
        metrics: bool = True,
        queue: str | None = None,
        tuned: bool = False,
        profile: Path | None = None,
    ) -> Process:
        """A worker, ready."""
        queue = queue or (self.settings.task_queue if kind == "product" else BARE_QUEUE)
        self.ports[queue] = free_port()
        own = {"task_queue": queue, "metrics_port": self.ports[queue], "mail_maildir": self.maildir(queue)}
        settings = self.settings.model_copy(update=own)
        options = WorkerOptions(
            kind=kind,
            settings=settings,
            cached_runs=cached_runs,
            metrics=metrics,
            tuned=tuned,
            mails=self.mails,
            profile=profile,
        )
        process = Process(
            [sys.executable, "-m", "benchmarks.worker_process", options.model_dump_json()],
            self.folder / f"{queue}.log",
            ready="READY",
        )
        self._workers.append(process)
        await process.until_ready()
        return process

    async def rest(self, process: Process) -> None:
        """End one worker."""
        self._workers.remove(process)
        await process.stop()

    def kill(self, process: Process) -> None:
        """kill -9 one worker."""
        self._workers.remove(process)
        process.kill()

    def maildir(self, queue: str) -> Path:
        """Where the worker of this queue puts its mails."""
        return self.folder / f"mail-{queue}"

    @property
    def mails(self) -> Path:
        """The content of each mail that the bare worker sends."""
        path = self.folder / "contents"
        path.mkdir(exist_ok=True)
        return path

    def sent(self, queue: str) -> int:
        """How many mails the worker of this queue has sent."""
        return len(list((self.maildir(queue) / "new").glob("*")))
