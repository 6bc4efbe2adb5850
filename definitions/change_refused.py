"""Why a change cannot be, told by the operation that brings it about."""

from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue, ValidationError

from definitions.keyed import NOTHING, parts, pointer, read
from definitions.loading import DefinitionsError
from definitions.operations import Operation
from definitions.references import Problem

MOST_NAMES = 12


class ChangeRefused(DefinitionsError):
    """A change that cannot be: `path` is where it fails, `operation` the place in the patch (from 1) where one did."""

    def __init__(self, message: str, hint: str, *, path: str | None = None, operation: int | None = None) -> None:
        super().__init__(message, hint)
        self.path, self.operation = path, operation


def failed(doc: JsonValue, op: Operation, number: int, error: Exception) -> ChangeRefused:
    """An operation that cannot be carried out in this view."""
    said, step = _missing(doc, op), "Paths go by name, as in /services/vpn/title."
    stands = read(doc, op.path)
    if said is None and op.op == "test":
        said = f"it is {_short(stands)} now"
        step = "Look whether the change is still wanted; if so, write the test anew."
    elif said is None:
        said = str(error).strip("\"'")
    elif op.op == "replace" and read(doc, op.path.rpartition("/")[0]) is not NOTHING:
        step = "Use add for what is not there yet."
    return ChangeRefused(f"Operation {number} ({op}) fails: {said}.", step, path=op.path, operation=number)


def invalid(patch: Sequence[Operation], doc: JsonValue, error: ValidationError) -> ChangeRefused:
    """What pydantic refuses."""
    first = error.errors()[0]
    path = _named(doc, first["loc"])
    rule = first["msg"].removeprefix("Value error, ")
    return _because(patch, path, f"{path or 'the organisation'}: {rule}{_more(error.error_count())}", "Correct it.")


def unfit(patch: Sequence[Operation], found: Sequence[Problem]) -> ChangeRefused:
    """What does not fit together any more."""
    first = found[0]
    key = first.where.partition(":")[2]
    touched = (path for op in patch if op.op != "test" for path in (op.path, op.from_) if path is not None)
    path = next((path for path in touched if key and key in parts(path)[1:2]), None)
    return _because(patch, path, f"{first.where}: {first.what}{_more(len(found))}", first.next_step)


def _because(patch: Sequence[Operation], path: str | None, what: str, step: str) -> ChangeRefused:
    """Names the last operation around the path, or the only one; else the rule broke far from what was changed."""
    acting = [(number, op) for number, op in enumerate(patch, 1) if op.op != "test"]
    near = [pair for pair in acting if path and (_within(path, pair[1].path) or _within(pair[1].path, path))]
    if not near and len(acting) == 1:
        near = acting
    if not near:
        return ChangeRefused(f"The change is refused: {what}.", step, path=path)
    number, op = near[-1]
    return ChangeRefused(f"Operation {number} ({op}) is refused: {what}.", step, path=path or op.path, operation=number)


def _within(path: str, above: str) -> bool:
    return path == above or path.startswith(f"{above}/")


def _missing(doc: JsonValue, op: Operation) -> str | None:
    """The first name of the paths that leads nowhere, with those that do."""
    adds = op.op in ("add", "move", "copy")
    for path in filter(None, (op.from_, op.path)):
        names = parts(path)
        for depth in range(1, len(names) + 1):
            if depth == len(names) and adds and path is op.path:
                break
            if read(doc, pointer(*names[:depth])) is NOTHING:
                above = read(doc, pointer(*names[: depth - 1])) if depth > 1 else doc
                known = list(above) if isinstance(above, dict) else []
                there = ", ".join(known[:MOST_NAMES]) + (", ..." if len(known) > MOST_NAMES else "")
                where = pointer(*names[: depth - 1]) or "the organisation"
                return f"there is no {names[depth - 1]!r} in {where}{f', only {there}' if there else ''}"
    return None


def _named(doc: JsonValue, loc: tuple[int | str, ...]) -> str:
    """Where pydantic found it, by name; what it says of the arms of a union and the like is left out."""
    here: Any = doc
    found: list[str] = []
    for part in loc:
        names = list(here) if isinstance(here, dict) else []
        name = names[part] if isinstance(part, int) and part < len(names) else str(part)
        found.append(name)
        if (here := read(here, pointer(name))) is NOTHING:
            break
    return pointer(*found)


def _more(n: int) -> str:
    return f" (and {n - 1} more)" if n > 1 else ""


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 80 else f"{said[:77]}..."
