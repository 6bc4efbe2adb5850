import pytest

from records.errors import Conflict, NotStored
from records.store import Store
from tests.records.chains import OPENED
from tests.records.conftest import TickingClock


def test_what_cannot_be_processed_is_kept_with_its_reason(store: Store) -> None:
    key = store.quarantine.add("mail", "no sender \x00", ref="INBOX/1/7", blob="0" * 64, payload={"size": 3})

    kept = store.quarantine.show(key)

    assert (kept.source, kept.reason, kept.ref) == ("mail", "no sender \N{REPLACEMENT CHARACTER}", "INBOX/1/7")
    assert (kept.blob, kept.payload, kept.state, kept.times) == ("0" * 64, {"size": 3}, "waiting", 1)
    assert store.quarantine.ls() == [kept]


def test_the_same_thing_again_is_counted_not_added(store: Store) -> None:
    keys = {store.quarantine.add("mail", reason, ref="7") for reason in ("first", "second")}
    store.quarantine.add("mail", "without a name")
    store.quarantine.add("mail", "without a name")

    kept = store.quarantine.show(keys.pop())
    assert keys == set()
    assert (kept.times, kept.reason) == (2, "second")
    assert len(store.quarantine.ls()) == 3


def test_it_is_retried_done_or_dropped_and_what_is_dropped_has_no_content(store: Store) -> None:
    one, two = (store.quarantine.add("mail", "why", ref=ref, payload={"words": "x"}) for ref in "ab")

    states = [store.quarantine.retry(one).state, store.quarantine.done(one).state, store.quarantine.drop(two).state]

    assert states == ["retry", "done", "dropped"]
    assert store.quarantine.show(two).payload is None
    assert store.quarantine.ls() == []
    assert {q.id for q in store.quarantine.ls(None)} == {one, two}
    with pytest.raises(Conflict, match="is done already"):
        store.quarantine.retry(one)


def test_what_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(NotStored, match="nothing called q-1"):
        store.quarantine.retry("q-1")


def test_every_look_is_written_down(store: Store, clock: TickingClock) -> None:
    for actor, seen in (("sam", "INC-1"), ("kim", "INC-1"), ("sam", "INC-2")):
        store.access_log.add(actor, "show", seen, clock())

    assert [(a.actor, a.object) for a in store.access_log.ls(object="INC-1")] == [("kim", "INC-1"), ("sam", "INC-1")]
    assert [a.object for a in store.access_log.ls(actor="sam")] == ["INC-2", "INC-1"]
    assert all(a.at > OPENED for a in store.access_log.ls())
