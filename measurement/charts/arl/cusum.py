"""Run length of a CUSUM by its integral equation (Page 1954), solved at Gauss-Legendre nodes."""

import math

import numpy as np
from scipy import special

NODES = 80


def cusum_run_length(k: float, h: float, shift: float, *, head_start: float = 0.0, sides: int = 2) -> float:
    """Expected points to a signal; k, h, shift and head start in standard deviations of one point.

    Two sides are put together as Lucas & Crosier (Technometrics 24, 1982) do: exact while both sums cannot stand high.
    """
    up, up_ahead = _one_side(k, h, shift, head_start)
    if sides == 1:
        return up_ahead
    down, down_ahead = _one_side(k, h, -shift, head_start)
    return (up_ahead * down + down_ahead * up - up * down) / (up + down)


def _one_side(k: float, h: float, shift: float, head_start: float) -> tuple[float, float]:
    """From zero, and from the head start: L(s) = 1 + L(0) F(k-s-shift) + integral 0 to h of L(y) phi(y+k-s-shift)."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    places = h * (nodes + 1) / 2
    starts = np.concatenate([[0.0, head_start], places])
    moves = np.empty((NODES + 2, NODES + 2))
    moves[:, 0] = special.ndtr(k - starts - shift)
    moves[:, 1] = 0.0
    z = places[None, :] + k - starts[:, None] - shift
    moves[:, 2:] = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * weights * h / 2
    lengths = np.linalg.solve(np.eye(NODES + 2) - moves, np.ones(NODES + 2))
    return float(lengths[0]), float(lengths[1])
