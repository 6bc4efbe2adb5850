from pathlib import Path

import pytest
from sqlalchemy import text

from records.errors import BrokenChain, Gap, NotMigrated, RecordsUnavailable, Refused
from records.store import Store
from records.values import Flush
from tests.records.chains import OPENED, chain, flush, row
from tests.records.conftest import TickingClock


def test_facts_come_back_as_they_went_in(store: Store) -> None:
    facts = chain("INC-1", 3)

    result = store.events.flush(flush(facts))

    assert result.seq == 3
    assert result.forks == ()
    assert store.events.of("INC-1") == facts
    assert store.events.of("INC-1", after_seq=2) == facts[2:]
    assert store.cases.get("INC-1") == row("INC-1", 3)


def test_the_same_flush_twice_changes_nothing(store: Store) -> None:
    facts = chain("INC-1", 3)
    store.events.flush(flush(facts))

    again = store.events.flush(flush(facts))

    assert again.seq == 3
    assert [e.fact.seq for e in store.events.since(0)] == [1, 2, 3]
    assert store.quarantine.ls() == []


def test_an_overlapping_flush_adds_only_what_is_new(store: Store) -> None:
    facts = chain("INC-1", 5)
    store.events.flush(flush(facts[:3]))

    result = store.events.flush(flush(facts[1:]))

    assert result.seq == 5
    assert store.events.of("INC-1") == facts


def test_a_contradicting_fact_is_quarantined_and_the_stored_one_stays(store: Store) -> None:
    facts = chain("INC-1", 3)
    store.events.flush(flush(facts))
    other = chain("INC-1", 3, after=facts[0], word="other")

    result = store.events.flush(flush(other))
    store.events.flush(flush(other))

    assert result.forks == (2, 3, 4)
    assert result.seq == 3
    assert store.events.of("INC-1") == facts
    assert store.cases.get("INC-1") == row("INC-1", 3)
    assert sorted(q.ref.split("/")[1] for q in store.quarantine.ls()) == ["2", "3", "4"]
    assert {q.times for q in store.quarantine.ls()} == {2}


def test_a_gap_is_refused_and_nothing_is_stored(store: Store) -> None:
    facts = chain("INC-1", 5)
    store.events.flush(flush(facts[:2]))

    with pytest.raises(Gap, match="stored up to 2, but the next ones begin at 4"):
        store.events.flush([flush(chain("INC-2", 2)), flush(facts[3:])])

    assert store.events.of("INC-1") == facts[:2]
    assert store.events.of("INC-2") == []


def test_a_refused_flush_does_not_stop_the_others(store: Store) -> None:
    outcomes = store.events.flush_each([flush(chain("INC-1", 5)[2:]), flush(chain("INC-2", 2))])

    assert isinstance(outcomes[0], Gap)
    assert store.events.of("INC-1") == []
    assert len(store.events.of("INC-2")) == 2


def test_two_flushes_of_one_case_fit_in_one_transaction(store: Store) -> None:
    facts = chain("INC-1", 4)

    results = store.events.flush([flush(facts[:2]), flush(facts[2:])])

    assert [r.seq for r in results] == [2, 4]
    assert store.cases.get("INC-1") == row("INC-1", 4)


@pytest.mark.parametrize("field", ["type", "actor", "step", "hash", "prev_hash"])
def test_a_fact_that_does_not_match_its_hash_is_refused(store: Store, field: str) -> None:
    facts = chain("INC-1", 2)
    forged = facts[1].model_copy(update={field: "f" * 64})

    with pytest.raises(BrokenChain):
        store.events.flush(Flush(case_id="INC-1", facts=(facts[0], forged)))

    assert store.events.of("INC-1") == []


def test_a_row_ahead_of_its_facts_is_refused(store: Store) -> None:
    with pytest.raises(BrokenChain, match="reflects fact 3"):
        store.events.flush(Flush(case_id="INC-1", facts=tuple(chain("INC-1", 2)), row=row("INC-1", 3)))

    assert store.cases.get("INC-1") is None


def test_an_older_row_does_not_replace_a_newer_one(store: Store) -> None:
    facts = chain("INC-1", 4)
    store.events.flush(flush(facts, state="resolved"))

    store.events.flush(flush(facts[:2], state="open"))

    stored = store.cases.get("INC-1")
    assert stored is not None
    assert (stored.seq, stored.state) == (4, "resolved")


def test_the_watermark_gives_each_fact_once_in_order_of_storing(store: Store) -> None:
    one, two = chain("INC-1", 4), chain("INC-2", 2)
    store.events.flush([flush(one[:2]), flush(two)])
    first = store.events.since(0, limit=3)
    store.events.flush(flush(one[2:]))

    rest = store.events.since(first[-1].id)

    assert [e.fact for e in [*first, *rest]] == [*one[:2], *two, *one[2:]]


def test_the_lag_is_the_time_from_happening_to_being_stored(store: Store, clock: TickingClock) -> None:
    empty = store.events.lag(clock.now)
    clock.now = OPENED
    store.events.flush(flush(chain("INC-1", 1)))
    clock.now = OPENED.replace(minute=1)
    store.events.flush(flush(chain("INC-2", 1)))

    assert empty == 0
    assert store.events.lag(clock.now) == pytest.approx(60, abs=0.01)
    assert store.events.lag(clock.now.replace(hour=12)) == 0


def test_the_database_itself_refuses_what_is_no_priority(store: Store) -> None:
    store.events.flush(flush(chain("INC-1", 1)))

    with pytest.raises(Refused, match="priority_known"), store.db.write() as connection:
        connection.execute(text("UPDATE cases SET priority = 'P9'"))

    assert store.cases.get("INC-1") is not None


def test_an_unreachable_database_is_said_so_without_personal_words(tmp_path: Path) -> None:
    store = Store("postgresql://nobody@127.0.0.1:1/none", tmp_path, TickingClock())

    with pytest.raises(RecordsUnavailable, match=r"127\.0\.0\.1:1/none cannot be used") as caught:
        store.events.flush(flush(chain("INC-1", 1)))

    assert "vpn" not in str(caught.value)


def test_a_database_without_tables_says_what_to_do(empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    with Store(empty_url, tmp_path, TickingClock()) as store, pytest.raises(NotMigrated) as caught:
        store.cases.get("INC-1")

    assert "jidoka up" in caught.value.hint


def test_reading_where_there_is_no_database_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "records.db"

    with Store(f"sqlite:///{path}", tmp_path, TickingClock()) as store, pytest.raises(RecordsUnavailable) as caught:
        store.cases.get("INC-1")

    assert "jidoka up" in caught.value.hint
    assert not path.parent.exists()
