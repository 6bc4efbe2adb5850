"""The web door, put together and served."""

import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import uvicorn
from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry

from keys import Secrets
from office.opening import open_desk, open_store
from records.errors import RecordsError
from records.gauges import Gauges
from records.store import Store
from settings import Clock, Settings, SettingsError, system_clock
from web import problems
from web.catalogue import catalogue
from web.counts import Counts
from web.doors import Doorkeeper
from web.exporter import RecordsExporter
from web.health import health
from web.hooks import hooks
from web.incidents import incidents
from web.offers import offers
from web.pages import pages
from web.people import DirectoryPeople
from web.ports import Desk
from web.voice import voice
from web.wall import Wall, host_name
from web.workers import WorkerMetrics

STOP_S = 10
AT_ONCE = 256
"""More requests than this at the same time are told to come back (503)."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(desk: Desk, store: Store, settings: Settings, secrets: Secrets, clock: Clock) -> FastAPI:
    """The app with all its routes; whatever declares no entrance lets nobody in."""
    counts, registry = Counts(), CollectorRegistry()
    registry.register(counts)
    registry.register(RecordsExporter(store.cases, store.events, Gauges(store.db), clock))
    registry.register(WorkerMetrics(settings.worker_metrics_urls))
    people = DirectoryPeople(store.directory, clock)
    app = FastAPI(
        title="Jidoka",
        description="Incidents as durable workflows.",
        # FastAPI's own pages load their scripts from elsewhere; ours are in web/pages.py.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(Doorkeeper(desk, people, secrets, clock))],
    )
    problems.install(app)
    app.include_router(health(desk, registry))
    app.include_router(hooks(desk, store.quarantine, clock, counts))
    app.include_router(incidents(desk, store.directory, store.texts, clock, counts))
    app.include_router(catalogue(desk, store.directory, clock, counts))
    app.include_router(voice(desk, counts))
    app.include_router(offers(desk, counts))
    app.include_router(pages(app.openapi))

    def counted(route: str, status: int) -> None:
        counts.add("jidoka_web_requests", route=route, status=str(status))

    app.add_middleware(Wall, hosts=known_hosts(settings), counted=counted)
    return app


def known_hosts(settings: Settings) -> frozenset[str]:
    """The names under which people reach this server; a page elsewhere that points its name here is not one."""
    own = urlsplit(settings.web_url).netloc.rpartition("@")[2]
    return frozenset({*LOOPBACK, host_name(own), settings.web_host.lower()})


def main(settings: Settings) -> int:
    """`jidoka serve`: answer until SIGTERM or SIGINT, then finish what is under way. Raises SettingsError."""
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    # Every scrape of a worker would be a line.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    secrets = settings.secrets()
    with listening(settings) as door, open_store(settings) as store:
        desk = open_desk(settings, store)
        with contextlib.suppress(RecordsError):
            # They may come later, and /readyz says so; a standard that cannot be had stops the start.
            desk.standards.organisation()
        app = create_app(desk, store, settings, secrets, system_clock)
        logging.getLogger("jidoka.web").info("web ready on %s:%d", *door.getsockname()[:2])
        _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                # A client's own X-Forwarded-For must not decide what counts as this machine.
                proxy_headers=False,
                lifespan="off",
                ws="none",
                limit_concurrency=AT_ONCE,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=STOP_S,
            )
        ).run(sockets=[door])
    return 0


@contextlib.contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The socket of the web, bound before anything else is built; raises SettingsError when it is taken."""
    host, port = settings.web_host, settings.web_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=128)
    except OSError as bad:
        raise SettingsError(
            f"The web cannot listen on {host}:{port} ({bad.strerror}).",
            "Stop what uses the port (`jidoka status`), or set web_port.",
        ) from bad
    with door:
        yield door


class _Server(uvicorn.Server):
    """uvicorn raises the signal once more after stopping; ours ends with status 0 when it was asked to."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield
