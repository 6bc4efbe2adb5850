"""What goes into records and comes out: plain validated values, no tables."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from definitions.base import Instant, Priority, Value
from definitions.facts import Fact, TextRef
from definitions.tasks import TaskRow

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One short line without control characters (PostgreSQL refuses NUL in text)."""

LongName = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""As `Name`, for ids that other systems make up."""

Note = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
"""A reason or an error text; no personal words."""


class CaseRow(Value):
    """The current state of one case, for lists and counts; `seq` is the last fact it reflects."""

    id: Name
    kind: Name
    state: Name
    stage: Name
    priority: Priority
    service: Name
    category: Name | None = None
    team: Name | None = None
    assignee: Name | None = None
    requester: Name | None = None
    channel: Name | None = None
    title: TextRef | None = None
    opened_at: Instant
    resolved_at: Instant | None = None
    closed_at: Instant | None = None
    definition_version: Name
    arm: Name | None = None
    parent: Name | None = None
    merged_into: Name | None = None
    major: bool = False
    touch_s: Annotated[float, Field(ge=0)] = 0
    wait_s: Annotated[float, Field(ge=0)] = 0
    touchless: bool = False
    human_acts: Annotated[int, Field(ge=0)] = 0
    due_at: Instant | None = None
    next_step: Note | None = None
    seq: Annotated[int, Field(ge=1)]
    settled: Annotated[int, Field(ge=0)] | None = None
    """The last fact that the run's history is sure to have, those after it may be made anew; None means all."""
    updated_at: Instant
    state_json: JsonValue = None
    """The whole state of the case as its workflow knows it; records never look inside."""
    tasks: tuple[TaskRow, ...] = ()
    """All that the case wants or wanted of people; left out where cases are listed."""


class CaseQuery(Value):
    """Which cases to list; only these names can be filtered on. Newest first."""

    kind: Name | None = None
    state: Name | None = None
    service: Name | None = None
    team: Name | None = None
    priority: Priority | None = None
    requester: Name | None = None
    assignee: Name | None = None
    parent: Name | None = None
    merged_into: Name | None = None
    open_only: bool = False
    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    after: str | None = None
    """`next` of the page before."""


class Page(Value):
    """One page of cases; `next` is None on the last one."""

    rows: tuple[CaseRow, ...]
    next: str | None = None


class Recent(Value):
    """An open case, as far as comparing it with another needs."""

    id: str
    title: TextRef | None
    requester: str | None


class OpenCount(Value):
    """How many open cases share these labels."""

    kind: str
    service: str
    team: str | None
    priority: Priority
    state: str
    n: int


class AgeCount(Value):
    """Open cases of one kind by age; `le_s` is the upper bound of the bucket in seconds, None for no bound."""

    kind: str
    le_s: float | None
    n: int


class OpenCounts(Value):
    """Counts of open cases for the gauges."""

    by_label: tuple[OpenCount, ...]
    by_age: tuple[AgeCount, ...]


class Flush(Value):
    """What one case has to remember, in one transaction."""

    case_id: Name
    facts: tuple[Fact, ...] = ()
    row: CaseRow | None = None
    close_conversations: bool = False


class FlushResult(Value):
    """The last stored fact of the case, and the numbers of facts that contradict stored ones."""

    seq: int
    forks: tuple[int, ...] = ()


class RecordedFact(Value):
    """A fact with its place in the whole log and the time it was stored."""

    id: int
    fact: Fact
    recorded_at: Instant


class Journal(Value):
    """The facts of one run, as the run itself tells them, and the case row they lead to."""

    case_id: Name
    facts: tuple[Fact, ...]
    row: CaseRow | None = None


InboxState = Literal["received", "started", "delivered", "done", "quarantined"]


class Arrival(Value):
    """Something that reached us; `source` and `external_id` name it for ever."""

    source: Name
    external_id: LongName
    at: Instant
    channel: Name
    kind: Name
    payload: JsonValue = None
    conversation: LongName | None = None
    """Key of the conversation it belongs to: arrivals with one key go to one open case."""
    conversation_kind: Name = "mail"
    case_id: Name | None = None
    """The case it belongs to, when that is known already (a reply token, a reference)."""
    message_id: LongName | None = None
    """Its Message-ID, so that later mail that refers to it finds the case."""


class Allocation(Value):
    """What a new case begins with; drawn once and kept in the inbox row."""

    case_id: Name
    definition_version: Name
    definition: JsonValue = None
    arm: Name | None = None
    payload: JsonValue = None
    """What it begins with once its id is known, where lots are drawn by it; None: as it arrived."""


class InboxRow(Value):
    """One stored arrival. `created` is False when the same one had arrived before."""

    id: int
    created: bool
    starts: bool
    """It starts its case (and carries the definition for it); otherwise it is for a case that exists."""
    source: str
    external_id: str
    at: Instant
    received_at: Instant
    channel: str
    kind: str
    payload: JsonValue
    conversation: str | None
    case_id: str | None
    message_id: str | None
    definition_version: str | None
    definition: JsonValue
    arm: str | None
    state: InboxState
    attempts: int
    error: str | None
    updated_at: Instant
