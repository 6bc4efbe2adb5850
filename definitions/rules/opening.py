"""How a case begins: opened."""

from typing import Annotated

from pydantic import Field, JsonValue

from definitions import acts
from definitions.base import Instant, Level, Value, absent, empty
from definitions.cycle.state import CycleBrief
from definitions.exposure import Exposure
from definitions.facts import Draft, TextRef, Visibility
from definitions.feedback.state import FeedbackBrief
from definitions.help import Arm
from definitions.problem.state import ProblemBrief
from definitions.request.state import RequestBrief
from definitions.review.state import ReviewBrief
from definitions.rules.base import alerted
from definitions.slices import CaseDefinition, IncidentDefinition


class Opening(Value):
    """How a case begins: decided at the door in one transaction, pinned in the run's input."""

    service: str
    category: str | None = None
    channel: str
    title: TextRef
    text: TextRef | None = None
    requester: str | None
    by: str
    at: Instant
    impact: Level
    urgency: Level
    exposures: Annotated[tuple[Exposure, ...], Field(exclude_if=empty)] = ()
    """The arms it has in experiments, as drawn."""
    arm: str | None = None
    """The same as one word."""
    alerts: tuple[acts.AlertSeen, ...] = ()
    silent: bool = False
    """Nobody is to be answered: the first contact was automatic."""
    unsure: str | None = None
    """Why the service is only a guess; None when it was named or clear."""
    request: Annotated[RequestBrief | None, Field(exclude_if=absent)] = None
    """What only a request begins with."""
    help: Annotated[Arm | None, Field(exclude_if=absent)] = None
    """Whether it may be helped before a person, as drawn; None for what no help is meant for."""
    feedback: Annotated[FeedbackBrief | None, Field(exclude_if=absent)] = None
    """What only feedback begins with."""
    problem: Annotated[ProblemBrief | None, Field(exclude_if=absent)] = None
    """What only a problem begins with."""
    review: Annotated[ReviewBrief | None, Field(exclude_if=absent)] = None
    """What only a review begins with."""
    cycle: Annotated[CycleBrief | None, Field(exclude_if=absent)] = None
    """What only a cycle of improvement begins with."""


def opened(start: Opening, definition: CaseDefinition) -> Draft:
    """The first fact of every case."""
    data: dict[str, JsonValue] = {
        **start.model_dump(mode="json", exclude={"by", "at", "alerts", "unsure", "exposures"}),
        # The requester reads this fact, and must not behave by the arm they have: it stands in one of its own.
        "arm": None,
        "priority": definition.priority_at(start.impact, start.urgency).value,
        "definition_version": definition.version,
    }
    if start.unsure:
        data["unsure"] = start.unsure
    return Draft(
        type="opened", actor=start.by, step="triage", channel=start.channel, visibility=Visibility.PUBLIC, data=data
    )


def opening(start: Opening, definition: IncidentDefinition) -> tuple[Draft, ...]:
    """The first facts of an incident: opened, and what monitoring said."""
    return (opened(start, definition), *((alerted(start.alerts),) if start.alerts else ()))
