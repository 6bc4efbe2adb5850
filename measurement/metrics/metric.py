"""What a metric is: its meaning in words, and the query that reads it from an event log."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from definitions.base import StepKind
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.metrics.estimate import Estimator


class Clock(StrEnum):
    """How time is counted."""

    ELAPSED = "elapsed"
    """Every second."""
    BUSINESS = "business"
    """The open hours of the team that holds the case."""
    CUSTOMER = "customer"
    """From the first contact of the person, on any channel, to that person's yes; all waiting included."""


class Better(StrEnum):
    """Which way is an improvement."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Audience(StrEnum):
    """Whose experience it describes."""

    CUSTOMER = "customer"
    USER = "user"
    EMPLOYEE = "employee"
    OPERATOR = "operator"
    LEAD = "lead"


class Family(StrEnum):
    """What kind of question it answers; the order of the catalogue."""

    SPEED = "speed"
    QUALITY = "quality"
    FLOW = "flow"
    AUTOMATION = "automation"
    PERCEPTION = "perception"
    PROMISE = "promise"


@dataclass(frozen=True)
class Needs:
    """Facts without which the metric is not 0 but unknown. Each condition that is given must hold."""

    activities: tuple[str, ...] = ()
    """At least one of them must stand somewhere in the dataset."""
    columns: tuple[str, ...] = ()
    """All of them must be columns of its events."""
    some: Callable[[Collection[str]], str] | None = None
    """From the columns of its events, a condition that one event must fulfil."""
    rules: Callable[[CaseRules], bool] | None = None
    """What the dataset declares instead of using these activities."""
    instead: str | None = None
    """A column of the source that answers as well."""
    in_live: bool = False
    """Whether the engine's own runs always hold the activities: none of them is none that happened."""
    kinds: tuple[StepKind, ...] = ()
    """Some event must be of one of these kinds."""
    humans: bool = False
    """Some event must say whether a person did it."""
    contacts: bool = False
    """Some case must have a first contact."""
    said: str = ""
    """What is missing when it is, and what to import: the reason beside n = 0."""


@dataclass(frozen=True)
class Facts:
    """What a query may lean on besides the tables `events` and `cases`, which are the cohort's already."""

    columns: tuple[str, ...]
    rules: CaseRules
    as_of: datetime
    clock: Clock
    everything: str = "cases"
    """The table of all cases of the log, those outside the cohort too: the baseline of a mix."""

    @property
    def now(self) -> str:
        """The instant up to which the log was read, as an SQL literal."""
        return f"TIMESTAMP '{self.as_of:%Y-%m-%d %H:%M:%S.%f}'"

    @classmethod
    def of(cls, log: EventLog, clock: Clock, everything: str = "cases") -> "Facts":
        """Of this log."""
        return cls(log.columns, log.rules, log.as_of, clock, everything)


Reading = Callable[[Facts], str]
"""SQL that gives one row for each unit: `case_id`, `reason` (null where it counts) and the estimator's columns.

A metric on a clock gives `begin` and `until` instead of seconds: the clock turns them into seconds.
"""


@dataclass(frozen=True)
class Beside:
    """A second number without which the first would mislead: read of the same cohort, shown next to it."""

    what: str
    unit: str
    estimator: Estimator
    reading: Reading


def timed(estimator: Estimator) -> bool:
    """Whether it wants seconds, so that its reading gives `begin` and `until`."""
    return "seconds" in estimator.columns


@dataclass(frozen=True)
class Metric:
    """One entry of the catalogue."""

    key: str
    title: str
    formula: str
    unit: str
    """s, share (0 to 1), ppm, sigma, score, or what is counted."""
    better: Better
    audience: Audience
    family: Family
    population: str
    trap: str
    estimator: Estimator
    reading: Reading
    clocks: tuple[Clock, ...] = ()
    """Those it can be read on, the default first; none: it is no matter of time."""
    counts: str = "cases"
    """What n counts."""
    fields: tuple[str, ...] = ()
    """Fields of its units that are none of the case, such as the step: its reading gives them as columns."""
    split: str | None = None
    """The field by which it is shown when nothing else is asked for."""
    beside: tuple[Beside, ...] = ()
    adjusted: Beside | None = None
    """The same with the mix of all, shown in each group: groups that differ in their mix are compared by it."""
    composite: bool = False
    """Whether it is made of other metrics and has no units of its own."""
    demand: bool = True
    """Whether it counts only kinds of cases that somebody outside the desk wants done, unless asked for a kind."""
    of_answers: bool = False
    """Whether it is about what people answered, which a log may keep apart from its cases (`EventLog.asked`)."""
    steady: bool = False
    """Whether it is refused where its weekly share changed its level."""
    tables: Callable[[EventLog], EventLog] | None = None
    """Makes the tables beside `events` and `cases` that it reads."""
    needs: Needs = Needs()
    remark: Callable[[Facts], str] | None = None
    """What to say of a number because of the dataset; an empty text says nothing."""
    source: str = ""
    """A paper or a page, where the formula is not our own."""
