from datetime import UTC, datetime

from records.extract import Extract, Watermark
from records.store import Store
from tests.records.chains import chain, flush


def test_all_facts_come_as_columns_in_the_order_of_storing(store: Store) -> None:
    store.events.flush([flush(chain("INC-1", 2)), flush(chain("INC-2", 1))])

    (batch,) = Extract(store.db).since(Watermark())

    assert batch.columns["case_id"] == ["INC-1", "INC-1", "INC-2"]
    assert batch.columns["seq"] == [1, 2, 1]
    assert batch.columns["data"][0] == '{"n":1,"share":1e+16}'
    assert (batch.anew, batch.mark.rows, batch.mark.event_id) == (False, 3, batch.columns["id"][-1])


def test_instants_come_as_the_database_keeps_them(store: Store) -> None:
    (fact,) = chain("INC-1", 1)
    store.events.flush(flush([fact]))

    (batch,) = Extract(store.db).since(Watermark())

    (at,) = batch.columns["at"]
    assert (at if isinstance(at, datetime) else datetime.fromisoformat(at)).astimezone(UTC) == fact.at


def test_from_the_mark_on_only_what_is_new_is_read(store: Store) -> None:
    facts = chain("INC-1", 5)
    store.events.flush(flush(facts[:2]))
    (first,) = Extract(store.db).since(Watermark())
    assert list(Extract(store.db).since(first.mark)) == []
    store.events.flush(flush(facts[2:]))

    batches = list(Extract(store.db).since(first.mark, size=2))

    assert [batch.columns["seq"] for batch in batches] == [[3, 4], [5]]
    assert [batch.anew for batch in batches] == [False, False]
    assert batches[-1].mark.rows == 5


def test_facts_that_were_withdrawn_make_the_copy_begin_anew(store: Store) -> None:
    sure = chain("INC-1", 2)
    store.events.flush(flush(sure, settled=0))
    store.events.flush(flush(chain("INC-1", 3, after=sure[-1]), settled=2))
    (before,) = Extract(store.db).since(Watermark())
    store.events.flush(flush(chain("INC-1", 2, after=sure[-1], word="other"), settled=2))

    batches = list(Extract(store.db).since(before.mark, size=3))

    assert [batch.anew for batch in batches] == [True, False]
    assert [type_ for batch in batches for type_ in batch.columns["type"]] == ["comment"] * 2 + ["other"] * 2


def test_another_database_with_as_many_facts_is_not_taken_for_the_same(store: Store) -> None:
    store.events.flush(flush(chain("INC-1", 2)))
    (batch,) = Extract(store.db).since(Watermark())

    (anew,) = Extract(store.db).since(batch.mark.model_copy(update={"last_hash": "f" * 64}))

    assert anew.anew


def test_of_an_emptied_database_nothing_is_left(store: Store) -> None:
    assert list(Extract(store.db).since(Watermark())) == []

    (batch,) = Extract(store.db).since(Watermark(event_id=9, rows=9, last_hash="f" * 64))

    assert (batch.anew, batch.columns["id"], batch.mark) == (True, [], Watermark())
