"""Cases by the week in which they were opened, so that no chart mistakes a cleared backlog for slowness."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from measurement.charts.series import Series
from measurement.survival.cohort import Cohort
from measurement.survival.times import Bools, Times
from measurement.values import BadData, Excluded

DAY = 86_400.0
WEEK = 7 * DAY

WEEKS = 25
"""Weeks of a baseline that hold cases, where there are more of them."""

Instants = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Cases:
    """When each case was opened (UTC), how long it took or has taken (s), and until when the log was read."""

    opened: Instants
    times: Times
    as_of: datetime
    excluded: tuple[Excluded, ...] = ()

    @classmethod
    def of(cls, cohort: Cohort) -> "Cases":
        """Those of a cohort by start."""
        return cls(cohort.opened, cohort.times, cohort.as_of, cohort.excluded)

    def __len__(self) -> int:
        return len(self.times)

    @property
    def week(self) -> npt.NDArray[np.int64]:
        """Weeks since that of 29 December 1969; they begin on Monday, 00:00 UTC."""
        days = np.asarray(self.opened, "datetime64[D]").astype(np.int64)
        return np.asarray((days + 3) // 7)

    def a_week(self, until: int) -> npt.NDArray[np.int64]:
        """How many were opened in each week from the first one up to that before `until`."""
        first, week = int(self.week.min()), self.week
        return np.bincount(week[week < until] - first, minlength=until - first)

    def ended_weeks(self, wait: float = 0.0) -> tuple[int, int]:
        """First week with a case, and the one after the last such week that was over `wait` seconds before `as_of`.

        Raises BadData without a case.
        """
        if not len(self):
            raise BadData("No cases.", "Take a longer period or fewer filters.")
        week = self.week
        over = int(((self.as_of.timestamp() - wait) / DAY + 3) // 7)
        return int(week.min()), max(int(week.min()), min(over, int(week.max()) + 1))


@dataclass(frozen=True)
class Late:
    """Cases and late ones of consecutive weeks; `threshold` in s: longer is late. `excluded`: what is not counted."""

    first: int
    n: Series
    late: Series
    threshold: float
    excluded: tuple[Excluded, ...]

    def __len__(self) -> int:
        return len(self.n)

    @property
    def days(self) -> tuple[date, ...]:
        """The Monday of each week."""
        return tuple(monday(self.first + week) for week in range(len(self)))


def late_by_week(cases: Cases, threshold: float, wait: float | None = None) -> Late:
    """Weeks in which each case has had `wait` seconds (by default the threshold) to be late or not.

    What is younger, or left unresolved before the threshold (withdrawn), is not counted and said.
    """
    first, until = cases.ended_weeks(threshold if wait is None else wait)
    week, times = cases.week, cases.times
    old = week < until
    beyond = times.time > threshold
    judged: Bools = old & (times.ended | beyond)
    place = week - first
    n = np.bincount(place[judged], minlength=until - first).astype(float)
    late = np.bincount(place[judged & beyond], minlength=until - first).astype(float)
    left = (
        Excluded(int((~old).sum()), "opened in the last weeks: too young to be late"),
        Excluded(int((old & ~judged).sum()), "last seen before they could be late"),
    )
    return Late(first, n, late, threshold, (*cases.excluded, *(e for e in left if e.n)))


def reaching(sizes: npt.NDArray[np.number], points: int) -> int:
    """How many consecutive periods from the first hold `points` of them that are not empty; all where fewer do."""
    held = np.flatnonzero(sizes)
    return int(held[points - 1]) + 1 if len(held) >= points else len(sizes)


def monday(week: int) -> date:
    """The first day of a week counted as `Cases.week` does."""
    return datetime.fromtimestamp((week * 7 - 3) * DAY, UTC).date()


def week_of(at: datetime) -> int:
    """The week an instant falls in, counted as `Cases.week` does."""
    return int((at.timestamp() // DAY + 3) // 7)
