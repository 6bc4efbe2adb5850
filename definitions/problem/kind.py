"""The problem: the common cause of incidents."""

from definitions import acts
from definitions.problem import rules
from definitions.problem.acts import (
    IncidentLinked,
    IncidentUnlinked,
    LinkIncident,
    RecordKnownError,
    Recurred,
    ResolveProblem,
    RuleOut,
)
from definitions.rules import ending, working
from definitions.rules.kind import Kind

PROBLEM = Kind(
    name="problem",
    prefix="PRB",
    demand=False,
    acts=frozenset(
        {
            *(acts.Acknowledge, acts.Start, acts.Pause, acts.Resume, acts.Assign, acts.SetPriority, acts.Comment),
            *(acts.Hear, acts.Reopen, acts.Cancel, RecordKnownError, RuleOut, ResolveProblem, LinkIncident),
            *(IncidentLinked, IncidentUnlinked, Recurred),
        }
    ),
    opening=rules.opening,
    rules=rules.RULES,
    look=rules.look,
    reactions=rules.reactions,
)
RULES_OF = (ending, working)
"""Imported for what they register with `decide`."""
