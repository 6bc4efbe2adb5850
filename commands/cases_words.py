"""Words given on the command line, and who speaks them."""

import sys
from typing import TYPE_CHECKING, Any

from commands.common import Failure

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk


PLURALS = {"feedback": "feedback"}
"""Kinds of case that are not counted in the usual way."""


def plural(kind: str) -> str:
    """Of a kind of case: `incidents`."""
    return PLURALS.get(kind, f"{kind}s")


def words_from(given: str | None) -> str | None:
    """Words from the argument; `-` reads them from stdin."""
    if given != "-":
        return given
    return sys.stdin.buffer.read().decode("utf-8", "replace").strip() or None


def needed(given: str | None, what: str) -> str:
    """The words, or an error that says which are missing."""
    said = (words_from(given) or "").strip()
    if not said:
        raise Failure("usage", f"{what} is empty.", "Give the words, or `-` to read them from stdin.")
    return said


async def spoken(
    desk: "Desk", actor: "Actor", case_id: str, words: str, said_by: str | None, *, aside: bool
) -> dict[str, Any]:
    """Whose words a comment is: of people who work on the case, or heard from somebody it is about.

    Only the requester's own words are asked whether they say yes; what is logged for them is no confirmation.
    """
    from definitions.people import Action
    from definitions.rights import may
    from office.answers import answer_in, solved_in

    object = await desk.object_of(case_id)
    assert object is not None
    heard = {"act": "Hear", "internal": None, "broadcast": None}
    if said_by is not None:
        if aside:
            raise Failure("usage", "What somebody said is neither internal nor a broadcast.", "Leave --from out.")
        speaker = _heard_from(desk, said_by, object.requester)
        if speaker != actor.person:
            # To log what others said is work on the case: nobody puts words into another's mouth on their own.
            desk.allow(actor, Action.COMMENT_INTERNAL, object)
        return heard | {"by": speaker, "verified": False}
    if may(actor, Action.COMMENT_INTERNAL, object).allowed:
        return {}
    desk.allow(actor, Action.COMMENT_INTERNAL if aside else Action.COMMENT, object)
    may_confirm = may(actor, Action.CONFIRM, object).allowed
    said = {"answer": answer_in(words), "solved": solved_in(words)} if may_confirm else {}
    return heard | {"verified": actor.verified, **said}


def _heard_from(desk: "Desk", who: str, requester: str | None) -> str:
    if who != "requester":
        return desk.identity.person(who)
    if requester is None:
        raise Failure("failed", "The case has no requester.", "Name who said it: `--from WHO`.")
    return requester
