"""Every test of records runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.migrate import upgrade
from records.store import Store
from tests.records.cluster import Cluster


class TickingClock:
    """A clock that goes on by one second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "records.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_name(cluster: Cluster) -> str:
    """A PostgreSQL database with all tables, to be copied."""
    name = cluster.create()
    upgrade(cluster.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and no rows."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_file")
        shutil.copy(template, tmp_path / "records.db")
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create(template=request.getfixturevalue("migrated_name"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def store(url: str, tmp_path: Path, clock: TickingClock) -> Iterator[Store]:
    """A store on an empty migrated database."""
    with Store(url, tmp_path / "blobs", clock, tmp_path / "checkpoints") as opened:
        yield opened
