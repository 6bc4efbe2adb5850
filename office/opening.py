"""What an installation opens for its doors: its records, its connection to Temporal, a desk. No worker is loaded."""

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.runtime import Runtime

from activities.core_log import client_runtime
from definitions.loading import load
from definitions.organisation import Organisation
from definitions.standards import InForce
from desk import Desk
from office.wire import data_converter
from records.store import Store
from settings import Clock, Settings, SettingsError, system_clock


async def connect(
    settings: Settings, runtime: Runtime | None = None, *, converter: DataConverter = data_converter
) -> Client:
    """The one place where the data converter is chosen."""
    config = settings.connect_config()
    return await Client.connect(**config, data_converter=converter, runtime=runtime or client_runtime())


def open_store(settings: Settings, clock: Clock = system_clock) -> Store:
    """The records of this installation."""
    try:
        audit_key: str | None = settings.secrets().audit_key
    except SettingsError:
        audit_key = None  # before the first `up` there is nothing to sign
    return Store(settings.database_url, settings.data_dir / "blobs", clock, settings.data_dir / "audit", audit_key)


def open_desk(
    settings: Settings,
    store: Store | None = None,
    organisation: Organisation | None = None,
    *,
    standard: InForce | None = None,
) -> Desk:
    """A desk for a door: it connects when first needed; `organisation` and `standard` as for `Desk`."""
    return Desk(
        store or open_store(settings),
        organisation or load(settings.definitions),
        system_clock,
        lambda: connect(settings),
        task_queue=settings.task_queue,
        lots=lots_of(settings),
        standard=standard,
    )


def lots_of(settings: Settings) -> bytes:
    """What is drawn with: hold-outs and the like; each layer of draws is independent of the others."""
    try:
        return settings.secrets().token_salt.encode()
    except SettingsError:
        return b""  # before the first `up` there are no cases
