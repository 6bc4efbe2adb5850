"""A cycle as people read it: all it remembers, with the words in place of references to them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from definitions.case import CaseState
from definitions.cycle.charter import Charter
from definitions.cycle.rules import method_of
from definitions.cycle.state import COURSE
from definitions.facts import Fact
from office.said import ERASED

REFERENCE = {"id", "digest"}
"""What words of people look like in a state."""


def cycle_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The words that the view shows."""
    return [] if state.cycle is None else list(_ids(_plain(state)))


def cycle_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """What `show` adds to every case; its team may not work here, and sees what it is to improve."""
    cycle = state.cycle
    if cycle is None:
        return {}
    method = method_of(cycle)
    worded: dict[str, Any] = _worded(_plain(state), texts)
    return {"method": method, "course": [phase.value for phase in COURSE[method]], **worded}


def cycle_team(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Its team, lead and sponsor."""
    return Charter.model_validate(state["cycle"]["charter"]).people


def _plain(state: CaseState) -> dict[str, Any]:
    assert state.cycle is not None
    plain = state.cycle.model_dump(mode="json")
    if plain.get("planned"):
        # The plan itself is shown by `experiment show`, once it is locked.
        plain["planned"] = {name: value for name, value in plain["planned"].items() if name != "text"}
    return plain


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == REFERENCE:
            yield value["id"]
        else:
            for each in value.values():
                yield from _ids(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ids(each)


def _worded(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        if value.keys() == REFERENCE:
            return texts.get(value["id"], ERASED)
        return {name: _worded(each, texts) for name, each in value.items()}
    if isinstance(value, list):
        return [_worded(each, texts) for each in value]
    return value
