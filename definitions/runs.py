"""What goes into a case's run, and what the run asks of its activities and gets back."""

from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, Discriminator, Field, JsonValue, Tag, TypeAdapter

from definitions.acts import Reopen
from definitions.base import Instant, Key, Priority, Value, absent, digest, empty
from definitions.case import CaseState
from definitions.catalogue import RequestDefinition
from definitions.cycle.definition import CycleDefinition
from definitions.facts import TextRef
from definitions.feedback.definition import FeedbackDefinition
from definitions.problem.definition import ProblemDefinition
from definitions.review.definition import ReviewDefinition
from definitions.rules.opening import Opening
from definitions.slices import CaseDefinition, IncidentDefinition

FRESH_AFTER = 1_200
"""Events of history after which a run goes on as a new one."""
KEPT = 1_000
"""Definitions of which one copy is kept; a desk has a few for each service."""
_kept: dict[str, CaseDefinition] = {}
Slice = TypeVar("Slice", bound=CaseDefinition)


def _kind(definition: Any) -> str:
    kind = definition.get("kind") if isinstance(definition, dict) else getattr(definition, "kind", None)
    return str(kind or "incident")


def shared(definition: Slice) -> Slice:
    """The one copy of this content: ten thousand open cases of a service would else hold ten thousand copies."""
    if len(_kept) >= KEPT:
        _kept.clear()
    # Not `definition.version`: it would remember each copy that is about to be thrown away.
    return cast(Slice, _kept.setdefault(digest(definition), definition))


AnyDefinition = Annotated[
    Annotated[IncidentDefinition, Tag("incident")]
    | Annotated[RequestDefinition, Tag("request")]
    | Annotated[ProblemDefinition, Tag("problem")]
    | Annotated[FeedbackDefinition, Tag("feedback")]
    | Annotated[ReviewDefinition, Tag("review")]
    | Annotated[CycleDefinition, Tag("dmaic")]
    | Annotated[CycleDefinition, Tag("kaizen")],
    Discriminator(_kind),
    AfterValidator(shared),
]
"""The slice of a case of any kind; one of an incident does not name its kind."""

SLICE: TypeAdapter[
    IncidentDefinition | RequestDefinition | ProblemDefinition | FeedbackDefinition | ReviewDefinition | CycleDefinition
] = TypeAdapter(AnyDefinition)


class StartCase(Value):
    """The input of a run. A new case has an opening; one that goes on (continued, reopened) has its state."""

    case_id: str
    definition: AnyDefinition
    opening: Opening | None = None
    state: CaseState | None = None
    seen: dict[str, int] = {}
    """Update ids already carried out, with the `seq` they were answered with."""
    fresh_after: Annotated[int, Field(ge=20)] = FRESH_AFTER
    """Events of history after which the run goes on as a new one. In the input, because it decides a command."""
    reopen: Reopen | None = None
    """Why an ended case goes on: a new run with the same id, its facts numbered on."""


class TellMessage(Value):
    """One message to a person, by reference only: the activity looks words and addresses up in records."""

    case_id: str
    template: str
    to: str
    by: str
    service: str
    priority: Priority
    at: Instant
    title: TextRef | None = None
    text: TextRef | None = None
    promise: str | None = None
    promise_by: Instant | None = None
    until: Instant | None = None
    due_at: Annotated[Instant | None, Field(exclude_if=absent)] = None
    """When the case is next due."""
    reason: str | None = None
    team: Key | None = None
    channel: str = "cli"
    """How the case was opened: only the answer to a mail can begin a loop of mails."""
    task: Annotated[str | None, Field(exclude_if=absent)] = None
    lines: Annotated[tuple[str, ...], Field(exclude_if=empty)] = ()
    line_texts: Annotated[tuple[TextRef | None, ...], Field(exclude_if=empty)] = ()
    articles: Annotated[tuple[Key, ...], Field(exclude_if=empty)] = ()
    remedy: Annotated[Key | None, Field(exclude_if=absent)] = None


class PageMessage(Value):
    """One escalation step: whom to wake is looked up when it is sent, because rotas change."""

    case_id: str
    page: str
    step: str
    on: str
    notify: str
    via: tuple[str, ...]
    service: str
    priority: Priority
    at: Instant
    team: Key | None
    assignee: str | None
    title: TextRef | None = None
    due_at: Instant | None = None


class Sent(Value):
    """What became of one message to one person over one channel."""

    to: str
    channel: Key
    outcome: str
    """sent, suppressed, failed or gap (nobody to page)."""
    message_id: str | None = None
    reason: str | None = None


class AutomationCall(Value):
    """One run of an automation for a case, or for nobody's when `case_id` is empty."""

    automation: Key
    case_id: str
    inputs: dict[str, JsonValue] = {}
    step: str = ""
    """Which of several runs for one case it is: an effect happens once for each case, automation and step."""
    mode: Literal["run", "dry_run", "undo"] = "run"
    consent_by: str | None = None
    """Whose yes there is, of those it is about."""
    approved_by: str | None = None
    """Who at the desk said yes."""


class AutomationResult(Value):
    """What an automation found or did."""

    outcome: str
    """done; nothing (there was nothing to do); failed; refused (it may not run now); unknown (nobody can tell)."""
    finding: str = ""
    data: dict[str, JsonValue] = {}
