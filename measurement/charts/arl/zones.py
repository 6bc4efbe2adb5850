"""Run lengths of charts whose rules only ask in which zone a point falls: a Markov chain (Champ & Woodall 1987)."""

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse, special
from scipy.sparse import linalg

State = Hashable
Step = Callable[[Any, float], tuple[State, bool]]
"""A state and a point to the next state, and whether it signals. A rule need not wait for a full window here."""


@dataclass(frozen=True)
class Zone:
    """A stretch of the chart, by a `z` inside it (standard deviations from the centre), and its probability."""

    z: float
    probability: float


def normal_zones(L: float, shift: float) -> tuple[Zone, ...]:
    """Zones of a normal point whose mean is `shift` standard deviations off the centre."""
    edges = edges_of(L)
    below = np.concatenate([[0.0], special.ndtr(np.array(edges) - shift), [1.0]])
    return tuple(Zone(z, float(p)) for z, p in zip(middles(edges), np.diff(below), strict=True))


def edges_of(L: float) -> list[float]:
    """Where zones meet: the centre, 1 and 2 standard deviations and the limits, on both sides."""
    return sorted({sign * edge for edge in (0.0, 1.0, 2.0, L) for sign in (1, -1)})


def middles(edges: Sequence[float]) -> list[float]:
    """A point inside each zone, from below the lowest edge to above the highest."""
    inner = [(low + high) / 2 for low, high in itertools.pairwise(edges)]
    return [edges[0] - 1, *inner, edges[-1] + 1]


def mean_run_length(rules: Sequence[str], zones: Sequence[Zone], L: float) -> float:
    """Expected points to the first signal; infinite where none can come. Only for rules that `has_zones`."""
    machines = [_machine(rule, L) for rule in rules]
    queue = [tuple(initial for initial, _ in machines)]
    numbers = {queue[0]: 0}
    moves: list[tuple[int, int, float]] = []
    signalling = 0.0
    for at, state in enumerate(queue):
        for zone in zones:
            moved = [step(part, zone.z) for part, (_, step) in zip(state, machines, strict=True)]
            if any(signal for _, signal in moved):
                signalling += zone.probability
                continue
            after = tuple(part for part, _ in moved)
            if after not in numbers:
                numbers[after] = len(queue)
                queue.append(after)
            moves.append((at, numbers[after], zone.probability))
    if signalling <= 0:
        return float("inf")
    rows, columns, weights = zip(*moves, strict=True)
    quiet = sparse.csc_matrix((weights, (rows, columns)), shape=(len(queue), len(queue)))
    return float(linalg.spsolve(sparse.identity(len(queue), format="csc") - quiet, np.ones(len(queue)))[0])


def has_zones(rule: str) -> bool:
    """Whether the rule asks for zones only; trends and alternation compare points with each other."""
    return rule not in ("nelson:3", "nelson:4")


def _machine(rule: str, L: float) -> tuple[State, Step]:
    """The state before the first point, and what a point does to it."""
    if rule in ("we:1", "nelson:1"):
        return None, lambda _, z: (None, abs(z) > L)
    if rule in ("we:2", "nelson:5"):
        return _some_of(2, 3, 2.0)
    if rule in ("we:3", "nelson:6"):
        return _some_of(4, 5, 1.0)
    if rule in ("we:4", "nelson:2"):
        return _in_a_row(8 if rule == "we:4" else 9)
    if rule == "nelson:7":
        return 0, lambda run, z: (run + 1, run + 1 >= 15) if abs(z) <= 1 else (0, False)
    return (0, 0, 0), _both_sides


def _some_of(least: int, of: int, sigmas: float) -> tuple[State, Step]:
    """State: for each side, which of the last `of - 1` points were beyond `sigmas` there."""

    def step(state: Any, z: float) -> tuple[State, bool]:
        now = (z > sigmas, z < -sigmas)
        signal = any(here and 1 + sum(before) >= least for here, before in zip(now, state, strict=True))
        return tuple((*before[1:], here) for here, before in zip(now, state, strict=True)), signal

    return ((False,) * (of - 1),) * 2, step


def _in_a_row(length: int) -> tuple[State, Step]:
    """State: how many stand on this side by now, below the centre as a negative number."""

    def step(run: Any, z: float) -> tuple[State, bool]:
        side = (z > 0) - (z < 0)
        longer = run + side if run * side > 0 else side
        return longer, abs(longer) >= length

    return 0, step


def _both_sides(state: Any, z: float) -> tuple[State, bool]:
    """State: the side, for how long on it, and for how long beyond 1 sigma on either."""
    if abs(z) <= 1:
        return (0, 0, 0), False
    side, here, outside = state
    same = here + 1 if side == (z > 0) and outside else 1
    return (z > 0, min(same, 8), min(outside + 1, 8)), outside + 1 >= 8 and same < 8
