"""The SLA clock: marks of a case, read against a calendar and a target, give a ledger of counted and paused time.

The rules are in docs/decisions/0004-sla-clock.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import model_validator

from definitions.base import Instant, Key, PauseReason, Priority, Value
from definitions.calendars import Calendar, NeverOpens
from definitions.targets import Clock, Target
from definitions.timetable import SECOND, Timetable, instant, micros

_FINISHED = {Clock.RESPONSE: "responded", Clock.RESOLUTION: "resolved", Clock.CUSTOMER: "confirmed"}


class MarkKind(StrEnum):
    """What happened to a case, as far as a clock cares."""

    OPENED = "opened"
    RESPONDED = "responded"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CONFIRMED = "confirmed"
    PRIORITY = "priority"
    CANCELLED = "cancelled"
    MERGED = "merged"
    UNMERGED = "unmerged"


class Mark(Value):
    """One thing that happened; opened and priority carry the priority, paused carries the reason."""

    at: Instant
    kind: MarkKind
    reason: PauseReason | None = None
    priority: Priority | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Mark":
        if (self.kind is MarkKind.PAUSED) != (self.reason is not None):
            raise ValueError(f"a {self.kind} mark {'takes no' if self.reason else 'needs a'} reason")
        if (self.kind in (MarkKind.OPENED, MarkKind.PRIORITY)) != (self.priority is not None):
            raise ValueError(f"a {self.kind} mark {'takes no' if self.priority else 'needs a'} priority")
        return self


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
class _Phase:
    """A stretch between two marks in which the clock did one thing."""

    start: int
    end: int
    label: str
    counted: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a target stands at `now`: the ledger without its intervals, cheap enough for every act."""

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
    _phases: tuple[_Phase, ...]
    """The last one is in force from now on, unless the clock has ended."""

    def reaches(self, share: float) -> datetime | None:
        """When counted time reaches this share of the goal, if nothing else happens; the past instant if it has."""
        amount = round(share * self.goal_s * SECOND)
        at = _reached(self._hours, self._phases, amount)
        if at is None and self.state is TargetState.RUNNING:
            at = _due(self._hours, self._phases[-1].start, amount - round(self.counted_s * SECOND))
        return None if at is None else instant(at)

    def intervals(self) -> tuple[Interval, ...]:
        """The whole time since the case was opened, without gaps, up to the end of the clock or now."""
        pieces: list[tuple[int, int, bool, str]] = []
        for phase in self._phases:
            if phase.label != "running" and not phase.label.startswith("paused"):
                found = [(phase.start, phase.end, False, phase.label)]
            else:
                running = phase.label == "running"
                found = [
                    (s.start, s.end, s.open and running, phase.label if s.open else s.reason)
                    for s in self._hours.stretches(phase.start, phase.end)
                ]
            for piece in found:
                if pieces and pieces[-1][2:] == piece[2:]:
                    pieces[-1] = (pieces[-1][0], *piece[1:])
                else:
                    pieces.append(piece)
        made = [Interval(start=instant(s), end=instant(e), counted=c, reason=why) for s, e, c, why in pieces]
        if not self.ended:
            made[-1] = made[-1].model_copy(update={"end": None})
        return tuple(made)


def position(marks: Sequence[Mark], calendar: Calendar, target: Target, *, now: datetime) -> Position:
    """Read the marks up to `now`. They may come in any order of time; the first one must be `opened`."""
    if not marks or marks[0].kind is not MarkKind.OPENED:
        raise ValueError("a clock needs `opened` as its first mark: give the marks from the beginning of the case")
    opened = marks[0].at
    reading = _Reading(calendar, target, marks[0])
    # The sort is stable: of marks at one instant the one recorded first is read first.
    later = sorted((max(mark.at, opened), n) for n, mark in enumerate(marks[1:], start=1) if mark.at <= now)
    for at, n in later:
        reading.advance(micros(at))
        if reading.apply(marks[n]):
            break
    else:
        if not reading.finished:
            reading.advance(micros(now))
    return reading.position()


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


class _Reading:
    """One pass over the marks, in microseconds so that nothing is rounded."""

    def __init__(self, calendar: Calendar, target: Target, opened: Mark) -> None:
        self.target = target
        self.hours = calendar.timetable()
        self.day_s = calendar.working_day_s if any(g.unit == "days" for g in target.goals.values()) else 0
        self.at = micros(opened.at)
        self.phases: list[_Phase] = []
        self.counted = self.paused = 0
        self.breached: int | None = None
        self.due: int | None = None
        self.pause: PauseReason | None = None
        self.responded = self.resolved = self.confirmed = self.merged = self.cancelled = False
        self.priority = opened.priority
        self.goal = self._goal()

    def _goal(self) -> int:
        assert self.priority is not None
        return self.target.goals[self.priority].seconds(self.day_s) * SECOND

    @property
    def finished(self) -> bool:
        match self.target.clock:
            case Clock.RESPONSE:
                return self.responded
            case Clock.RESOLUTION:
                return self.resolved
            case Clock.CUSTOMER:
                return self.confirmed

    @property
    def label(self) -> str:
        if self.finished:
            return _FINISHED[self.target.clock]
        if self.merged:
            return "merged"
        return f"paused: {self.pause}" if self.pause in self.target.pauses else "running"

    def advance(self, to: int) -> None:
        """Let time pass. The goal counts as missed at the instant it is reached, before any mark of that instant."""
        if to <= self.at:
            return
        label, counted = self.label, 0
        if label == "running":
            counted = self.hours.counted(self.at, to)
            if self.breached is None and self.counted + counted >= self.goal:
                self.breached = self.due = _within(self.hours, self.at, to, self.goal - self.counted)
            self.counted += counted
        elif label.startswith("paused"):
            self.paused += self.hours.counted(self.at, to)
        self.phases.append(_Phase(self.at, to, label, counted))
        self.at = to

    def apply(self, mark: Mark) -> bool:
        """Let one mark take effect; True when the clock has ended for good."""
        was_finished = self.finished
        match mark.kind:
            case MarkKind.RESPONDED:
                self.responded = True
            case MarkKind.PAUSED if not self.resolved:
                self.pause = mark.reason
            case MarkKind.RESUMED:
                self.pause = None
            case MarkKind.RESOLVED:
                self.responded = self.resolved = True
                self.pause = None
            case MarkKind.CONFIRMED:
                self.responded = self.resolved = self.confirmed = True
                self.pause = None
            case MarkKind.REOPENED if self.resolved:
                self.resolved = self.confirmed = False
                self.pause = None
            case MarkKind.MERGED:
                self.merged = True
            case MarkKind.UNMERGED:
                self.merged = False
            case MarkKind.PRIORITY:
                self.priority = mark.priority
            case MarkKind.CANCELLED:
                self.cancelled = True
            case MarkKind.OPENED:
                raise ValueError("a case is opened once: later marks are of other kinds")
            case _:
                pass
        self._judge(was_finished)
        return self.cancelled

    def _judge(self, was_finished: bool) -> None:
        """Hold the clock to the goal now in force; a breach or an end freezes goal and due instant."""
        if self.breached is not None or (was_finished and self.finished):
            return
        if self.finished or self.cancelled:
            self.due = _due(self.hours, self.at, self.goal - self.counted)
            return
        self.goal = self._goal()
        if self.counted >= self.goal:
            self.breached = self.at
            self.due = _reached(self.hours, self.phases, self.goal)

    def position(self) -> Position:
        due = self.due if self.breached is not None or self.finished or self.cancelled else None
        if self.breached is not None:
            state = TargetState.BREACHED
        elif self.finished:
            state = TargetState.MET
        elif self.cancelled:
            state = TargetState.CANCELLED
        elif self.label == "running":
            state = TargetState.RUNNING
            due = _due(self.hours, self.at, self.goal - self.counted)
        else:
            state = TargetState.PAUSED
        phases, ended = self.phases, self.finished or self.cancelled
        if not ended:
            # The smallest piece of what is in force now, so that the last interval says what goes on.
            phases = [*phases, _Phase(self.at, self.at + 1, self.label, 0)]
        while self.finished and phases and phases[-1].label == self.label:
            phases = phases[:-1]
        return Position(
            target=self.target,
            goal_s=self.goal // SECOND,
            counted_s=self.counted / SECOND,
            paused_s=self.paused / SECOND,
            due_at=None if due is None else instant(due),
            breached_at=None if self.breached is None else instant(self.breached),
            state=state,
            ended=ended,
            _hours=self.hours,
            _phases=tuple(phases),
        )


def _within(hours: Timetable, start: int, end: int, amount: int) -> int:
    """When `amount` has been counted, known to lie between the two, however far apart they are."""
    return hours.add(start, amount, days=(end - start) // (86_400 * SECOND) + 3)


def _due(hours: Timetable, start: int, amount: int) -> int | None:
    try:
        return hours.add(start, amount)
    except NeverOpens:
        return None


def _reached(hours: Timetable, phases: Sequence[_Phase], amount: int) -> int | None:
    """When the counted time of these phases came to `amount`; None when it has not."""
    for phase in phases:
        if phase.label != "running":
            continue
        if phase.counted >= amount:
            return _within(hours, phase.start, phase.end, amount)
        amount -= phase.counted
    return None
