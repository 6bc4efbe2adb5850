"""The incident: something that does not work."""

from datetime import datetime

from definitions import acts
from definitions.case import CaseState
from definitions.facts import Fact
from definitions.problem import incidents
from definitions.review.acts import Reviewed
from definitions.review.convening import REVIEWED, convened
from definitions.rules import ending, help, notices, together, triage, working
from definitions.rules.facts import COMMON
from definitions.rules.kind import TALK, TOGETHER, Kind
from definitions.rules.opening import opening
from definitions.slices import IncidentDefinition


def reactions(
    fact: Fact, state: CaseState, definition: IncidentDefinition, now: datetime
) -> tuple[notices.Command, ...]:
    """As for every case, help before a person, who hears of its triage, a review, and what its problem hears of it."""
    return (
        *help.reactions(fact, state, definition, now),
        *triage.reactions(fact, state, definition, now),
        *convened(fact, state, definition),
        *incidents.news(fact, state),
    )


INCIDENT = Kind(
    name="incident",
    prefix="INC",
    acts=TALK
    | TOGETHER
    | incidents.ACTS
    | {
        *(acts.Acknowledge, acts.Start, acts.Pause, acts.Resume, acts.Assign, acts.Resolve, acts.SetPriority),
        *(acts.Redefine, acts.Major, acts.AlertsHeard, acts.Solved, Reviewed),
    },
    opening=opening,
    drawn=help.drawn,
    rules=COMMON | help.RULES | REVIEWED | incidents.RULES,
    look=help.look,
    reactions=reactions,
)
RULES_OF = (ending, help, together, working)
"""Imported for what they register with `decide`."""
