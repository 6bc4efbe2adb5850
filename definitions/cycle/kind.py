"""Cycles as kinds of case: how they begin, which acts fit them."""

from pydantic import JsonValue

from definitions import acts
from definitions.case import SYSTEM
from definitions.cycle.acts import (
    AddGround,
    AddHypothesis,
    AmendCharter,
    AskGate,
    Decide,
    Evidenced,
    Learn,
    OverrideGate,
    PlanControl,
    PlanTrial,
    Propose,
    SignalSeen,
    StopCycle,
)
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.facts import rules_of
from definitions.cycle.letters import reactions
from definitions.cycle.state import COURSE, Method
from definitions.cycle.waiting import look, waits
from definitions.facts import Draft
from definitions.rules.base import draft
from definitions.rules.kind import Kind
from definitions.rules.opening import Opening


def opening(start: Opening, definition: CycleDefinition) -> tuple[Draft, ...]:
    """Opened, in its first phase, in the hands of its lead."""
    brief = start.cycle
    assert brief is not None, "the door opens no cycle without a charter"
    opened: dict[str, JsonValue] = {
        "service": start.service,
        "category": start.category,
        "channel": start.channel,
        "title": start.title.model_dump(),
        "requester": None,
        "priority": definition.priority_at(start.impact, start.urgency).value,
        "definition_version": definition.version,
        "cycle": brief.model_dump(mode="json"),
    }
    first = COURSE[definition.kind][0].value
    return (
        Draft(type="opened", actor=start.by, step=first, channel=start.channel, data=opened),
        draft("routed", SYSTEM, team=brief.charter.owner, rule=None, why="the team whose cycle it is"),
        draft("assigned", SYSTEM, assignee=brief.charter.lead, text=None),
    )


def _kind(method: Method, prefix: str) -> Kind:
    return Kind(
        name=method,
        prefix=prefix,
        acts=frozenset(
            {
                *(acts.Comment, acts.Hear, acts.Assign, AmendCharter, AddHypothesis, AddGround, Propose, PlanControl),
                *(PlanTrial, AskGate, OverrideGate, Decide, Learn, StopCycle, Evidenced, SignalSeen),
            }
        ),
        opening=opening,
        rules=rules_of(method),
        look=look,
        reactions=reactions,
        waits=waits,
        demand=False,
        noun="cycle",
    )


DMAIC = _kind("dmaic", "DMC")
KAIZEN = _kind("kaizen", "KZN")
