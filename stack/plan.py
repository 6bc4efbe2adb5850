"""Which processes make the stack, for given settings."""

import asyncio
import sys
from pathlib import Path

from temporalio.client import Client

from settings import Settings
from stack import temporal_server
from stack.ports import PortTaken, free
from stack.probes import answers, client_of, polled
from stack.process import Process
from stack.supervisor import Stage

CLI = Path(__file__).resolve().parents[1] / "cli.py"


def endpoints(settings: Settings) -> dict[str, str]:
    """Where the stack answers."""
    found = {
        "temporal": settings.temporal_address,
        "web": settings.web_url,
        "metrics": f"http://{settings.metrics_host}:{settings.metrics_port}/metrics",
    }
    if settings.embedded:
        found["ui"] = f"http://127.0.0.1:{settings.ui_port}"
    return found


def check_ports(settings: Settings) -> None:
    """Raises PortTaken for the first one that is in use."""
    wanted = [("web", settings.web_port), ("worker metrics", settings.metrics_port)]
    if settings.embedded:
        temporal = int(settings.temporal_address.rpartition(":")[2])
        wanted = [("Temporal", temporal), ("Temporal UI", settings.ui_port), *wanted]
    for name, port in wanted:
        if not free(port):
            raise PortTaken(name, port)


def stages(settings: Settings, config: str | None = None) -> list[Stage]:
    """First the server that everything leans on, then what leans on it."""
    address, port = settings.temporal_address, int(settings.temporal_address.rpartition(":")[2])
    env = {"JIDOKA_DATA_DIR": str(settings.data_dir)}
    if settings.base_port:
        env["JIDOKA_BASE_PORT"] = str(settings.base_port)
    if config:
        env["JIDOKA_CONFIG"] = str(Path(config).absolute())

    known: list[Client] = []

    async def client() -> Client:
        # One for all questions; it finds a restarted server again by itself.
        if not known:
            known.append(await client_of(settings))
        return known[0]

    async def temporal_ready(_: int) -> str | None:
        reason = await temporal_server.healthy(await client())
        return f"Temporal at {address}: {reason}" if reason else None

    async def worker_ready(pid: int) -> str | None:
        metrics = f"http://{settings.metrics_host}:{settings.metrics_port}/metrics"
        return await answers(metrics) or await polled(await client(), settings.task_queue, pid)

    async def web_ready(_: int) -> str | None:
        return await answers(f"http://{settings.web_host}:{settings.web_port}/readyz")

    async def lives(_: int) -> str | None:
        return None

    async def prepare() -> None:
        await prepare_stores(settings)

    def ours(name: str, *verb: str) -> tuple[str, ...]:
        # The script by its path: a folder named `workflows` in the current directory cannot shadow ours.
        return (sys.executable, str(CLI), *(verb or (name,)))

    first: tuple[Process, ...] = ()
    if settings.embedded:
        argv = temporal_server.command(
            temporal_server.binary(settings.temporal_cli, settings.data_dir / "bin"),
            port=port,
            ui_port=settings.ui_port,
            db=settings.data_dir / "temporal.db",
        )
        first = (Process("temporal", tuple(argv), temporal_ready),)
    second = [Process("worker", ours("worker"), worker_ready, env), Process("web", ours("serve"), web_ready, env)]
    if settings.mail_imap_url:
        second.append(Process("intake", ours("intake", "intake", "run"), lives, env))
    return [Stage(first, prepare), Stage(tuple(second))]


async def prepare_stores(settings: Settings) -> None:
    """What must exist before a worker polls: search attributes, the tables at their newest."""
    from definitions.search_attributes import SEARCH_ATTRIBUTES
    from records.migrate import upgrade

    client = await client_of(settings)
    if settings.embedded:
        await temporal_server.prepare(client, SEARCH_ATTRIBUTES)
    else:
        await temporal_server.ensure_attributes(client, SEARCH_ATTRIBUTES)
    await asyncio.to_thread(upgrade, settings.database_url)
