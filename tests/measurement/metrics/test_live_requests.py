"""Numbers about requests agree with what the engine itself knew of each, over random lives of them."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

import pytest

from definitions.case import Stage
from definitions.facts import Fact
from measurement.log.eventlog import EventLog
from measurement.log.live_tasks import tasks_log
from measurement.metrics.catalogue import METRICS
from measurement.metrics.measure import measure
from measurement.metrics.metric import Clock, Facts
from tests.definitions.request.life import Life
from tests.definitions.request.test_random_requests import live
from tests.measurement.log.lives import NOW, log_of
from tests.measurement.log.test_live import TIMES, naive, us

Lives = Mapping[str, tuple[Life, list[Fact]]]


@pytest.fixture(scope="module")
def lives() -> Lives:
    random = Random(5)
    found = {}
    for number in range(200):
        life, _ = live(random)
        case_id = f"REQ-{number:08}"
        found[case_id] = life, [fact.model_copy(update={"case_id": case_id}) for fact in life.facts]
    return found


@pytest.fixture(scope="module")
def log(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    facts = sorted((fact for _, told in lives.values() for fact in told), key=lambda fact: (fact.seq, fact.case_id))
    return log_of(facts, tmp_path_factory.mktemp("live"))


def rows(log: EventLog, key: str, *fields: str) -> dict[tuple[str, ...], dict[str, object]]:
    found = log.rows(METRICS[key].reading(Facts.of(log, Clock.ELAPSED)))
    return {tuple(str(row[name]) for name in ("case_id", *fields)): row for row in found}


def test_time_is_counted_once_whatever_tasks_run_beside_each_other(log: EventLog, lives: Lives) -> None:
    counted = {row["case_id"]: (row["touch_us"], row["wait_us"]) for row in log.rows(TIMES)}

    assert counted == {case_id: tuple(map(us, life.state.seconds(NOW))) for case_id, (life, _) in lives.items()}


def test_a_request_is_what_the_engine_says_it_is(log: EventLog, lives: Lives) -> None:
    given = {row["case_id"]: row for row in log.rows("SELECT * FROM cases")}

    for case_id, (life, _) in lives.items():
        state, row = life.state, given[case_id]
        ends = {"rejected": "rejected", "cancelled": "cancelled"}
        ended_as = ends.get(state.outcome or "") or ("resolved" if state.resolved_at else None)
        assert (row["kind"], row["category"], row["ended_as"]) == ("request", life.request.item, ended_as)
        assert row["resolved_at"] == (naive(state.resolved_at) if ended_as == "resolved" else None)
    assert {row["ended_as"] for row in given.values()} == {"resolved", "cancelled", "rejected", None}


def test_a_stage_waits_as_long_as_the_engine_knows(log: EventLog, lives: Lives) -> None:
    found = rows(log, "approval_wait", "stage")

    expected = {}
    for case_id, (life, _) in lives.items():
        for stage in life.request.stages:
            expected[case_id, stage.stage] = (naive(stage.asked_at), naive(stage.ended_at))
    assert {key: (row["begin"], row["until"] if row["ended"] else None) for key, row in found.items()} == expected
    assert sum(ended is not None for _, ended in expected.values()) > 100
    # What was not decided waits until now, or until the request was over.
    for key, row in found.items():
        state = lives[key[0]][0].state
        assert row["ended"] or row["until"] == (naive(state.closed_at) if state.ended else naive(NOW)), state


def taken(facts: list[Fact]) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Of each task of people: since when it lay open for them, and when the first took it; not those noted later."""
    found: dict[str, list[datetime | None]] = {}
    later, last = set[str](), facts[0].at
    for fact in facts:
        key = str(fact.data.get("task"))
        if fact.at < last:
            later.add(key)
        last = max(last, fact.at)
        if fact.type == "task_failed" or (fact.type == "task_opened" and fact.data["automation"] is None):
            found.setdefault(key, [fact.at, None])
        elif fact.type == "task_claimed" and key in found and found[key][1] is None:
            found[key][1] = fact.at
    return {key: (naive(begin), naive(claimed)) for key, (begin, claimed) in found.items() if key not in later}


def test_a_task_waits_from_its_lying_open_for_people_to_the_first_who_takes_it(log: EventLog, lives: Lives) -> None:
    found = {key: row for key, row in rows(log, "task_wait", "task").items() if row["reason"] is None}

    expected = {}
    for case_id, (_, facts) in lives.items():
        expected |= {(case_id, key): span for key, span in taken(facts).items()}
    assert {
        key: (found[key]["begin"], found[key]["until"] if found[key]["ended"] else None) for key in expected
    } == expected
    assert len(found) - len(expected) < len(expected) / 5, "too many were noted later"


def test_nobody_touched_what_the_engine_counts_no_human_act_of(log: EventLog, lives: Lives) -> None:
    found = rows(log, "touchless_rate")
    decided = {
        case_id: life.state
        for case_id, (life, _) in lives.items()
        if life.state.resolved_at and not life.state.reopened and life.state.stage is not Stage.CANCELLED
    }

    assert {case: found[(case,)]["hit"] for case in decided} == {
        case: state.human_acts == 0 for case, state in decided.items()
    }
    assert {state.human_acts == 0 for state in decided.values()} == {True, False}


def test_every_task_is_a_case_of_the_tasks(log: EventLog, lives: Lives) -> None:
    found = {row["case_id"]: row for row in tasks_log(log).rows("SELECT * FROM cases")}

    ends = {"done": "resolved", "withdrawn": "cancelled"}
    for case_id, (life, _) in lives.items():
        for work in life.request.tasks:
            row = found[f"{case_id}/{work.key}"]
            assert (row["ended_as"], row["first_team"]) == (ends.get(work.state), work.team)


@pytest.mark.parametrize("key", METRICS)
def test_every_metric_can_be_read_of_requests(log: EventLog, key: str) -> None:
    found = measure(log, key)

    assert found.estimate.n or found.excluded or found.notes, "neither a number nor a reason"
    assert found.estimate.value is not None or found.excluded or found.notes
