"""What people may do to a cycle, and the facts that follow."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from pydantic import JsonValue

from definitions.acts import Act
from definitions.case import SYSTEM, CaseState
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
from definitions.cycle.benefit import actual, forecast
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.evidence import Evidence
from definitions.cycle.gates import Refusal, gate
from definitions.cycle.state import COURSE, CycleState, GateRecord, Method, Phase
from definitions.facts import Draft
from definitions.rules.base import Refused, decide, draft, ref, said

FREEZING = (Phase.MEASURE, Phase.PROBLEM)
"""The phases whose gate locks baseline and forecast."""
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
    cycle = _open(act, state)
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
    cycle = _open(act, state)
    if act.parent is not None:
        _known(act.parent, [each.id for each in cycle.hypotheses], "cause", state)
    key = f"h{len(cycle.hypotheses) + 1}"
    return (said(act, "hypothesis_added", hypothesis=key, text=ref(act.text), parent=act.parent),)


@decide.register
def _(act: AddGround, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = _open(act, state)
    _known(act.hypothesis, [each.id for each in cycle.hypotheses], "cause", state)
    return (_said(act, "ground_added", act.model_dump(mode="json", exclude={"by", "channel", "at"})),)


@decide.register
def _(act: Propose, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = _open(act, state)
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
    cycle = _open(act, state)
    if "trial" in cycle.locked:
        raise Refused(f"the plan of the trial of {state.id} is locked: try something else in another cycle")
    if cycle.asked_by is not None:
        raise Refused(f"the gate {cycle.phase} is being measured, by the plan there is: wait for its answer")
    return (said(act, "trial_planned", experiment=act.experiment, plan=act.plan, text=ref(act.text)),)


@decide.register
def _(act: PlanControl, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    _open(act, state)
    return (said(act, "control_planned", control=act.control.model_dump(mode="json")),)


@decide.register
def _(act: AskGate, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = _open(act, state)
    if cycle.asked_by is not None:
        raise Refused(f"{cycle.asked_by} asked for the gate {cycle.phase} already: its evidence is being measured")
    if cycle.control_until is not None:
        raise Refused(f"the standard is watched until {cycle.control_until:%Y-%m-%d}; the cycle ends by itself then")
    return (said(act, "gate_asked", gate=cycle.phase.value),)


@decide.register
def _(act: OverrideGate, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = _open(act, state)
    last = cycle.gates[-1] if cycle.gates else None
    if last is None or last.gate is not cycle.phase or last.outcome != "refused" or cycle.asked_by is not None:
        raise Refused(f"the gate {cycle.phase} of {state.id} has not refused: ask for it first")
    # As it is now, not as it was when it refused: a charter may have lost what it had.
    found = gate(cycle, cycle.evidence, definition.gates)
    missing = found.shortfalls if isinstance(found, Refusal) else ()
    fixed = [shortfall for shortfall in missing if not shortfall.overridable]
    if fixed:
        raise Refused(f"{fixed[0].said}: nobody can go on without it. {fixed[0].next_step}")
    record = GateRecord(
        gate=cycle.phase,
        at=now,
        by=act.by,
        outcome="overridden",
        shortfalls=missing,
        warnings=found.warnings,
        text=act.text,
    )
    return (_said(act, "gate_overridden", _plain(record)), *_beyond(state, definition, now))


@decide.register
def _(act: Decide, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = _open(act, state)
    if cycle.evidence.result is None:
        raise Refused(f"the trial of {state.id} has no result yet: there is nothing to decide on")
    if cycle.paused:
        return _after_signal(act, cycle, now)
    if cycle.decided is not None:
        raise Refused(f"{cycle.decided.by} has decided already; what follows shows in the control chart")
    if act.accept and not cycle.evidence.won and act.text is None:
        raise Refused("the trial did not show that it helps: roll it back, or say why it is accepted all the same")
    settling = "accept" if act.accept else "roll_back"
    decided = said(act, "decided", accepted=act.accept, text=ref(act.text), settling=settling)
    return (decided, *_benefit(cycle, now, accepted=act.accept))


@decide.register
def _(act: Learn, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    _open(act, state)
    return (said(act, "learned", text=ref(act.text)),)


@decide.register
def _(act: StopCycle, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = _open(act, state)
    stopped = said(act, "cancelled", "end", text=ref(act.text))
    if cycle.phase not in TRYING or cycle.decided is not None:
        return (stopped,)
    # Else cases would go on having arms that nobody looks at.
    experiment = cycle.planned.experiment if cycle.planned else None
    return (draft("trial_withdrawn", act.by, experiment=experiment), stopped)


@decide.register
def _(news: Evidenced, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.ended:
        return ()
    cycle = cycle_of(state)
    # Parts that nobody measured; what a part says of None (no value, an open end) it says in the fact too.
    measured = {name for name in Evidence.model_fields if getattr(news.evidence, name) is not None}
    found = draft("evidence_found", news.by, evidence=news.evidence.model_dump(mode="json", include=measured))
    if cycle.asked_by is None:
        return (found,)
    answer = gate(cycle, news.evidence, definition.gates)
    refused = isinstance(answer, Refusal)
    record = GateRecord(
        gate=cycle.phase,
        at=now,
        by=cycle.asked_by,
        outcome="refused" if refused else "passed",
        shortfalls=answer.shortfalls if isinstance(answer, Refusal) else (),
        warnings=answer.warnings,
    )
    answered = Draft(type=f"gate_{record.outcome}", actor=SYSTEM, data=_plain(record))
    known = state.model_copy(update={"cycle": cycle.knowing(news.evidence)})
    return (found, answered) if refused else (found, answered, *_beyond(known, definition, now))


@decide.register
def _(news: SignalSeen, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = cycle_of(state)
    if state.ended or cycle.control_until is None or any(signal.at == news.at for signal in cycle.signals):
        return ()
    plan = cycle.control.on_signal if cycle.control else "report"
    seen = draft("signal_seen", news.by, at=news.at.isoformat(), rule=news.rule, value=news.value)
    reacted = draft("reacted", SYSTEM, how=plan)
    if plan != "revert":
        return (seen, reacted)
    return (seen, reacted, *_benefit(cycle, now, accepted=False), ended_as("signalled"))


def _after_signal(act: Decide, cycle: CycleState, now: datetime) -> tuple[Draft, ...]:
    """The standard stays and is watched on, or is taken back and the cycle ends."""
    settling = None if act.accept else "revert"
    decided = said(act, "decided", accepted=act.accept, text=ref(act.text), settling=settling)
    if act.accept:
        return (decided,)
    return (decided, *_benefit(cycle, now, accepted=False), ended_as("signalled"))


def _beyond(state: CaseState, definition: CycleDefinition, now: datetime) -> Iterator[Draft]:
    """What follows when a gate has opened."""
    cycle = cycle_of(state)
    if cycle.phase in FREEZING and cycle.evidence.baseline is not None:
        made = forecast(cycle.charter, cycle.evidence.baseline, now)
        if made is not None:
            yield draft("forecast_locked", SYSTEM, forecast=made.model_dump(mode="json"))
    following = next_phase(cycle.phase)
    if following is not None:
        yield draft("phase_entered", SYSTEM, following.value, phase=following.value, kind="value_adding")
    elif cycle.decided is not None and cycle.decided.accepted and cycle.control is not None:
        until = now + timedelta(days=cycle.control.days)
        yield draft("control_began", SYSTEM, "watch", until=until.isoformat())
    else:
        yield ended_as("rolled_back" if cycle.decided and not cycle.decided.accepted else "unwatched")


def ended_as(outcome: str) -> Draft:
    """The end: held (watched to its end), signalled, rolled_back, unwatched."""
    return draft("closed", SYSTEM, "end", outcome=outcome)


def _benefit(cycle: CycleState, now: datetime, *, accepted: bool) -> tuple[Draft, ...]:
    found = actual(cycle.charter, cycle.evidence, accepted=accepted, at=now)
    return () if found is None else (draft("benefit_found", SYSTEM, actual=found.model_dump(mode="json")),)


def _open(act: Act, state: CaseState) -> CycleState:
    if state.ended:
        raise Refused(f"{state.id} has ended ({state.outcome}): begin another cycle, it will be shown there")
    return cycle_of(state)


def _known(key: str, keys: list[str], what: str, state: CaseState) -> None:
    if key not in keys:
        raise Refused(f"{state.id} has no {what} {key!r}; it has {', '.join(keys) or 'none'}")


def _plain(record: GateRecord) -> dict[str, JsonValue]:
    return record.model_dump(mode="json", exclude={"at", "by"})


def _said(act: Act, type_: str, data: dict[str, JsonValue]) -> Draft:
    return Draft(type=type_, actor=act.by, channel=act.channel, data=data)
