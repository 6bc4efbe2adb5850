"""The change that leads from one organisation to another, as short as it can be said, each step guarded by a test."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from pydantic import JsonValue

from definitions.change import Change
from definitions.keyed import Shape, parts, place_of, plain, pointer, view
from definitions.operations import BEFORE, Operation
from definitions.organisation import Organisation


def between(before: Organisation, after: Organisation, why: str) -> Change:
    """Without operations when there is no difference. Lists without names are replaced as a whole.

    Undoing a change is `between(after, before)`: guarded, so that rebasing finds what came on top of it.
    """
    return Change(base=before.version, why=why, patch=tuple(_differences("", view(before), view(after))))


def _differences(path: str, was: JsonValue, becomes: JsonValue) -> Iterator[Operation]:
    if was == becomes and not _moved(path, was, becomes):
        return
    if not isinstance(was, dict) or not isinstance(becomes, dict):
        yield _tests(path, was)
        yield Operation(op="replace", path=path, value=_outward(path, becomes))
        return
    for name, value in was.items():
        here = path + pointer(name)
        if name not in becomes:
            yield _tests(here, value)
            yield Operation(op="remove", path=here)
        else:
            yield from _differences(here, value, becomes[name])
    if place_of(path).name is None:
        for name, value in becomes.items():
            if name not in was:
                here = path + pointer(name)
                yield Operation(op="add", path=here, value=_outward(here, value))
        return
    yield from _placed(path, was, becomes)


def _placed(path: str, was: dict[str, JsonValue], becomes: dict[str, JsonValue]) -> Iterator[Operation]:
    """Additions and moves, from the end on, so that what each stands before is in its place already."""
    stay = _unmoved(was, becomes)
    for follower, name in pairwise([None, *reversed(becomes)]):
        assert name is not None
        here = path + pointer(name)
        if name in stay:
            continue
        if name in was:
            yield Operation(op="add", path=here + pointer(BEFORE), value=follower)
            continue
        value = _outward(here, becomes[name])
        assert isinstance(value, dict)
        yield Operation(op="add", path=here, value=value if follower is None else value | {BEFORE: follower})


def _unmoved(was: dict[str, JsonValue], becomes: dict[str, JsonValue]) -> set[str]:
    """What can keep its place while the others move around it."""
    common = [[name for name in one if name in other] for one, other in ((was, becomes), (becomes, was))]
    blocks = SequenceMatcher(None, common[0], common[1], autojunk=False).get_matching_blocks()
    return {name for block in blocks for name in common[0][block.a : block.a + block.size]}


def _moved(path: str, was: JsonValue, becomes: JsonValue) -> bool:
    """Whether the same named things stand in another order, here or below: equal objects hide it."""
    if not isinstance(was, dict) or not isinstance(becomes, dict):
        return False
    named = place_of(path).name is not None
    return (named and list(was) != list(becomes)) or any(
        _moved(path + pointer(name), value, becomes.get(name)) for name, value in was.items()
    )


def _tests(path: str, value: JsonValue) -> Operation:
    return Operation(op="test", path=path, value=_outward(path, value))


def _outward(path: str, value: JsonValue) -> JsonValue:
    """As definitions are written."""
    return plain(value, _shape(path))


def _shape(path: str) -> Shape:
    return place_of(path) if parts(path) else Shape()
