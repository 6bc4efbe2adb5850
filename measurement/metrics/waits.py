"""How long requests wait for those who decide and those who do."""

from measurement.log.cases import text
from measurement.metrics.curves import Durations
from measurement.metrics.estimators import Share
from measurement.metrics.metric import Audience, Beside, Better, Clock, Facts, Family, Metric, Needs
from measurement.metrics.speed import BACKWARD
from measurement.metrics.words import (
    APPROVAL_ASKED,
    APPROVAL_ENDED,
    APPROVAL_ESCALATED,
    TASK_CLAIMED,
    TASK_DONE,
    TASK_FAILED,
    TASK_OPENED,
    TASK_WITHDRAWN,
    among,
)

FOLLOWING = "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"


def decision(facts: Facts) -> str:
    """From each asking of a stage to its decision; undecided ones are watched until the case ended, or until now."""
    return f"""
        SELECT case_id, stage, asked_at AS begin, decided_at IS NOT NULL AS ended,
          coalesce(decided_at, CASE WHEN ended_as IS NULL THEN {facts.now} ELSE coalesce(closed_at, last_at) END)
            AS until,
          CASE {BACKWARD} END AS reason
        FROM (
          SELECT case_id, stage, activity, "at" AS asked_at,
            min("at") FILTER ({among(APPROVAL_ENDED)}) OVER (
              PARTITION BY case_id, stage ORDER BY seq {FOLLOWING}) AS decided_at
          FROM events WHERE stage IS NOT NULL
        ) JOIN cases USING (case_id) WHERE activity = {text(APPROVAL_ASKED)}"""


def late(facts: Facts) -> str:
    """One unit for each stage asked: whether somebody further up had to be asked because nobody answered in time."""
    return f"""
        SELECT case_id, stage, bool_or(activity = {text(APPROVAL_ESCALATED)}) AS hit, NULL AS reason
        FROM events WHERE stage IS NOT NULL GROUP BY case_id, stage
        HAVING bool_or(activity = {text(APPROVAL_ASKED)})"""


def refused(facts: Facts) -> str:
    """One unit for each decided stage: whether the answer was no."""
    return f"""
        SELECT case_id, stage, bool_or(activity = {text(APPROVAL_ENDED[1])}) AS hit, NULL AS reason
        FROM events WHERE stage IS NOT NULL GROUP BY case_id, stage HAVING bool_or({among(APPROVAL_ENDED)})"""


TASKS = f"""
          SELECT case_id, task, any_value(task_team) AS task_team,
            min("at") FILTER (activity = {text(TASK_OPENED)}) AS opened_at,
            min("at") FILTER (activity = {text(TASK_FAILED)}) AS failed_at,
            min("at") FILTER (activity = {text(TASK_CLAIMED)}) AS claimed_at,
            min("at") FILTER (activity = {text(TASK_WITHDRAWN)}) AS withdrawn_at,
            max("at") FILTER (activity = {text(TASK_DONE)}) AS done_at,
            any_value(automation) IS NOT NULL AS by_machine
          FROM events WHERE task IS NOT NULL GROUP BY case_id, task"""
"""One row for each task; one that an automation could not do became a person's when it failed."""

FOR_PEOPLE = """WHEN t.opened_at IS NULL THEN 'never opened'
            WHEN by_machine AND failed_at IS NULL THEN 'an automation does it'"""
WATCHED = """coalesce(withdrawn_at, CASE WHEN ended_as IS NULL THEN {now} ELSE coalesce(closed_at, last_at) END)"""


def taking(facts: Facts) -> str:
    """From a task lying open for people to the first of them taking it, or doing it without a word."""
    return f"""
        SELECT case_id, task, task_team, coalesce(failed_at, t.opened_at) AS begin,
          coalesce(claimed_at, done_at) IS NOT NULL AS ended,
          coalesce(claimed_at, done_at, {WATCHED.format(now=facts.now)}) AS until,
          CASE {FOR_PEOPLE} {BACKWARD} END AS reason
        FROM ({TASKS}) AS t JOIN cases USING (case_id)"""


def doing(facts: Facts) -> str:
    """From the first claim of a task to its being done; what nobody claimed has no work that was measured."""
    return f"""
        SELECT case_id, task, task_team, claimed_at AS begin, done_at IS NOT NULL AS ended,
          coalesce(done_at, {WATCHED.format(now=facts.now)}) AS until,
          CASE WHEN claimed_at IS NULL THEN 'never claimed'
            WHEN claimed_at = done_at THEN 'claimed only when it was done: its work was not measured'
            {BACKWARD} END AS reason
        FROM ({TASKS}) AS t JOIN cases USING (case_id)"""


METRICS = (
    Metric(
        key="approval_wait",
        title="Wait for approval",
        formula="decision of a stage of approval minus its asking",
        unit="s",
        better=Better.LOWER,
        audience=Audience.CUSTOMER,
        family=Family.SPEED,
        population="stages of approval asked in cases opened in the period",
        trap="Stages that nobody has decided are counted as waiting, and those of withdrawn requests are watched until "
        "then. A quick yes says nothing about whether anybody looked: read the share refused beside it.",
        estimator=Durations(),
        reading=decision,
        clocks=(Clock.ELAPSED,),
        counts="stages",
        fields=("stage",),
        split="stage",
        beside=(
            Beside("stages escalated because nobody answered in time", "share", Share(), late),
            Beside("decided stages refused", "share", Share(), refused),
        ),
        needs=Needs(
            activities=(APPROVAL_ASKED,),
            columns=("stage",),
            said=f"no approval was asked for: import activities named `{APPROVAL_ASKED}` and "
            f"{' and '.join(f'`{name}`' for name in APPROVAL_ENDED)} with a column `stage`",
        ),
    ),
    Metric(
        key="task_wait",
        title="Wait of a task",
        formula="first claim of a task by a person minus its lying open for people",
        unit="s",
        better=Better.LOWER,
        audience=Audience.LEAD,
        family=Family.SPEED,
        population="tasks of people in cases opened in the period; one that an automation failed at, from then on",
        trap="Tasks of one case wait side by side: their sum is not what the requester waited. Tasks that nobody has "
        "taken are counted as waiting.",
        estimator=Durations(),
        reading=taking,
        clocks=(Clock.ELAPSED,),
        counts="tasks",
        fields=("task", "task_team"),
        split="task_team",
        beside=(Beside("work: from the first claim until done", "s", Durations(), doing),),
        needs=Needs(
            activities=(TASK_OPENED,),
            columns=("task", "task_team", "automation"),
            said=f"there is no task: import activities named `{TASK_OPENED}`, `{TASK_CLAIMED}`, `{TASK_DONE}` with "
            "columns `task`, `task_team`, `automation`",
        ),
    ),
)
