"""The choice for one case of a log, by what was known in the week it was opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from definitions.routing_learned import LearnedRouting
from measurement.log.cases import quoted
from measurement.log.eventlog import EventLog
from measurement.routing.choice import Choice, Standing, choose
from measurement.routing.evidence import FIRST, TEAM, Kind
from measurement.routing.learner import Learner
from measurement.routing.past import PastCase, fields_of, past


@dataclass(frozen=True)
class Opened:
    """A case as it stood in its first event."""

    case_id: str
    opened_at: datetime
    week: datetime
    first: str
    """The first team that was named: what the table of rules proposed."""
    told: Mapping[str, str]
    """Field -> value."""


@dataclass(frozen=True)
class Explained:
    """The choice and what it was made of."""

    case_id: str
    told: Mapping[str, str]
    first: str
    resolver: str | None
    """Who resolved it, as far as it is resolved; the choice does not see it."""
    choice: Choice
    trained: int
    until: datetime
    table: str
    """Digest of the table of estimates."""
    person: Choice | None
    """Whom of the chosen team; None when nobody works there or too few of its cases are known."""


def explained(log: EventLog, case_id: str, settings: LearnedRouting, fields: tuple[str, ...] = ()) -> Explained | None:
    """None when there is no such case, or none that was given to a team.

    Every team that had resolved anything by then is a candidate, and then everybody who had for the chosen team.
    """
    used = fields_of(log, fields)
    case = _opened(log, case_id, used)
    if case is None:
        return None
    resolved = past(log, used).cases
    known = [other for other in resolved if other.resolved_at < case.week]
    resolver = next((other.resolver for other in resolved if other.case_id == case_id), None)
    told = tuple(case.told.values())
    learner = Learner((FIRST, *used))
    learner.add(((c.by_rules, *c.kind), c.resolver) for c in known)
    table = learner.table(case.week)
    standings = tuple(map(Standing, dict.fromkeys((*table.teams, case.first))))
    choice = choose(table, (case.first, *told), standings, settings, proposed=case.first)
    person = _person(known, (choice.who, *told), used, settings)
    return Explained(
        case_id, case.told, case.first, resolver, choice, table.n, case.week.replace(tzinfo=UTC), table.digest, person
    )


def _person(
    known: Sequence[PastCase],
    kind: Kind,
    used: tuple[str, ...],
    settings: LearnedRouting,
) -> Choice | None:
    """Within the team: by what its people resolved of the kind."""
    own = [case for case in known if case.resolver == kind[0]]
    people = [Standing(who) for who in sorted({case.person for case in own if case.person})]
    if not people:
        return None
    learner = Learner((TEAM, *used))
    learner.add(((case.resolver, *case.kind), case.person) for case in own if case.person)
    found = choose(learner.table(), kind, people, settings)
    return found if found.known else None


def _opened(log: EventLog, case_id: str, used: tuple[str, ...]) -> Opened | None:
    columns = "".join(f", coalesce(CAST(o.{quoted(name)} AS VARCHAR), '') AS f{i}" for i, name in enumerate(used))
    rows = log.rows(
        f"""
        SELECT c.opened_at, date_trunc('week', c.opened_at) AS week, c.first_team{columns}
        FROM cases c JOIN events o ON o.case_id = c.case_id AND o.seq = 1 WHERE c.case_id = ?
        """,
        case_id,
    )
    if not rows or rows[0]["first_team"] is None:
        return None
    row = rows[0]
    told = {name: row[f"f{i}"] for i, name in enumerate(used)}
    return Opened(case_id, row["opened_at"], row["week"], row["first_team"], told)
