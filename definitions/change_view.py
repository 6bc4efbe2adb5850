"""A change for people to read: what was, what becomes, place by place."""

from typing import Literal

from pydantic import JsonValue

from definitions.base import Value
from definitions.change_between import between
from definitions.keyed import parts
from definitions.operations import BEFORE
from definitions.organisation import Organisation


class Line(Value):
    """One place that differs; `was` and `becomes` are as definitions are written."""

    path: str
    what: Literal["added", "removed", "changed", "moved"]
    was: JsonValue = None
    becomes: JsonValue = None
    """For what was moved: the sibling that it stands before now, None at the end."""


def lines(before: Organisation, after: Organisation) -> tuple[Line, ...]:
    """Every difference, in the order of the organisation."""
    found: list[Line] = []
    was: dict[str, JsonValue] = {}
    for op in between(before, after, "to read it").patch:
        if op.op == "test":
            was[op.path] = op.value
        elif op.op == "remove":
            found.append(Line(path=op.path, what="removed", was=was[op.path]))
        elif op.op == "replace":
            found.append(Line(path=op.path, what="changed", was=was[op.path], becomes=op.value))
        elif op.places:
            found.append(Line(path=op.path.rpartition("/")[0], what="moved", becomes=op.value))
        else:
            value = op.value
            if isinstance(value, dict) and BEFORE in value:
                value = {key: inner for key, inner in value.items() if key != BEFORE}
            found.append(Line(path=op.path, what="added", becomes=value))
    return tuple(found)


def readable(found: tuple[Line, ...]) -> str:
    """As text: the place by name, below it what goes (-) and what comes (+)."""
    text: list[str] = []
    for line in found:
        text.append(f"{' '.join(parts(line.path))}: {line.what}")
        if line.what == "moved":
            text.append(f"  > {f'before {line.becomes}' if line.becomes else 'to the end'}")
            continue
        if line.what != "added":
            text.append(f"  - {_said(line.was)}")
        if line.what != "removed":
            text.append(f"  + {_said(line.becomes)}")
    return "\n".join(text)


def _said(value: JsonValue) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_said(inner)}" for name, inner in value.items() if inner not in ([], {}, None))
    if isinstance(value, list):
        return "; ".join(_said(inner) for inner in value) or "none"
    return "none" if value is None else str(value)
