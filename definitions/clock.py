"""The SLA clock: marks of a case, read against a calendar and a target, give a ledger of counted and paused time.

The rules are in docs/decisions/0004-sla-clock.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from definitions.base import Instant, Key, Value
from definitions.calendars import Calendar
from definitions.marks import Mark, MarkKind
from definitions.reading import RUNNING, Phase, Reading, due, reached
from definitions.targets import Clock, Target
from definitions.timetable import Timetable
from definitions.walls import SECOND, instant, micros

__all__ = ["Interval", "Ledger", "Mark", "MarkKind", "Position", "TargetState", "ledger", "position"]


class TargetState(StrEnum):
    """How a target stands. A breach stays one, whatever comes after."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Interval(Value):
    """A piece of a ledger; `end` is None on the piece that is still going on."""

    start: Instant
    end: Instant | None
    counted: bool
    reason: str
    """running, paused: WHY, outside hours, break, holiday: NAME, closed: WHY, resolved, confirmed or merged."""


class Ledger(Value):
    """One target of a case, with every interval since the case was opened."""

    target: Key
    clock: Clock
    goal_s: int
    counted_s: float
    paused_s: float
    """Open time that pauses took out; a holiday within a pause was not open anyway."""
    due_at: Instant | None
    breached_at: Instant | None
    state: TargetState
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a target stands: the ledger without its intervals, cheap enough for every act."""

    target: Target
    goal_s: int
    counted_s: float
    paused_s: float
    due_at: datetime | None
    """None while the clock is stopped, or when the calendar never opens again."""
    breached_at: datetime | None
    state: TargetState
    ended: bool
    """Nothing but a reopening sets this clock going again."""
    _hours: Timetable
    _phases: tuple[Phase, ...]
    """The last one is in force from now on, unless the clock has ended."""

    def reaches(self, share: float) -> datetime | None:
        """When counted time reaches this share of the goal, if nothing else happens; the past instant if it has."""
        amount = round(share * self.goal_s * SECOND)
        at = reached(self._hours, self._phases, amount)
        if at is None and self.state is TargetState.RUNNING:
            at = due(self._hours, self._phases[-1].start, amount - round(self.counted_s * SECOND))
        return None if at is None else instant(at)

    def intervals(self) -> tuple[Interval, ...]:
        """The whole time since the case was opened, without gaps, up to the end of the clock or now."""
        pieces: list[tuple[int, int, bool, str]] = []
        for phase in self._phases:
            for piece in _pieces(self._hours, phase):
                if pieces and pieces[-1][2:] == piece[2:]:
                    pieces[-1] = (pieces[-1][0], *piece[1:])
                else:
                    pieces.append(piece)
        made = [Interval(start=instant(s), end=instant(e), counted=c, reason=why) for s, e, c, why in pieces]
        if not self.ended:
            made[-1] = made[-1].model_copy(update={"end": None})
        return tuple(made)


def _pieces(hours: Timetable, phase: Phase) -> list[tuple[int, int, bool, str]]:
    if phase.label != RUNNING and not phase.paused:
        return [(phase.start, phase.end, False, phase.label)]
    return [
        (piece.start, piece.end, piece.open and not phase.paused, phase.label if piece.open else piece.reason)
        for piece in hours.stretches(phase.start, phase.end)
    ]


def position(marks: Sequence[Mark], calendar: Calendar, target: Target, *, now: datetime) -> Position:
    """Read the marks up to `now`. The first must be `opened`; the others take effect by their `at`, in any order."""
    if not marks or marks[0].kind is not MarkKind.OPENED:
        raise ValueError("a clock needs `opened` as its first mark: give the marks from the beginning of the case")
    opened = marks[0].at
    reading = Reading(calendar, target, marks[0])
    # Sorted by (instant, place in the sequence): of marks at one instant the one recorded first is read first.
    for at, n in sorted((max(mark.at, opened), n) for n, mark in enumerate(marks[1:], start=1) if mark.at <= now):
        reading.advance(micros(at))
        reading.apply(marks[n])
        if reading.cancelled:
            break
    if not reading.ended:
        reading.advance(micros(now))
    return _position(reading)


def ledger(marks: Sequence[Mark], calendar: Calendar, target: Target, *, now: datetime) -> Ledger:
    """The position with all its intervals."""
    found = position(marks, calendar, target, now=now)
    return Ledger(
        target=target.key,
        clock=target.clock,
        goal_s=found.goal_s,
        counted_s=found.counted_s,
        paused_s=found.paused_s,
        due_at=found.due_at,
        breached_at=found.breached_at,
        state=found.state,
        intervals=found.intervals(),
    )


def _position(reading: Reading) -> Position:
    state, due_at = _state(reading), reading.due
    if state is TargetState.RUNNING:
        due_at = due(reading.hours, reading.at, reading.goal - reading.counted)
    elif state is TargetState.PAUSED:
        due_at = None
    return Position(
        target=reading.target,
        goal_s=reading.goal // SECOND,
        counted_s=reading.counted / SECOND,
        paused_s=reading.paused / SECOND,
        due_at=None if due_at is None else instant(due_at),
        breached_at=None if reading.breached is None else instant(reading.breached),
        state=state,
        ended=reading.ended,
        _hours=reading.hours,
        _phases=reading.until_now(),
    )


def _state(reading: Reading) -> TargetState:
    if reading.breached is not None:
        return TargetState.BREACHED
    if reading.finished:
        return TargetState.MET
    if reading.cancelled:
        return TargetState.CANCELLED
    return TargetState.RUNNING if reading.label == RUNNING else TargetState.PAUSED
