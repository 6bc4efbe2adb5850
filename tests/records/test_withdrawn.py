"""What a killed worker stored makes way for what its run made anew; what the run is sure of never does."""

from records.store import Store
from records.values import Flush
from tests.records.chains import chain, flush, row


def test_facts_of_a_killed_worker_make_way_for_those_of_its_run(store: Store) -> None:
    sure = chain("INC-1", 2)
    left, anew = chain("INC-1", 3, after=sure[-1]), chain("INC-1", 2, after=sure[-1], word="other")
    store.events.flush(flush(sure, settled=0))
    store.events.flush(flush(left, settled=2))

    result = store.events.flush(flush(anew, settled=2, stage="work"))

    assert (result.seq, result.forks) == (4, ())
    assert store.events.of("INC-1") == [*sure, *anew]
    kept = store.cases.get("INC-1")
    assert kept is not None
    assert (kept.seq, kept.stage) == (4, "work")
    assert [q.state for q in store.quarantine.ls(None)] == ["done"] * 3
    assert store.quarantine.ls() == []


def test_the_very_first_facts_make_way_too(store: Store) -> None:
    left, anew = chain("INC-1", 2), chain("INC-1", 1, word="other")
    store.events.flush(flush(left, settled=0))

    store.events.flush(flush(anew, settled=0))

    assert store.events.of("INC-1") == anew


def test_a_settled_fact_never_makes_way(store: Store) -> None:
    sure = chain("INC-1", 3)
    store.events.flush(flush(sure, settled=0))
    store.events.flush(flush(chain("INC-1", 1, after=sure[-1]), settled=3))

    result = store.events.flush(flush(chain("INC-1", 2, after=sure[1], word="other"), settled=2))

    assert result.forks == (3, 4)
    assert store.events.of("INC-1")[:3] == sure
    assert {q.source for q in store.quarantine.ls()} == {"fork"}


def test_what_follows_a_changed_fact_is_no_reason_to_take_it_out(store: Store) -> None:
    stored, other = chain("INC-1", 2), chain("INC-1", 3, word="other")
    store.events.flush(flush(stored, settled=0))

    result = store.events.flush(Flush(case_id="INC-1", facts=(other[2],), row=row("INC-1", 3, settled=0)))

    assert result.forks == (3,)
    assert store.events.of("INC-1") == stored
