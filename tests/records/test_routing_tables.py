"""Tables of estimates: the latest is in force, the earlier ones stay to be read."""

from datetime import UTC, datetime

import pytest

from records.errors import NotStored
from records.store import Store

UNTIL = datetime(2026, 11, 16, tzinfo=UTC)
A, B = "a" * 64, "ab" * 32


def test_the_table_that_was_learned_last_is_in_force(store: Store) -> None:
    assert store.routing_tables.latest() is None
    store.routing_tables.put(A, UNTIL, 40, {"teams": [1.5]})
    store.routing_tables.put(B, UNTIL, 50, {"teams": []})

    assert store.routing_tables.in_force() == B
    assert store.routing_tables.get(A).content == {"teams": [1.5]}


def test_the_same_content_learned_again_is_in_force_again(store: Store) -> None:
    for digest in (A, B, A):
        store.routing_tables.put(digest, UNTIL, 40, {})

    latest = store.routing_tables.latest()

    assert latest is not None
    assert (latest.digest, latest.until, latest.n) == (A, UNTIL, 40)


def test_a_table_is_found_by_as_many_digits_as_tell_it_apart(store: Store) -> None:
    for digest in (A, B):
        store.routing_tables.put(digest, UNTIL, 1, {})

    assert store.routing_tables.get("ab").digest == B
    for unclear in ("a", "c", "a%"):
        with pytest.raises(NotStored):
            store.routing_tables.get(unclear)
