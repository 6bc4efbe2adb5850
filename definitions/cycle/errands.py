"""What the run of a cycle has done for it, in which order, and the facts that come of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import JsonValue

from definitions.base import Instant, Value
from definitions.case import SYSTEM, CaseState
from definitions.cycle import gating
from definitions.cycle.deciding import signalled
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.evidence import Evidence, Point
from definitions.cycle.rules import TRYING, cycle_of
from definitions.cycle.state import COURSE, GateRecord, Shortfall, Signal
from definitions.facts import Draft
from definitions.rules.base import draft

AT_ONCE = datetime(1, 1, 1, tzinfo=UTC)
LEAST_REST = timedelta(hours=1)
"""Between two thoughts of the same look: a look that is not due yet is not asked for in a loop."""
FAILED_REST = timedelta(days=1)
"""After an errand has failed for so long that somebody should know."""

COULD_NOT_BEGIN = "the trial could not begin: "


class Errand(StrEnum):
    """One thing that the desk does for a cycle; the first of those that are due goes first."""

    SETTLE = "settle"
    """Make the change the standard, or take it back, as was decided."""
    FOLLOW = "follow"
    """Open the cycle that a signal leads to."""
    BEGIN = "begin"
    """Begin the trial whose gate has opened."""
    MEASURE = "measure"
    """What a gate that was asked for needs to know."""
    LOOK = "look"
    """Make the next planned look at the trial."""
    WATCH = "watch"
    """Look at the control chart of the standard."""


class Due(NamedTuple):
    """An errand and when it is to be done."""

    errand: Errand
    at: datetime


class Began(Value):
    """The trial runs, or why it cannot."""

    experiment: str | None
    """None: there is no second arm, the change is the standard for as long as it is tried."""
    refused: str | None = None
    next_at: Instant | None = None
    """When the first look may be due; None: an hour from now."""
    standard: int | None = None
    """The number under which the change is the standard meanwhile, where it is."""


class Looked(Value):
    """What a look at the trial said; without a number no look was due."""

    number: int | None
    says: str | None
    evidence: Evidence | None = None
    """With the verdict, once there is one."""
    next_at: Instant


class Settled(Value):
    """What became of the standard."""

    standard: int | None
    """The number of the change that stands."""
    how: Literal["accepted", "rolled_back", "reverted", "unchanged"]
    refused: str | None = None
    """Why it could not be done; what was accepted has to be decided anew then."""


class FollowedUp(Value):
    """The cycle that a signal led to."""

    cycle: str


class Failed(Value):
    """An errand that could not be done for so long that somebody should know."""

    errand: Errand
    why: str


class Watched(Value):
    """The metric since the standard changed, and what its control chart says of the last of it."""

    course: tuple[Point, ...] = ()
    signal: Signal | None = None
    says: str = ""
    """Which chart judged, where its limits come from and how often it errs; or why there is none yet."""


def next_errand(state: CaseState) -> Due | None:
    """What is to be done next, and from when on; None while nothing will be."""
    rest = cycle_of(state).rests_until or AT_ONCE
    return min((Due(errand, max(at, rest)) for errand, at in _outstanding(state)), key=lambda due: due.at, default=None)


def _outstanding(state: CaseState) -> Iterator[Due]:
    cycle = cycle_of(state)
    if cycle.settling is not None:
        yield Due(Errand.SETTLE, AT_ONCE)
    if cycle.signals and cycle.control and cycle.control.on_signal != "report" and cycle.follow_up is None:
        yield Due(Errand.FOLLOW, AT_ONCE)
    if state.ended:
        return
    trying = cycle.phase in TRYING and cycle.decided is None and cycle.evidence.result is None
    if trying and cycle.begun_at is None:
        yield Due(Errand.BEGIN, AT_ONCE)
    if cycle.asked_by is not None:
        yield Due(Errand.MEASURE, AT_ONCE)
    if trying and cycle.look_at is not None:
        yield Due(Errand.LOOK, cycle.look_at)
    if cycle.watch_at is not None and not cycle.paused and cycle.watch_at < (cycle.control_until or cycle.watch_at):
        yield Due(Errand.WATCH, cycle.watch_at)


def measured(state: CaseState, definition: CycleDefinition, now: datetime, found: Evidence) -> tuple[Draft, ...]:
    """What measurement found, and what the gate says to it."""
    return gating.measured(found, state, definition, now)


def began(state: CaseState, now: datetime, found: Began) -> tuple[Draft, ...]:
    """The trial runs; or its gate shuts again, with the reason."""
    if found.refused is None:
        look_at = max(found.next_at or now + LEAST_REST, now)
        begun: dict[str, JsonValue] = {"experiment": found.experiment, "standard": found.standard}
        return (Draft(type="trial_began", actor=SYSTEM, data=begun | {"look_at": look_at.isoformat()}),)
    if state.ended:
        return ()
    course = next(phases for phases in COURSE.values() if cycle_of(state).phase in phases)
    gate = course[course.index(cycle_of(state).phase) - 1]
    short = Shortfall(
        check="begin",
        said=f"{COULD_NOT_BEGIN}{found.refused}",
        next_step="Plan it so that it can, then ask for the gate again.",
    )
    record = GateRecord(gate=gate, at=now, by=SYSTEM, outcome="refused", shortfalls=(short,))
    refused = Draft(type="gate_refused", actor=SYSTEM, data=record.model_dump(mode="json", exclude={"at", "by"}))
    return refused, draft("phase_entered", SYSTEM, gate.value, phase=gate.value, kind="value_adding")


def looked(state: CaseState, definition: CycleDefinition, now: datetime, found: Looked) -> tuple[Draft, ...]:
    """The look, or when it is thought of again; and the evidence, where it brought some."""
    evidence = measured(state, definition, now, found.evidence) if found.evidence is not None else ()
    if found.number is None:
        later = max(found.next_at, now + LEAST_REST)
        return (draft("look_put_off", SYSTEM, until=later.isoformat()), *evidence)
    next_at = max(found.next_at, now)
    look = draft("looked", SYSTEM, number=found.number, says=found.says, next_at=next_at.isoformat())
    return (look, *evidence)


def settled(state: CaseState, found: Settled) -> tuple[Draft, ...]:
    """What became of the standard."""
    data: dict[str, JsonValue] = {"did": cycle_of(state).settling, **found.model_dump(mode="json")}
    return (Draft(type="settled", actor=SYSTEM, data=data),)


def watched(state: CaseState, definition: CycleDefinition, now: datetime, found: Watched) -> tuple[Draft, ...]:
    """That somebody looked, what the course was, and the signal, where there is one."""
    control = cycle_of(state).control
    assert control is not None
    next_at = now + timedelta(days=control.every_days)
    watch = draft("chart_read", SYSTEM, next_at=next_at.isoformat(), signal=found.signal is not None, says=found.says)
    course = measured(state, definition, now, Evidence(course=found.course)) if found.course else ()
    if found.signal is None:
        return (watch, *course)
    return (watch, *course, *signalled(found.signal, state, now))


def followed(found: FollowedUp) -> tuple[Draft, ...]:
    """That the next cycle goes on with it."""
    return (draft("followed_up", SYSTEM, cycle=found.cycle),)


def failed(found: Failed, now: datetime) -> tuple[Draft, ...]:
    """It is tried again; whoever leads the cycle is told why it was not done."""
    until, why = now + FAILED_REST, found.why[:300]
    return (draft("errand_failed", SYSTEM, errand=found.errand.value, reason=why, until=until.isoformat()),)
