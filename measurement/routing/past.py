"""Resolved cases as routing learns from them: what was known at the opening, who had it first, who resolved it."""

from dataclasses import dataclass
from datetime import datetime

from measurement.flow.stretches import prepare
from measurement.log.cases import quoted
from measurement.log.eventlog import EventLog
from measurement.routing.evidence import Kind
from measurement.values import BadData, Excluded

FIELDS = ("service", "category", "subcategory", "u_symptom", "location")
"""Fields that are known when a case is opened, the coarsest first; those that a log lacks are left out."""


@dataclass(frozen=True)
class PastCase:
    """A resolved case; `week` is the Monday (UTC) of its opening."""

    case_id: str
    opened_at: datetime
    resolved_at: datetime
    week: datetime
    kind: Kind
    first: str
    """The first team that was named."""
    resolver: str
    """The team that held the case when it was resolved."""
    person: str | None
    """Who of the team held it then."""
    hand_overs: int
    category: str
    proposed: str | None = None
    """Whom the table of rules named, where it was not left to decide alone."""

    @property
    def by_rules(self) -> str:
        """Whom the case would have been given first without learning."""
        return self.proposed or self.first


@dataclass(frozen=True)
class Past:
    """Cases by opening, and those that say nothing about who resolves what."""

    fields: tuple[str, ...]
    cases: tuple[PastCase, ...]
    excluded: tuple[Excluded, ...]


def fields_of(log: EventLog, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The columns of `wanted`, else of `FIELDS` those that say anything at the opening.

    Raises BadData for a column that is not there, or that says how a case ended.
    """
    names = tuple(log.names.get(name, name) for name in wanted or FIELDS)
    after = {*log.rules.resolved, log.rules.closed, "team", "person", "case_id", "seq", "file", "line"}
    for name in wanted and names:
        if name not in log.columns:
            raise BadData(f"Dataset {log.name} has no column {name!r}.", f"It has: {', '.join(log.columns)}.")
        if name in after:
            raise BadData(f"{name} is not known when a case is opened.", "Name what the requester tells.")
    here = [name for name in dict.fromkeys(names) if name in log.columns]
    if not here:
        return ()
    counts = ", ".join(f"count(DISTINCT {quoted(name)}) AS {quoted(name)}" for name in here)
    (row,) = log.rows(f"SELECT {counts} FROM events WHERE seq = 1")
    return tuple(name for name in here if wanted or row[name] > 0)


def past(log: EventLog, fields: tuple[str, ...] = ()) -> Past:
    """What the log tells. A field counts as it stood in the first event: later values may already know the answer."""
    used = fields_of(log, fields)
    prepare(log)
    columns = "".join(f", coalesce(CAST(o.{quoted(name)} AS VARCHAR), '') AS f{i}" for i, name in enumerate(used))
    # Our own log says more than an imported one.
    by_hand = "bool_or(e.by_hand)" if "by_hand" in log.columns else "true"
    proposed = "any_value(e.proposed)" if "proposed" in log.columns else "CAST(NULL AS VARCHAR)"
    rows = log.table(f"""
        WITH held AS (
          SELECT c.case_id, arg_max(e.team, e.seq) FILTER (e."at" <= c.resolved_at) AS resolver,
            arg_max(e.person, e.seq) FILTER (e."at" <= c.resolved_at) AS person,
            {by_hand} AS by_hand, {proposed} AS proposed
          FROM events e JOIN cases c USING (case_id) GROUP BY c.case_id
        ), passed AS (SELECT case_id, count(next_team) AS hand_overs FROM visits GROUP BY case_id)
        SELECT c.case_id, c.opened_at, c.resolved_at, c.ended_as, date_trunc('week', c.opened_at) AS week,
          c.first_team AS first, held.resolver, held.person, held.by_hand, held.proposed,
          coalesce(hand_overs, 0) AS hand_overs,
          coalesce(o.category, '') AS category{columns}
        FROM cases c JOIN held ON held.case_id = c.case_id LEFT JOIN passed ON passed.case_id = c.case_id
        JOIN events o ON o.case_id = c.case_id AND o.seq = 1
        WHERE coalesce(c.kind, 'incident') = 'incident'
        ORDER BY c.opened_at, c.case_id
    """).to_pylist()
    cases, open_, teamless, alone = [], 0, 0, 0
    for row in rows:
        if row["ended_as"] != "resolved" or row["resolved_at"] is None:
            open_ += 1
        elif row["first"] is None or row["resolver"] is None:
            teamless += 1
        elif not row["by_hand"]:
            alone += 1
        else:
            kind = tuple(row[f"f{i}"] for i in range(len(used)))
            names = (
                "case_id",
                "opened_at",
                "resolved_at",
                "week",
                "first",
                "resolver",
                "person",
                "hand_overs",
                "category",
                "proposed",
            )
            cases.append(PastCase(**{name: row[name] for name in names}, kind=kind))
    left = (
        (open_, "not resolved"),
        (teamless, "no team is known when it was resolved"),
        (alone, "nobody of the team had to do anything"),
    )
    return Past(used, tuple(cases), tuple(Excluded(n, why) for n, why in left if n))
