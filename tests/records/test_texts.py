import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from definitions.facts import TextRef
from records.errors import Conflict
from records.store import Store
from records.texts import TEXTS


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=())))
def test_any_words_come_back_as_they_went_in(store: Store, words: str) -> None:
    ref = store.texts.put(words)

    assert store.texts.get(ref.id) == words
    assert store.texts.verify(ref)


def test_the_same_words_twice_have_different_digests(store: Store) -> None:
    one, two = store.texts.put("yes"), store.texts.put("yes")

    assert one.id != two.id
    assert one.digest != two.digest


def test_storing_again_under_the_same_id_gives_the_same_reference(store: Store) -> None:
    first = store.texts.put("words", id="t1")

    again = store.texts.put("words", id="t1")

    assert again == first
    with pytest.raises(Conflict, match="other words"):
        store.texts.put("other", id="t1")


def test_erasing_leaves_neither_words_nor_salt_and_the_reference_still_verifies(store: Store) -> None:
    ref = store.texts.put("secret words")

    erased = store.texts.erase(ref.id)

    with store.db.read() as connection:
        row = connection.execute(select(TEXTS).where(TEXTS.c.id == ref.id)).one()
    assert erased
    assert (row.content, row.salt) == (None, None)
    assert store.texts.get(ref.id) is None
    assert store.texts.verify(ref)
    assert not store.texts.verify(TextRef(id=ref.id, digest="0" * 64))
    assert not store.texts.erase(ref.id)


def test_erased_words_stay_erased_when_a_retry_stores_them_again(store: Store) -> None:
    ref = store.texts.put("words", id="t1")
    store.texts.erase("t1")

    again = store.texts.put("words", id="t1")

    assert again == ref
    assert store.texts.get("t1") is None


def test_all_words_of_a_person_can_be_erased_at_once(store: Store) -> None:
    for n, person in enumerate(("ann", "ann", "bob")):
        store.texts.put(f"words {n}", id=f"t{n}", person=person, case_id=f"INC-{n}")

    erased = store.texts.erase_of(person="ann")

    assert erased == 2
    assert store.texts.get_many(["t0", "t1", "t2", "t9"]) == {"t2": "words 2"}
    with pytest.raises(ValueError, match="say whose"):
        store.texts.erase_of()
