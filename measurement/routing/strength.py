"""How much the parent of a kind counts against the kind's own cases: empirical Bayes.

Each kind's cases fall to teams in shares drawn from a Dirichlet around those of its parent, so that the count of one
team is beta-binomial. The strength (cases that the parent is worth) is the one under which the counts are likeliest.
Minka, Estimating a Dirichlet distribution (2000).
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln

GRID = tuple(2.0**power for power in range(-1, 11))
"""Strengths that are tried: half a case to a thousand."""
UNKNOWN = 8.0
"""Taken while no kind has a second case to learn it from."""


def strength(n: Sequence[int], resolved: Sequence[int], expected: Sequence[float]) -> float:
    """The likeliest of `GRID`.

    `n`: cases of each kind. `resolved`, `expected`: of every kind and team with any, its cases and the share that the
    parent without this kind expects, in (0, 1].
    """
    if max(n, default=0) < 2:
        return UNKNOWN
    cases, x, p = np.asarray(n, float), np.asarray(resolved, float), np.asarray(expected, float)
    likely = [
        len(cases) * gammaln(m) - gammaln(cases + m).sum() + (gammaln(x + m * p) - gammaln(m * p)).sum() for m in GRID
    ]
    return GRID[int(np.argmax(likely))]
