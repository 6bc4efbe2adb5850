"""A Monte Carlo forecast of throughput: past weeks drawn again, with the share of times it would have been right."""

import math
from dataclasses import dataclass
from datetime import UTC

import numpy as np
import numpy.typing as npt

from measurement.flow.balance import ENDED
from measurement.flow.window import middle
from measurement.log.eventlog import EventLog
from measurement.values import Refused

WEEK = 7 * 86_400
MONDAY = 4 * 86_400
"""1970 began on a Thursday; weeks begin on Monday, 00:00 UTC."""
MEMORY = 12
"""Weeks that are drawn from: older ones were another process."""
TRIED = 260
"""Past weeks a forecast is tried on; one wrong date in a log, such as 9999-12-31, makes hundreds of thousands."""
LEAST = 6
"""Fewer weeks tell nothing about their spread."""
DRAWS = 10_000
LEVELS = (0.5, 0.85, 0.95)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tested:
    """How often the forecast held when it was made in the past: at this level, in so many of n weeks."""

    level: float
    n: int
    held: int

    @property
    def coverage(self) -> float | None:
        """Share of the past forecasts that held; None where none could be made."""
        return self.held / self.n if self.n else None


@dataclass(frozen=True)
class Forecast:
    """Departures over the next weeks. `at_least[k]`: reached with the confidence `levels[k]`."""

    weekly: tuple[int, ...]
    """The weeks that are drawn from, the oldest first."""
    weeks: int
    levels: tuple[float, ...]
    at_least: tuple[int, ...]
    back_test: tuple[Tested, ...]
    seed: int


def weekly_departures(log: EventLog) -> Counts:
    """Cases that left in each whole week of the middle of the log, Monday to Sunday, UTC."""
    window = middle(log)
    gone = log.arrays(f"SELECT epoch({ENDED}) AS gone FROM cases")["gone"]
    week = np.floor((gone[~np.isnan(gone)] - MONDAY) / WEEK)
    first, last = ((at.replace(tzinfo=UTC).timestamp() - MONDAY) / WEEK for at in (window.start, window.end))
    first, last = math.ceil(first), math.floor(last)
    inside = week[(week >= first) & (week < last)].astype(np.int64) - first
    return np.bincount(inside, minlength=max(0, last - first)).astype(np.int64)


def forecast(weekly: Counts, weeks: int = 4, memory: int = MEMORY, seed: int = 1) -> Forecast:
    """Whole weeks are drawn, not cases: what makes a week slow hits all its cases. Refused below 6 weeks."""
    if len(weekly) < LEAST:
        raise Refused(
            f"A forecast needs at least {LEAST} whole weeks, there are {len(weekly)}.", "Wait, or take a longer period."
        )
    known = weekly[-memory:]
    return Forecast(
        weekly=tuple(int(n) for n in known),
        weeks=weeks,
        levels=LEVELS,
        at_least=_at_least(known, weeks, seed),
        back_test=_back_test(weekly, weeks, memory, seed),
        seed=seed,
    )


def _at_least(known: Counts, weeks: int, seed: int) -> tuple[int, ...]:
    drawn = np.random.default_rng(seed).choice(known, (DRAWS, weeks)).sum(axis=1)
    return tuple(int(np.quantile(drawn, 1 - level, method="lower")) for level in LEVELS)


def _back_test(weekly: Counts, weeks: int, memory: int, seed: int) -> tuple[Tested, ...]:
    """From each of the last `TRIED` weeks with enough before and `weeks` after; these overlap: n is no sample size."""
    last = len(weekly) - weeks + 1
    origins = range(max(LEAST, last - TRIED), last)
    held = [0] * len(LEVELS)
    for origin in origins:
        promised = _at_least(weekly[max(0, origin - memory) : origin], weeks, seed)
        came = int(weekly[origin : origin + weeks].sum())
        held = [n + (came >= p) for n, p in zip(held, promised, strict=True)]
    return tuple(Tested(level, len(origins), n) for level, n in zip(LEVELS, held, strict=True))
