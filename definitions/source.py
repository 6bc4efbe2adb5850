"""The organisation as Python: a module of typed values, laid out as the formatter does, that loads to its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum

from pydantic import BaseModel

from definitions.base import Value
from definitions.organisation import Organisation

WIDTH = 120
NAME = "organisation"
"""What the value is called in the module."""


@dataclass(frozen=True)
class Piece:
    """An expression: a word, or what stands between brackets; each item with what stands before it (`key=`)."""

    opening: str
    items: tuple[tuple[str, "Piece"], ...] = ()
    closing: str = ""

    @property
    def flat(self) -> str:
        """On one line."""
        inner = ", ".join(before + item.flat for before, item in self.items)
        alone = "," if self.opening == "(" and len(self.items) == 1 else ""
        return f"{self.opening}{inner}{alone}{self.closing}"

    def lines(self, indent: int, before: str, after: str) -> list[str]:
        """On as few lines as the formatter takes."""
        margin, flat = " " * indent, f"{before}{self.flat}{after}"
        if not self.items or indent + len(flat) <= WIDTH:
            return [margin + flat]
        inside = ", ".join(name + item.flat for name, item in self.items)
        if self.opening not in ("(", "[", "{") and indent + 4 + len(inside) <= WIDTH:
            body = [f"{margin}    {inside}"]
        else:
            body = [line for name, item in self.items for line in item.lines(indent + 4, name, ",")]
        return [f"{margin}{before}{self.opening}", *body, f"{margin}{self.closing}{after}"]


def module(organisation: Organisation, about: str, notes: Sequence[str] = ()) -> str:
    """The source of a module whose `organisation` is this one. Raises TypeError for what has no words in Python.

    `about` is a line on what it is, `notes` stand below it as comments.
    """
    words = _Words()
    parts = {
        name: words.of(value)
        for name, value in _said(organisation).items()
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel)
    }
    whole = words.of(organisation, {name: Piece(name) for name in parts})
    text = [f'"""{_plain(about)}"""', ""]
    text += [*(f"# {_plain(note)}" for note in notes), ""] if notes else []
    text += [*words.imports(), ""]
    for name, piece in parts.items():
        text += [*piece.lines(0, f"{name} = ", ""), ""]
    return "\n".join([*text, *whole.lines(0, f"{NAME} = ", ""), ""])


def _said(value: BaseModel) -> dict[str, object]:
    """The fields that are not as they are when nobody says anything."""
    fields = type(value).model_fields
    return {
        name: getattr(value, name)
        for name, field in fields.items()
        if field.is_required() or getattr(value, name) != field.get_default(call_default_factory=True)
    }


class _Words:
    """Writes values, and remembers what has to be imported for them."""

    def __init__(self) -> None:
        self._from: dict[str, dict[str, str]] = {}
        self._taken: dict[str, str] = {}

    def imports(self) -> list[str]:
        """The lines, those of Python's own library first."""
        modules = sorted(self._from, key=lambda name: (name.startswith("definitions"), name))
        lines = []
        for place, name in enumerate(modules):
            if place and name.startswith("definitions") and not modules[place - 1].startswith("definitions"):
                lines.append("")
            names = sorted(f"{own} as {here}" if own != here else own for own, here in self._from[name].items())
            flat = f"from {name} import {', '.join(names)}"
            long = [f"from {name} import (", *(f"    {each}," for each in names), ")"]
            lines += [flat] if len(flat) <= WIDTH else long
        return lines

    def of(self, value: object, instead: Mapping[str, Piece] | None = None) -> Piece:
        """The expression; `instead` has what stands for some fields."""
        match value:
            case Enum():
                return Piece(f"{self._named(type(value))}.{value.name}")
            case bool() | int() | float() | None:
                return Piece(repr(value))
            case str():
                return Piece(quoted(value))
            case Decimal():
                return Piece(f"{self._named(Decimal)}({quoted(str(value))})")
            case datetime():
                return Piece(f"{self._named(datetime)}.fromisoformat({quoted(value.isoformat())})")
            case date() | time():
                self._named(type(value))
                return Piece(repr(value).removeprefix("datetime."))
            case tuple() | list():
                opening, closing = "()" if isinstance(value, tuple) else "[]"
                return Piece(opening, tuple(("", self.of(item)) for item in value), closing)
            case dict():
                items = tuple((f"{self.of(name).flat}: ", self.of(item)) for name, item in value.items())
                return Piece("{", items, "}")
            case Value():
                known = dict(instead or {})
                said = {name: known.get(name) or self.of(inner) for name, inner in _said(value).items()}
                return Piece(
                    f"{self._named(type(value))}(", tuple((f"{name}=", item) for name, item in said.items()), ")"
                )
        raise TypeError(f"a {type(value).__name__} cannot be written as Python")

    def _named(self, kind: type) -> str:
        """The name under which the module has this class; a second one of the name gets that of its module before."""
        full = f"{kind.__module__}.{kind.__qualname__}"
        names = self._from.setdefault(kind.__module__, {})
        if kind.__name__ not in names:
            free = self._taken.setdefault(kind.__name__, full) == full
            names[kind.__name__] = kind.__name__ if free else f"{kind.__module__.rpartition('.')[2]}_{kind.__name__}"
        return names[kind.__name__]


def quoted(text: str) -> str:
    """In double quotes, unless that needs more escapes."""
    written = repr(text)
    if written.startswith("'") and '"' not in text:
        inner = written[1:-1].replace("\\'", "'")
        return f'"{inner}"'
    return written


def _plain(line: str) -> str:
    """Fit for a comment or a docstring: one line that neither ends it nor escapes."""
    return " ".join(line.replace("\\", "/").replace('"', "'").split())
