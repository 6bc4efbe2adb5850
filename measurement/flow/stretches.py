"""Stretches: the time between two events of a case, and what it was worth.

All of flow is counted from two tables beside `events` and `cases`, made once for each log:
`stretches`, one row for each event, and `visits`, one row for each time a team held a case.
"""

from definitions.base import StepKind
from definitions.case import TOUCH
from measurement.log.cases import text
from measurement.log.eventlog import EventLog
from measurement.values import BadData

TOUCHED = ", ".join(f"'{kind}'" for kind in sorted(TOUCH))
WAITED = ", ".join(f"'{kind}'" for kind in sorted(set(StepKind) - TOUCH))

STEP, ACTIVITY = "step", "activity"

STRETCHES = """
    CREATE TEMP TABLE IF NOT EXISTS stretches AS
    WITH whole AS (
      SELECT case_id, opened_at, resolved_at, ended_as, coalesce(resolved_at, last_at) AS closing,
        CASE WHEN ended_as IS NULL THEN greatest(last_at, $as_of) ELSE coalesce(resolved_at, last_at) END AS end_at
      FROM cases
    ), pairs AS (
      -- What stands resolved or withdrawn and is opened again was waiting for that.
      SELECT case_id, seq, activity, $step AS step,
        coalesce(kind, CASE WHEN activity IN ($over) THEN 'waiting' END) AS kind,
        team, person, human, "at", ended_at,
        lead("at") OVER in_case AS next_at
      FROM events WINDOW in_case AS (PARTITION BY case_id ORDER BY seq)
    )
    SELECT case_id, seq, activity, step, kind, team, person, human, ended_as, "at",
      least(greatest("at", opened_at), end_at) AS started,
      least(greatest(coalesce(next_at, end_at), opened_at), end_at) AS ended,
      greatest(0, epoch_us(ended) - epoch_us(started)) / 1e6 AS seconds,
      -- Where the source says when the work ended, the rest until the next event is waiting.
      CASE WHEN ended_at IS NOT NULL
        THEN least(seconds, greatest(0, epoch_us(ended_at) - epoch_us(started)) / 1e6) ELSE seconds END AS held_s,
      opened_at, end_at
    FROM pairs JOIN whole USING (case_id)
"""

VISITS = """
    CREATE TEMP TABLE IF NOT EXISTS visits AS
    WITH known AS (
      SELECT *, lag(team) OVER (PARTITION BY case_id ORDER BY seq) IS DISTINCT FROM team AS first
      FROM stretches WHERE team IS NOT NULL
    ), numbered AS (
      SELECT *, sum(first::INTEGER) OVER (PARTITION BY case_id ORDER BY seq) AS visit FROM known
    ), runs AS (
      SELECT case_id, CAST(visit AS INTEGER) AS visit, any_value(team) AS team, min(started) AS entered,
        max(ended) AS last_ended, any_value(ended_as) AS ended_as, any_value(end_at) AS end_at
      FROM numbered GROUP BY case_id, visit
    )
    SELECT case_id, visit, team, ended_as, entered,
      lead(team) OVER in_case AS next_team, lag(team) OVER in_case AS previous_team,
      lead(team, 2) OVER in_case AS after_next_team,
      coalesce(lead(entered) OVER in_case, end_at) AS "left",
      greatest(0, epoch_us("left") - epoch_us(entered)) / 1e6 AS seconds
    FROM runs WINDOW in_case AS (PARTITION BY case_id ORDER BY visit)
"""


def step_column(log: EventLog) -> str:
    """The column with the step of the process: of our own runs the step they were in, else the activity."""
    return STEP if {STEP, "fact"} <= set(log.columns) else ACTIVITY


def some(log: EventLog) -> int:
    """How many cases the log has. Raises BadData when it has none: nothing can be drawn of nothing."""
    n = int(log.rows("SELECT count(*) AS n FROM cases")[0]["n"])
    if n == 0:
        raise BadData(f"Dataset {log.name} has no cases yet.", "Import some, or open one.")
    return n


def prepare(log: EventLog) -> EventLog:
    """The same log with its tables `stretches` and `visits`.

    `stretches`: `started` and `ended` are cut to the life of the case (opening to resolution, or `as_of` while open);
    `step` is what `step_column` says; `seconds` between them, of which `held_s` belong to the event's kind and
    the rest is waiting.
    `visits`: runs of events under one team, events without a team left out; from entering to the next team's entering.
    """
    # DuckDB takes no parameters in CREATE TABLE; the instant is our own, not somebody's text.
    as_of = f"TIMESTAMP '{log.as_of.replace(tzinfo=None).isoformat(sep=' ')}'"
    over = ", ".join(text(a) for a in (*log.rules.done, *log.rules.cancelled)) or "NULL"
    log.db.execute(STRETCHES.replace("$as_of", as_of).replace("$over", over).replace("$step", step_column(log)))
    log.db.execute(VISITS)
    return log
