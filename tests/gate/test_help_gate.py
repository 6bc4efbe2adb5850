"""The gate over help before a person: a change in what is offered, remembered or run does not pass."""

from collections.abc import Callable
from typing import Any

import pytest

from definitions.help import Remedy
from office.recorded import golden
from office.replay import Replays
from tests.gate.test_replay_gate import HISTORIES
from workflows import incident

Patch = Callable[[pytest.MonkeyPatch], None]


def another_article(patch: pytest.MonkeyPatch) -> None:
    """What the first answer carries."""
    first_answer = incident.first_answer

    def other(*given: Any) -> Any:
        return first_answer(*given).model_copy(update={"articles": ("kb-vpn-client-install",)})

    patch.setattr(incident, "first_answer", other)


def no_exposure(patch: pytest.MonkeyPatch) -> None:
    """That there was something to offer is not remembered any more."""
    exposed = incident.exposed
    patch.setattr(incident, "exposed", lambda *given: tuple(d for d in exposed(*given) if d.type != "help_drawn"))


def without_asking(patch: pytest.MonkeyPatch) -> None:
    """The remedy runs before anybody said yes."""
    to_try = incident.to_try

    def eager(*given: Any) -> Remedy | None:
        remedy = to_try(*given)
        return remedy and remedy.model_copy(update={"consent": None})

    patch.setattr(incident, "to_try", eager)


def under_another_key(patch: pytest.MonkeyPatch) -> None:
    """Its effect would not be known as the same."""
    call = incident.AutomationCall

    def named(**given: Any) -> Any:
        return call(**given | ({"step": "again"} if given.get("step") else {}))

    patch.setattr(incident, "AutomationCall", named)


def helped_all_the_same(patch: pytest.MonkeyPatch) -> None:
    """Who is held out gets a remedy."""

    def anyway(state: Any, definition: Any) -> Remedy | None:
        return definition.help.remedies[0] if state.help and not state.help.tried else None

    patch.setattr(incident, "to_try", anyway)


@pytest.mark.parametrize(
    ("mutate", "run", "said"),
    [
        (another_article, "offer_taken", "activity"),
        (no_exposure, "offer_taken", "fact"),
        (no_exposure, "held_out", "fact"),
        (without_asking, "remedy_done", "another course"),
        (under_another_key, "remedy_done", "activity"),
        (helped_all_the_same, "held_out", "another course"),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
async def test_a_changed_course_of_help_is_refused(
    mutate: Patch, run: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)

    result = await Replays().of(golden(HISTORIES / f"{run}.json.gz"))

    assert any(said in trouble for trouble in result.troubles), result.troubles
