"""What people answered is a log of its own, beside the cases it may be about."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from definitions.facts import Draft, Fact
from measurement.log.eventlog import EventLog
from measurement.log.live import live_log
from measurement.log.live_asks import RAW, columns
from measurement.metrics.measure import measure
from measurement.metrics.scope import Scope
from records.asks import Ask
from tests.definitions.test_random_lives import MONDAY
from tests.measurement.log.lives import NOW, log_of
from tests.measurement.log.test_live import opened, told


def after(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


def ask(number: int, measures: str = "csat", asked: float | None = 1, **said: Any) -> Ask:
    answered = {"answered_at": after(2), "channel": "email"} if said.keys() & {"score", "effort", "minutes"} else {}
    times = {"drawn_at": after(asked or 2), "asked_at": None if asked is None else after(asked)}
    about = {"survey": f"after-{measures}", "measures": measures, "person": "rita", **times, **answered, **said}
    return Ask.model_validate({"id": f"ASK-{number:08}", **about})


def life(*about: Draft) -> list[Fact]:
    return told(*((draft, 60 * n) for n, draft in enumerate((opened(category="login"), *about))))


def log(tmp_path: Path, *asks: Ask) -> EventLog:
    log_of(life(Draft(type="routed", actor="jidoka", data={"team": "network"})), tmp_path)
    return live_log([tmp_path / "facts.parquet"], NOW, columns(asks))


def test_each_question_to_a_person_is_a_case_and_each_number_said_an_event(tmp_path: Path) -> None:
    asked = log(tmp_path, ask(1, case_id="INC-1", score=4, effort=6, minutes=30), ask(2), ask(3)).asked

    assert asked is not None
    rows = asked.rows("SELECT case_id, activity, question, score FROM events ORDER BY case_id, seq")
    assert [tuple(row.values()) for row in rows] == [
        ("ASK-00000001", "survey_asked", "csat", None),
        ("ASK-00000001", "rated", "csat", "4"),
        ("ASK-00000001", "rated", "effort", "6"),
        ("ASK-00000001", "rated", "lost_time", "30"),
        ("ASK-00000002", "survey_asked", "csat", None),
        ("ASK-00000003", "survey_asked", "csat", None),
    ]
    assert "rita" not in str(asked.rows("SELECT * FROM events"))


def test_answers_leave_the_cases_as_they_were(tmp_path: Path) -> None:
    with_answers = log(tmp_path, ask(1, case_id="INC-1", score=4))

    without = live_log([tmp_path / "facts.parquet"], NOW)
    for table in ("events", "cases"):
        assert with_answers.rows(f"FROM {table}") == without.rows(f"FROM {table}")


def test_an_answer_is_found_by_the_fields_of_the_case_that_was_asked_about(tmp_path: Path) -> None:
    found = log(tmp_path, ask(1, case_id="INC-1", score=5), ask(2, service="erp", score=1))

    by_service = {g.group: g.estimate.value for g in measure(found, "csat", Scope(by="service")).by}
    assert by_service == {"vpn": 1.0, "erp": 0.0}
    for field, value in {"team": "network", "category": "login", "priority": "P3", "about": "incident"}.items():
        assert measure(found, "csat", Scope(where={field: value})).estimate.n == 1


def test_satisfaction_has_the_share_of_those_asked_who_answered_beside_it(tmp_path: Path) -> None:
    # Four were asked and three answered; a fifth spoke up without being asked.
    asks = [ask(1, score=5), ask(2, score=4, effort=7), ask(3, score=1), ask(4), ask(5, asked=None, score=1)]

    csat = measure(log(tmp_path, *asks), "csat")

    assert (csat.estimate.n, csat.estimate.value) == (4, 0.5)
    assert [(b.estimate.n, b.estimate.value) for b in csat.beside] == [(4, 2.75), (4, 0.75)]
    effort = measure(log(tmp_path, *asks), "customer_effort")
    assert (effort.estimate.n, effort.estimate.value) == (1, 7.0)
    assert [(b.estimate.n, b.estimate.value) for b in effort.beside] == [(4, 0.25)]


def test_the_service_as_a_whole_is_never_mixed_with_a_case(tmp_path: Path) -> None:
    found = log(tmp_path, ask(1, score=5), ask(2, "overall", score=1), ask(3, "happiness", role="staff", score=9))

    assert [measure(found, key).estimate.value for key in ("csat", "overall_satisfaction", "happiness")] == [
        *(1.0, 0.0, 100.0),
    ]


@pytest.mark.parametrize("asks", [(), None])
def test_where_nobody_was_asked_it_is_unknown(asks: tuple[Ask, ...] | None, tmp_path: Path) -> None:
    log_of(life(), tmp_path)
    found = measure(live_log([tmp_path / "facts.parquet"], NOW, None if asks is None else columns(asks)), "csat")

    assert found.estimate.value is None
    assert "nobody was asked" in found.excluded[0].reason


def test_nobody_is_named_in_what_is_taken_of_a_question() -> None:
    assert not {"person", "text"} & set(RAW)
