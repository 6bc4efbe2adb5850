"""A writer is killed in the middle of its work: what it said was stored is there, and nothing is half there."""

import subprocess
import sys
from pathlib import Path

from records.store import Store

KILLS = 3
ROOT = Path(__file__).parents[2]


def test_a_killed_writer_leaves_whole_transactions_only(store: Store, url: str) -> None:
    acknowledged: list[str] = []
    for kill in range(KILLS):
        command = [sys.executable, "-m", "tests.records.writer", url, f"k{kill}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
            assert writer.stdout is not None
            acknowledged += [writer.stdout.readline().strip() for _ in range(10 + 3 * kill)]
            writer.kill()
            acknowledged += writer.stdout.read().split()

    lost = [case_id for case_id in acknowledged if len(store.events.of(case_id)) != 5]
    stored: dict[str, int] = {}
    for recorded in store.events.since(0, limit=1_000_000):
        stored[recorded.fact.case_id] = recorded.fact.seq
    halves = [c for c, seq in stored.items() if not c.endswith("b") and (seq, stored.get(f"{c}b")) != (5, 3)]
    print(f"{KILLS} kills: acknowledged {len(acknowledged)}, lost {len(lost)}, half stored {len(halves)}")
    assert "" not in acknowledged
    assert lost == []
    assert halves == []
    assert all(store.cases.get(case_id) for case_id in stored)
    assert store.audit.verify().ok
