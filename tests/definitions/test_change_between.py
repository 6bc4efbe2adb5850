"""What leads from one organisation to another can be applied, undone and carried over, whatever was changed."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from definitions.change import Change, ChangeRefused, patched, rebased
from definitions.change_between import between
from definitions.example import organisation as example
from definitions.keyed import Shape, plain, shape, view
from definitions.organisation import Organisation
from tests.definitions.random_organisations import edited

SEEDS = st.integers(min_value=0, max_value=2**32)
EDITS = st.integers(min_value=1, max_value=6)


@settings(deadline=None, max_examples=15)
@given(SEEDS, EDITS)
def test_the_change_between_two_organisations_leads_there_and_back(seed: int, edits: int) -> None:
    other = edited(example, Random(seed), edits)

    there = between(example, other, "to see")
    back = between(other, example, "to undo it")

    assert patched(example, Change.model_validate_json(there.model_dump_json())) == other
    assert patched(other, back) == example


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_two_changes_that_do_not_meet_give_the_same_in_either_order(seed: int) -> None:
    random = Random(seed)
    a, b = edited(example, random, 1), edited(example, random, 1)
    to_a, to_b = between(example, a, "one"), between(example, b, "other")
    try:
        a_then_b, b_then_a = patched(a, rebased(to_b, a)), patched(b, rebased(to_a, b))
    except ChangeRefused:
        reject()

    # Objects are equal in any order: where both moved things about, the later has the last word.
    assert view(a_then_b) == view(b_then_a)


@settings(deadline=None, max_examples=15)
@given(SEEDS)
def test_what_both_changed_is_a_conflict_and_never_overwritten(seed: int) -> None:
    random = Random(seed)
    service = random.choice(example.services)
    field = random.choice(("title", "description"))

    def said(words: str) -> Organisation:
        other = service.model_copy(update={field: words})
        services = tuple(other if s.key == service.key else s for s in example.services)
        return example.model_copy(update={"services": services})

    mine = between(example, said("mine"), "mine")

    with pytest.raises(ChangeRefused, match="it is 'theirs' now") as refused:
        rebased(mine, said("theirs"))
    assert refused.value.path == f"/services/{service.key}/{field}"


def named_places(place: Shape, path: str = "") -> list[str]:
    here = [path] if place.name is not None else []
    return here + [found for name, inner in place.below.items() for found in named_places(inner, f"{path}/{name}")]


def things(value: Any, pattern: list[str]) -> list[dict[str, Any]]:
    """The objects at a path with stars."""
    found = [value]
    for part in pattern:
        found = [
            inner
            for one in found
            if isinstance(one, dict)
            for inner in (one.values() if part == "*" else [one.get(part)])
            if inner
        ]
    return found


@pytest.mark.parametrize("path", named_places(shape()))
def test_every_kind_of_definition_is_reached_by_name_and_can_be_moved(path: str) -> None:
    doc = view(example)
    lists = [found for found in things(doc, path.split("/")[1:]) if len(found) > 1]
    if not lists:
        pytest.skip(f"the example has no two of {path}")
    names = list(lists[0])
    items = dict(lists[0])
    lists[0].clear()
    lists[0].update({name: items[name] for name in reversed(names)})
    other = Organisation.model_validate(plain(doc))

    moves = between(example, other, "to see")

    assert all(op.path.endswith("/before") for op in moves.patch)
    assert patched(example, moves) == other


def test_there_is_no_change_between_equals() -> None:
    assert between(example, example, "nothing").patch == ()
