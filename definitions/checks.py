"""What is wrong with an organisation, all of it at once, each with the next step."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from definitions.base import Priority, canonical
from definitions.catalogue_checks import item_problems
from definitions.organisation import INCIDENT_BYTES, Organisation
from definitions.people import Role
from definitions.problem.definition import PROBLEM_BYTES
from definitions.references import Problem, dangling_keys
from definitions.review.definition import REVIEW_BYTES
from definitions.routing import failed_examples, unreachable
from definitions.services import Service
from definitions.targets import Clock
from definitions.teams import gaps

ROTA_DAYS = 28
"""How far ahead rotas are looked at for gaps."""
WEEK_MINUTES = 7 * 24 * 60
HOLIDAY_DAYS = 90
"""How far ahead a calendar must know its holidays."""


def problems(org: Organisation, now: datetime | None) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of the list below; names that lead nowhere come first.

    Without `now` nothing is said about what depends on the day: rotas and holidays.
    """
    dangling = dangling_keys(org)
    found = [*dangling]
    checks: tuple[Callable[[Organisation], Iterable[Problem]], ...] = (
        *(_services, _routing, _automations, _people, _teams),
    )
    for check in checks:
        found.extend(check(org))
    if not dangling:
        # These follow references, so they wait until each of them leads somewhere.
        found.extend(_chains(org))
        found.extend(_slices(org))
        found.extend(item_problems(org))
        if now is not None:
            found.extend(_rotas(org, now))
    if now is not None:
        found.extend(_holidays(org, now))
    return tuple(found)


def _services(org: Organisation) -> Iterator[Problem]:
    clocks = {target.key: target.clock for target in org.targets}
    for service in org.services:
        for whose, named in (("", service.targets), (" of problems", service.problems.targets)):
            timed = [clocks[key] for key in named if key in clocks]
            for clock in sorted({c for c in timed if timed.count(c) > 1}):
                yield Problem(
                    where=f"service:{service.key}",
                    what=f"two targets for the {clock} clock{whose}",
                    next_step="Keep one, so that a case has one promise of each kind.",
                )
        if Clock.CUSTOMER in (clocks.get(key) for key in service.problems.targets):
            yield Problem(
                where=f"service:{service.key}",
                what="a customer target of problems, which have no customer who could say yes",
                next_step="Promise a workaround (response) or that the cause is gone (resolution).",
            )
    owners: dict[str, list[str]] = {}
    for service in org.services:
        for keyword in service.keywords:
            owners.setdefault(keyword, []).append(service.key)
    for keyword, keys in owners.items():
        if len(keys) > 1:
            yield Problem(
                where=f"service:{keys[1]}",
                what=f"keyword {keyword!r} also speaks for {keys[0]}, so it decides nothing",
                next_step="Leave it to one of them.",
            )


def _routing(org: Organisation) -> Iterator[Problem]:
    categories = {service.key: set(service.categories) for service in org.services}
    for rule in org.routing:
        covered = rule.services or tuple(categories)
        for category in rule.when.categories:
            if not any(category in categories.get(key, set()) for key in covered):
                yield Problem(
                    where=f"routing:{rule.key}",
                    what=f"category {category!r} is in none of its services",
                    next_step=f"Add it to {' or '.join(covered)}, or correct the name.",
                )
        if not rule.examples:
            yield Problem(
                where=f"routing:{rule.key}",
                what="no example says what it is for",
                next_step="Add a RoutingExample with the team it must reach.",
            )
    for rule in unreachable(org.routing, org.services):
        yield Problem(
            where=f"routing:{rule.key}",
            what="no case can reach this rule: rules above it take everything",
            next_step="Move it up, narrow the rules above, or drop it.",
        )
    for rule, example, went in failed_examples(org.routing, org.services):
        given = f"{example.service} {example.category or '-'} {example.priority} {example.channel}"
        yield Problem(
            where=f"routing:{rule.key}",
            what=f"example {given} must reach {example.team} but goes to {went.team} by {went.rule or 'default'}",
            next_step="Correct the rule or the example.",
        )


def _automations(org: Organisation) -> Iterator[Problem]:
    categories = {service.key: set(service.categories) for service in org.services}
    for automation in org.automations:
        for match in (*automation.diagnoses, *automation.remedies):
            for category in match.categories:
                if not any(category in categories.get(key, set()) for key in match.services):
                    yield Problem(
                        where=f"automation:{automation.key}",
                        what=f"category {category!r} is in none of its services",
                        next_step=f"Add it to {' or '.join(match.services)}, or correct the name.",
                    )


def _people(org: Organisation) -> Iterator[Problem]:
    holders: dict[str, str] = {org.desk_address: "the desk itself"}
    for person in org.people:
        where = f"person:{person.key}"
        if not person.addresses:
            yield Problem(
                where=where, what="has no address, so no message reaches them", next_step="Add one to addresses."
            )
        for address in person.addresses:
            if address in holders:
                yield Problem(
                    where=where,
                    what=f"{address} already belongs to {holders[address]}",
                    next_step="An address names one person: take it from one of them.",
                )
            holders.setdefault(address, person.key)


def _teams(org: Organisation) -> Iterator[Problem]:
    people = {person.key: person for person in org.people}
    for team in org.teams:
        where = f"team:{team.key}"
        if not team.members:
            yield Problem(where=where, what="has no members", next_step="Add members or drop the team.")
        members = {member.person for member in team.members}
        needs = [(key, Role.ANALYST) for key in sorted(members)] + [(team.lead, Role.LEAD)]
        for key, role in needs:
            if key in people and role not in people[key].roles:
                yield Problem(
                    where=where,
                    what=f"{key} works here without the role {role}, so the doors refuse their work",
                    next_step=f"Give {key} the role {role} or take them off the team.",
                )
        for key in sorted(members & people.keys()):
            if team.key not in people[key].teams:
                yield Problem(
                    where=where,
                    what=f"{key} is a member, but person:{key} does not name the team",
                    next_step=f"Add {team.key} to the teams of {key}.",
                )
        for layer in team.rota.layers if team.rota else ():
            for key in sorted(set(layer.people) - members):
                yield Problem(
                    where=where,
                    what=f"{key} is on call in layer {layer.key} without being a member",
                    next_step=f"Make {key} a member or take them off the rota.",
                )


def _takers(org: Organisation, service: Service) -> list[str]:
    """The teams that may hold a case of this service by routing."""
    routed = [rule.team for rule in org.routing if not rule.services or service.key in rule.services]
    return list(dict.fromkeys([service.default_team, *routed]))


def _chains(org: Organisation) -> Iterator[Problem]:
    for chain in org.chains:
        silent = [p for p in Priority if not any(not s.priorities or p in s.priorities for s in chain.steps)]
        if silent:
            yield Problem(
                where=f"chain:{chain.key}",
                what=f"pages nobody for {', '.join(silent)}",
                next_step="Add a step for them, if only for a breached target.",
            )
        services = [service for service in org.services if service.chain == chain.key]
        takers = dict.fromkeys(key for service in services for key in _takers(org, service))
        if any(step.notify == "on_call" for step in chain.steps):
            for key in takers:
                if org.team(key).rota is None:
                    yield Problem(
                        where=f"chain:{chain.key}",
                        what=f"pages who is on call, but team {key}, which gets its cases, has no rota",
                        next_step=f"Give {key} a rota or page the lead.",
                    )
        for service in services:
            timed = {org.target(key).clock for key in service.targets}
            for step in chain.steps:
                if step.clock is not None and step.clock not in timed:
                    yield Problem(
                        where=f"chain:{chain.key}",
                        what=f"step {step.key} waits for the {step.clock} clock, which service {service.key} lacks",
                        next_step="Add such a target to the service or use another chain.",
                    )


def _slices(org: Organisation) -> Iterator[Problem]:
    for service in org.services:
        slices = (
            ("case", org.incident(service.key), INCIDENT_BYTES),
            ("problem", org.problem(service.key), PROBLEM_BYTES),
            ("feedback", org.feedback(service.key), INCIDENT_BYTES),
            *((("review", org.review(service.default_team), REVIEW_BYTES),) if org.reviews else ()),
        )
        for noun, slice_, most in slices:
            size = len(canonical(slice_))
            if size <= most:
                continue
            yield Problem(
                where=f"service:{service.key}",
                what=f"a {noun} would carry {size} bytes of definition; {most} is the most",
                next_step="Use fewer calendars, routing rules or steps, or drop holidays that are over.",
            )


def _rotas(org: Organisation, now: datetime) -> Iterator[Problem]:
    for team in org.teams:
        if team.rota is None:
            continue
        calendar = org.calendar(team.calendar)
        for gap in gaps(team, now, now + timedelta(days=ROTA_DAYS)):
            if uncovered := calendar.windows_between(gap.start, gap.end):
                start, end = uncovered[0]
                yield Problem(
                    where=f"team:{team.key}",
                    what=f"nobody is on call in working hours from {start:%Y-%m-%d %H:%M} UTC",
                    next_step=f"Cover it in the rota until {end:%Y-%m-%d %H:%M} UTC.",
                )
                break


def _holidays(org: Organisation, now: datetime) -> Iterator[Problem]:
    for calendar in org.calendars:
        minutes = sum((w.minutes[1] - w.minutes[0]) * len(w.days) for w in calendar.windows)
        last = max((on for dates in calendar.holidays.values() for on in dates), default=None)
        # What is open day and night has no holidays by intention.
        if minutes < WEEK_MINUTES and (last is None or last < (now + timedelta(days=HOLIDAY_DAYS)).date()):
            known = f"knows its holidays only until {last}" if last else "knows no holidays"
            yield Problem(
                where=f"calendar:{calendar.key}",
                what=f"{known}, so days off would count as work",
                next_step=f"Add the years from {now.year} on with holidays_of(country, subdivision, years).",
            )
