"""The tasks of the engine's own runs, each as a case of its own."""

from pathlib import Path

import pytest

from definitions.facts import Draft
from measurement.flow.efficiency import efficiency
from measurement.flow.recorded import recorded_stream
from measurement.log.eventlog import EventLog
from measurement.log.live_tasks import tasks_log
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from measurement.values import BadData
from tests.measurement.log.lives import log_of
from tests.measurement.log.test_live import opened, told

MINUTE = 60.0


def fact(type_: str, task: str, step: str, actor: str = "jidoka", **data: object) -> Draft:
    return Draft.model_validate({"type": type_, "actor": actor, "step": step, "data": {"task": task, **data}})


def open_(task: str, team: str, step: str, automation: str | None = None) -> Draft:
    return fact("task_opened", task, step, kind="fulfil", team=team, title="-", automation=automation)


@pytest.fixture
def live(tmp_path: Path) -> EventLog:
    """Laptop and desk side by side, an account by an automation that fails, a badge that is withdrawn."""
    facts = told(
        (opened(item="new-starter"), 0),
        (open_("laptop", "workplace", "queue"), 10),
        (open_("desk", "facilities", "queue"), 10),
        (open_("account", "identity", "work", "make-account"), 10),
        (open_("badge", "facilities", "work"), 10),
        (fact("task_failed", "account", "queue", outcome="failed", why="-"), 12),
        (fact("task_claimed", "laptop", "work", "sam", assignee="sam"), 20),
        (fact("task_claimed", "desk", "work", "kim", assignee="kim"), 30),
        (fact("task_done", "desk", "work", "kim", automated=False), 50),
        (fact("task_done", "laptop", "queue", "sam", automated=False), 60),
        (fact("task_withdrawn", "badge", "queue", "sam"), 61),
        (fact("task_claimed", "account", "work", "sam", assignee="sam"), 70),
        (fact("task_done", "account", "queue", "sam", automated=False), 75),
        (Draft(type="resolved", actor="jidoka", step="confirm"), 75),
    )
    return log_of([each.model_copy(update={"case_id": "REQ-1"}) for each in facts], tmp_path)


def test_each_task_has_its_own_wait_and_its_own_work(live: EventLog) -> None:
    tasks = tasks_log(live)

    rows = tasks.rows("SELECT case_id, ended_as, team, category, person FROM cases ORDER BY case_id")
    assert [tuple(row.values()) for row in rows] == [
        ("REQ-1/account", "resolved", "identity", "new-starter", "sam"),
        ("REQ-1/badge", "cancelled", "facilities", "new-starter", None),
        ("REQ-1/desk", "resolved", "facilities", "new-starter", "kim"),
        ("REQ-1/laptop", "resolved", "workplace", "new-starter", "sam"),
    ]
    # Work: account 2 by the automation and 5 by sam, desk 20, laptop 40; from opening to done: 65, 40, 50.
    found = efficiency(tasks)
    assert (found.touch_s, found.lead_s) == ((7 + 20 + 40) * MINUTE, (65 + 40 + 50) * MINUTE)


def test_on_the_time_line_of_the_request_no_moment_is_counted_twice(live: EventLog) -> None:
    found = efficiency(live)

    # Somebody or something was at it from 10 to 12, 20 to 60 and 70 to 75, whoever else was; the first 10 are triage.
    assert (found.touch_s, found.lead_s) == ((10 + 2 + 40 + 5) * MINUTE, 75 * MINUTE)
    assert found.touch_s + found.wait_s == found.lead_s


def test_tasks_can_be_measured_and_mapped_as_cases_are(live: EventLog) -> None:
    tasks = tasks_log(live)

    by_team = measure(tasks, "time_to_resolve", Scope(by="team")).by
    assert {g.group: g.estimate.value for g in by_team} == {
        "facilities": 40 * MINUTE,
        "identity": 65 * MINUTE,
        "workplace": 50 * MINUTE,
    }
    assert {step.name for step in recorded_stream(tasks).steps} == {"account", "desk", "laptop"}


def test_where_there_is_no_task_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="No task has been opened yet"):
        tasks_log(log_of(told((opened(), 0)), tmp_path))
