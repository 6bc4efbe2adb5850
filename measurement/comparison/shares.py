"""Groups of cases that have something or not."""

from collections.abc import Mapping

import numpy as np

from measurement.comparison.compared import Compared, Described
from measurement.comparison.proportions import two_proportions, wilson
from measurement.comparison.tables import chi_squared
from measurement.comparison.tested import Tested

Shares = Mapping[str, tuple[int, int]]
"""Group to (how many have it, of how many)."""


def compare_shares(shares: Shares, level: float = 0.95) -> Compared:
    """Two shares by z (Fisher where thin), more by chi-squared."""
    groups = tuple(Described(name, n, x / n if n else None, wilson(x, n, level)) for name, (x, n) in shares.items())
    if len(shares) == 2:
        tested = two_proportions(shares, level)
        why = "two groups of cases that have it or not"
        return Compared(tested, why, "share", groups)
    return Compared(_chi(shares), f"{len(shares)} groups of cases that have it or not", "share", groups)


def share_of(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[int, int]:
    """(how many are 1, of how many)."""
    return int(values.sum()), len(values)


def _chi(shares: Shares) -> Tested:
    return chi_squared([[x, n - x] for x, n in shares.values()], list(shares))
