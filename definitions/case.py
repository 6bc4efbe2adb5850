"""A case's state: what a run remembers, and all that its facts add up to."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from definitions.acts import AlertSeen
from definitions.base import Instant, Key, Level, Priority, StepKind, Value, absent
from definitions.clock import Ledger, Mark, TargetState
from definitions.cycle.state import CycleState
from definitions.facts import GENESIS, TextRef
from definitions.feedback.state import FeedbackState
from definitions.help import HelpState
from definitions.problem.state import LinkedProblem, ProblemState
from definitions.request.state import RequestState
from definitions.review.state import ReviewState

SYSTEM = "jidoka"
"""The actor of what no person did."""


class Stage(StrEnum):
    """Where a case is on its way; `state` in all output."""

    QUEUED = "queued"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    RESOLVED = "resolved"
    MERGED = "merged"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ENDED = frozenset({Stage.CLOSED, Stage.CANCELLED})
WORKABLE = frozenset({Stage.QUEUED, Stage.ACKNOWLEDGED, Stage.IN_PROGRESS, Stage.PAUSED})

STEPS: dict[str, StepKind] = {
    "triage": StepKind.NECESSARY,
    "queue": StepKind.WAITING,
    "handover": StepKind.HANDOVER,
    "work": StepKind.VALUE_ADDING,
    "rework": StepKind.REWORK,
    "wait_requester": StepKind.WAITING,
    "wait_vendor": StepKind.WAITING,
    "wait_approval": StepKind.WAITING,
    "wait_schedule": StepKind.WAITING,
    "confirm": StepKind.WAITING,
    "watch": StepKind.WAITING,
    "merged": StepKind.WAITING,
    "end": StepKind.WAITING,
}
"""The steps of every kind of case; their kinds decide what is touch and what is wait."""

TOUCH = frozenset({StepKind.VALUE_ADDING, StepKind.NECESSARY, StepKind.REWORK})


class Promise(Value):
    """What a person was told will happen, and by when."""

    id: str
    to: str
    what: Literal["respond", "resolve", "update"]
    made_at: Instant
    due: Instant
    state: Literal["open", "kept", "broken", "withdrawn"] = "open"


class Question(Value):
    """Something a person is asked; the case goes on when it is answered or has lapsed."""

    key: Key
    to: str
    """A person or a team key."""
    options: tuple[str, ...] = ()
    """What may be answered; empty means free words."""
    remind_at: Instant | None = None
    due_at: Instant
    """When silence counts as an answer of its own."""
    reminded: bool = False
    unheard: bool = False
    """No message with it has reached the person, so silence says nothing."""
    state: Literal["open", "answered", "lapsed", "withdrawn"] = "open"
    answer: str | None = None
    answered_by: str | None = None


class CaseState(Value):
    """Everything a case's run needs to go on; its facts fold up to exactly this."""

    id: str
    kind: Literal["incident", "request", "problem", "feedback", "review", "dmaic", "kaizen"] = "incident"
    service: Key = "unknown"
    category: Key | None = None
    channel: str = "cli"
    title: TextRef | None = None
    requester: str | None = None
    definition_version: str = ""
    arm: str | None = None
    silent: bool = False
    """A machine reported it: nobody is written to."""
    stage: Stage = Stage.QUEUED
    stage_since: Instant | None = None
    stage_before: Stage | None = None
    """What a pause or a merge goes back to."""
    step: str = "triage"
    step_since: Instant | None = None
    step_s: dict[StepKind, float] = {}
    kinds: dict[str, StepKind] = {}
    """The kinds of steps that a process named itself."""
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM
    priority: Priority = Priority.P3
    team: Key | None = None
    assignee: str | None = None
    learned: Annotated[bool | None, Field(exclude_if=absent)] = None
    """The team has it by what routing learned, and nobody has moved it since."""
    opened_at: Instant | None = None
    queued_at: Instant | None = None
    acknowledged_at: Instant | None = None
    responded_at: Instant | None = None
    spoke_at: Instant | None = None
    """When the requester last heard from a person."""
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    questions: tuple[Question, ...] = ()
    outcome: str | None = None
    marks: tuple[Mark, ...] = ()
    warned: dict[str, Instant] = {}
    """`target:share` -> when."""
    breached: dict[str, Instant] = {}
    """target -> when."""
    met: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    """Escalation steps already paged, as `step@round`; a round begins with each hand over."""
    round: int = 1
    promises: tuple[Promise, ...] = ()
    alerts: tuple[AlertSeen, ...] = ()
    major: bool = False
    parent: str | None = None
    children: tuple[str, ...] = ()
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    articles: tuple[Key, ...] = ()
    human_acts: int = 0
    hand_overs: int = 0
    reopened: int = 0
    request: Annotated[RequestState | None, Field(exclude_if=absent)] = None
    """What only a request remembers."""
    help: Annotated[HelpState | None, Field(exclude_if=absent)] = None
    """What an incident got of help before a person; None for those that no help is meant for."""
    feedback: Annotated[FeedbackState | None, Field(exclude_if=absent)] = None
    """What only feedback remembers."""
    problem: Annotated[ProblemState | None, Field(exclude_if=absent)] = None
    """What only a problem remembers."""
    linked_problem: Annotated[LinkedProblem | None, Field(exclude_if=absent)] = None
    """The problem that an incident comes from."""
    review: Annotated[ReviewState | None, Field(exclude_if=absent)] = None
    """What only a review remembers."""
    reviewed: Annotated[str | None, Field(exclude_if=absent)] = None
    """The review that is about this case."""
    cycle: Annotated[CycleState | None, Field(exclude_if=absent)] = None
    """What only a cycle of improvement remembers."""
    seq: int = 0
    last_hash: str = GENESIS

    @property
    def ended(self) -> bool:
        """Nothing more will happen in this run."""
        return self.stage in ENDED

    def kind_of(self, step: str) -> StepKind:
        """What a step is worth; one that nobody explained counts as waiting."""
        return STEPS.get(step) or self.kinds.get(step, StepKind.WAITING)

    def seconds(self, now: datetime | None = None) -> tuple[float, float]:
        """Touch and wait so far, in elapsed seconds; with `now`, the step in force counts up to it."""
        spent = dict(self.step_s)
        if now is not None and self.step_since is not None and not self.ended:
            kind = self.kind_of(self.step)
            spent[kind] = spent.get(kind, 0.0) + max(0.0, (now - self.step_since).total_seconds())
        touch = sum(s for kind, s in spent.items() if kind in TOUCH)
        return touch, sum(spent.values()) - touch


class TargetView(Value):
    """One target of a case as people read it. Durations in seconds."""

    key: Key
    name: str
    clock: str
    goal_s: int
    counted_s: float
    paused_s: float
    due_at: Instant | None
    breached_at: Instant | None
    state: TargetState
    ledger: tuple[dict[str, JsonValue], ...] = ()
    """The counted and paused intervals: start, end, counted, reason."""


class Receipt(Value):
    """The answer to an act: the case as it is now, in short."""

    id: str
    seq: int
    state: Stage
    priority: Priority
    team: Key | None
    assignee: str | None
    due_at: Instant | None


def view_of(ledger: Ledger, title: str) -> TargetView:
    """A ledger in the words of the output contract."""
    return TargetView(
        key=ledger.target,
        name=title,
        clock=ledger.clock,
        goal_s=ledger.goal_s,
        counted_s=ledger.counted_s,
        paused_s=ledger.paused_s,
        due_at=ledger.due_at,
        breached_at=ledger.breached_at,
        state=ledger.state,
        ledger=tuple(interval.model_dump(mode="json") for interval in ledger.intervals),
    )


def after(at: datetime, seconds: float) -> datetime:
    """`at` plus elapsed seconds."""
    return at + timedelta(seconds=seconds)
