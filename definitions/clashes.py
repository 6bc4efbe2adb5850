"""Which experiments cannot run side by side: what they find would be each other's doing."""

from collections.abc import Iterable

from definitions.base import Value
from definitions.change import Change
from definitions.experiment import Experiment

MOST_TOGETHER = 4
"""Experiments that one case can take part in."""


class Clash(Value):
    """Why an experiment does not fit beside one that runs, and what to do."""

    what: str
    next_step: str


def clash(new: Experiment, running: Iterable[Experiment]) -> Clash | None:
    """The first reason, or None. Changes to the same path must share a layer; in a layer each has cases of its own."""
    beside = [other for other in running if other.scope.meets(new.scope)]
    for other in beside:
        if other.layer == new.layer:
            if new.traffic[0] < other.traffic[1] and other.traffic[0] < new.traffic[1]:
                return Clash(
                    what=f"{new.key} and {other.key} want the same cases of the layer {new.layer}",
                    next_step=f"Wait for {other.key} to end, or give it another stretch (`traffic`) or another layer.",
                )
        elif both := shared(new.change, other.change):
            return Clash(
                what=f"{new.key} and {other.key} both change {both} for the same cases, in different layers",
                next_step=f"Put it into the layer {other.layer}, on a stretch of its own, or wait for {other.key}.",
            )
    layers = {other.layer for other in beside} | {new.layer}
    if len(layers) > MOST_TOGETHER:
        return Clash(
            what=f"a case would take part in {len(layers)} experiments at once",
            next_step=f"Wait for one of {', '.join(sorted(other.key for other in beside))} to end.",
        )
    return None


def shared(one: Change, other: Change) -> str | None:
    """A path that both touch, as far as both go."""
    for a in one.paths:
        for b in other.paths:
            if a == b or a.startswith(f"{b}/") or b.startswith(f"{a}/"):
                return max(a, b, key=len)
    return None
