"""Run length of an EWMA by its integral equation (Crowder, Technometrics 29, 1987), solved at Gauss-Legendre nodes."""

import math

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

NODES = 80

# Exact limits are the asymptotic ones once the rest of the start has shrunk to this part of the variance.
_SETTLED = 1e-10


def ewma_run_length(lam: float, L: float, shift: float, *, exact: bool = False) -> float:
    """Expected points to a signal from a start on the target; `shift` in standard deviations of one observation.

    L(u) = 1 + 1/lam * integral over the limits of L(y) phi((y - (1 - lam) u)/lam - shift) dy. With `exact` limits,
    which are narrower at the start, the same equation runs backwards from where they have settled.
    """
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    wide = L * math.sqrt(lam / (2 - lam))
    kernel = _kernel(wide * nodes, wide * nodes, lam, shift) * (wide * weights)
    lengths = np.linalg.solve(np.eye(NODES) - kernel, np.ones(NODES))
    ahead = wide
    if exact:
        points = _settling(lam)
        for limit in (wide * math.sqrt(1 - (1 - lam) ** (2 * t)) for t in range(points, 0, -1)):
            moves = _kernel(limit * nodes, ahead * nodes, lam, shift) * (ahead * weights)
            lengths, ahead = 1 + moves @ lengths, limit
    first = _kernel(np.zeros(1), ahead * nodes, lam, shift)[0] * (ahead * weights)
    return float(1 + first @ lengths)


def _kernel(here: Numbers, there: Numbers, lam: float, shift: float) -> Numbers:
    """Density of the next value `there` (columns), given the value `here` (rows)."""
    z = (there[None, :] - (1 - lam) * here[:, None]) / lam - shift
    return np.asarray(np.exp(-(z**2) / 2) / (lam * math.sqrt(2 * math.pi)))


def _settling(lam: float) -> int:
    return 1 if lam >= 1 else math.ceil(math.log(_SETTLED) / (2 * math.log(1 - lam)))
