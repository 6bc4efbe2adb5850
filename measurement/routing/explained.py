"""The choice for one case of a log, by what was known in the week it was opened."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from definitions.routing_learned import LearnedRouting
from measurement.log.cases import quoted
from measurement.log.eventlog import EventLog
from measurement.routing.choice import Choice, Standing, choose
from measurement.routing.evidence import FIRST, Learner
from measurement.routing.past import fields_of, past


@dataclass(frozen=True)
class Opened:
    """A case as it stood in its first event."""

    case_id: str
    opened_at: datetime
    week: datetime
    first: str
    """The first team that was named: what the table of rules proposed."""
    resolver: str | None
    """The team that held it last, if it is resolved; the choice does not see it."""
    told: Mapping[str, str]
    """Field -> value."""
    service: str | None
    category: str | None
    priority: str | None
    channel: str | None


@dataclass(frozen=True)
class Explained:
    """The choice and what it was made of."""

    case_id: str
    told: Mapping[str, str]
    first: str
    resolver: str | None
    choice: Choice
    trained: int
    until: datetime
    table: str
    """Digest of the table of estimates."""


Allowed = Callable[[Opened], Sequence[Standing]]
"""Who may be given a case, as they stood when it was opened."""


def explained(
    log: EventLog, case_id: str, settings: LearnedRouting, fields: tuple[str, ...] = (), allowed: Allowed | None = None
) -> Explained | None:
    """None when there is no such case, or none that was given to a team.

    Without `allowed` everybody who had resolved anything by then is a candidate.
    """
    used = fields_of(log, fields)
    case = _opened(log, case_id, used)
    if case is None:
        return None
    learner = Learner((FIRST, *used))
    learner.add(((c.first, *c.kind), c.resolver) for c in past(log, used).cases if c.resolved_at < case.week)
    table = learner.table(case.week)
    standings = {s.who: s for s in (allowed(case) if allowed else map(Standing, table.teams))}
    standings.setdefault(case.first, Standing(case.first))
    kind = (case.first, *case.told.values())
    choice = choose(table, kind, tuple(standings.values()), settings, proposed=case.first)
    return Explained(case_id, case.told, case.first, case.resolver, choice, table.n, case.week, table.digest)


def _opened(log: EventLog, case_id: str, used: tuple[str, ...]) -> Opened | None:
    columns = "".join(f", coalesce(CAST(o.{quoted(name)} AS VARCHAR), '') AS f{i}" for i, name in enumerate(used))
    rows = log.rows(
        f"""
        SELECT c.opened_at, date_trunc('week', c.opened_at) AS week, c.first_team,
          CASE WHEN c.ended_as = 'resolved' THEN c.team END AS resolver,
          o.service, o.category, o.priority, o.channel{columns}
        FROM cases c JOIN events o ON o.case_id = c.case_id AND o.seq = 1 WHERE c.case_id = ?
        """,
        case_id,
    )
    if not rows or rows[0]["first_team"] is None:
        return None
    row = rows[0]
    told = {name: row[f"f{i}"] for i, name in enumerate(used)}
    said = (row[name] for name in ("service", "category", "priority", "channel"))
    return Opened(case_id, row["opened_at"], row["week"], row["first_team"], row["resolver"], told, *said)
