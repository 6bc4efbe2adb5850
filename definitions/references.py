"""References between definitions, and those that lead nowhere."""

from collections.abc import Iterator

from definitions.base import Value
from definitions.catalogue import CatalogueItem
from definitions.organisation import Organisation


class Problem(Value):
    """What is wrong, where, and what to do about it."""

    where: str
    """The thing with its noun: `service:vpn`."""
    what: str
    next_step: str


def dangling_keys(org: Organisation) -> tuple[Problem, ...]:
    """Every reference to something that does not exist."""
    known = {
        "team": {t.key for t in org.teams},
        "service": {s.key for s in org.services},
        "calendar": {c.key for c in org.calendars},
        "matrix": {m.key for m in org.matrices},
        "target": {t.key for t in org.targets},
        "chain": {c.key for c in org.chains},
        "person": {p.key for p in org.people},
        "automation": {a.key for a in org.automations},
    }
    return tuple(
        Problem(
            where=where,
            what=f"{field} names the {noun} {key!r}, which does not exist",
            next_step=f"Define it or name one of: {', '.join(sorted(known[noun])) or 'none yet'}.",
        )
        for where, field, noun, key in _references(org)
        if key not in known[noun]
    )


def _references(org: Organisation) -> Iterator[tuple[str, str, str, str]]:
    """Where, field, noun and key of every reference in the organisation."""
    yield "organisation", "default_service", "service", org.default_service
    yield "organisation", "triage", "team", org.triage
    for key in org.learned_routing.services if org.learned_routing is not None else ():
        yield "organisation", "learned_routing.services", "service", key
    if org.reviews is not None:
        yield "organisation", "reviews.calendar", "calendar", org.reviews.calendar
    for s in org.services:
        where = f"service:{s.key}"
        yield where, "default_team", "team", s.default_team
        yield where, "calendar", "calendar", s.calendar
        yield where, "confirm.calendar", "calendar", s.confirm.calendar
        yield where, "matrix", "matrix", s.matrix
        yield where, "chain", "chain", s.chain
        for target in s.targets:
            yield where, "targets", "target", target
        for target in s.problems.targets:
            yield where, "problems.targets", "target", target
    for key in org.feedback_rule.targets:
        yield "organisation", "feedback_rule.targets", "target", key
    if org.feedback_rule.chain:
        yield "organisation", "feedback_rule.chain", "chain", org.feedback_rule.chain
    for survey in org.surveys:
        for service in survey.services:
            yield f"survey:{survey.key}", "services", "service", service
    for t in org.targets:
        yield f"target:{t.key}", "calendar", "calendar", t.calendar
    for team in org.teams:
        where = f"team:{team.key}"
        yield where, "calendar", "calendar", team.calendar
        yield where, "lead", "person", team.lead
        yield where, "manager", "person", team.manager
        for member in team.members:
            yield where, "members", "person", member.person
        for layer in team.rota.layers if team.rota else ():
            for person in layer.people:
                yield where, f"rota layer {layer.key}", "person", person
    for rule in org.routing:
        where = f"routing:{rule.key}"
        yield where, "team", "team", rule.team
        for service in rule.services:
            yield where, "services", "service", service
        for example in rule.examples:
            yield where, "examples", "service", example.service
            yield where, "examples", "team", example.team
    for a in org.automations:
        yield f"automation:{a.key}", "owner", "team", a.owner
        for name in ("diagnoses", "remedies"):
            for match in getattr(a, name):
                for service in match.services:
                    yield f"automation:{a.key}", name, "service", service
    for item in org.catalogue:
        yield from _item_references(item)
    for p in org.people:
        if p.manager:
            yield f"person:{p.key}", "manager", "person", p.manager
        for key in p.teams:
            yield f"person:{p.key}", "teams", "team", key
        for delegate in p.delegates:
            yield f"person:{p.key}", "delegates", "person", delegate.to


def _item_references(item: CatalogueItem) -> Iterator[tuple[str, str, str, str]]:
    where = f"item:{item.key}"
    yield where, "service", "service", item.service
    yield where, "team", "team", item.team
    for target in item.targets:
        yield where, "targets", "target", target
    for stage in item.approvals:
        yield where, f"stage {stage.key}", "calendar", stage.calendar
        yield where, f"stage {stage.key}", "person", stage.escalate_to
        for approver in stage.asks:
            kind, _, key = approver.partition(":")
            if noun := {"lead": "team", "person": "person"}.get(kind):
                yield where, f"stage {stage.key}", noun, key
    for task in item.plan.tasks:
        yield where, f"task {task.key}", "team", task.team
        if task.automation:
            yield where, f"task {task.key}", "automation", task.automation
        if task.undo and task.undo.team:
            yield where, f"undo of task {task.key}", "team", task.undo.team
