"""A change to the organisation as data: a JSON patch (RFC 6902) on its view by name, tried in full before it counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from jsonpatch import JsonPatchException
from jsonpointer import JsonPointerException
from pydantic import Field, JsonValue, StringConstraints, ValidationError

from definitions.base import Value, digest
from definitions.change_refused import ChangeRefused, failed, invalid, unfit
from definitions.checks import problems
from definitions.keyed import NOTHING, plain, read, view
from definitions.operations import Operation, carry_out
from definitions.organisation import Organisation

__all__ = ["Change", "ChangeRefused", "Operation", "applied", "patched", "rebased", "tried"]

Version = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
MOST_OPERATIONS = 1_000


class Change(Value):
    """What shall be different, why, and of which version of the organisation that is said."""

    base: Version
    why: Annotated[str, StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True)]
    patch: Annotated[tuple[Operation, ...], Field(max_length=MOST_OPERATIONS)]

    @property
    def version(self) -> str:
        """First 12 hex digits of the SHA-256 of the canonical JSON."""
        return digest(self)[:12]

    @property
    def paths(self) -> tuple[str, ...]:
        """What it touches, each once."""
        touched = [path for op in self.patch if op.op != "test" for path in (op.path, op.from_) if path is not None]
        return tuple(dict.fromkeys(touched))


def applied(organisation: Organisation, change: Change, now: datetime | None = None) -> Organisation:
    """The organisation with the change, once nothing is wrong with it that was not wrong before.

    With `now` also what depends on the day (rotas, holidays). Raises ChangeRefused; the organisation is a value.
    """
    if change.base != organisation.version:
        raise ChangeRefused(
            f"The change was made for version {change.base}, but {organisation.version} is in force.",
            "Rebase it: `jidoka definitions diff FILE --rebase` says whether it still fits.",
        )
    return tried(organisation, change, now)


def rebased(change: Change, organisation: Organisation, now: datetime | None = None) -> Change:
    """The same change of this version. What it overwrites must be named by a `test`, else nobody could tell a conflict.

    Raises ChangeRefused where it does not fit any more.
    """
    if change.base == organisation.version:
        return change
    doc, tested = view(organisation), set[str]()
    for number, op in enumerate(change.patch, 1):
        for path in () if op.op == "test" else _overwritten(doc, op):
            if not any(path == known or path.startswith(f"{known}/") for known in tested):
                raise ChangeRefused(
                    f"Operation {number} ({op}) cannot be carried over to version {organisation.version}: "
                    f"no test says what was at {path} when it was made.",
                    f'Look at what is there now and put {{"op": "test", "path": "{path}", "value": ...}} before it.',
                    path=path,
                    operation=number,
                )
        _step(doc, op, number)
        tested |= {op.path} if op.op in ("test", "add", "replace", "copy", "move") else set()
    moved = change.model_copy(update={"base": organisation.version})
    tried(organisation, moved, now)
    return moved


def tried(organisation: Organisation, change: Change, now: datetime | None = None) -> Organisation:
    """`applied`, whatever version the change was made for."""
    result = patched(organisation, change)
    known = {(problem.where, problem.what) for problem in problems(organisation, now)}
    found = [problem for problem in problems(result, now) if (problem.where, problem.what) not in known]
    if found:
        raise unfit(change.patch, found)
    return result


def patched(organisation: Organisation, *changes: Change) -> Organisation:
    """What the patches make of it, valid in itself; whether its parts fit together is for `applied` to say."""
    doc = view(organisation)
    for change in changes:
        for number, op in enumerate(change.patch, 1):
            _step(doc, op, number)
    try:
        return Organisation.model_validate(plain(doc))
    except ValidationError as error:
        raise invalid([op for change in changes for op in change.patch], doc, error) from error


def _step(doc: dict[str, JsonValue], op: Operation, number: int) -> None:
    try:
        carry_out(doc, op)
    except (JsonPatchException, JsonPointerException, ValueError) as error:
        raise failed(doc, op, number, error) from error


def _overwritten(doc: JsonValue, op: Operation) -> Sequence[str]:
    """The paths whose present content the operation does away with or takes along."""
    if op.places:
        return ()
    above = read(doc, op.path.rpartition("/")[0])
    # To add to a list makes room and overwrites nothing.
    there = not isinstance(above, list) and read(doc, op.path) is not NOTHING
    gone = [op.path] if op.op in ("remove", "replace") or there else []
    return [*gone, *filter(None, [op.from_])]
