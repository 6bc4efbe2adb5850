"""The tasks of the engine's own runs as an event log: each task is a case of it, with its own wait and its own work.

Tasks of one case run side by side. Beside each other they cannot be told on the time line of that case, which counts
every moment once; each on its own they can, and their sum is the time of people, not of the case.
"""

from measurement.log.cases import text
from measurement.log.columns import TASKS
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.values import BadData

RULES = CaseRules(kind="task", done=("task_done",), cancelled=("task_withdrawn",))
FACTS = ("task_opened", "task_claimed", "task_released", "task_failed", "task_done", "task_withdrawn")

_EVENTS = f"""
    WITH known AS (
      SELECT case_id, task, any_value(task_team) AS team, any_value(automation) AS automation,
        any_value(task_kind) AS task_kind
      FROM events WHERE activity = 'task_opened' GROUP BY case_id, task
    )
    SELECT case_id || '/' || task AS case_id, activity, "at",
      CASE activity WHEN 'task_opened' THEN CASE WHEN k.automation IS NULL THEN 'waiting' ELSE 'value_adding' END
        WHEN 'task_claimed' THEN 'value_adding' WHEN 'task_released' THEN 'waiting' WHEN 'task_failed' THEN 'waiting'
        END AS kind,
      k.team, CASE WHEN activity = 'task_claimed' THEN e.actor END AS person, e.channel, e.priority, e.service,
      e.category, e.human, e.fact, task AS step, e.case_id AS of_case, k.task_kind, k.automation, e.by_hand, e.role
    FROM events AS e JOIN known AS k USING (case_id, task)
    WHERE activity IN ({", ".join(map(text, FACTS))}) ORDER BY "at", e.case_id, e.seq
"""


def tasks_log(live: EventLog) -> EventLog:
    """Of the log of `live_log`: `step` is the task, `team` the one it lies with, `of_case` the case it belongs to.

    `category` is that of the case: of a request the item. An automation works from the opening of its task on, a person
    from the claim on; everything else is waiting. Raises BadData when there is no task.
    """
    events = live.table(_EVENTS)
    if not len(events):
        raise BadData("No task has been opened yet.", "Requests have tasks: `jidoka request open`.")
    return EventLog.of(events, name=TASKS, rules=RULES, as_of=live.as_of, source=live.source)
