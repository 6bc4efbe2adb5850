"""The organisation as JSON in which every list of named things is an object by name, so that a path names no place.

`/services/vpn/default_team`, `/catalogue/laptop/plan/tasks/order/title`. Objects keep the order of their lists.
"""

from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, JsonValue

from definitions.base import Value
from definitions.organisation import Organisation

NAMES = ("key", "person", "on")
"""The field that names a thing among its siblings: the key of a definition, the person of a member, the date of an
exception. The models refuse siblings of one name.
"""
ANY = "*"
NOTHING: Any = object()
"""What `read` finds where nothing is; None is something."""


class Shape(Value):
    """What the type says about a place: the field that names what is in this list, and the places below."""

    name: str | None = None
    below: dict[str, "Shape"] = {}

    def at(self, part: str) -> "Shape":
        """The place below, whatever its name where names are data."""
        return self.below.get(part) or self.below.get(ANY) or Shape()


@cache
def shape() -> Shape:
    """Of the organisation."""
    return _of(Organisation)


def _of(kind: Any) -> Shape:
    arms = _arms(kind)
    if len(arms) > 1:
        below: dict[str, Shape] = {}
        for arm in arms:
            below |= _of(arm).below
        return Shape(below=below)
    only = arms[0] if arms else None
    origin, inside = get_origin(only), get_args(only)
    if origin is dict:
        return Shape(below={ANY: _of(inside[1])})
    if origin is tuple:
        return Shape(name=_name(inside[0]), below={ANY: _of(inside[0])})
    if isinstance(only, type) and issubclass(only, BaseModel):
        return Shape(below={name: _of(field.annotation) for name, field in only.model_fields.items()})
    return Shape()


def _arms(kind: Any) -> list[Any]:
    """Without None and annotations."""
    if get_origin(kind) is Annotated:
        return _arms(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [arm for part in get_args(kind) for arm in _arms(part)]
    return [] if kind is type(None) else [kind]


def _name(kind: Any) -> str | None:
    models = [arm for arm in _arms(kind) if isinstance(arm, type) and issubclass(arm, BaseModel)]
    return next((name for name in NAMES if models and all(name in model.model_fields for model in models)), None)


def keyed(value: JsonValue, place: Shape | None = None) -> JsonValue:
    """Plain JSON with every named list as an object. Raises ValueError where that cannot be."""
    place = shape() if place is None else place
    if place.name is not None:
        if not isinstance(value, list):
            raise ValueError("is a list, whose order counts: write it as one")
        found: dict[str, JsonValue] = {}
        for item in value:
            name = item.get(place.name) if isinstance(item, dict) else None
            if not isinstance(item, dict) or not isinstance(name, str):
                raise ValueError(f"each item needs its {place.name}")
            if name in found:
                raise ValueError(f"names {name} twice")
            rest: JsonValue = {key: inner for key, inner in item.items() if key != place.name}
            found[name] = keyed(rest, place.at(ANY))
        return found
    if isinstance(value, dict):
        return {key: keyed(inner, place.at(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [keyed(inner, place.at(ANY)) for inner in value]
    return value


def plain(value: JsonValue, place: Shape | None = None) -> JsonValue:
    """The other way round."""
    place = shape() if place is None else place
    if isinstance(value, dict):
        if place.name is None:
            return {key: plain(inner, place.at(key)) for key, inner in value.items()}
        items: list[JsonValue] = []
        for name, item in value.items():
            inner = plain(item, place.at(ANY))
            items.append({place.name: name, **inner} if isinstance(inner, dict) else inner)
        return items
    if isinstance(value, list):
        return [plain(inner, place.at(ANY)) for inner in value]
    return value


def view(organisation: Organisation) -> dict[str, JsonValue]:
    """The whole organisation by name."""
    found = keyed(organisation.model_dump(mode="json"))
    assert isinstance(found, dict)
    return found


def parts(path: str) -> list[str]:
    """The names in a JSON pointer (RFC 6901)."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def pointer(*names: str) -> str:
    """The JSON pointer of these names."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def place_of(path: str) -> Shape:
    """What the types say about a path."""
    found = shape()
    for part in parts(path):
        found = found.at(part)
    return found


def read(doc: Any, path: str) -> Any:
    """What is at the path, or NOTHING."""
    here = doc
    for part in parts(path):
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return NOTHING
    return here
