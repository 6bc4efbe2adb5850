"""Where the cases of an imported log go first by the rules, and which visits to teams follow from that."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from definitions.assignment import fraction
from definitions.organisation import Organisation
from definitions.routing import ANY_OTHER_CHANNEL, RoutingRule, route, rules_for
from definitions.slices import UnknownKey
from measurement.comparison.proportions import wilson
from measurement.metrics.estimate import Estimate
from measurement.whatif.imported_cases import Imported, Visit

NAMED = 5


@dataclass(frozen=True)
class Routed:
    """Where cases go first, before and after."""

    cases: int
    """With a declared priority and first team."""
    reproduced: int
    """Whose first team is the one that the rules of today name: only these are played."""
    differ: tuple[str, ...]
    """Some of the others."""
    moved: Mapping[str, str]
    """Case -> the team that it goes to under the change, where that is another one."""
    ended_there: tuple[Estimate, Estimate]
    """Share of the reproduced cases that end at the team they went to first."""


def routed(cases: Sequence[Imported], before: Organisation, after: Organisation) -> Routed:
    """Of the cases whose priority and first team are declared."""
    known = [case for case in cases if case.priority is not None and case.visits and case.visits[0].team is not None]
    first = {case.id: _team(case, before) for case in known}
    same = [case for case in known if first[case.id] == case.visits[0].team]
    there = {case.id: _team(case, after) for case in same}
    moved = {case.id: team for case in same if (team := there[case.id]) is not None and team != first[case.id]}
    ends = {case.id: case.visits[-1].team for case in same}
    return Routed(
        cases=len(known),
        reproduced=len(same),
        differ=tuple(case.id for case in known if first[case.id] != case.visits[0].team)[:NAMED],
        moved=moved,
        ended_there=(
            share([ends[case.id] == first[case.id] for case in same]),
            share([ends[case.id] == there[case.id] for case in same]),
        ),
    )


def share(hits: Sequence[bool]) -> Estimate:
    """With its Wilson interval."""
    n, k = len(hits), sum(hits)
    return Estimate(n, k / n, wilson(k, n)) if n else Estimate(0)


def _team(case: Imported, organisation: Organisation) -> str | None:
    """The first team; None where the organisation has no such service any more."""
    try:
        service = organisation.service(case.service)
    except UnknownKey:
        return None
    assert case.priority is not None
    return route(
        _rules(organisation.routing, service.key),
        service.default_team,
        category=case.category,
        priority=case.priority,
        channel=case.channel or ANY_OTHER_CHANNEL,
    ).team


@cache
def _rules(rules: tuple[RoutingRule, ...], service: str) -> tuple[RoutingRule, ...]:
    return rules_for(rules, service)


@dataclass
class Moved:
    """The visits of all cases after some of them go to another team first."""

    visits: list[tuple[Visit, ...]] = field(default_factory=list)
    kept: list[tuple[Visit, ...]] = field(default_factory=list)
    """Before, of the same cases."""
    imputed: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    not_played: Counter[str] = field(default_factory=Counter)


def moved(cases: Sequence[Imported], to: Mapping[str, str], seed: int) -> Moved:
    """A team that had the case later has it at once, and those before it never; one that never had it works on it as on
    a like case of its own: drawn by `seed`, of the same priority where there is one, and counted."""
    like: dict[tuple[str, object], list[Visit]] = defaultdict(list)
    for case in cases:
        for visit in case.visits:
            if visit.team is not None and visit.stretches:
                like[visit.team, case.priority].append(visit)
                like[visit.team, None].append(visit)
    found = Moved()
    for case in cases:
        team = to.get(case.id)
        if team is None:
            after = case.visits
        elif (later := next((n for n, visit in enumerate(case.visits) if visit.team == team), None)) is not None:
            found.left_out["visit to a team that only handed it on"] += later
            after = (_earlier(case.visits[later], case), *case.visits[later + 1 :])
        else:
            known = like[team, case.priority] or like[team, None]
            if not known:
                found.not_played[f"no case of the log was ever worked on by {team}"] += 1
                continue
            drawn = known[int(fraction(case.id, team, str(seed).encode()) * len(known))]
            found.imputed[f"work of {team}"] += 1
            after = (_earlier(drawn, case), *case.visits[1:])
        found.kept.append(case.visits)
        found.visits.append(after)
    return found


def _earlier(visit: Visit, case: Imported) -> Visit:
    """The same work, on a case that comes when this one did."""
    return replace(visit, arrived=case.visits[0].arrived)
