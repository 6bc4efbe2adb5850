"""The gate over feedback: a change in who hears of it, or in what ends it, does not pass."""

from collections.abc import Callable
from typing import Any

import pytest

from definitions.facts import Draft
from definitions.feedback import kind, rules
from definitions.kinds import KINDS
from definitions.rules import notices
from office.recorded import golden
from office.replay import Replays
from tests.gate.test_replay_gate import HISTORIES
from workflows import feedback

Patch = Callable[[pytest.MonkeyPatch], None]


def nobody_hears_of_a_compliment(patch: pytest.MonkeyPatch) -> None:
    """Those it is about are not written to any more."""
    mine = kind.FEEDBACK._replace(reactions=lambda *given: tuple(kind._to_giver(*given)))
    patch.setitem(KINDS, "feedback", mine)


def another_owner(patch: pytest.MonkeyPatch) -> None:
    """It goes to somebody else."""

    def elsewhere(state: Any, definition: Any) -> tuple[Draft, ...]:
        return rules.received(state, definition.model_copy(update={"owner": "max"}))

    patch.setattr(feedback, "received", elsewhere)


def without_a_promise(patch: pytest.MonkeyPatch) -> None:
    """Whoever gives it is told no date."""
    patch.setattr(notices, "promise_of", lambda *given: None)


def another_end(patch: pytest.MonkeyPatch) -> None:
    """Why nothing was done counts as something done."""
    patch.setattr(rules, "NOT_ACTED_ON", rules.ACTED_ON)


def a_standard_is_nothing(patch: pytest.MonkeyPatch) -> None:
    """An idea that became the standard counts as not acted on."""
    patch.setattr(rules, "ACTED_ON", rules.NOT_ACTED_ON)


@pytest.mark.parametrize(
    ("patch", "name"),
    [
        (nobody_hears_of_a_compliment, "feedback_compliment"),
        (another_owner, "feedback_acted_on"),
        (without_a_promise, "feedback_neglected"),
        (another_end, "feedback_back_again"),
        (a_standard_is_nothing, "feedback_idea"),
    ],
)
async def test_a_changed_life_of_feedback_does_not_pass(
    patch: Patch, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = golden(HISTORIES / f"{name}.json.gz")
    before = await Replays().of(run)

    patch(monkeypatch)
    after = await Replays().of(run)

    assert before.troubles == ()
    assert after.troubles != ()
