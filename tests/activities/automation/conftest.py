"""A bench for each test, and real servers for those that need them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.migrate import upgrade
from records.store import Store
from tests.activities.automation.bench import Bench, Clock, opened
from tests.activities.automation.servers import Slapd, Sshd, name_server
from tests.activities.mail.conftest import certificate

__all__ = ["certificate"]

SERVICE_PASSWORD = "s3cret-of-the-service"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "jidoka.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, empty: Path, clock: Clock) -> Iterator[Store]:
    with opened(tmp_path, empty, clock) as store:
        yield store


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store, {"directory": SERVICE_PASSWORD})


@pytest.fixture(scope="session")
def slapd(certificate: Path) -> Iterator[Slapd]:
    with Slapd(certificate, SERVICE_PASSWORD).serving() as server:
        yield server


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with Sshd(tmp_path_factory.mktemp("sshd")).serving() as server:
        yield server


@pytest.fixture(scope="session")
def dns_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with name_server(tmp_path_factory.mktemp("dns")) as port:
        yield port
