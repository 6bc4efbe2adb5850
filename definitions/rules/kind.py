"""What makes a kind of case: which acts fit it, how it begins, what its facts change, and what follows from them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from definitions import acts
from definitions.acts import Act, News
from definitions.case import CaseState
from definitions.facts import Draft, Fact
from definitions.rules import deadlines, notices
from definitions.rules.facts import COMMON, Rule
from definitions.rules.opening import Opening
from definitions.tasks import TaskRow

TALK: frozenset[type[Act] | type[News]] = frozenset(
    {acts.Comment, acts.Hear, acts.Answer, acts.Confirm, acts.Reopen, acts.Cancel}
)
"""What people say to a case of any kind."""
TOGETHER: frozenset[type[Act] | type[News]] = frozenset(
    {
        *(acts.Merge, acts.Unmerge, acts.Link, acts.Absorbed, acts.Returned, acts.MergeRefused, acts.Forwarded),
        *(acts.TargetEnded, acts.ChildLinked, acts.ParentSaid, acts.ParentResolved),
    }
)
"""What belongs to cases about the same thing."""


class Kind(NamedTuple):
    """One kind of case. The acts themselves are registered with `decide`; what is not given is as for every case."""

    name: str
    prefix: str
    """Of its case ids: `INC`."""
    acts: frozenset[type[Act] | type[News]]
    """What fits it; anything else is refused."""
    opening: Callable[[Opening, Any], tuple[Draft, ...]]
    """The first facts, from how it begins and its slice."""
    drawn: Callable[[Opening, Any, str, bytes], Opening] = lambda opening, definition, case_id, secret: opening
    """What is settled by lot once the case has its id: the opening with it; the secret is the installation's."""
    decides: Mapping[type[Act], Callable[[Any, CaseState, Any, datetime], tuple[Draft, ...]]] = MappingProxyType({})
    """Acts of every kind that mean something else for this one: what follows from them, instead of the common rule."""
    rules: Mapping[str, Rule] = COMMON
    look: Callable[[CaseState, Any, datetime], deadlines.Outlook] = deadlines.look
    reactions: Callable[[Fact, CaseState, Any, datetime], tuple[notices.Command, ...]] = notices.reactions
    waits: Callable[[CaseState], tuple[str, str] | None] = lambda state: None
    """What it waits for and who may act, in words for the Temporal UI; None where it is as for an incident."""
    tasks: Callable[[CaseState], tuple[TaskRow, ...]] = lambda state: ()
    """What it waits for people to do, for the lists of tasks."""
    paged: str = "Take the case (jidoka {noun} ack {case}) or hand it to somebody who can."
    """What whoever is paged is to do."""
    noun: str = ""
    """What its commands are called where that is not its name: `jidoka cycle show`."""
    demand: bool = True
    """Whether somebody outside the desk wants it done; numbers about service leave the desk's own work out."""
