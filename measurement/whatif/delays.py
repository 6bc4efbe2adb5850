"""What set an act off, and how long after that it came: in open hours of the team that had the case, where it was open.

The one assumption of what-if about people: they come as long after what last happened on the case as they did.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from definitions.acts import Act
from definitions.calendars import Calendar, NeverOpens
from definitions.case import SYSTEM
from definitions.facts import Fact
from measurement.whatif.items import Came, Said, Taped
from measurement.whatif.tape import ANSWERS, Tape

Hours = Callable[[str | None], Calendar | None]
"""The calendar of a team; None for a team that nobody knows, whose hours are all hours."""

QUIET = frozenset(
    {
        *("promised", "promise_kept", "promise_broken", "promise_withdrawn", "question_heard", "question_unheard"),
        *("target_met", "target_warned", "target_breached", "duplicates_found", "similar_found", "problems_found"),
        *("parent_proposed", "help_drawn", "task_withdrawn", "question_withdrawn", "overridden"),
    }
)
"""Facts that set nobody off: they are told beside others, or only counted."""
NAMES = ("task", "stage", "key", "action", "page", "team")
"""What tells two facts of one type apart, as far as an act follows from them."""
ARRIVED = "arrived"
"""How the case came to a team: at first or by a hand over, it is the same to them."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds after a cause; `working`: of open time."""

    seconds: float
    working: bool

    def after(self, at: datetime, calendar: Calendar | None) -> datetime:
        """The instant that lies so long after `at`."""
        if self.working and calendar is not None:
            try:
                return calendar.add(at, self.seconds)
            except NeverOpens:
                pass
        return at + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Set:
    """An item, and all that happened before it: what may have set it off."""

    taped: Taped
    staff: bool
    """Done by one of those who serve."""
    calendar: Calendar | None
    _known: list[tuple[str, datetime]]
    _many: int

    def causes(self) -> Iterator[tuple[str, datetime]]:
        """What happened and when, the last first."""
        before = (self._known[place] for place in range(self._many - 1, -1, -1))
        # A message may say that a word was broken; people do not act because the engine counted something.
        return before if isinstance(self.taped.item, Came) else (each for each in before if not quiet(each[0]))

    def cause(self) -> str | None:
        """The last thing that happened before it; None for the opening."""
        return next((name for name, _ in self.causes()), None)

    def since(self, beginning: str) -> Delay | None:
        """How long after the last cause whose name begins so it came."""
        return next((self.delay(at) for name, at in self.causes() if name.startswith(beginning)), None)

    def delay(self, cause: datetime) -> Delay:
        """How long after a cause it came."""
        return delay_of(cause, self.taped.now, self.calendar)


class Causes:
    """Names the facts of a case in order, so that the same thing is found again where the case goes another way."""

    def __init__(self) -> None:
        self._often: Counter[str] = Counter()

    def name(self, fact: Fact) -> str | None:
        """`started#1`; None for what only says what came of something else."""
        if fact.type in ANSWERS:
            return None
        type_ = ARRIVED if fact.type in ("routed", "handed_over") else fact.type
        which = next((f":{fact.data[name]}" for name in NAMES if fact.data.get(name) is not None), "")
        self._often[type_ + which] += 1
        return f"{type_}{which}#{self._often[type_ + which]}"


def quiet(name: str) -> bool:
    """Whether the cause of this name sets nobody off."""
    return name.partition("#")[0].partition(":")[0] in QUIET


def set_off(tape: Tape, hours: Hours) -> tuple[Set, ...]:
    """Each item of the tape with its causes; the opening has none."""
    known: list[tuple[str, datetime]] = []
    causes, requester = Causes(), tape.facts[0].data.get("requester")
    found = []
    for taped in tape.items:
        item = taped.item
        staff = isinstance(item, Said) and isinstance(item.message, Act) and item.message.by not in (SYSTEM, requester)
        found.append(Set(taped, staff, hours(taped.team) if staff else None, known, len(known)))
        names = (causes.name(fact) for fact in tape.facts[taped.first - 1 : taped.last])
        known.extend((name, taped.now) for name in names if name is not None)
    return tuple(found)


def delay_of(cause: datetime, at: datetime, calendar: Calendar | None) -> Delay:
    """From `cause` to `at`: open time where it leads back to `at`, else (somebody came after hours) every second."""
    if calendar is not None:
        working = calendar.counted_between(cause, at)
        if Delay(working, True).after(cause, calendar) == at:
            return Delay(working, True)
    return Delay((at - cause).total_seconds(), False)
