"""A bench for each test, and real servers for those that need them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.migrate import upgrade
from records.store import Store
from tests.activities.automation.bench import Bench, Clock, opened
from tests.activities.mail.conftest import certificate

__all__ = ["certificate"]


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
    return Bench(store, {"directory": "s3cret-of-the-service"})
