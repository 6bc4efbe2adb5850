"""From events to cases: one query made of the declared rules."""

import re
from collections.abc import Collection
from pathlib import Path

from measurement.log.rules import CaseRules
from measurement.values import BadData


def quoted(name: str) -> str:
    """A column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A word as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def path_text(path: Path) -> str:
    """A file to be read, as an SQL literal: a `*` in its name is no pattern."""
    return text(re.sub(r"([*?[])", r"[\1]", str(path)))


def case_sql(rules: CaseRules, columns: Collection[str]) -> str:
    """The query that makes `cases` of `events`. Raises BadData when a rule names a column that is not there."""
    for name in (rules.opened, rules.closed, *rules.resolved):
        if name is not None and name not in columns:
            raise BadData(f"The rules name a column {name!r} that the log does not have.", "Correct the mapping.")
    opened = f"min({quoted(rules.opened)})" if rules.opened else "NULL"
    closed = last_sql(rules, rules.closed) if rules.closed else "NULL"
    return f"""
        WITH marks AS (
          SELECT case_id,
            {opened} AS opened, {_said(rules)} AS said, {closed} AS closed_at,
            max("at") FILTER (activity IN ({_words(rules.done)})) AS done_at,
            max("at") FILTER (activity IN ({_words(rules.cancelled)})) AS cancelled_at,
            max("at") FILTER (activity IN ({_words(rules.again)})) AS again_at,
            min("at") AS first_at, max("at") AS last_at, CAST(count(*) AS INTEGER) AS events,
            {", ".join(f"arg_max({n}, seq) AS {n}" for n in ("team", "person", "priority", "service", "category"))},
            arg_min(team, seq) AS first_team, arg_min(channel, seq) AS channel
          FROM events GROUP BY case_id
        ), ends AS (
          SELECT *, {_end(rules)} AS end_at FROM marks
        )
        SELECT case_id, {text(rules.kind) if rules.kind else "CAST(NULL AS VARCHAR)"} AS kind,
          coalesce(opened, first_at) AS opened_at,
          CASE WHEN cancelled_at IS NULL THEN end_at END AS resolved_at,
          CAST(closed_at AS TIMESTAMP) AS closed_at,
          CASE WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN end_at IS NOT NULL THEN 'resolved' END AS ended_as,
          CAST(NULL AS TIMESTAMP) AS first_contact_at, CAST(NULL AS TIMESTAMP) AS confirmed_at,
          CAST(NULL AS BOOLEAN) AS assumed,
          first_at, last_at, events, team, first_team, person, channel, priority, service, category
        FROM ends ORDER BY case_id
    """


def last_sql(rules: CaseRules, column: str) -> str:
    """The value of a column that counts for its case, as an aggregate over its events."""
    return f"arg_max{'_null' if rules.snapshots else ''}({quoted(column)}, seq)"


def _words(activities: Collection[str]) -> str:
    return ", ".join(text(a) for a in activities) or "NULL"


def _said(rules: CaseRules) -> str:
    return f"coalesce({', '.join(last_sql(rules, name) for name in rules.resolved)})" if rules.resolved else "NULL"


def _end(rules: CaseRules) -> str:
    if not rules.knows_the_end:
        return "last_at"
    ends = [
        part
        for part, given in (("said", rules.resolved), ("done_at", rules.done), ("closed_at", rules.closed))
        if given
    ]
    end = f"coalesce({', '.join(ends)})"
    return f"CASE WHEN again_at > {end} THEN NULL ELSE {end} END" if rules.again else end
