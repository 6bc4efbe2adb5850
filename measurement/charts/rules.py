"""Run rules: patterns of points that are unlikely while nothing changes."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from measurement.values import BadData

Points = npt.NDArray[np.float64]
Hits = npt.NDArray[np.bool_]

RULES = {
    "we:1": "one point beyond a limit",
    "we:2": "two of three beyond 2 sigma, on one side",
    "we:3": "four of five beyond 1 sigma, on one side",
    "we:4": "eight in a row on one side of the centre",
    "nelson:1": "one point beyond a limit",
    "nelson:2": "nine in a row on one side of the centre",
    "nelson:3": "six in a row rising, or six falling",
    "nelson:4": "fourteen in a row alternating up and down",
    "nelson:5": "two of three beyond 2 sigma, on one side",
    "nelson:6": "four of five beyond 1 sigma, on one side",
    "nelson:7": "fifteen in a row within 1 sigma",
    "nelson:8": "eight in a row beyond 1 sigma, on both sides",
}
"""Western Electric (1956, with eight in a row) and Nelson (J. Quality Technology 1984), in their own numbering."""

OTHERS = {
    "limit": "one point beyond a limit",
    "anhoej:run": "more in a row on one side of the centre than chance makes",
    "anhoej:crossings": "fewer crossings of the centre than chance makes",
}
"""Rules that belong to a kind of chart and cannot be chosen."""

# What is equal but for rounding is equal: a point on a line is not beyond it.
TOLERANCE = 1e-9

LONGEST = 15
"""No rule looks back over more points than this."""


def rules_of(text: str) -> tuple[str, ...]:
    """`1,2` (Western Electric), `we:1-4`, `nelson:1,5,6` or a mixture, as names in RULES; BadData for anything else."""
    family = "we"
    named: dict[str, None] = {}
    for part in filter(None, (piece.strip().lower() for piece in text.split(","))):
        match = re.fullmatch(r"(?:(we|nelson):)?(\d+)(?:-(\d+))?", part)
        if not match:
            raise _unknown(part)
        family = match[1] or family
        first, last = int(match[2]), int(match[3] or match[2])
        for number in range(first, last + 1):
            named[known(f"{family}:{number}")] = None
        if last < first:
            raise _unknown(part)
    return tuple(named)


def in_words(rules: Sequence[str]) -> str:
    """`we:1 (one point beyond a limit)`, several with commas; `none` for none."""
    words = RULES | OTHERS
    return ", ".join(f"{rule} ({words[rule]})" for rule in rules) or "none"


def known(rule: str) -> str:
    """The rule itself; BadData when there is none of that name."""
    if rule not in RULES:
        raise _unknown(rule)
    return rule


def hits(rule: str, z: Points, beyond: Hits) -> Hits:
    """Where the pattern is completed, along the last axis.

    `z`: points in standard deviations from the centre, in order; `beyond`: those outside the chart's own limits.
    Only full windows count, and the point that completes a pattern is part of it.
    """
    return _PATTERNS[known(rule)](z, beyond)


def _one_side(z: Points, pattern: Callable[[Hits], Hits], sigmas: float) -> Hits:
    return pattern(z > sigmas + TOLERANCE) | pattern(z < -sigmas - TOLERANCE)


def _some_of(least: int, of: int) -> Callable[[Hits], Hits]:
    return lambda where: where & (_within_last(where, of) >= least)


def _in_a_row(length: int) -> Callable[[Hits], Hits]:
    return lambda where: _within_last(where, length) == length


def _within_last(where: Hits, length: int) -> npt.NDArray[np.int64]:
    """How many of the last `length` points, the one itself included; 0 while there are not so many."""
    counted = np.zeros(where.shape, dtype=np.int64)
    total = np.cumsum(where, axis=-1)
    if where.shape[-1] >= length:
        counted[..., length - 1 :] = total[..., length - 1 :]
        counted[..., length:] -= total[..., :-length]
    return counted


def _steps(z: Points) -> tuple[Hits, Hits]:
    """Where a point is higher, and where lower, than the one before it; the first one is neither."""
    none = np.zeros((*z.shape[:-1], min(1, z.shape[-1])), dtype=bool)
    up, down = z[..., 1:] > z[..., :-1], z[..., 1:] < z[..., :-1]
    return np.concatenate([none, up], axis=-1), np.concatenate([none, down], axis=-1)


def _trend(z: Points, _: Hits) -> Hits:
    # Six points are five steps.
    up, down = _steps(z)
    return _in_a_row(5)(up) | _in_a_row(5)(down)


def _alternating(z: Points, _: Hits) -> Hits:
    # Fourteen points are thirteen steps, which turn twelve times.
    up, down = _steps(z)
    turns = np.zeros(z.shape, dtype=bool)
    turns[..., 1:] = (up[..., 1:] & down[..., :-1]) | (down[..., 1:] & up[..., :-1])
    return _in_a_row(12)(turns)


def _hugging(z: Points, _: Hits) -> Hits:
    return _in_a_row(15)(np.abs(z) <= 1 + TOLERANCE)


def _avoiding(z: Points, _: Hits) -> Hits:
    above, below = z > 1 + TOLERANCE, z < -1 - TOLERANCE
    both = (_within_last(above, 8) > 0) & (_within_last(below, 8) > 0)
    return both & _in_a_row(8)(above | below)


_PATTERNS: dict[str, Callable[[Points, Hits], Hits]] = {
    "we:1": lambda z, beyond: beyond,
    "we:2": lambda z, _: _one_side(z, _some_of(2, 3), 2),
    "we:3": lambda z, _: _one_side(z, _some_of(4, 5), 1),
    "we:4": lambda z, _: _one_side(z, _in_a_row(8), 0),
    "nelson:1": lambda z, beyond: beyond,
    "nelson:2": lambda z, _: _one_side(z, _in_a_row(9), 0),
    "nelson:3": _trend,
    "nelson:4": _alternating,
    "nelson:5": lambda z, _: _one_side(z, _some_of(2, 3), 2),
    "nelson:6": lambda z, _: _one_side(z, _some_of(4, 5), 1),
    "nelson:7": _hugging,
    "nelson:8": _avoiding,
}


def _unknown(rule: str) -> BadData:
    return BadData(f"{rule!r} is no rule.", "Rules are we:1 to we:4 and nelson:1 to nelson:8, such as `we:1,2`.")


def completed(rules: Sequence[str], z: Points, beyond: Hits) -> tuple[tuple[int, str], ...]:
    """Position (from 0) and rule of every completed pattern, in the order of the points."""
    found = [(int(at), number) for number, rule in enumerate(rules) for at in np.flatnonzero(hits(rule, z, beyond))]
    return tuple((at, rules[number]) for at, number in sorted(found))
