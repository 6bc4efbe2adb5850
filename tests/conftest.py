"""What tests of several folders share."""

import os
from collections.abc import Iterator

import pytest

from tests.records.cluster import Cluster, initdb_program, running_cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL cluster for the session."""
    initdb = initdb_program()
    if initdb is None:
        message = "PostgreSQL is not installed (no initdb): the tests of records ran on SQLite only"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with running_cluster(initdb) as running:
        yield running
