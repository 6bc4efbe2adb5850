"""The operations of a JSON patch (RFC 6902), and what each does to the view by name."""

from typing import Annotated, Any, Literal

from jsonpatch import JsonPatch
from pydantic import ConfigDict, Field, JsonValue, StringConstraints, model_serializer, model_validator

from definitions.base import Value
from definitions.keyed import keyed, parts, place_of, pointer, read

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^~/]|~[01])*)+$", max_length=400)]
VALUED = ("add", "replace", "test")
SOURCED = ("move", "copy")
BEFORE = "before"
"""Written into a named thing it moves it: before the sibling of this name, or to the end (null)."""


class Operation(Value):
    """One step of a patch. Only paths go by name; a `value` is written as definitions are, lists as lists.

    Besides what RFC 6902 says, `before` in a named thing moves it among its siblings.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: Pointer
    from_: Pointer | None = Field(default=None, alias="from")
    value: JsonValue = None

    @model_validator(mode="after")
    def _complete(self) -> "Operation":
        if (self.op in VALUED) != ("value" in self.model_fields_set):
            raise ValueError(f"{self.op} takes {'a' if self.op in VALUED else 'no'} value")
        if (self.op in SOURCED) != (self.from_ is not None):
            raise ValueError(f"{self.op} takes {'a' if self.op in SOURCED else 'no'} from")
        return self

    @model_serializer
    def _as_in_the_rfc(self) -> dict[str, JsonValue]:
        written: dict[str, JsonValue] = {"op": self.op, "path": self.path}
        if self.from_ is not None:
            written["from"] = self.from_
        if self.op in VALUED:
            written["value"] = self.value
        return written

    def __str__(self) -> str:
        return f"{self.op} {self.path}"

    @property
    def places(self) -> bool:
        """Whether it only moves something among its siblings."""
        return parts(self.path)[-1] == BEFORE and _siblings(self.path)[1] != BEFORE


def carry_out(doc: dict[str, JsonValue], op: Operation) -> None:
    """Do it in the view. Raises JsonPatchException, JsonPointerException or ValueError, then with `doc` half done."""
    written: dict[str, Any] = op.model_dump()
    if op.op in VALUED:
        written["value"] = _inward(op)
    JsonPatch([written]).apply(doc, in_place=True)
    if op.op != "test":
        _settle(doc, op)


def _inward(op: Operation) -> JsonValue:
    """The value as the view has it."""
    above, last = op.path.rpartition("/")[0], parts(op.path)[-1]
    value, name = op.value, place_of(above).name
    if name is not None and isinstance(value, dict) and name in value:
        if value[name] != last:
            raise ValueError(f"the path says {last}, its {name} says {value[name]}")
        value = {key: inner for key, inner in value.items() if key != name}
    return keyed(value, place_of(op.path))


def _siblings(path: str) -> tuple[str, str]:
    """Where the named thing that the path is about, or whose `before` it is, stands, and its name."""
    names = parts(path)
    if names[-1] == BEFORE and place_of(pointer(*names[:-2])).name is not None:
        names = names[:-1]
    return pointer(*names[:-1]), names[-1]


def _settle(doc: dict[str, JsonValue], op: Operation) -> None:
    """Give what says `before` its place."""
    above, name = _siblings(op.path)
    siblings = read(doc, above)
    item = siblings.get(name) if isinstance(siblings, dict) and place_of(above).name is not None else None
    if not isinstance(item, dict) or BEFORE not in item:
        return
    before = item.pop(BEFORE)
    order = [other for other in siblings if other != name]
    if before is not None and before not in order:
        raise ValueError(f"there is no {before!r} in {above} to stand before, only {', '.join(order)}")
    order.insert(len(order) if before is None else order.index(before), name)
    settled = {other: siblings[other] for other in order}
    siblings.clear()
    siblings.update(settled)
