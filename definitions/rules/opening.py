"""How an incident begins: opened, then triaged and routed."""

from typing import Annotated

from pydantic import Field, JsonValue

from definitions import acts
from definitions.base import Instant, Level, Value, absent
from definitions.case import SYSTEM, CaseState
from definitions.facts import Draft, TextRef, Visibility
from definitions.findings import Findings
from definitions.request.state import RequestBrief
from definitions.routing import route
from definitions.rules.base import alerted, draft
from definitions.slices import IncidentDefinition

NOTHING = Findings()


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
    arm: str | None = None
    alerts: tuple[acts.AlertSeen, ...] = ()
    silent: bool = False
    """Nobody is to be answered: the first contact was automatic."""
    unsure: str | None = None
    """Why the service is only a guess; None when it was named or clear."""
    request: Annotated[RequestBrief | None, Field(exclude_if=absent)] = None
    """What only a request begins with."""


def opening(start: Opening, definition: IncidentDefinition) -> tuple[Draft, ...]:
    """The first facts: opened, and what monitoring said."""
    priority = definition.matrix.priority(start.impact, start.urgency)
    data: dict[str, JsonValue] = {
        **start.model_dump(mode="json", exclude={"by", "at", "alerts", "unsure"}),
        "priority": priority.value,
        "definition_version": definition.version,
    }
    if start.unsure:
        data["unsure"] = start.unsure
    drafts = [
        Draft(
            type="opened",
            actor=start.by,
            step="triage",
            channel=start.channel,
            visibility=Visibility.PUBLIC,
            data=data,
        )
    ]
    if start.alerts:
        drafts.append(alerted(start.alerts))
    return tuple(drafts)


def triage(state: CaseState, definition: IncidentDefinition, found: Findings = NOTHING) -> tuple[Draft, ...]:
    """Priority by impact and urgency is set with `opened`; here the case finds its team."""
    drafts = []
    if found.cases:
        drafts.append(draft("duplicates_found", SYSTEM, duplicates=list(found.cases)))
    routing = route(
        definition.routing,
        definition.default_team,
        category=state.category,
        priority=state.priority,
        channel=state.channel,
    )
    step = "queue" if state.step == "triage" else None
    drafts.append(draft("routed", SYSTEM, step, team=routing.team, rule=routing.rule, why=routing.why))
    return tuple(drafts)
