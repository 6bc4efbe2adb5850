"""A real server, and plants on it: each with records, a Maildir, a desk, and a worker that is started again."""

import asyncio
import multiprocessing
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from definitions.acts import Act
from definitions.case import Receipt
from definitions.facts import Fact
from definitions.intake import OpenIncident
from definitions.loading import load
from definitions.organisation import Organisation
from definitions.people import Actor, Door
from definitions.search_attributes import SEARCH_ATTRIBUTES
from desk import Desk
from office import opening
from office.errors import Unreachable
from settings import Settings, system_clock
from stack import temporal_server
from tests.faults import worker_main
from tests.web.programs import free_port, running
from workflows.incident import IncidentWorkflow

# A process that has read every module once gives birth to workers in milliseconds.
BIRTH = multiprocessing.get_context("forkserver")
BIRTH.set_forkserver_preload(["tests.faults.worker_main", "tests.faults.cycle_worker"])

Main = Callable[[Settings, Organisation | None, str, Connection], None]
"""What a worker's process runs."""


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """A tuned Temporal server with its database; gives its address."""
    port = free_port()
    argv = temporal_server.command(temporal_server.binary(), port=port, ui_port=None, db=folder / "temporal.db")
    with running(*argv, log=folder / "temporal.log"):
        address = f"127.0.0.1:{port}"
        client = await Client.connect(address, lazy=True)
        await temporal_server.until(lambda: temporal_server.healthy(client), "the server", seconds=30)
        await temporal_server.prepare(client, SEARCH_ATTRIBUTES)
        yield address


class Plant:
    """One installation. `work` starts a worker, `lives` says whether it does."""

    def __init__(self, settings: Settings, organisation: Organisation, point: str, main: Main) -> None:
        self.settings, self.organisation, self.point, self._main = settings, organisation, point, main
        self.store = opening.open_store(settings)
        self.store.directory.sync(organisation.people)
        self.desk = Desk(self.store, organisation, system_clock, self._connect, task_queue=settings.task_queue)
        self._process: BaseProcess | None = None

    async def _connect(self) -> Client:
        return await opening.connect(self.settings)

    async def work(self) -> None:
        """A worker, polling; the one before it has died."""
        ours, its = BIRTH.Pipe()
        args = (self.settings, self.organisation, self.point, its)
        process = BIRTH.Process(target=self._main, args=args, daemon=True)
        process.start()
        its.close()
        self._process, self._line = process, ours
        answer = await asyncio.to_thread(lambda: ours.recv() if ours.poll(30) else None)
        assert answer == "ready", self.log()

    def died(self) -> bool:
        """Whether the worker is gone; any end but SIGKILL is a failure of the test."""
        assert self._process is not None
        code = self._process.exitcode
        assert code in (None, -9), f"the worker ended with {code}: {self.log()}"
        return code is not None

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.join(10)

    async def go_on(self, until: Callable[[], bool], *, seconds: float) -> None:
        """Start a new worker whenever one has died, until all is done."""
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, f"{self.point or 'plant'}: not done in {seconds:.0f} s\n{self.log()}"
            if self._process is None or self.died():
                await self.work()
            await asyncio.sleep(0.1)

    async def open(self, request: OpenIncident, by: str = "rita@example.org") -> str:
        """An incident, for a client that does not give up."""
        actor = self.person(by)
        while True:
            try:
                return (await self.desk.open_incident(request, actor=actor)).id
            except Unreachable:
                await asyncio.sleep(0.1)

    async def act(self, case_id: str, act: Act, key: str) -> Receipt:
        """An act, for a client that does not give up and uses the same key."""
        while True:
            try:
                return await self.desk.send(case_id, act, key=key)
            except Unreachable:
                await asyncio.sleep(0.1)

    def person(self, who: str) -> Actor:
        """Somebody at the command line."""
        return self.desk.identity.actor(self.desk.identity.known_or_new(who), Door.CLI, verified=True)

    def marks(self) -> int:
        """How often a worker killed itself."""
        return len(list(worker_main.marks_of(self.settings).iterdir()))

    async def agree(self, case_id: str, *, seconds: float) -> None:
        """Wait until the event log has what the run remembers, with a worker alive."""
        deadline = time.monotonic() + seconds
        handle = (await self.desk.client()).get_workflow_handle_for(IncidentWorkflow.run, case_id)
        while True:
            await self.go_on(lambda: not self.died(), seconds=seconds)
            with suppress(RPCError):
                lines = await handle.query(IncidentWorkflow.journal_lines, rpc_timeout=timedelta(seconds=5))
                if [Fact.model_validate_json(line) for line in lines] == self.store.events.of(case_id):
                    return
            assert time.monotonic() < deadline, f"{self.point}: log and run differ after {seconds:.0f} s\n{self.log()}"
            await asyncio.sleep(0.2)

    def files(self) -> list[Path]:
        """What lies in the Maildir."""
        return sorted((self.settings.mail_maildir / "new").glob("*"))

    def deliveries(self) -> Counter[str]:
        """How often each Message-ID was completely delivered."""
        log = worker_main.delivered_log(self.settings)
        return Counter(log.read_text().split()) if log.exists() else Counter()

    def log(self) -> str:
        """The end of what its workers said."""
        path = self.settings.data_dir / "worker.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def close(self) -> None:
        """End the worker and the records."""
        if self._process is not None:
            self.kill()
            self._line.close()
            self._process.close()
        self.store.close()


def plant(
    folder: Path,
    template: Path,
    address: str,
    point: str = "",
    organisation: Organisation | None = None,
    main: Main = worker_main.main,
) -> Plant:
    """A plant in its own folder, on its own queue of the shared server."""
    folder.mkdir()
    shutil.copy(template, folder / "jidoka.db")
    settings = Settings.model_validate(
        {"data_dir": folder, "temporal_address": address, "embedded": True, "task_queue": folder.name}
    )
    return Plant(settings, organisation or load(settings.definitions), point, main)
