"""Gates of a cycle: asked, measured, answered, gone past; and what follows when one has opened."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import JsonValue

from definitions.case import SYSTEM, CaseState
from definitions.cycle.acts import AskGate, Evidenced, OverrideGate
from definitions.cycle.benefit import forecast
from definitions.cycle.deciding import ended_as
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.evidence import Evidence
from definitions.cycle.gates import Refusal, gate
from definitions.cycle.rules import cycle_of, next_phase, open_, said_as
from definitions.cycle.state import GateRecord, Phase
from definitions.facts import Draft
from definitions.rules.base import Refused, decide, draft, said

FREEZING = (Phase.MEASURE, Phase.PROBLEM)
"""The phases whose gate locks baseline and forecast."""


@decide.register
def _(act: AskGate, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    if cycle.asked_by is not None:
        raise Refused(f"{cycle.asked_by} asked for the gate {cycle.phase} already: its evidence is being measured")
    if cycle.control_until is not None:
        raise Refused(f"the standard is watched until {cycle.control_until:%Y-%m-%d}; the cycle ends by itself then")
    return (said(act, "gate_asked", gate=cycle.phase.value),)


@decide.register
def _(act: OverrideGate, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
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
    return (said_as(act, "gate_overridden", _plain(record)), *_beyond(state, definition, now))


@decide.register
def _(news: Evidenced, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    return measured(news.evidence, state, definition, now)


def measured(evidence: Evidence, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    """What was found; and what the gate says to it, where somebody has asked."""
    if state.ended:
        return ()
    cycle = cycle_of(state)
    # Parts that nobody measured; what a part says of None (no value, an open end) it says in the fact too.
    parts = {name for name in Evidence.model_fields if getattr(evidence, name) is not None}
    found = draft("evidence_found", SYSTEM, evidence=evidence.model_dump(mode="json", include=parts))
    if cycle.asked_by is None:
        return (found,)
    answer = gate(cycle, evidence, definition.gates)
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
    known = state.model_copy(update={"cycle": cycle.knowing(evidence)})
    return (found, answered) if refused else (found, answered, *_beyond(known, definition, now))


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


def _plain(record: GateRecord) -> dict[str, JsonValue]:
    return record.model_dump(mode="json", exclude={"at", "by"})
