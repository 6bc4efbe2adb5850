"""What is copied of the engine's facts: what numbers need, without the words, names and addresses of people."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from definitions.case import SYSTEM
from measurement.log.cases import quoted, text
from measurement.log.eventlog import connection

RAW = {"id": pa.int64(), "seq": pa.int32(), "at": None} | {
    name: pa.string() for name in ("case_id", "type", "step", "actor", "channel", "visibility", "data")
}
"""The columns of facts as records hand them over: `at` as instants or RFC 3339 text, `data` as JSON text."""

_ASKED = {"question": "key"}
_PROMISED = {"promise": "id", "what": "what"}
_TARGET = {"target": "target", "clock": "clock"}
_STAGE = {"stage": "stage"}
_TASK = {"task": "task"}

TAKEN: dict[str, dict[str, str]] = {
    "opened": {
        **{name: name for name in ("service", "category", "priority", "impact", "urgency")},
        **{name: name for name in ("requester", "arm", "definition_version", "item")},
        "tone": "feedback.tone",
        "help_arm": "help",
    },
    "exposed": {"experiment": "experiment", "arm": "arm", "drawn_as": "unit"},
    "routed": {"team": "team", "proposed": "learned.proposed"},
    "step_entered": {"named_kind": "kind"},
    "phase_entered": {"named_kind": "kind"},
    "acknowledged": {"assignee": "assignee"},
    "started": {"assignee": "assignee"},
    "assigned": {"assignee": "assignee"},
    "handed_over": {"team": "team", "assignee": "assignee", "from_team": "from_team"},
    "paused": {"reason": "reason"},
    "prioritised": {"priority": "priority", "impact": "impact", "urgency": "urgency"},
    "redefined": {"service": "service", "category": "category", "definition_version": "definition_version"},
    "resolved": {"article": "article"},
    "article_linked": {"article": "article"},
    "closed": {"outcome": "outcome"},
    "automated": {"automation": "automation", "outcome": "outcome"},
    "merged": {"into": "into"},
    "linked": {"parent": "parent"},
    "target_warned": {**_TARGET, "share": "share"},
    "target_breached": {**_TARGET, "breached_at": "breached_at"},
    "target_met": _TARGET,
    "promised": {**_PROMISED, "due": "due"},
    "promise_kept": _PROMISED,
    "promise_broken": _PROMISED,
    "promise_withdrawn": _PROMISED,
    "asked": _ASKED,
    "reminded": _ASKED,
    # What was answered may be free words: the yes or no to "is it solved?" stands in `confirmed` and `reopened` too.
    "answered": _ASKED,
    "lapsed": _ASKED,
    "question_withdrawn": _ASKED,
    "told": {"template": "template", "outcome": "outcome"},
    "paged": {"page": "step", "outcome": "outcome"},
    "overridden": {"proposal": "step", "reason": "reason"},
    "help_drawn": {"help_arm": "arm", "help_share": "share"},
    "offer_taken": {"article": "article"},
    "remedy_tried": {"automation": "automation", "outcome": "outcome"},
    **dict.fromkeys(("approval_asked", "approval_reminded", "approval_escalated", "approved", "rejected"), _STAGE),
    **dict.fromkeys(("stage_granted", "stage_refused"), _STAGE),
    "task_opened": {"task": "task", "task_kind": "kind", "task_team": "team", "automation": "automation"},
    "task_done": {"task": "task", "automated": "automated"},
    "task_failed": {"task": "task", "outcome": "outcome"},
    **dict.fromkeys(("task_claimed", "task_released", "task_withdrawn", "undone", "remains"), _TASK),
}
"""Type of a fact -> column of the copy -> key in the fact's data. What is not here is not copied."""

DETAILS = tuple(dict.fromkeys(column for columns in TAKEN.values() for column in columns))


def copied(facts: Mapping[str, Sequence[Any]], *, staff: Collection[str], salt: str) -> pa.Table:
    """Facts, given as the columns `RAW`, as rows of the copy in the order of their ids.

    `actor`: the key of one of the staff, or the engine itself. Everybody is in `who`, and requesters in `requester`, as
    a code made of the key and the salt: enough to see that two cases are one person's, not whose they are.
    """
    keys = sorted({key for columns in TAKEN.values() for key in columns.values()})
    db = connection()
    db.register("raw", pa.table({name: pa.array(facts[name], type_) for name, type_ in RAW.items()}))
    db.register("staff", pa.table({"key": pa.array(sorted({*staff, SYSTEM}), pa.string())}))
    return db.sql(
        f"""
        WITH read AS (
          SELECT * EXCLUDE (data), json_extract_string(data, {[f"$.{key}" for key in keys]}) AS found FROM raw
        ), taken AS (
          SELECT id, case_id, seq AS fact, type AS activity, step,
            CAST(CAST("at" AS TIMESTAMPTZ) AS TIMESTAMP) AS "at", channel, visibility,
            CASE WHEN actor IN (FROM staff) THEN actor END AS actor, {_code("actor")} AS who,
            {", ".join(f"{_value(column, keys)} AS {quoted(column)}" for column in DETAILS)}
          FROM read
        )
        SELECT * REPLACE ({_code("requester")} AS requester) FROM taken ORDER BY id
        """,
        params={"salt": salt},
    ).to_arrow_table()


def _value(column: str, keys: list[str]) -> str:
    """Of the types that have it, from the key that each of them keeps it under."""
    types: dict[str, list[str]] = {}
    for type_, columns in TAKEN.items():
        if column in columns:
            types.setdefault(columns[column], []).append(type_)
    cases = [f"WHEN type IN ({words(found)}) THEN found[{keys.index(key) + 1}]" for key, found in types.items()]
    return f"CASE {' '.join(cases)} END"


def _code(person: str) -> str:
    return f"CASE WHEN {person} <> {text(SYSTEM)} THEN 'r-' || left(sha256($salt || {person}), 12) END"


def words(values: Collection[str]) -> str:
    """Words as a list of SQL literals."""
    return ", ".join(text(value) for value in values)
