"""Metrics of the engine's own runs agree with what the engine itself knew of each case."""

from collections.abc import Mapping
from itertools import pairwise

import pytest

from definitions.case import SYSTEM, CaseState, Stage
from definitions.facts import Fact
from measurement.log.eventlog import EventLog
from measurement.metrics.catalogue import METRICS
from measurement.metrics.measure import measure
from measurement.metrics.metric import Clock, Facts
from tests.measurement.log.lives import log_of
from tests.measurement.log.test_live import naive, random_lives

Lives = Mapping[str, tuple[CaseState, list[Fact]]]


@pytest.fixture(scope="module")
def lives() -> Lives:
    return random_lives(7, 300)


@pytest.fixture(scope="module")
def log(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    facts = sorted((fact for _, told in lives.values() for fact in told), key=lambda fact: (fact.seq, fact.case_id))
    return log_of(facts, tmp_path_factory.mktemp("live"))


def rows(log: EventLog, key: str) -> dict[str, dict[str, object]]:
    found = log.rows(METRICS[key].reading(Facts.of(log, Clock.ELAPSED)))
    return {str(row["case_id"]): row for row in found}


def served_by_people(state: CaseState, facts: list[Fact]) -> bool:
    """Not by a machine, nor by the requester (whom the desk would refuse: these lives are random), nor noted later.

    The engine cannot take back an answer that it has seen when an earlier one is noted; the metric goes by their times.
    """
    answers = [fact for fact in facts if fact.type in ("acknowledged", "commented", "resolved")]
    in_order = all(one.at <= other.at for one, other in pairwise(answers))
    return in_order and not {fact.actor for fact in answers} & {SYSTEM, state.requester}


def test_the_first_answer_of_a_person_is_the_engines(log: EventLog, lives: Lives) -> None:
    found = {case: row["until"] if row["ended"] else None for case, row in rows(log, "time_to_respond").items()}

    expected = {case: naive(s.responded_at) for case, (s, facts) in lives.items() if served_by_people(s, facts)}
    assert {case: found[case] for case in expected} == expected
    assert len([at for at in expected.values() if at]) > 50


def test_cases_nobody_touched_are_those_without_an_act_by_hand(log: EventLog, lives: Lives) -> None:
    found = rows(log, "touchless_rate")
    resolved = {
        c: s for c, (s, _) in lives.items() if s.resolved_at and not s.reopened and s.stage is not Stage.CANCELLED
    }

    assert {case: found[case]["hit"] for case in resolved if found[case]["reason"] is None} == {
        case: state.human_acts == 0 for case, state in resolved.items() if found[case]["reason"] is None
    }


def test_targets_are_breached_as_the_engine_said(log: EventLog, lives: Lives) -> None:
    found = measure(log, "target_breach_rate")

    breached = sum(len(state.breached) for state, _ in lives.values())
    met = sum(len(set(state.met) - set(state.breached)) for state, _ in lives.values())
    assert found.estimate.n == breached + met
    assert found.estimate.value == pytest.approx(breached / (breached + met))


def test_promises_are_counted_as_the_engine_ended_them(log: EventLog, lives: Lives) -> None:
    found = measure(log, "kept_promise_rate")

    ended = [p.state for state, _ in lives.values() for p in state.promises if p.state in ("kept", "broken")]
    assert (found.estimate.n, found.estimate.value) == (len(ended), pytest.approx(ended.count("kept") / len(ended)))


@pytest.mark.parametrize("key", METRICS)
def test_every_metric_can_be_read_of_live(log: EventLog, key: str) -> None:
    found = measure(log, key)

    assert found.estimate.n or found.excluded, "neither a number nor a reason"
    assert found.estimate.value is not None or found.excluded or found.notes
