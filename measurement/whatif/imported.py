"""What-if on an imported log: only the parts whose rules are declared, each with what it assumes. It ranks.

Routing: the rules name the first team; only cases that went where the rules of today send them are played.
Targets: the recorded times, judged by other goals and calendars. Queue: recorded arrivals and work, people as declared.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from definitions.organisation import Organisation
from definitions.slices import UnknownKey
from definitions.targets import Clock, Target
from measurement.log.eventlog import EventLog
from measurement.metrics.estimate import Estimate
from measurement.whatif.imported_cases import WORK, Imported, Visit, imported
from measurement.whatif.imported_routing import Moved, Routed, moved, routed, share
from measurement.whatif.names import Names
from measurement.whatif.queueing import NONE, Visits, Wait, forecast, on_open_time
from measurement.whatif.under import Under

ROUTING, TARGETS, QUEUE = "routing", "resolution targets", "queue"
NEVER = ("other targets", "escalation", "confirmation", "learned routing", "help before a person", "approvals, tasks")
"""Parts of which no imported log says enough."""


@dataclass(frozen=True)
class Part:
    """A part of the rules, and why it does not run; None: it ran."""

    name: str
    why_not: str | None


@dataclass(frozen=True)
class Judged:
    """One resolution target. Its clock never stops here: the log does not say what a case waits for."""

    target: str
    breached: tuple[Estimate, Estimate]
    open: tuple[int, int]
    """Cases within their goal that were not resolved when the log ended."""


@dataclass(frozen=True)
class Replayed:
    """What can be said of the log."""

    cases: int
    undeclared: int
    """Cases of a service that nobody declared."""
    parts: tuple[Part, ...]
    routed: Routed | None
    judged: tuple[Judged, ...]
    waits: tuple[tuple[Wait, Wait], ...]
    visits: Moved
    seed: int


@dataclass(frozen=True)
class Scope:
    """Which cases: of a service here, opened from `since` on and before `until`."""

    service: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def has(self, case: Imported) -> bool:
        """Whether it is one of them."""
        return (
            (self.service is None or case.service == self.service)
            and (self.since is None or case.opened_at >= self.since)
            and (self.until is None or case.opened_at < self.until)
        )


def replayed(
    log: EventLog,
    names: Names,
    before: Organisation,
    after: Organisation,
    *,
    scope: Scope = Scope(),
    queue: bool = False,
    seed: int = 0,
) -> Replayed:
    """The log under the organisation before and after the change."""
    every = list(imported(log, names))
    cases = [case for case in every if case is not None and scope.has(case)]
    parts = tuple(_parts(log, names, queue))
    runs = {part.name for part in parts if part.why_not is None}
    ways = routed(cases, before, after) if ROUTING in runs else None
    visits = moved(cases, ways.moved if ways else {}, seed)
    return Replayed(
        cases=len(cases),
        undeclared=sum(case is None for case in every),
        parts=parts,
        routed=ways,
        judged=tuple(_judged(cases, (before, after), log.as_of)) if TARGETS in runs else (),
        waits=tuple(_waits(visits, (before, after), names, seed)) if QUEUE in runs else (),
        visits=visits,
        seed=seed,
    )


def _parts(log: EventLog, names: Names, queue: bool) -> Iterator[Part]:
    def undeclared(*columns: str) -> str | None:
        missing = [f"[{column}]" for column in columns if not getattr(names, column)]
        return f"the names say nothing of {', '.join(missing)}" if missing else None

    had = "SELECT count(team), count(*) FILTER (team IS NOT NULL AND kind IN ?) FROM events"
    teams, worked = log.db.execute(had, [list(WORK)]).fetchone() or (0, 0)
    no_team = None if teams else "the log does not say which team has a case"
    no_work = None if worked else "the mapping of the log calls nothing work ([kinds])"
    no_end = (
        None if log.rules.knows_the_end else "the mapping of the log does not say when a case is resolved ([rules])"
    )
    yield Part(ROUTING, no_team or undeclared("service", "priority", "team"))
    yield Part(TARGETS, no_end or undeclared("service", "priority"))
    yield Part(
        QUEUE, ("" if queue else "not asked for (--queue)") or no_team or no_work or undeclared("service", "team")
    )


def _judged(
    cases: Sequence[Imported], organisations: tuple[Organisation, Organisation], as_of: datetime
) -> Iterator[Judged]:
    """Each target that the cases have before and after."""
    sides = [_outcomes(cases, organisation, as_of) for organisation in organisations]
    for target in sorted({*sides[0]} & {*sides[1]}):
        known = [[late for late in side[target] if late is not None] for side in sides]
        waiting = [len(side[target]) - len(some) for side, some in zip(sides, known, strict=True)]
        yield Judged(target, (share(known[0]), share(known[1])), (waiting[0], waiting[1]))


def _outcomes(cases: Sequence[Imported], organisation: Organisation, as_of: datetime) -> dict[str, list[bool | None]]:
    """Whether each case was late by each of its resolution targets; None while it is open and within it."""
    known: dict[str, list[Target]] = {}
    found: dict[str, list[bool | None]] = defaultdict(list)
    for case in cases:
        if case.priority is None or case.cancelled:
            continue
        if case.service not in known:
            known[case.service] = _targets(organisation, case.service)
        for target in known[case.service]:
            calendar = organisation.calendar(target.calendar)
            took = calendar.counted_between(case.opened_at, case.resolved_at or as_of)
            late = took > target.goals[case.priority].seconds(calendar.working_day_s)
            found[target.key].append(True if late else None if case.resolved_at is None else False)
    return found


def _targets(organisation: Organisation, service: str) -> list[Target]:
    try:
        keys = organisation.service(service).targets
    except UnknownKey:
        return []
    return [target for key in keys if (target := organisation.target(key)).clock is Clock.RESOLUTION]


def _waits(
    visits: Moved, organisations: tuple[Organisation, Organisation], names: Names, seed: int
) -> Iterator[tuple[Wait, Wait]]:
    """At each team that both sides have; `people` of the names counts before, and what the change adds comes on top."""
    unders = [Under(organisation, {}) for organisation in organisations]
    members = [{team.key: len(team.members) for team in organisation.teams} for organisation in organisations]
    loads = [_loads(side, under) for side, under in zip((visits.kept, visits.visits), unders, strict=True)]
    for team in sorted(({*loads[0]} | {*loads[1]}) & {*members[0]} & {*members[1]}):
        was = names.people.get(team, members[0][team])
        staff = (was, was + members[1][team] - members[0][team])
        one, two = (forecast(team, load.get(team, NONE), many, seed) for load, many in zip(loads, staff, strict=True))
        yield one, two


def _loads(cases: Sequence[Sequence[Visit]], under: Under) -> Mapping[str, Visits]:
    came: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for visits in cases:
        for visit in visits:
            if visit.team is not None:
                came[visit.team].append((visit.arrived, visit.work(under.hours(visit.team))))
    return {team: on_open_time(found, under.hours(team)) for team, found in came.items()}
