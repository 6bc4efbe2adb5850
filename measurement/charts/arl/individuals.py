"""Run length of an individuals chart that alarms on its moving range as well (Crowder, Technometrics 29, 1987b)."""

import numpy as np
from scipy import special

CELLS = 400


def individuals_run_length(M: float, R: float, shift: float) -> float:
    """Expected points to one beyond M, or to a step beyond R, in standard deviations of one point.

    L(u) = 1 + integral of L(y) phi(y - shift) over |y| < M, |y - u| < R, on cells whose share inside is exact.
    """
    edges = np.linspace(-M, M, CELLS + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    # The cell of y is cut where the step from the middle of the cell of u would be too long.
    low = np.clip(edges[None, :-1], middles[:, None] - R, middles[:, None] + R)
    high = np.clip(edges[None, 1:], middles[:, None] - R, middles[:, None] + R)
    moves = special.ndtr(high - shift) - special.ndtr(low - shift)
    lengths = np.linalg.solve(np.eye(CELLS) - moves, np.ones(CELLS))
    return float(1 + np.diff(special.ndtr(edges - shift)) @ lengths)
