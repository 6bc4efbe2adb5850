"""The waste finder: each of the eight wastes that a log can show, with amount, cases and query; the rest is said."""

from collections.abc import Callable
from dataclasses import dataclass

from measurement.flow.front import NAMES, has_lines
from measurement.flow.front import lines_sql as lines
from measurement.flow.rework import stays
from measurement.flow.stretches import prepare
from measurement.log.eventlog import EventLog

AGAIN = 24 * 3600.0
"""Seconds after which a person has to find into a case anew."""
APPROVED, REFUSED = ("approved",), ("refused", "rejected")
"""Activities that answer a question for approval, in the engine's words."""
SEEN = 300
"""Approvals without a refusal from which the upper 95 % bound on refusals, 3 / n, is below 1%."""


@dataclass(frozen=True)
class Waste:
    """One waste. `amount` in `unit`, None where the log cannot show it; then `said` says what is missing."""

    waste: str
    sign: str
    amount: float | None
    unit: str
    cases: int | None
    share_of_time: float | None
    """Of the life of all cases, where the sign is time."""
    said: str
    query: str


@dataclass(frozen=True)
class _Look:
    waste: str
    sign: str
    unit: str
    query: Callable[[EventLog], str]
    """One row: amount, cases, and perhaps said."""
    missing: Callable[[EventLog], str | None]


def wastes(log: EventLog) -> tuple[Waste, ...]:
    """In the order of the table of wastes, those first that the log can show."""
    stays(prepare(log))
    (whole,) = log.rows("SELECT coalesce(sum(seconds), 0) AS seconds FROM stretches")
    found = [_looked(log, look, whole["seconds"]) for look in LOOKS]
    return tuple(sorted(found, key=lambda waste: waste.amount is None))


def _looked(log: EventLog, look: _Look, whole: float) -> Waste:
    missing = look.missing(log)
    if missing is not None:
        return Waste(look.waste, look.sign, None, look.unit, None, None, missing, "")
    query = look.query(log)
    (row,) = log.rows(query)
    share = row["amount"] / whole if look.unit == "s" and whole else None
    return Waste(
        look.waste, look.sign, float(row["amount"]), look.unit, row["cases"], share, row.get("said") or "", _flat(query)
    )


def _flat(query: str) -> str:
    return " ".join(query.split())


def _nothing(log: EventLog) -> str | None:
    return None


def _needs(query: str, said: str) -> Callable[[EventLog], str | None]:
    return lambda log: None if log.rows(query)[0]["n"] else said


def _waiting(log: EventLog) -> str:
    return """
        WITH waits AS (
          SELECT case_id, step, seconds - held_s + CASE WHEN waits THEN held_s ELSE 0 END AS seconds
          FROM (SELECT *, coalesce(kind IN ('waiting', 'handover'), false) AS waits FROM stretches)
        ), most AS (SELECT step, sum(seconds) AS seconds FROM waits GROUP BY step)
        SELECT coalesce(sum(seconds), 0) AS amount, count(DISTINCT case_id) FILTER (seconds > 0) AS cases,
          (SELECT 'most of it in ' || arg_max(step, seconds) FROM most) AS said FROM waits"""


def _handovers(log: EventLog) -> str:
    return """
        SELECT count(next_team) AS amount, count(DISTINCT case_id) FILTER (next_team IS NOT NULL) AS cases,
          format('{:,} went back and forth between the same two teams',
            count(DISTINCT case_id) FILTER (team = after_next_team)) AS said FROM visits"""


def _rework(log: EventLog) -> str:
    return """
        SELECT coalesce(sum(seconds), 0) AS amount, count(DISTINCT case_id) AS cases,
          format('{:,} returns to a step that had been left', count(*)) AS said
        FROM stays WHERE time_in > 1 AND NOT waiting"""


def _approvals(log: EventLog) -> str:
    answers = f"activity IN ({_in(APPROVED)}) OR activity IN ({_in(REFUSED)})"
    return f"""
        SELECT count(*) FILTER (activity IN ({_in(REFUSED)})) AS amount, count(DISTINCT case_id) AS cases,
          CASE WHEN amount = 0 THEN format('0 refused of {{}}: at most {{:.1f}}% (upper 95% bound 3 / n)', count(*),
            least(100.0, 300.0 / count(*))) ELSE format('{{}} refused of {{}}', amount, count(*)) END AS said
        FROM events WHERE {answers}"""


def _inventory(log: EventLog) -> str:
    return """
        SELECT count(*) AS amount, count(*) AS cases,
          format('the oldest is {:.1f} d old', max(epoch_us(ended) - epoch_us(opened_at)) / 864e8) AS said
        FROM (SELECT case_id, max(ended) AS ended, any_value(opened_at) AS opened_at FROM stretches
          WHERE ended_as IS NULL GROUP BY case_id)"""


def _motion(log: EventLog) -> str:
    return f"""
        SELECT count(*) AS amount, count(DISTINCT case_id) AS cases FROM (
          SELECT case_id, person = lag(person) OVER in_case
            AND epoch_us("at") - epoch_us(lag("at") OVER in_case) > {AGAIN} * 1e6 AS again
          FROM stretches WHERE "at" < end_at WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
        ) WHERE again"""


def _duplicates(log: EventLog) -> str:
    return "SELECT count(*) AS amount, count(*) AS cases FROM cases WHERE ended_as = 'merged'"


def _skill(log: EventLog) -> str:
    return f"""
        WITH reached AS ({lines(log)}), kinds AS (
          SELECT case_id, highest, last_line, coalesce(service, category) AS what
          FROM reached JOIN cases USING (case_id) WHERE reached.ended_as = 'resolved'
        ), easy AS (SELECT what FROM kinds GROUP BY what HAVING count(*) >= 20 AND avg((highest = 1)::INTEGER) >= 0.8)
        SELECT count(*) AS amount, count(*) AS cases FROM kinds
        WHERE last_line > 1 AND what IN (SELECT what FROM easy)"""


def _in(activities: tuple[str, ...]) -> str:
    return ", ".join(f"'{activity}'" for activity in activities)


LOOKS = (
    _Look(
        "waiting",
        "time in steps that wait",
        "s",
        _waiting,
        _needs("SELECT count(kind) AS n FROM stretches", "no rule says which activities are waiting: declare `kinds`"),
    ),
    _Look(
        "hand-over",
        "changes of team",
        "hand-overs",
        _handovers,
        _needs("SELECT count(team) AS n FROM stretches", "the log names no teams"),
    ),
    _Look("rework", "time in steps entered again", "s", _rework, _nothing),
    _Look(
        "over-processing",
        "approvals that are never refused",
        "refusals",
        _approvals,
        _needs(
            f"SELECT count(*) AS n FROM events WHERE activity IN ({_in((*APPROVED, *REFUSED))})",
            "the log has no activities `approved` and `refused`",
        ),
    ),
    _Look(
        "inventory",
        "open cases",
        "cases",
        _inventory,
        lambda log: (
            None
            if log.rules.knows_the_end
            else "the log does not say which cases are done: declare `done` or `resolved`"
        ),
    ),
    _Look(
        "motion",
        "the same person comes back to a case after more than a day",
        "times",
        _motion,
        _needs("SELECT count(person) AS n FROM stretches", "the log names no persons"),
    ),
    _Look(
        "over-production",
        "duplicates, merged later",
        "cases",
        _duplicates,
        _needs(
            "SELECT count(*) AS n FROM cases WHERE ended_as = 'merged'", "no case of the log was merged into another"
        ),
    ),
    _Look(
        "unused skill",
        "resolved behind the first line, of kinds of which it resolves at least 80%",
        "cases",
        _skill,
        lambda log: None if has_lines(log, NAMES) else "no team's name says its line",
    ),
)
