"""Triage of an incident: what it is like, which team gets it and why, and who hears of that."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from pydantic import JsonValue

from definitions.case import SYSTEM, CaseState
from definitions.facts import Draft, Fact
from definitions.findings import Findings
from definitions.routing import Routing, route
from definitions.routing_learned import Asked
from definitions.rules.base import draft
from definitions.rules.notices import Command, Tell
from definitions.similar import SimilarFound
from definitions.slices import IncidentDefinition

NOTHING = Findings()


def proposed(state: CaseState, definition: IncidentDefinition) -> Routing:
    """Which team the rules name for the case as it is."""
    return route(
        definition.routing,
        definition.default_team,
        category=state.category,
        priority=state.priority,
        channel=state.channel,
    )


def asked(state: CaseState, definition: IncidentDefinition) -> Asked | None:
    """What is asked of routing that learns; None where the organisation does not want it."""
    if definition.learned is None:
        return None
    return Asked(
        proposed=proposed(state, definition).team,
        teams=definition.teams,
        service=state.service,
        category=state.category,
        priority=state.priority,
        settings=definition.learned,
    )


def _similar(found: SimilarFound) -> Iterator[Draft]:
    if found.open or found.past:
        alike = found.model_dump(mode="json", exclude={"outage"})
        yield Draft(type="similar_found", actor=SYSTEM, data=alike)
    if found.outage is not None:
        yield Draft(type="parent_proposed", actor=SYSTEM, data=found.outage.model_dump(mode="json"))


def triage(state: CaseState, definition: IncidentDefinition, found: Findings = NOTHING) -> tuple[Draft, ...]:
    """Priority by impact and urgency is set with `opened`; here the case finds its team."""
    drafts = []
    if found.cases:
        drafts.append(draft("duplicates_found", SYSTEM, duplicates=list(found.cases)))
    drafts += _similar(found.similar) if found.similar else ()
    if found.problems:
        drafts.append(draft("problems_found", SYSTEM, problems=[one.model_dump(mode="json") for one in found.problems]))
    routing = proposed(state, definition)
    step = "queue" if state.step == "triage" else None
    data: dict[str, JsonValue] = {"team": routing.team, "rule": routing.rule, "why": routing.why}
    # It was made for what the rules said then: when somebody has changed the priority since, it is about another case.
    if found.routing is not None and found.routing.proposed == routing.team:
        data |= {"team": found.routing.team, "learned": found.routing.model_dump(mode="json", exclude={"team"})}
        if found.routing.paired is not None:
            data["assignee"] = found.routing.paired.learner
    drafts.append(Draft(type="routed", actor=SYSTEM, step=step, data=data))
    return tuple(drafts)


def reactions(fact: Fact, state: CaseState, definition: IncidentDefinition, now: datetime) -> Iterator[Command]:
    """Whoever learns on a case and whoever helps them are told of each other; one lead is told of an outage."""
    if fact.type == "routed" and isinstance(learned := fact.data.get("learned"), dict) and learned["paired"]:
        paired = cast(dict[str, Any], learned["paired"])
        yield Tell(template="to_learn", to=paired["learner"], reason=paired["coach"], internal=True)
        yield Tell(template="to_coach", to=paired["coach"], reason=paired["learner"], internal=True)
    if fact.type == "parent_proposed" and fact.data["tell"]:
        told = (str(fact.data["line"]),)
        parent = str(fact.data["parent"])
        yield Tell(template="outage_proposed", to=str(fact.data["tell"]), reason=parent, lines=told, internal=True)
