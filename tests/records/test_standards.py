"""Accepted changes are numbered and stay; of two who accept at once one is told."""

import pytest

from definitions.change import Change, Operation
from definitions.standards import How
from records.errors import Conflict
from records.store import Store

CHANGE = Change(base="a" * 12, why="to see", patch=(Operation(op="replace", path="/name", value="Ours"),))
RESULT = "b" * 12


def test_what_was_accepted_is_kept_as_it_was(store: Store) -> None:
    assert store.standards.latest() == 0
    first = store.standards.add(CHANGE, RESULT, after=0, by="maria", cycle="KZN-1")
    back = Change(base=RESULT, why="no use", patch=(Operation(op="replace", path="/name", value=None),))
    second = store.standards.add(back, "a" * 12, after=1, by="maria", how=How.REVERTED, reverts=1)

    assert store.standards.ls() == (first, second)
    assert (first.change, first.cycle, first.number) == (CHANGE, "KZN-1", 1)
    assert (second.reverts, second.how, second.change) == (1, How.REVERTED, back)
    assert store.standards.latest() == 2


def test_nobody_accepts_on_top_of_what_they_have_not_seen(store: Store) -> None:
    store.standards.add(CHANGE, RESULT, after=0, by="maria")

    with pytest.raises(Conflict, match="accepted meanwhile"):
        store.standards.add(CHANGE, RESULT, after=0, by="noor")
    assert [standard.by for standard in store.standards.ls()] == ["maria"]
