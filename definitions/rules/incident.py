"""The incident: something that does not work."""

from definitions import acts
from definitions.rules import ending, together, working
from definitions.rules.kind import TALK, TOGETHER, Kind
from definitions.rules.opening import opening

INCIDENT = Kind(
    name="incident",
    prefix="INC",
    acts=TALK
    | TOGETHER
    | {
        *(acts.Acknowledge, acts.Start, acts.Pause, acts.Resume, acts.Assign, acts.Resolve, acts.SetPriority),
        *(acts.Redefine, acts.Major, acts.AlertsHeard),
    },
    opening=opening,
)
RULES_OF = (ending, together, working)
"""Imported for what they register with `decide`."""
