"""Cycles as kinds of case: how they begin, which acts fit them, what time brings."""

from datetime import datetime

from pydantic import JsonValue

from definitions import acts
from definitions.case import SYSTEM, CaseState, Stage
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
from definitions.cycle.rules import cycle_of, ended_as
from definitions.cycle.state import COURSE, CycleState, Method, Phase
from definitions.facts import Draft
from definitions.rules import deadlines
from definitions.rules.base import draft, working_days
from definitions.rules.kind import Kind
from definitions.rules.opening import Opening

BOXED = (Phase.PROBLEM, Phase.CAUSE)
"""The phases of a Kaizen that the time box holds; a trial takes the time that its plan says."""


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


def look(state: CaseState, definition: CycleDefinition, now: datetime) -> deadlines.Outlook:
    """A nudge each working day of the time box; the end of the watch."""
    cycle = cycle_of(state)
    due: list[Draft] = []
    ahead: list[tuple[datetime, str]] = []
    nudge = _next_nudge(state, definition)
    if nudge is not None and nudge <= now:
        due.append(draft("nudged", SYSTEM, day=cycle.nudges + 1, of=definition.time_box_days))
    elif nudge is not None:
        ahead.append((nudge, f"day {cycle.nudges + 1} of {definition.time_box_days} is over"))
    if state.stage is Stage.RESOLVED and cycle.control_until is not None:
        if cycle.control_until <= now:
            due.append(ended_as("signalled" if cycle.signals else "held"))
        else:
            ahead.append((cycle.control_until, "the standard has been watched for as long as planned"))
    return deadlines.look(state, definition, now, due=due, ahead=ahead)


def waits(state: CaseState) -> tuple[str, str] | None:
    """What it waits for, and who may act."""
    cycle = cycle_of(state)
    if state.ended:
        return None
    if cycle.control_until is not None:
        return f"the watch of the standard until {cycle.control_until:%Y-%m-%d}", "`stop_cycle`"
    if cycle.asked_by is not None:
        return f"measurement, for the gate {cycle.phase}", "`stop_cycle`"
    return f"{{assignee}} and the team to finish {cycle.phase}", _acts_in(cycle)


def _acts_in(cycle: CycleState) -> str:
    named = {
        Phase.DEFINE: "`amend_charter`",
        Phase.PROBLEM: "`amend_charter`",
        Phase.ANALYSE: "`add_hypothesis`, `add_ground`",
        Phase.CAUSE: "`add_hypothesis`, `propose`",
        Phase.IMPROVE: "`propose`",
        Phase.TRIAL: "`decide`",
        Phase.CONTROL: "`decide`, `plan_control`",
        Phase.STANDARD: "`plan_control`",
    }.get(cycle.phase, "")
    return ", ".join(part for part in (named, "`ask_gate`, `override_gate`, `stop_cycle`") if part)


def _next_nudge(state: CaseState, definition: CycleDefinition) -> datetime | None:
    cycle = cycle_of(state)
    if state.ended or state.opened_at is None or cycle.phase not in BOXED:
        return None
    if cycle.nudges >= definition.time_box_days:
        return None
    return working_days(definition.calendar(definition.calendar_of_team), cycle.nudged_at or state.opened_at, 1)


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
        waits=waits,
        demand=False,
    )


DMAIC = _kind("dmaic", "DMC")
KAIZEN = _kind("kaizen", "KZN")
