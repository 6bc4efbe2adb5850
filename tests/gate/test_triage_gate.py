"""The gate over triage: a change in what is found, chosen or told does not pass."""

from collections.abc import Callable
from typing import Any

import pytest

from definitions.rules import triage
from office.recorded import golden
from office.replay import Replays
from tests.gate.test_replay_gate import HISTORIES
from workflows import incident

Patch = Callable[[pytest.MonkeyPatch], None]


def by_the_rules(patch: pytest.MonkeyPatch) -> None:
    """What was learned is not listened to."""
    whole = triage.triage

    def deaf(state: Any, definition: Any, found: Any) -> Any:
        return whole(state, definition, found.model_copy(update={"routing": None}))

    patch.setattr(incident, "triage", deaf)


def nothing_alike(patch: pytest.MonkeyPatch) -> None:
    """What it is like is not remembered."""
    patch.setattr(triage, "_similar", lambda found: iter(()))


def no_reason_kept(patch: pytest.MonkeyPatch) -> None:
    """A hand over against what was learned leaves nothing."""
    from definitions.rules import working

    patch.setattr(working, "overridden", lambda act, step, reason: ())


def told_to_another(patch: pytest.MonkeyPatch) -> None:
    """Whoever helps is not told."""
    reactions = triage.reactions

    def fewer(*given: Any) -> Any:
        return (told for told in reactions(*given) if getattr(told, "template", None) != "to_coach")

    patch.setattr(triage, "reactions", fewer)


@pytest.mark.parametrize(
    ("mutate", "run"),
    [
        (by_the_rules, "learned_and_overridden"),
        (no_reason_kept, "learned_and_overridden"),
        (told_to_another, "learned_in_pairs"),
        (nothing_alike, "one_outage"),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
async def test_a_changed_triage_is_refused(mutate: Patch, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutate(monkeypatch)

    result = await Replays().of(golden(HISTORIES / f"{run}.json.gz"))

    assert result.troubles
