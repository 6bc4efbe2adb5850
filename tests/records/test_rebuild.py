from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from records.cases import CASES
from records.events import EVENTS
from records.rebuild import compare
from records.store import Store
from records.values import CaseQuery, Journal
from tests.records.chains import chain, flush, row
from tests.records.conftest import TickingClock

N = 20


def journals() -> list[Journal]:
    return [Journal(case_id=f"INC-{n}", facts=tuple(chain(f"INC-{n}", 5)), row=row(f"INC-{n}", 5)) for n in range(N)]


@pytest.fixture
def original(migrated_file: Path, tmp_path: Path, clock: TickingClock) -> Iterator[Store]:
    """The records before anything happened to them (on SQLite; the restored ones are on either)."""
    path = tmp_path / "original.db"
    path.write_bytes(migrated_file.read_bytes())
    with Store(f"sqlite:///{path}", tmp_path / "blobs", clock) as opened:
        opened.events.flush([flush(list(j.facts)) for j in journals()])
        yield opened


def test_an_empty_database_is_restored_without_difference(store: Store, original: Store) -> None:
    assert len(compare(original.db, store.db)) == N * 6

    report = store.rebuild.restore(journals())

    differences = compare(original.db, store.db)
    print(f"{report.facts} facts of {report.journals} cases restored, difference {len(differences)}")
    assert differences == []
    assert (report.journals, report.facts, report.added, report.removed, report.rows) == (N, N * 5, N * 5, 0, N)
    assert report.problems == ()
    assert store.audit.verify().ok


def test_restoring_again_changes_nothing(store: Store) -> None:
    store.rebuild.restore(journals())

    again = store.rebuild.restore(journals())

    assert (again.added, again.removed, again.rows) == (0, 0, 0)


def test_a_damaged_database_is_mended_and_what_was_wrong_is_kept_aside(store: Store, original: Store) -> None:
    store.rebuild.restore(journals())
    with store.db.write() as connection:
        connection.execute(update(EVENTS).where(EVENTS.c.case_id == "INC-1", EVENTS.c.seq == 2).values(actor="mallory"))
        connection.execute(delete(EVENTS).where(EVENTS.c.case_id == "INC-2", EVENTS.c.seq >= 4))
        connection.execute(delete(EVENTS).where(EVENTS.c.case_id == "INC-3"))
        connection.execute(delete(CASES).where(CASES.c.id == "INC-3"))
        connection.execute(update(CASES).where(CASES.c.id == "INC-4").values(state="closed", seq=99))
        connection.execute(text("UPDATE events SET data = '{not json' WHERE case_id = 'INC-5' AND seq = 1"))
    damaged = compare(original.db, store.db)

    report = store.rebuild.restore(journals())

    assert len(damaged) == 1 + 2 + 6 + 1 + 1
    assert compare(original.db, store.db) == []
    assert (report.added, report.removed, report.rows) == (1 + 2 + 5 + 1, 2, 2)
    assert sorted(q.ref.split("/")[0] for q in store.quarantine.ls()) == ["INC-1", "INC-5"]
    assert store.audit.verify().ok


def test_facts_stored_after_the_journal_was_told_stay(store: Store) -> None:
    facts = chain("INC-1", 8)
    store.events.flush(flush(facts, state="resolved"))

    report = store.rebuild.restore([Journal(case_id="INC-1", facts=tuple(facts[:5]), row=row("INC-1", 5))])

    stored = store.cases.get("INC-1")
    assert store.events.of("INC-1") == facts
    assert stored is not None
    assert (stored.seq, stored.state) == (8, "resolved")
    assert report.problems == ()


def test_several_runs_of_one_case_add_up(store: Store) -> None:
    facts = chain("INC-1", 6)
    later = Journal(case_id="INC-1", facts=tuple(facts[3:]), row=row("INC-1", 6))
    earlier = Journal(case_id="INC-1", facts=tuple(facts[:3]), row=row("INC-1", 3))

    report = store.rebuild.restore([later, earlier])

    assert store.events.of("INC-1") == facts
    assert store.cases.get("INC-1") == row("INC-1", 6)
    assert report.problems == ()


def test_what_no_journal_tells_is_reported(store: Store) -> None:
    facts = chain("INC-1", 6)

    report = store.rebuild.restore([Journal(case_id="INC-1", facts=tuple(facts[3:]), row=row("INC-1", 6))])

    assert [(p.case_id, p.seq, p.what) for p in report.problems] == [("INC-1", 4, "it does not follow on fact 0")]


def test_a_journal_that_is_no_chain_is_left_out_and_the_next_one_is_read(store: Store) -> None:
    facts = chain("INC-1", 3)
    forged = (facts[0], facts[1].model_copy(update={"actor": "mallory"}), facts[2])

    report = store.rebuild.restore([Journal(case_id="INC-1", facts=forged), *journals()[2:3]])

    assert store.events.of("INC-1") == []
    assert len(store.events.of("INC-2")) == 5
    assert [p.case_id for p in report.problems] == ["INC-1"]


def test_a_dry_run_says_what_it_would_do_and_does_nothing(store: Store) -> None:
    report = store.rebuild.restore(journals(), dry_run=True)

    assert (report.added, report.rows) == (N * 5, N)
    assert store.events.since(0) == []
    assert store.cases.count(CaseQuery()) == 0
