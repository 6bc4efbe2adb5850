"""A seeded generator of cases shaped like the UCI log (statistics.md): its times, its weeks, no case of it.

Fitted to the 24,918 incidents of the log: quantiles of ln(1 + seconds) from opening to resolution in steps of 2.5 %
(not a named law: the real times are humped over six decades), and the weekly share late of its 29 full groups.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOG_TIMES = np.array(
    [
        *(0.0, 4.8, 5.48, 5.71, 6.04, 6.29, 6.49, 6.73, 6.93, 7.19, 7.5, 7.81, 8.16, 8.55, 9.0, 9.46, 9.89, 10.36),
        *(11.11, 11.32, 11.44, 11.6, 12.01, 12.15, 12.44, 12.57, 12.8, 12.98, 12.98, 13.0, 13.17, 13.31, 13.44),
        *(13.59, 13.78, 13.95, 14.09, 14.37, 14.71, 15.37, 17.18),
    ]
)
LATE = 0.22
"""Share late of a group in the long run."""
WEEK_SD = 0.14
"""Standard deviation of a group's weeks about it, without the luck of single cases."""
WEEK_MEMORY = 0.51
"""Correlation of the true shares of weeks that follow each other; .39 is seen with 60 cases a week."""
A_WEEK = 60


def times(n: int, rng: np.random.Generator) -> Floats:
    """Seconds from opening to resolution."""
    places = rng.random(n) * (len(LOG_TIMES) - 1)
    drawn: Floats = np.expm1(np.interp(places, np.arange(len(LOG_TIMES)), LOG_TIMES))
    return drawn


def weekly_late(weeks: int, rng: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Share late of a group by week, and its cases; nothing changes but by luck and by the memory of weeks."""
    drift = np.zeros(weeks)
    state = rng.normal(0, WEEK_SD)
    for week in range(weeks):
        drift[week] = state
        state = WEEK_MEMORY * state + rng.normal(0, WEEK_SD * np.sqrt(1 - WEEK_MEMORY**2))
    n = rng.poisson(A_WEEK, weeks).clip(10)
    return rng.binomial(n, (LATE + drift).clip(0.01, 0.95)) / n, n
