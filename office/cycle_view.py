"""A cycle as people read it: charter, phase, what its gates said, causes, trial, standard."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from definitions.case import CaseState
from definitions.facts import Fact
from office.said import ERASED

REFERENCE = frozenset({"id", "digest"})
"""The fields of words that the desk keeps."""


def cycle_refs(state: CaseState, facts: Sequence[Fact]) -> list[str]:
    """The words that the view shows."""
    return list(_ids(_plain(state)))


def cycle_view(state: CaseState, facts: Sequence[Fact], texts: Mapping[str, str], internal: bool) -> dict[str, Any]:
    """`cycle`: all that it remembers, with words in the place of references; its team may not work here."""
    return {"cycle": _worded(_plain(state), texts)} if state.cycle is not None else {}


def _plain(state: CaseState) -> dict[str, Any]:
    # The plan itself is a document of its own.
    return state.cycle.model_dump(mode="json", exclude={"planned": {"text"}}) if state.cycle is not None else {}


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == REFERENCE:
            yield value["id"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _ids(each)


def _worded(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        if value.keys() == REFERENCE:
            return texts.get(value["id"], ERASED)
        return {name: _worded(each, texts) for name, each in value.items()}
    return [_worded(each, texts) for each in value] if isinstance(value, list) else value
