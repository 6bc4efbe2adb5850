"""Switchback: the whole team changes variant by blocks of time, and blocks are what is compared.

Tickets share a queue: a variant that takes people makes the other one slower, so tickets drawn apart overstate it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from measurement.values import BadData, Interval, Refused

Floats = NDArray[np.float64]
_ALL = 20_000
"""Up to so many arrangements all are tried; beyond, as many are drawn."""
METHOD = "permutation of blocks"


@dataclass(frozen=True)
class Switched:
    """Second arm minus first, in the unit of the block values; `p` two-sided by rearranging whole blocks."""

    difference: float
    p: float
    interval: Interval
    blocks: dict[str, int]
    arrangements: int
    exact: bool


def switchback(
    values: Sequence[float] | Floats,
    arms: Sequence[str],
    pairs: Sequence[object] | None = None,
    level: float = 0.95,
    seed: int = 1,
) -> Switched:
    """`values`: one number a block (its mean normal score, its share late); `arms`: which variant it had.

    `pairs`: blocks that were drawn together (two of one week, one of each arm); rearranged only within. Refused where
    no arrangement could give p below 1 - level: too few blocks.
    """
    y, names = np.asarray(values, float), sorted(set(arms))
    if len(y) != len(arms) or len(names) != 2 or not np.isfinite(y).all():
        raise BadData("A switchback has one number and one of two arms for each block.", "Check both columns.")
    second = np.array([arm == names[1] for arm in arms])
    drawn, total, exact = _paired(second, pairs, seed) if pairs is not None else _free(second, seed)
    if 2 / total > 1 - level:
        raise Refused(
            f"{len(y)} blocks can be arranged in only {total} ways: no p-value below {2 / total:.2g} is possible.",
            "Run more blocks.",
        )

    def p_of(shift: float) -> float:
        moved = y - shift * second
        real = abs(_gap(moved, second))
        extreme = int((np.abs(_gaps(moved, drawn)) >= real - 1e-12 * max(1.0, real)).sum())
        return extreme / len(drawn) if exact else (extreme + 1) / (len(drawn) + 1)

    difference = _gap(y, second)
    reach = float(np.ptp(y)) or 1.0
    ends = [_edge(p_of, difference, sign * reach, 1 - level) for sign in (-1, 1)]
    return Switched(
        difference=difference,
        p=p_of(0.0),
        interval=Interval(ends[0], ends[1], level, METHOD),
        blocks={names[0]: int((~second).sum()), names[1]: int(second.sum())},
        arrangements=total,
        exact=exact,
    )


def _gap(y: Floats, second: NDArray[np.bool_]) -> float:
    return float(y[second].mean() - y[~second].mean())


def _gaps(y: Floats, drawn: NDArray[np.bool_]) -> Floats:
    in_second = drawn.sum(axis=1)
    there = drawn @ y
    found: Floats = there / in_second - (y.sum() - there) / (len(y) - in_second)
    return found


def _free(second: NDArray[np.bool_], seed: int) -> tuple[NDArray[np.bool_], int, bool]:
    n, k = len(second), int(second.sum())
    total = comb(n, k)
    if total <= _ALL:
        drawn = np.zeros((total, n), bool)
        for row, chosen in enumerate(combinations(range(n), k)):
            drawn[row, list(chosen)] = True
        return drawn, total, True
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(second, (_ALL, 1)), axis=1), total, False


def _paired(second: NDArray[np.bool_], pairs: Sequence[object], seed: int) -> tuple[NDArray[np.bool_], int, bool]:
    known: dict[object, list[int]] = {}
    for place, pair in enumerate(pairs):
        known.setdefault(pair, []).append(place)
    if any(len(places) != 2 or second[places].sum() != 1 for places in known.values()):
        raise BadData("Some pair does not hold one block of each arm.", "Leave out pairs that were not finished.")
    m, total = len(known), 2 ** len(known)
    if total <= _ALL:
        flips = (np.arange(total)[:, None] >> np.arange(m)) & 1 == 1
    else:
        flips = np.random.default_rng(seed).random((_ALL, m)) < 0.5
    drawn = np.tile(second, (len(flips), 1))
    for column, places in enumerate(known.values()):
        drawn[:, places] ^= flips[:, column : column + 1]
    return drawn, total, total <= _ALL


def _edge(p_of: Callable[[float], float], difference: float, reach: float, alpha: float) -> float | None:
    """How far the effect can be moved before the test refuses it (the interval is the test turned round)."""
    far = difference
    for _ in range(40):
        far += reach
        if p_of(far) <= alpha:
            return float(optimize.bisect(lambda s: p_of(s) - alpha - 1e-12, difference, far, xtol=abs(reach) * 1e-4))
    return None
