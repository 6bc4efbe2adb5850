"""Who is paged when: each step once, and nobody for a case that somebody has taken."""

from datetime import UTC, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from definitions.base import Priority
from definitions.escalation import EscalationChain, EscalationStep, next_due, steps_due
from definitions.targets import Clock

OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAIN = EscalationChain(
    key="standard",
    title="Standard",
    steps=(
        EscalationStep(key="page", on="unacknowledged", after_s=900, notify="on_call", priorities=(Priority.P1,)),
        EscalationStep(key="lead", on="unacknowledged", after_s=1800, notify="lead"),
        EscalationStep(key="warn", on="warned", clock=Clock.RESOLUTION, notify="assignee"),
        EscalationStep(key="breach", on="breached", clock=Clock.RESOLUTION, after_s=60, notify="manager"),
    ),
)


class Situation(TypedDict):
    priority: Priority
    opened_at: datetime
    acknowledged_at: datetime | None
    warned: dict[Clock, datetime]
    breached: dict[Clock, datetime]
    done: frozenset[str]


def _situation(
    *,
    priority: Priority = Priority.P1,
    opened_at: datetime = OPENED,
    acknowledged_at: datetime | None = None,
    warned: dict[Clock, datetime] | None = None,
    breached: dict[Clock, datetime] | None = None,
    done: frozenset[str] = frozenset(),
) -> Situation:
    return Situation(
        priority=priority,
        opened_at=opened_at,
        acknowledged_at=acknowledged_at,
        warned=warned or {},
        breached=breached or {},
        done=done,
    )


def _keys(situation: Situation, minutes: float) -> list[str]:
    due = steps_due(CHAIN, **situation, now=OPENED + timedelta(minutes=minutes))
    return [found.step.key for found in due]


def test_nothing_is_due_before_its_time_and_everything_from_it_on() -> None:
    situation = _situation()

    found = [_keys(situation, minutes) for minutes in (14.99, 15, 29.99, 30)]

    assert found == [[], ["page"], ["page"], ["page", "lead"]]


def test_an_acknowledged_case_wakes_nobody() -> None:
    situation = _situation(acknowledged_at=OPENED + timedelta(minutes=20))

    assert _keys(situation, 60) == []
    assert next_due(CHAIN, **situation) is None


def test_a_step_that_is_done_is_not_due_again() -> None:
    situation = _situation(done=frozenset({"page"}))

    assert _keys(situation, 60) == ["lead"]


def test_a_step_for_some_priorities_leaves_the_others_alone() -> None:
    situation = _situation(priority=Priority.P3)

    assert _keys(situation, 20) == []
    assert next_due(CHAIN, **situation) == OPENED + timedelta(minutes=30)


def test_a_warning_and_a_breach_page_after_they_happened_even_when_somebody_works_on_it() -> None:
    warned, breached = OPENED + timedelta(hours=3), OPENED + timedelta(hours=4)
    situation = _situation(
        acknowledged_at=OPENED + timedelta(minutes=1),
        warned={Clock.RESOLUTION: warned, Clock.RESPONSE: OPENED},
        breached={Clock.RESOLUTION: breached},
    )

    before, after = _keys(situation, 4 * 60), _keys(situation, 4 * 60 + 1)

    assert before == ["warn"]
    assert after == ["warn", "breach"]


def test_what_is_due_comes_earliest_first_with_its_instant() -> None:
    situation = _situation(warned={Clock.RESOLUTION: OPENED + timedelta(minutes=5)})

    due = steps_due(CHAIN, **situation, now=OPENED + timedelta(hours=1))

    assert [(d.step.key, d.at - OPENED) for d in due] == [
        ("warn", timedelta(minutes=5)),
        ("page", timedelta(minutes=15)),
        ("lead", timedelta(minutes=30)),
    ]


def test_the_next_step_is_the_earliest_not_done() -> None:
    situation = _situation(done=frozenset({"page"}), breached={Clock.RESOLUTION: OPENED + timedelta(minutes=10)})

    assert next_due(CHAIN, **situation) == OPENED + timedelta(minutes=11)


def test_minutes_are_elapsed_minutes_on_the_night_the_clocks_change() -> None:
    before_the_change = datetime(2026, 3, 29, 1, 50, tzinfo=ZoneInfo("Europe/Berlin"))
    situation = _situation(opened_at=before_the_change)

    assert next_due(CHAIN, **situation) == datetime(2026, 3, 29, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"on": "warned"}, "say which clock must be warned"),
        ({"on": "unacknowledged", "clock": "response"}, "leave clock out"),
        ({"on": "unacknowledged", "via": ()}, "pages over nothing"),
    ],
)
def test_a_step_that_cannot_work_is_refused_with_the_remedy(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        EscalationStep.model_validate({"key": "page", "notify": "lead", **fields})


def test_two_steps_with_one_key_are_refused() -> None:
    step = EscalationStep(key="page", on="unacknowledged", notify="lead")

    with pytest.raises(ValidationError, match="repeats page"):
        EscalationChain(key="twice", title="Twice", steps=(step, step))
