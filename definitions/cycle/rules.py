"""What the team of a cycle may do to it, and what every rule about cycles needs."""

from datetime import datetime
from itertools import pairwise

from pydantic import JsonValue

from definitions.acts import Act
from definitions.case import CaseState
from definitions.cycle.acts import AddGround, AddHypothesis, AmendCharter, Learn, PlanControl, PlanTrial, Propose
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.state import COURSE, CycleState, Method, Phase
from definitions.facts import Draft
from definitions.rules.base import Refused, decide, ref, said

WORDS = (AddHypothesis, AddGround, Learn)
"""What may be written down later: nothing that others have gone by."""
TRYING = (Phase.CONTROL, Phase.TRIAL)
"""The phases in which the trial runs."""


def cycle_of(state: CaseState) -> CycleState:
    """What a cycle remembers beside every case; there from its first fact on."""
    assert state.cycle is not None
    return state.cycle


def method_of(cycle: CycleState) -> Method:
    """Which course it takes."""
    return "dmaic" if cycle.phase in COURSE["dmaic"] else "kaizen"


def next_phase(phase: Phase) -> Phase | None:
    """The one after; None after the last."""
    course = next(course for course in COURSE.values() if phase in course)
    return dict(pairwise(course)).get(phase)


@decide.register
def _(act: AmendCharter, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    if cycle.asked_by is not None:
        raise Refused(f"the gate {cycle.phase} is being measured, by the charter there is: wait for its answer")
    if "baseline" in cycle.locked:
        kept = ("metric", "unit", "direction", "scope")
        moved = [name for name in kept if getattr(act.charter, name) != getattr(cycle.charter, name)]
        if moved:
            raise Refused(
                f"the baseline of {state.id} is frozen: {', '.join(moved)} cannot change any more; "
                "stop it and begin another cycle"
            )
    if "trial" in cycle.locked and act.charter.goal != cycle.charter.goal:
        raise Refused(f"the plan of the trial of {state.id} is locked: its goal cannot change any more")
    return (said(act, "charter_amended", charter=act.charter.model_dump(mode="json")),)


@decide.register
def _(act: AddHypothesis, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    if act.parent is not None:
        _known(act.parent, [each.id for each in cycle.hypotheses], "cause", state)
    key = f"h{len(cycle.hypotheses) + 1}"
    return (said(act, "hypothesis_added", hypothesis=key, text=ref(act.text), parent=act.parent),)


@decide.register
def _(act: AddGround, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    _known(act.hypothesis, [each.id for each in cycle.hypotheses], "cause", state)
    return (said_as(act, "ground_added", act.model_dump(mode="json", exclude={"by", "channel", "at"})),)


@decide.register
def _(act: Propose, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    if "trial" in cycle.locked:
        raise Refused(f"the plan of the trial of {state.id} is locked: try something else in another cycle")
    if act.cause is not None:
        _known(act.cause, [each.id for each in cycle.hypotheses], "cause", state)
    key = f"c{len(cycle.countermeasures) + 1}"
    proposed = said(
        act, "countermeasure_proposed", countermeasure=key, text=ref(act.text), change=act.change, cause=act.cause
    )
    return (proposed,)


@decide.register
def _(act: PlanTrial, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    if "trial" in cycle.locked:
        raise Refused(f"the plan of the trial of {state.id} is locked: try something else in another cycle")
    if cycle.asked_by is not None:
        raise Refused(f"the gate {cycle.phase} is being measured, by the plan there is: wait for its answer")
    return (said(act, "trial_planned", experiment=act.experiment, plan=act.plan, text=ref(act.text)),)


@decide.register
def _(act: PlanControl, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    open_(act, state)
    return (said(act, "control_planned", control=act.control.model_dump(mode="json")),)


@decide.register
def _(act: Learn, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    open_(act, state)
    return (said(act, "learned", text=ref(act.text)),)


def open_(act: Act, state: CaseState) -> CycleState:
    """The cycle, where it can still be acted on. Raises Refused after its end, and for what is dated back too far."""
    if state.ended:
        raise Refused(f"{state.id} has ended ({state.outcome}): begin another cycle, it will be shown there")
    cycle = cycle_of(state)
    # A plan or a decision never stands before what it was made on.
    if act.at is not None and not isinstance(act, WORDS) and cycle.turned_at is not None and act.at < cycle.turned_at:
        raise Refused(f"{state.id} has changed since, at {cycle.turned_at:%Y-%m-%d %H:%M}; leave the time out")
    return cycle


def _known(key: str, keys: list[str], what: str, state: CaseState) -> None:
    if key not in keys:
        raise Refused(f"{state.id} has no {what} {key!r}; it has {', '.join(keys) or 'none'}")


def said_as(act: Act, type_: str, data: dict[str, JsonValue]) -> Draft:
    """A fact of a person; `data` as it is."""
    return Draft(type=type_, actor=act.by, channel=act.channel, data=data)
