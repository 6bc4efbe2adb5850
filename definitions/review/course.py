"""What can be counted in the facts of a case: pages and their answers, hand overs, promises, targets, clocks."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from definitions.base import Instant, Key, Value
from definitions.facts import Fact
from definitions.review.timeline import Names, at_of, called

ANSWERS = ("acknowledged", "started", "handed_over", "resolved", "cancelled")
"""Somebody has seen it."""


class PageAnswer(Value):
    """One page, and how many seconds it took until somebody had the case."""

    at: Instant
    step: Key
    to: tuple[str, ...]
    """Whom it reached; empty where there was nobody."""
    answered_s: float | None
    """None where nobody did."""


class Hold(Value):
    """How long one team had it."""

    team: Key
    since: Instant
    until: Instant | None
    """None where it still has it."""


class Kept(Value):
    """One promise or target, and what became of it."""

    what: str
    due: Instant | None
    state: str
    at: Instant | None


class Course(Value):
    """The course of a case in numbers."""

    opened_at: Instant
    acknowledged_at: Instant | None
    resolved_at: Instant | None
    """The last time; None where it is open again."""
    restored_at: Instant | None
    """When the requester said that it works, or was taken to have by silence."""
    restored: str
    """confirmed; assumed; open (they have not said so yet); nobody (nobody was waiting)."""
    pages: tuple[PageAnswer, ...]
    holds: tuple[Hold, ...]
    targets: tuple[Kept, ...]
    promises: tuple[Kept, ...]
    reopened: int

    @property
    def hand_overs(self) -> int:
        """From one team to another."""
        return max(0, len(self.holds) - 1)


def course(facts: Sequence[Fact], names: Names) -> Course:
    """What the facts of one case add up to; they begin with its opening."""
    resolved = _last(facts, ("resolved",), ("reopened",))
    restored, how = _restored(facts)
    return Course(
        opened_at=facts[0].at,
        acknowledged_at=at_of(facts, "acknowledged"),
        resolved_at=resolved,
        restored_at=restored,
        restored=how,
        pages=tuple(_pages(facts, names)),
        holds=tuple(_holds(facts)),
        targets=tuple(_targets(facts)),
        promises=tuple(_promises(facts)),
        reopened=sum(fact.type == "reopened" for fact in facts),
    )


def _last(facts: Sequence[Fact], types: tuple[str, ...], undone: tuple[str, ...]) -> datetime | None:
    found = None
    for fact in facts:
        if fact.type in types:
            found = fact.at
        elif fact.type in undone:
            found = None
    return found


def _restored(facts: Sequence[Fact]) -> tuple[datetime | None, str]:
    if facts[0].data.get("requester") is None:
        return None, "nobody"
    said = _last(facts, ("confirmed",), ("reopened",))
    if said is not None:
        return said, "confirmed"
    closed = [fact for fact in facts if fact.type in ("closed", "reopened")][-1:]
    if closed and closed[0].data.get("outcome") == "assumed":
        return closed[0].at, "assumed"
    return None, "open"


def _pages(facts: Sequence[Fact], names: Names) -> Iterator[PageAnswer]:
    for place, fact in enumerate(facts):
        if fact.type != "escalated":
            continue
        page = fact.data.get("page")
        reached = [
            called(each.data.get("to"), names)
            for each in facts
            if each.type == "paged" and each.data.get("page") == page and each.data.get("outcome") == "sent"
        ]
        answered = at_of(facts[place:], *ANSWERS)
        yield PageAnswer(
            at=fact.at,
            step=str(fact.data.get("step")),
            to=tuple(dict.fromkeys(reached)),
            answered_s=None if answered is None else (answered - fact.at).total_seconds(),
        )


def _holds(facts: Sequence[Fact]) -> Iterator[Hold]:
    moves = [fact for fact in facts if fact.type in ("routed", "handed_over")]
    end = _last(facts, ("resolved", "cancelled"), ("reopened",))
    for number, move in enumerate(moves):
        until = moves[number + 1].at if number + 1 < len(moves) else end
        yield Hold(team=str(move.data.get("team")), since=move.at, until=until)


def _targets(facts: Sequence[Fact]) -> Iterator[Kept]:
    for fact in facts:
        if fact.type in ("target_met", "target_breached"):
            state = "kept" if fact.type == "target_met" else "missed"
            at = fact.data.get("breached_at")
            when = datetime.fromisoformat(str(at)) if at else fact.at
            yield Kept(what=str(fact.data.get("clock")), due=None, state=state, at=when)


def _promises(facts: Sequence[Fact]) -> Iterator[Kept]:
    ended = {fact.data.get("id"): fact for fact in facts if fact.type in ENDS}
    for fact in facts:
        if fact.type == "promised":
            end = ended.get(fact.data.get("id"))
            yield Kept(
                what=str(fact.data.get("what")),
                due=datetime.fromisoformat(str(fact.data["due"])),
                state=end.type.removeprefix("promise_") if end else "open",
                at=end.at if end else None,
            )


ENDS = ("promise_kept", "promise_broken", "promise_withdrawn")
