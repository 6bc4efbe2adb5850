"""One pass over the marks of a case: what a target's clock did, phase by phase, in whole microseconds."""

from collections.abc import Sequence
from dataclasses import dataclass

from definitions.base import PauseReason
from definitions.calendars import Calendar, NeverOpens
from definitions.marks import Mark, MarkKind
from definitions.targets import Clock, Target
from definitions.timetable import Timetable
from definitions.walls import SECOND, micros

RUNNING = "running"
PAUSED = "paused: "
FINISHED = {Clock.RESPONSE: "responded", Clock.RESOLUTION: "resolved", Clock.CUSTOMER: "confirmed"}


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch between two marks in which the clock did one thing."""

    start: int
    end: int
    label: str
    counted: int

    @property
    def paused(self) -> bool:
        return self.label.startswith(PAUSED)


class Reading:
    """One pass over the marks, in microseconds so that nothing is rounded."""

    def __init__(self, calendar: Calendar, target: Target, opened: Mark) -> None:
        self.target = target
        self.hours = calendar.timetable()
        self.day_s = calendar.working_day_s if any(g.unit == "days" for g in target.goals.values()) else 0
        self.at = micros(opened.at)
        self.phases: list[Phase] = []
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
    def ended(self) -> bool:
        """Nothing but a reopening sets the clock going again."""
        return self.finished or self.cancelled

    @property
    def finished(self) -> bool:
        """What the target promises has been done."""
        match self.target.clock:
            case Clock.RESPONSE:
                return self.responded
            case Clock.RESOLUTION:
                return self.resolved
            case Clock.CUSTOMER:
                return self.confirmed

    @property
    def label(self) -> str:
        """What the clock does from now on."""
        if self.finished:
            return FINISHED[self.target.clock]
        if self.merged:
            return "merged"
        return f"{PAUSED}{self.pause}" if self.pause in self.target.pauses else RUNNING

    def advance(self, to: int) -> None:
        """Let time pass. The goal counts as missed at the instant it is reached, before any mark of that instant."""
        if to <= self.at:
            return
        label, counted = self.label, 0
        if label == RUNNING:
            counted = self.hours.counted(self.at, to)
            if self.breached is None and self.counted + counted >= self.goal:
                self.breached = self.due = _within(self.hours, self.at, to, self.goal - self.counted)
            self.counted += counted
        elif label.startswith(PAUSED):
            self.paused += self.hours.counted(self.at, to)
        self.phases.append(Phase(self.at, to, label, counted))
        self.at = to

    def apply(self, mark: Mark) -> None:
        """Let one mark take effect."""
        was_finished = self.finished
        match mark.kind:
            case MarkKind.RESPONDED:
                self.responded = True
            case MarkKind.PAUSED:
                self.pause = mark.reason
            case MarkKind.RESUMED:
                self.pause = None
            case MarkKind.RESOLVED:
                self.responded = self.resolved = True
            case MarkKind.CONFIRMED:
                self.responded = self.resolved = self.confirmed = True
            case MarkKind.REOPENED if self.resolved:
                # Whatever it waited for before the solution, it does not wait for that now.
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

    def until_now(self) -> tuple[Phase, ...]:
        """The phases without the time after the end, or with the smallest piece of what is in force now."""
        if not self.ended:
            return (*self.phases, Phase(self.at, self.at + 1, self.label, 0))
        last = len(self.phases)
        while self.finished and last and self.phases[last - 1].label == self.label:
            last -= 1
        return tuple(self.phases[:last])

    def _judge(self, was_finished: bool) -> None:
        """Hold the clock to the goal now in force; a breach or an end freezes goal and due instant."""
        if self.breached is not None or (was_finished and self.finished):
            return
        if self.ended:
            self.due = due(self.hours, self.at, self.goal - self.counted)
            return
        self.goal = self._goal()
        if self.counted >= self.goal:
            self.breached = self.at
            self.due = reached(self.hours, self.phases, self.goal)


def _within(hours: Timetable, start: int, end: int, amount: int) -> int:
    """When `amount` has been counted, known to lie between the two, however far apart they are."""
    return hours.add(start, amount, days=(end - start) // (86_400 * SECOND) + 3)


def due(hours: Timetable, start: int, amount: int) -> int | None:
    """When `amount` more has been counted; None when the calendar never has that much."""
    try:
        return hours.add(start, amount)
    except NeverOpens:
        return None


def reached(hours: Timetable, phases: Sequence[Phase], amount: int) -> int | None:
    """When the counted time of these phases came to `amount`; None when it has not."""
    for phase in phases:
        if phase.label != RUNNING:
            continue
        if phase.counted >= amount:
            return _within(hours, phase.start, phase.end, amount)
        amount -= phase.counted
    return None
