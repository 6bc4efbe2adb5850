"""A house for each test: nothing is shared but the empty database that is copied."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from records.migrate import upgrade
from tests.workflows.house import House, house


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "jidoka.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path) -> AsyncIterator[House]:
    """The house of this test."""
    async with house(tmp_path, empty_database) as ours:
        yield ours
