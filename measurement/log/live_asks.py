"""What people answered when they were asked, as an event log of its own: each question to a person is one case of it.

Beside the cases they may be about, not within them: an answer comes when a case is over, or is about none at all.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from measurement.log.columns import AT
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules

KIND = "question"
RULES = CaseRules(kind=KIND, done=("rated",))
SAID = {"effort": "effort", "minutes": "lost_time"}
"""What was said beside the score -> the question that it answers."""
RAW = {
    **dict.fromkeys(("asked_at", "answered_at"), AT),
    **{name: pa.string() for name in ("id", "survey", "measures", "role", "case_id", "service", "team", "channel")},
    **dict.fromkeys(("score", "effort", "minutes"), pa.int64()),
}
"""The columns of questions as records hand them over; nobody's name is among them."""

_EVENTS = f"""
    WITH known AS (
      SELECT a.*, coalesce(a.service, c.service) AS of_service, coalesce(a.team, c.team) AS of_team,
        c.kind AS about, c.priority, c.category
      FROM asks AS a LEFT JOIN cases AS c ON c.case_id = a.case_id
    ), told AS (
      SELECT id, 'survey_asked' AS activity, asked_at AS "at", measures AS question, NULL AS score FROM known
      WHERE asked_at IS NOT NULL
      UNION ALL SELECT id, 'rated', answered_at, measures, score FROM known WHERE score IS NOT NULL
      {
    " ".join(
        f"UNION ALL SELECT id, 'rated', answered_at, '{question}', {name} FROM known WHERE {name} IS NOT NULL"
        for name, question in SAID.items()
    )
}
    )
    SELECT id AS case_id, activity, "at", question, CAST(told.score AS VARCHAR) AS score, of_service AS service,
      of_team AS team, priority, category, known.channel, survey, role, about
    FROM told JOIN known USING (id) ORDER BY "at", id, activity DESC, question
"""


def asks_log(cases: EventLog, asks: Mapping[str, Sequence[Any]]) -> EventLog | None:
    """The log of these questions, given as the columns `RAW`; None where nobody was asked or said anything.

    `survey_asked` and one `rated` for each number that was said, with `question` and `score`. Service, team, priority,
    category and `about` (its kind) are those of the case that was asked about. `role`: who answers, requester or staff.
    """
    cases.db.register("asks", pa.table({name: pa.array(asks[name], type_) for name, type_ in RAW.items()}))
    events = cases.table(_EVENTS)
    cases.db.unregister("asks")
    if not len(events):
        return None
    return EventLog.of(events, name=cases.name, rules=RULES, as_of=cases.as_of, source=cases.source)


def columns(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Questions, as objects with these attributes, as columns; instants in UTC without a zone."""
    return {name: [_plain(getattr(row, name)) for row in rows] for name in RAW}


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
