"""The standard in force: the organisation of the code and the changes accepted since, in their order."""

import contextlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import Field, JsonValue

from definitions.base import Instant, Value
from definitions.change import Change, ChangeRefused, Version, patched, rebased, tried
from definitions.change_between import between
from definitions.clashes import shared
from definitions.keyed import NOTHING, keyed, parts, place_of, pointer, read, view
from definitions.operations import BEFORE, Operation
from definitions.organisation import Organisation


class How(StrEnum):
    """How a change came to be accepted."""

    ACCEPTED = "accepted"
    REVERTED = "reverted"
    """It takes back an earlier one."""
    REBASED = "rebased"
    """It says all that was accepted, of new definitions in the code."""


class Standard(Value):
    """One accepted change; with it the organisation had the version `result`."""

    number: Annotated[int, Field(gt=0)]
    at: Instant
    by: str
    how: How = How.ACCEPTED
    reverts: int | None = None
    cycle: str | None = None
    """The improvement cycle that proved it."""
    change: Change
    result: Version


InForce = Callable[[], Organisation]
"""Gives the organisation by which new cases go at the moment of asking."""


def pending(code: Organisation, history: Sequence[Standard]) -> tuple[Standard, ...]:
    """What was accepted and is not in the code yet: nothing once an export was committed.

    Raises ChangeRefused where the code has moved on from what the changes were made for.
    """
    found: list[Standard] = []
    for standard in reversed(history):
        if standard.result == code.version:
            return tuple(reversed(found))
        found.append(standard)
        if standard.change.base == code.version:
            return tuple(reversed(found))
        if standard.how is How.REBASED:
            break
    if not history:
        return ()
    raise ChangeRefused(
        f"The definitions in the code (version {code.version}) have moved on: change {history[-1].number} "
        f"led to version {history[-1].result}, which is not theirs.",
        "Carry the accepted changes over: `jidoka definitions rebase --reason ...`, or go back to the code before.",
    )


def in_force(code: Organisation, history: Sequence[Standard]) -> Organisation:
    """The standard. Raises ChangeRefused as `pending` does, and when what comes out is not what was accepted."""
    waiting = pending(code, history)
    if not waiting:
        return code
    with contextlib.suppress(ChangeRefused):
        # All at once, because every command begins with it: the version says whether it is what was accepted.
        organisation = patched(code, *(standard.change for standard in waiting))
        if organisation.version == waiting[-1].result:
            return organisation
    organisation = code
    for standard in waiting:
        organisation = patched(organisation, standard.change)
        if organisation.version != standard.result:
            raise ChangeRefused(
                f"Change {standard.number} leads to version {organisation.version}, not {standard.result} as accepted.",
                "The records or the code were altered: restore them, or rebase.",
            )
    return organisation


def taken_back_by(history: Sequence[Standard], number: int) -> Standard | None:
    """What takes back the change of this number; None where that was taken back itself."""
    backs = [standard for standard in history if standard.reverts == number]
    return next((back for back in reversed(backs) if taken_back_by(history, back.number) is None), None)


def accepted_for(history: Sequence[Standard], cycle: str, change: Change) -> Standard | None:
    """Where this cycle's change stands already. A cycle has one change at a time, and it is written another way by now:
    as `between` says it; so it is known by what it touches.
    """
    for standard in reversed(history):
        if standard.cycle == cycle and standard.how is How.ACCEPTED and shared(standard.change, change) is not None:
            return standard if taken_back_by(history, standard.number) is None else None
    return None


def reversal(code: Organisation, history: Sequence[Standard], number: int, why: str) -> Change:
    """The change that takes back the one of this number, whatever came on top of it elsewhere.

    Raises ChangeRefused where a later change stands on it, or the code holds it already.
    """
    organisation = code
    standing = in_force(code, history)
    for standard in pending(code, history):
        after = patched(organisation, standard.change)
        if standard.number == number:
            return rebased(between(after, organisation, why), standing)
        organisation = after
    raise ChangeRefused(
        f"There is no change {number} on top of the code.",
        "`jidoka definitions history` lists them; what the code holds is changed there.",
    )


def carried_over(code: Organisation, history: Sequence[Standard], why: str) -> Change:
    """All that was accepted, as one change of the code as it is now; what the code holds already is left out.

    Raises ChangeRefused, naming the first that does not fit.
    """
    began = max((place for place, standard in enumerate(history) if standard.how is How.REBASED), default=0)
    since = history[began:]
    try:
        return between(code, _again(code, since), why)
    except ChangeRefused:
        # What was taken back may fit nowhere any more, and need not: without it the rest may.
        backs = {standard.number: taken_back_by(since, standard.number) for standard in since}
        gone = {number for taken, back in backs.items() if back is not None for number in (taken, back.number)}
        if not gone:
            raise
    return between(code, _again(code, [standard for standard in since if standard.number not in gone]), why)


def _again(organisation: Organisation, history: Sequence[Standard]) -> Organisation:
    for standard in history:
        if contains(organisation, standard.change):
            continue
        try:
            organisation = tried(organisation, rebased(standard.change, organisation))
        except ChangeRefused as refused:
            raise ChangeRefused(
                f"Change {standard.number} does not fit any more. {refused.message}",
                refused.hint,
                path=refused.path,
                operation=refused.operation,
            ) from refused
    return organisation


def contains(organisation: Organisation, change: Change) -> bool:
    """Whether everything that the change wants is so already. A change as `between` writes it; others are not."""
    doc = view(organisation)
    return all(_is_so(doc, op) for op in change.patch if op.op != "test")


def _is_so(doc: dict[str, JsonValue], op: Operation) -> bool:
    if op.op == "remove":
        return read(doc, op.path) is NOTHING
    if op.op not in ("add", "replace"):
        return False
    if op.places:
        *above, name, _ = parts(op.path)
        return _stands_before(read(doc, pointer(*above)), name, op.value)
    wanted = op.value
    *above, name = parts(op.path)
    siblings = read(doc, pointer(*above))
    if place_of(pointer(*above)).name is not None and isinstance(wanted, dict):
        if BEFORE in wanted and not _stands_before(siblings, name, wanted[BEFORE]):
            return False
        wanted = {key: value for key, value in wanted.items() if key not in (BEFORE, place_of(pointer(*above)).name)}
    return bool(read(doc, op.path) == keyed(wanted, place_of(op.path)))


def _stands_before(siblings: object, name: str, before: JsonValue) -> bool:
    names = list(siblings) if isinstance(siblings, dict) else []
    follower = [*names, None][names.index(name) + 1] if name in names else NOTHING
    return bool(follower == before)
