import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from definitions.base import Priority
from records.errors import Gap, RecordsUnavailable
from records.group_commit import GroupCommit
from records.store import Store
from tests.records.chains import chain, flush

THREADS = 40


def test_those_that_wait_together_share_a_commit_and_each_gets_its_own_result(store: Store) -> None:
    def write(n: int) -> tuple[int, int]:
        facts = chain(f"INC-{n}", 2 + n % 3)
        return len(facts), group.flush(flush(facts)).seq

    with GroupCommit(store.events) as group, ThreadPoolExecutor(THREADS) as pool:
        with store.db.write() as connection:
            store.db.lock_flushes(connection)
            # Nobody can commit now: the first one is with the writer, the others wait for it.
            futures = [pool.submit(write, n) for n in range(THREADS)]
            deadline = time.monotonic() + 30
            while group.waiting() < THREADS - 1 and time.monotonic() < deadline:
                time.sleep(0.001)
        results = [future.result() for future in futures]

    print(f"{THREADS} flushes in {group.commits} commits")
    assert all(length == seq for length, seq in results)
    assert len(store.events.since(0)) == sum(length for length, _ in results)
    assert group.commits <= 2


def test_one_that_is_refused_does_not_hurt_its_neighbours(store: Store) -> None:
    barrier = Barrier(10)

    def write(n: int) -> int | str:
        facts = chain(f"INC-{n}", 3)
        barrier.wait()
        try:
            return group.flush(flush(facts[1:] if n % 2 else facts)).seq
        except Gap as gap:
            return gap.case_id

    with GroupCommit(store.events) as group, ThreadPoolExecutor(10) as pool:
        results = list(pool.map(write, range(10)))

    assert results == [f"INC-{n}" if n % 2 else 3 for n in range(10)]
    assert len(store.events.since(0)) == 15


def test_what_only_the_database_refuses_does_not_hurt_its_neighbours(store: Store) -> None:
    barrier = Barrier(4)
    bad = flush(chain("INC-0", 1))
    assert bad.row is not None
    bad = bad.model_copy(update={"row": bad.row.model_copy(update={"touch_s": -1.0, "priority": Priority.P1})})

    def write(n: int) -> str:
        barrier.wait()
        try:
            group.flush(bad if n == 0 else flush(chain(f"INC-{n}", 1)))
        except Exception as error:
            return type(error).__name__
        return "stored"

    with GroupCommit(store.events) as group, ThreadPoolExecutor(4) as pool:
        results = list(pool.map(write, range(4)))

    assert results == ["Refused", "stored", "stored", "stored"]
    assert {e.fact.case_id for e in store.events.since(0)} == {"INC-1", "INC-2", "INC-3"}


def test_closing_writes_what_waits_and_takes_nothing_more(store: Store) -> None:
    group = GroupCommit(store.events)
    group.flush(flush(chain("INC-1", 1)))

    group.close()
    group.close()

    with pytest.raises(RecordsUnavailable, match="being closed"):
        group.flush(flush(chain("INC-2", 1)))
    assert len(store.events.since(0)) == 1


def test_whoever_gives_up_waiting_does_not_stop_the_writer(store: Store) -> None:
    with GroupCommit(store.events) as group:
        with store.db.write() as connection:
            store.db.lock_flushes(connection)
            first = group.begin(flush(chain("INC-0", 1)))
            # The writer is busy with the first one when the second gives up.
            while not first.running():
                time.sleep(0.001)
            second = group.begin(flush(chain("INC-1", 1)))
            assert second.cancel()
        results = [first.result(timeout=30).seq, group.flush(flush(chain("INC-2", 1))).seq]

    assert results == [1, 1]
    assert store.events.of("INC-1") == []
