"""The gate over cycles: a change in what falls due, in what a gate asks for, or in who hears of it, does not pass."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from definitions.cycle import deciding, errands, gates, kind, letters, waiting
from definitions.cycle.checks import Asked
from definitions.cycle.errands import Due, Errand
from definitions.cycle.state import Phase, Shortfall
from definitions.kinds import KINDS
from definitions.rules import notices
from office.recorded import golden
from office.replay import Replays
from tests.gate.test_replay_gate import HISTORIES

Patch = Callable[[pytest.MonkeyPatch], None]


def nobody_hears(patch: pytest.MonkeyPatch) -> None:
    """No mail of a cycle is sent any more."""
    for method in (kind.DMAIC, kind.KAIZEN):
        patch.setitem(KINDS, method.name, method._replace(reactions=notices.reactions))


def sponsors_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The verdict goes to the lead alone."""
    told = letters._letters

    def to_the_lead(*given: Any) -> Iterator[notices.Tell]:
        return (tell for tell in told(*given) if tell.to != "dana" or tell.template != "cycle_verdict")

    patch.setattr(letters, "_letters", to_the_lead)


def _without(patch: pytest.MonkeyPatch, errand: Errand) -> None:
    outstanding = errands._outstanding

    def fewer(state: Any) -> Iterator[Due]:
        return (due for due in outstanding(state) if due.errand is not errand)

    patch.setattr(errands, "_outstanding", fewer)


def what_was_stopped_stays(patch: pytest.MonkeyPatch) -> None:
    """Nothing is settled."""
    _without(patch, Errand.SETTLE)


def no_look_at_the_chart(patch: pytest.MonkeyPatch) -> None:
    """The standard is not watched."""
    _without(patch, Errand.WATCH)


def nothing_follows(patch: pytest.MonkeyPatch) -> None:
    """A signal leads to no other cycle."""
    _without(patch, Errand.FOLLOW)


def a_stricter_gate(patch: pytest.MonkeyPatch) -> None:
    """It asks for something more."""

    def never(asked: Asked) -> Shortfall:
        return Shortfall(check="never", said="never", next_step="Nothing.")

    patch.setitem(gates.GATES, Phase.ANALYSE, (*gates.GATES[Phase.ANALYSE], never))


def impatient(patch: pytest.MonkeyPatch) -> None:
    """The lead is told every day."""
    patch.setattr(waiting, "PATIENCE_DAYS", 1)


def a_revert_that_pays(patch: pytest.MonkeyPatch) -> None:
    """What was taken back keeps its benefit."""
    benefit = deciding._benefit
    patch.setattr(deciding, "_benefit", lambda cycle, now, *, accepted: benefit(cycle, now, accepted=True))


@pytest.mark.parametrize(
    ("patch", "name"),
    [
        (nobody_hears, "cycle_held"),
        (sponsors_are_forgotten, "cycle_reverted"),
        (what_was_stopped_stays, "cycle_stopped"),
        (no_look_at_the_chart, "cycle_long-3"),
        (nothing_follows, "cycle_signalled"),
        (a_stricter_gate, "cycle_held"),
        (impatient, "cycle_away"),
        (a_revert_that_pays, "cycle_reverted"),
    ],
)
async def test_a_changed_life_of_a_cycle_does_not_pass(
    patch: Patch, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = golden(HISTORIES / f"{name}.json.gz")
    before = await Replays().of(run)

    patch(monkeypatch)
    after = await Replays().of(run)

    assert before.troubles == ()
    assert after.troubles != ()
