"""The web door, put together."""

from urllib.parse import urlsplit

from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry

from keys import Secrets
from records.gauges import Gauges
from records.store import Store
from settings import Clock, Settings
from web import problems
from web.counts import Counts
from web.doors import Doorkeeper
from web.exporter import RecordsExporter
from web.health import health
from web.hooks import hooks
from web.incidents import incidents
from web.pages import pages
from web.people import DirectoryPeople
from web.ports import Desk
from web.wall import Wall, host_name
from web.workers import WorkerMetrics

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
    app.include_router(pages(app.openapi))

    def counted(route: str, status: int) -> None:
        counts.add("jidoka_web_requests", route=route, status=str(status))

    app.add_middleware(Wall, hosts=known_hosts(settings), counted=counted)
    return app


def known_hosts(settings: Settings) -> frozenset[str]:
    """The names under which people reach this server; a page elsewhere that points its name here is not one."""
    own = urlsplit(settings.web_url).netloc.rpartition("@")[2]
    return frozenset({*LOOPBACK, host_name(own), settings.web_host.lower()})
