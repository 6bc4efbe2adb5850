"""A real server for each test: its plants share it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from records.migrate import upgrade
from tests.faults.plant import served


@pytest.fixture
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a real Temporal server."""
    async with served(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "jidoka.db"
    upgrade(f"sqlite:///{path}")
    return path
