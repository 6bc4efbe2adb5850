"""The gate over requests: a change in who decides, what opens when, or what is taken back does not pass."""

from collections.abc import Callable
from typing import Any

import pytest

from definitions.facts import Draft
from definitions.request import cancelling, fulfilling, looking
from office.recorded import golden
from office.replay import Replays
from tests.gate.test_replay_gate import HISTORIES
from workflows.blocks import fulfilment

Patch = Callable[[pytest.MonkeyPatch], None]


def nobody_is_reminded(patch: pytest.MonkeyPatch) -> None:
    """Silence has no consequence."""
    patch.setattr(looking, "silence", lambda *given: ())


def not_before_its_turn(patch: pytest.MonkeyPatch) -> None:
    """A task waits for all others that are open."""

    def later(state: Any, definition: Any, now: Any) -> tuple[Draft, ...]:
        waits = any(not work.over for work in state.request.tasks)
        return () if waits else tuple(fulfilling.going_on(state, definition, now))

    patch.setattr(looking, "going_on", later)


def _back_without(type_: str) -> Callable[..., tuple[Draft, ...]]:
    return lambda *given: tuple(draft for draft in cancelling.going_back(*given) if draft.type != type_)


def nothing_is_taken_back(patch: pytest.MonkeyPatch) -> None:
    """A cancelled request ends where it stands."""
    patch.setattr(
        looking, "going_back", lambda *given: tuple(d for d in cancelling.going_back(*given) if d.type == "cancelled")
    )


def what_remains_is_not_said(patch: pytest.MonkeyPatch) -> None:
    """The last facts of the way back."""
    patch.setattr(
        looking, "going_back", lambda *given: tuple(d for d in cancelling.going_back(*given) if d.type != "remains")
    )


def under_another_key(patch: pytest.MonkeyPatch) -> None:
    """The effect of an automation would not be known as the same."""
    patch.setattr(fulfilment, "call", lambda *given: fulfilling.call(*given).model_copy(update={"step": "again"}))


def failures_are_done(patch: pytest.MonkeyPatch) -> None:
    """What an automation could not do counts as done."""

    def fine(key: str, result: Any, state: Any) -> Any:
        return fulfilling.tried(key, result.model_copy(update={"outcome": "done"}), state)

    patch.setattr(fulfilment, "tried", fine)


MUTANTS: list[tuple[Patch, str, str]] = [
    (nobody_is_reminded, "request_rejected", "another course"),
    (not_before_its_turn, "request_served", "another course"),
    (nothing_is_taken_back, "request_taken_back", "another course"),
    (what_remains_is_not_said, "request_taken_back", "fact"),
    (under_another_key, "request_touchless", "activity"),
    (failures_are_done, "request_by_hand", "another course"),
]


@pytest.mark.parametrize(("mutate", "run", "said"), MUTANTS, ids=lambda each: getattr(each, "__name__", str(each)))
async def test_a_changed_course_of_a_request_is_refused(
    mutate: Patch, run: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)

    result = await Replays().of(golden(HISTORIES / f"{run}.json.gz"))

    assert any(said in trouble for trouble in result.troubles), result.troubles


def test_a_request_that_lives_long_was_recorded_in_each_of_its_runs() -> None:
    runs = [golden(path) for path in sorted(HISTORIES.glob("request_long_life-*.json.gz"))]

    facts = [fact for run in runs for fact in run.facts]
    assert len(runs) > 2
    assert [fact.seq for fact in facts] == list(range(1, len(facts) + 1))
