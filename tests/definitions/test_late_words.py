"""Words written down late say what was said, and undo nothing that came after them."""

from datetime import timedelta

import pytest

from definitions import acts
from definitions.base import Level, PauseReason
from definitions.case import Stage
from definitions.example import organisation
from definitions.rules.opening import Opening
from tests.definitions.test_random_lives import MONDAY, REQUESTER, STAFF, WORDS, Life


def live_case() -> Life:
    start = Opening(
        service="vpn", channel="email", title=WORDS, requester=REQUESTER, by=REQUESTER, at=MONDAY,
        impact=Level.LOW, urgency=Level.LOW,
    )  # fmt: skip
    return Life(start, organisation.incident("vpn"), MONDAY)


def heard(life: Life, ago: timedelta, answer: bool | None) -> None:
    act = acts.Hear(by=REQUESTER, text=WORDS, answer=answer, at=life.now - ago)
    life.take(act)


@pytest.mark.parametrize("answer", [True, False])
def test_a_call_before_the_solution_is_no_answer_to_it(answer: bool) -> None:
    life = live_case()
    life.sleep(life.now + timedelta(hours=1))
    life.take(acts.Resolve(by=STAFF[0], text=WORDS))

    heard(life, timedelta(minutes=20), answer)

    assert life.state.stage is Stage.RESOLVED
    assert [fact.type for fact in life.facts][-1] == "heard"


def test_a_no_after_the_solution_opens_the_case_again() -> None:
    life = live_case()
    life.take(acts.Resolve(by=STAFF[0], text=WORDS))
    life.sleep(life.now + timedelta(hours=1))

    heard(life, timedelta(minutes=20), False)

    assert life.state.stage is Stage.QUEUED


def test_a_call_before_the_pause_does_not_end_it() -> None:
    life = live_case()
    life.sleep(life.now + timedelta(hours=1))
    life.take(acts.Pause(by=STAFF[0], reason=PauseReason.REQUESTER, text=WORDS))

    heard(life, timedelta(minutes=20), None)

    assert life.state.stage is Stage.PAUSED
