"""A small demo day on a stack that runs."""

import json

import pytest

from commands.demo.cast import Dice
from commands.demo.plan import beats, plan
from tests.stories.conftest import Answer, Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(240)]

SEED = 5


@pytest.fixture(scope="module")
def day(stack: Stack) -> Answer:
    """Lived once."""
    return stack.process("demo", "--seconds", "8", "--cases", "6", "--seed", str(SEED), "-o", "json")


def test_a_demo_day_is_lived_to_its_end_on_the_running_stack(day: Answer) -> None:
    assert day.status == 0, day.out + day.err

    summary = json.loads(day.out)

    assert summary["went_wrong"] == []
    assert summary["cases"] == 6
    assert summary["by_kind"] == {"incident": 6}
    assert summary["by_state"] == {"closed": 5, "resolved": 1}
    assert summary["by_outcome"] == {"confirmed": 3, "merged": 1, "no_requester": 1}
    assert summary["alerts_in"] == {"opened": 1, "threaded": 119}
    assert summary["mails_in"] == {"opened": 4, "threaded": 4}
    assert summary["mails_out"]["sent"] >= 15
    assert summary["pages"]["sent"] >= 1
    assert summary["touch_s"] > 0


def test_every_beat_of_the_day_is_told_on_stderr(day: Answer) -> None:
    told = [line for line in day.err.splitlines() if " s  " in line]

    assert len(told) == beats(plan(6, Dice(SEED)))
    assert "Its goals are seconds and minutes" in day.err


def test_cases_of_the_demo_follow_its_goals_though_the_stack_follows_others(stack: Stack, day: Answer) -> None:
    case_id = next(word for word in day.json["look"]["one case"].split() if word.startswith("INC-"))

    case = stack.case(case_id)

    goals = {target["clock"]: target["goal_s"] for target in case["targets"]}
    assert case["priority"] == "P1"
    assert goals == {"response": 10, "resolution": 60, "customer": 90}
    assert case["major"] is False
    assert len(case["children"]) == 1
