"""PostgreSQL goes away and comes back."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from records.errors import RecordsUnavailable
from records.store import Store
from tests.records.chains import chain, flush
from tests.records.cluster import Cluster
from tests.records.conftest import TickingClock


@pytest.fixture
def database(cluster: Cluster, migrated_name: str) -> Iterator[str]:
    name = cluster.create(template=migrated_name)
    yield name
    cluster.drop(name)


def test_after_cut_connections_the_next_call_works(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with Store(cluster.url(database), tmp_path, TickingClock()) as store:
        store.events.flush(flush(chain("INC-1", 2)))
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            cut = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", (database,)
            ).fetchone()

        store.events.flush(flush(chain("INC-2", 2)))

        assert cut is not None
        assert cut[0] >= 1
        assert len(store.events.since(0)) == 4


def test_a_connection_cut_within_a_transaction_leaves_nothing_of_it(
    cluster: Cluster, database: str, tmp_path: Path
) -> None:
    with Store(cluster.url(database), tmp_path, TickingClock()) as store:
        facts = chain("INC-1", 2)

        def cut_short() -> None:
            with store.db.write() as connection:
                store.events._store(connection, [flush(facts)])
                connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(RecordsUnavailable, match="cannot be used just now"):
            cut_short()

        assert store.events.of("INC-1") == []
        assert store.events.flush(flush(facts)).seq == 2
