"""What people may do to a case (acts, sent as updates) and what it may learn (news, sent as signals).

An act can be refused and is answered; news cannot be refused. Each is one object, so that more can be added later.
The name on the wire is the class name in snake case: `SetPriority` travels as `set_priority`.
"""

import re
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from definitions.base import Instant, Key, Level, OverrideReason, PauseReason, Value
from definitions.facts import TextRef
from definitions.slices import IncidentDefinition

CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9a-z]{4,20}$")]
PersonKey = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Act(Value):
    """Something a person does; `by` is always a person key, checked by the door it came through."""

    by: PersonKey
    channel: Key = "cli"
    at: Instant | None = None
    """When it really happened, for contacts logged afterwards; None means now."""


class Overriding(Act):
    """An act that may go against what the engine proposed."""

    reason: OverrideReason | None = None
    """Why it does; the desk says so where nobody said. None only in acts from before this was asked."""


class Acknowledge(Act):
    """I have seen it and will take care."""


class Start(Act):
    """Work begins."""


class Pause(Act):
    """Work waits; each target's definition says whether its clock stops for this reason."""

    reason: PauseReason
    text: TextRef | None = None


class Resume(Act):
    """Work goes on."""


class Assign(Overriding):
    """To another team (a hand over) or to a person."""

    team: Key | None = None
    to: str | None = None
    text: TextRef | None = None


class Comment(Act):
    """Words on the case; the requester sees them unless they are internal."""

    text: TextRef
    internal: bool = False
    broadcast: bool = False
    """Also to the people of all child cases."""

    @model_validator(mode="after")
    def _open_to_those_it_reaches(self) -> "Comment":
        if self.internal and self.broadcast:
            raise ValueError("internal words cannot be broadcast: leave one of the two out")
        return self


class Hear(Act):
    """Words of the requester or another participant that came in over a channel."""

    text: TextRef
    answer: bool | None = None
    """What the words say to "is it solved?": yes, no, or neither."""
    solved: bool = False
    """The words say by themselves that it is solved, whatever was asked."""
    verified: bool = False
    message_id: str | None = None
    logged_by: PersonKey | None = None
    """Who wrote it down, where the person spoke on the phone or at the counter."""


class Resolve(Act):
    """It works again; the requester is asked to confirm."""

    text: TextRef
    article: Key | None = None


class Confirm(Act):
    """The requester's yes."""


class Solved(Act):
    """The requester's word that it is solved without a person: by an article that was offered, or found."""

    article: Key | None = None
    """Which one; None where nobody said."""


class Reopen(Act):
    """It does not work after all."""

    text: TextRef | None = None


class Cancel(Act):
    """Not needed any more."""

    text: TextRef | None = None


class Merge(Act):
    """This case goes on as part of another; it forwards what it hears."""

    into: CaseId


class Unmerge(Act):
    """The merge was a mistake; possible until the other case is closed."""


class Link(Act):
    """This case is one of many with the same cause; it hears what the parent says."""

    parent: CaseId


class Major(Act):
    """Declare a major incident, or stand down."""

    declare: bool = True


class SetPriority(Overriding):
    """Triage again."""

    impact: Level
    urgency: Level
    text: TextRef | None = None


class Redefine(Act):
    """It belongs to another service or category; the new definition is pinned from here on."""

    definition: IncidentDefinition
    category: Key | None = None


class Answer(Act):
    """The answer to an open question of the case."""

    question: Key
    value: str


class News(Value):
    """Something that has happened elsewhere."""

    by: str = "jidoka"


class AlertSeen(Value):
    """One alert's state as the case remembers it."""

    fingerprint: str
    starts_at: Instant
    firing: bool
    name: Annotated[str, Field(max_length=120)] = ""


class AlertsHeard(News):
    """Monitoring fires or recovers."""

    alerts: tuple[AlertSeen, ...]


class Absorbed(News):
    """Another case was merged into this one."""

    source: str


class Returned(News):
    """A merged case was taken out again."""

    source: str


class MergeRefused(News):
    """The case we merged into cannot take us."""

    target: str
    reason: str


class Forwarded(News):
    """Words that reached a merged case."""

    source: str
    text: TextRef


class TargetEnded(News):
    """The case we were merged into was resolved or closed."""

    target: str
    state: str


class ChildLinked(News):
    """A case names us as its parent."""

    child: str


class ParentSaid(News):
    """The parent speaks to everybody concerned."""

    parent: str
    text: TextRef


class ParentResolved(News):
    """The common cause is gone."""

    parent: str


def wire_name(kind: type[Value]) -> str:
    """`SetPriority` -> `set_priority`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()
