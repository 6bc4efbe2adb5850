"""The engine's own runs as an event log: each fact of a case is an event, its activity is the type of the fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from definitions.case import STEPS, SYSTEM
from definitions.exposure import EXPOSED
from definitions.kinds import KINDS, RULES
from measurement.log.cases import path_text, quoted, text
from measurement.log.columns import LIVE
from measurement.log.eventlog import EventLog, connection
from measurement.log.live_asks import asks_log
from measurement.log.live_copy import DETAILS, words
from measurement.log.rules import CaseRules
from measurement.values import BadData

LIVE_RULES = CaseRules(
    done=("resolved",),
    again=("reopened",),
    cancelled=("cancelled",),
    demand=tuple(kind.name for kind in KINDS.values() if kind.demand),
)
SOURCE = "the engine's own runs"
BY_HAND = tuple(sorted(name for name, rule in RULES.items() if rule.by_hand))
"""Work of the people who serve, where neither the engine nor the requester did it."""
ENDED = "ended"
"""Stands for the kind of what comes after the end of a case: it is neither work nor wait."""

IN_FORCE = {
    "team": ("routed", "handed_over"),
    "person": ("acknowledged", "started", "assigned", "handed_over"),
    "priority": ("opened", "prioritised"),
    "service": ("opened", "redefined"),
    "category": ("opened", "redefined"),
}
"""Column -> the facts that set it, if only to nothing."""
NAMED = {"person": "assignee", "category": "coalesce(category, item)"}
"""Column -> what it is taken from, where that has another name: what a request is about is the item asked for."""


@dataclass(frozen=True)
class Followed:
    """Each case as it stood so many seconds after its opening.

    `experiment`: only cases that have an arm of it. `since`: only cases that were opened from then on.
    """

    seconds: float
    experiment: str | None = None
    since: datetime | None = None


def live_log(
    parts: Sequence[Path],
    as_of: datetime,
    asks: Mapping[str, Sequence[Any]] | None = None,
    followed: Followed | None = None,
) -> EventLog:
    """The log of these Parquet files of `live_copy.copied` rows, read up to `as_of`.

    Beside the columns of every log an event has `fact` (its number in the records), `step`, `actor`, `role` (system,
    requester, staff, other), `visibility` (public, internal), `by_hand` (work of the people who serve) and the columns
    `live_copy.DETAILS`. `asks`: what people were asked and answered, as the columns `live_asks.RAW`. `followed`: what
    came later in a case is left out, so that whoever reads it again at any later time finds the same.
    Raises BadData when there is nothing to read.
    """
    if not parts:
        raise BadData("No case has been recorded yet.", "Open one: `jidoka incident open`, or see `jidoka demo`.")
    db = connection()
    files = ", ".join(map(path_text, parts))
    copy = f"SELECT * FROM read_parquet([{files}], union_by_name = true)"
    db.execute(f"CREATE TABLE facts AS {copy if followed is None else _cut(copy, followed)}")
    # Six windows that ignore nulls would take DuckDB as long as all the rest; as arrays they are nothing.
    db.register("known", _carried(db.sql(_ORDER).to_arrow_table()))
    db.execute(f"CREATE TABLE events AS {_EVENTS}")
    db.unregister("known")
    db.execute(f"CREATE TABLE cases AS {_CASES}")
    db.execute("DROP TABLE facts")
    log = EventLog(name=LIVE, db=db, as_of=as_of.astimezone(UTC), rules=LIVE_RULES, source=SOURCE)
    return log if asks is None else replace(log, asked=asks_log(log, asks))


def _cut(copy: str, followed: Followed) -> str:
    until = f"opened + to_microseconds({round(followed.seconds * 1e6)})"
    drawn = ""
    if followed.experiment is not None:
        of_it = f"activity = {text(EXPOSED)} AND experiment = {text(followed.experiment)}"
        drawn = f"SEMI JOIN (SELECT case_id FROM copy WHERE {of_it}) USING (case_id)"
    begin = ""
    if followed.since is not None:
        begin = f"""AND "at" >= TIMESTAMP '{followed.since.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"""
    return f"""
        WITH copy AS ({copy}), openings AS (
          SELECT case_id, min("at") AS opened FROM copy WHERE activity = 'opened' {begin} GROUP BY case_id
        )
        SELECT copy.* FROM copy JOIN openings USING (case_id) {drawn} WHERE "at" <= {until} ORDER BY id
    """


def _carried(ordered: pa.Table) -> pa.Table:
    """Each `set_` column carried on to the later events of its case."""
    cases = ordered["case_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    starts = np.flatnonzero(np.diff(cases, prepend=-1))
    for place, name in enumerate(ordered.column_names):
        if name.startswith("set_"):
            values = ordered[name].combine_chunks().dictionary_encode()
            own = values.indices.is_valid().to_numpy(zero_copy_only=False)
            own[starts] = True
            last = np.maximum.accumulate(np.where(own, np.arange(len(own)), 0))
            carried = pa.DictionaryArray.from_arrays(values.indices.take(pa.array(last)), values.dictionary)
            ordered = ordered.set_column(place, name, carried)
    return ordered.drop_columns(["case_id", "fact"])


def _set_by(column: str) -> str:
    return f"CASE WHEN activity IN ({words(IN_FORCE[column])}) THEN coalesce({NAMED.get(column, column)}, '') END"


_SET = ", ".join(["requester AS set_whose", *(f"{_set_by(column)} AS set_{column}" for column in IN_FORCE)])
_SET_NAMES = ", ".join(["set_whose", *(f"set_{column}" for column in IN_FORCE)])

_STEP_KIND = " ".join(f"WHEN {text(step)} THEN {text(kind)}" for step, kind in STEPS.items())

_ORDER = f"""
    WITH moves AS (
      -- A case is in one step at a time; a step named by its process keeps the kind that it was last entered with.
      SELECT rowid AS place, case_id, fact, step, "at", {_SET}, step IS DISTINCT FROM lag(step) OVER in_case AS moved,
        first_value("at") OVER in_case AS opened_at,
        CASE step {_STEP_KIND} ELSE coalesce(last_value(named_kind IGNORE NULLS) OVER in_step, 'waiting') END AS kind
      FROM facts
      WINDOW in_case AS (PARTITION BY case_id ORDER BY fact), in_step AS (PARTITION BY case_id, step ORDER BY fact)
    ), timed AS (
      -- As the engine counts: a change of step that is told late never makes time run backwards.
      SELECT *, CASE WHEN moved THEN max("at") FILTER (moved) OVER in_case ELSE greatest("at", opened_at) END AS began,
        step = 'end' AND fact = max(fact) FILTER (moved) OVER (PARTITION BY case_id) AS over
      FROM moves WINDOW in_case AS (PARTITION BY case_id ORDER BY fact)
    )
    SELECT place, case_id, fact, began, row_number() OVER (PARTITION BY case_id ORDER BY began, fact) AS seq,
      {_SET_NAMES},
      CASE WHEN over THEN {text(ENDED)} WHEN moved THEN kind END AS set_kind
    FROM timed ORDER BY case_id, seq
"""

_EVENTS = f"""
    SELECT case_id, CAST(seq AS INTEGER) AS seq, activity, began AS "at", CAST(NULL AS TIMESTAMP) AS ended_at,
      nullif(CAST(set_kind AS VARCHAR), {text(ENDED)}) AS kind,
      nullif(CAST(set_team AS VARCHAR), '') AS team, nullif(CAST(set_person AS VARCHAR), '') AS person, channel,
      {", ".join(f"nullif(CAST(set_{name} AS VARCHAR), '') AS {name}" for name in ("priority", "service", "category"))},
      actor IS DISTINCT FROM {text(SYSTEM)} AS human, CAST(NULL AS SMALLINT) AS file, CAST(NULL AS BIGINT) AS line,
      fact, step, actor, visibility,
      CASE WHEN NOT human THEN 'system' WHEN who = CAST(set_whose AS VARCHAR) THEN 'requester'
        WHEN actor IS NOT NULL OR activity IN ({words(BY_HAND)}) THEN 'staff' ELSE 'other' END AS role,
      activity IN ({words(BY_HAND)}) AND role NOT IN ('system', 'requester') AS by_hand,
      {", ".join(quoted(name) for name in DETAILS if name not in (*IN_FORCE, "assignee", "named_kind"))}
    FROM known JOIN facts ON facts.rowid = place
"""

_KIND = " ".join(f"WHEN {text(kind.prefix)} THEN {text(kind.name)}" for kind in KINDS.values())
_LAST_FACT = ", ".join(
    f"coalesce(max(fact) FILTER (activity = '{a}'), 0) AS {a}"
    for a in ("resolved", "reopened", "closed", "cancelled", "cancelling", "merged", "unmerged", "confirmed")
)
_LAST_AT = ", ".join(
    f"""arg_max("at", fact) FILTER (activity = '{a}') AS {a}_at"""
    for a in ("resolved", "closed", "cancelled", "confirmed")
)
_AT_LAST = ", ".join(f"nullif(arg_max({_set_by(column)}, fact), '') AS {column}" for column in IN_FORCE)

_CASES = f"""
    WITH told AS (
      SELECT case_id, min("at") FILTER (activity = 'opened') AS opened_at, {_LAST_FACT}, {_LAST_AT},
        arg_max(outcome, fact) FILTER (activity = 'closed') AS outcome,
        any_value(requester) FILTER (activity = 'opened') AS requester,
        any_value(channel) FILTER (activity = 'opened') AS channel,
        arg_min(team, fact) AS first_team,
        {_AT_LAST}
      FROM facts GROUP BY case_id
    ), lived AS (
      SELECT case_id, min("at") AS first_at, max("at") AS last_at, CAST(count(*) AS INTEGER) AS events
      FROM events GROUP BY case_id
    ), ends AS (
      SELECT *, CASE WHEN cancelled > reopened THEN 'cancelled'
        WHEN merged > greatest(unmerged, reopened) THEN 'merged'
        WHEN closed > reopened AND outcome = 'rejected' THEN 'rejected'
        WHEN greatest(resolved, closed) > greatest(reopened, cancelling) THEN 'resolved' END AS ended_as
      FROM told
    )
    SELECT case_id, CASE split_part(case_id, '-', 1) {_KIND} END AS kind,
      coalesce(opened_at, first_at) AS opened_at,
      -- What needs nobody's yes, such as feedback, is solved when it is closed.
      CASE WHEN ended_as = 'resolved' THEN CASE WHEN resolved > reopened THEN resolved_at ELSE closed_at END END
        AS resolved_at,
      CASE WHEN cancelled > reopened THEN cancelled_at WHEN closed > reopened THEN closed_at END AS closed_at,
      ended_as,
      CASE WHEN requester IS NOT NULL THEN opened_at END AS first_contact_at,
      CASE WHEN ended_as <> 'resolved' THEN NULL WHEN confirmed > reopened THEN confirmed_at
        WHEN closed > reopened AND outcome = 'assumed' THEN closed_at END AS confirmed_at,
      CASE WHEN ended_as = 'resolved' AND closed > reopened
        THEN CASE WHEN outcome = 'assumed' THEN true WHEN confirmed > reopened THEN false END END AS assumed,
      first_at, last_at, events, team, first_team, person, channel, priority, service, category
    FROM ends JOIN lived USING (case_id) ORDER BY case_id
"""
