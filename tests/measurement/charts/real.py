"""Times of real tickets, and cases drawn from them in which nothing ever changes."""

from datetime import UTC, datetime, timedelta

import numpy as np

from measurement.charts.series import Series
from measurement.charts.weeks import WEEK, Cases
from measurement.log.eventlog import EventLog
from measurement.survival.cohort import cohort
from measurement.survival.times import Times

START = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday."""


def times_of(log: EventLog) -> Series:
    """Seconds from opening to resolution of the resolved cases."""
    found = cohort(log).times
    return found.time[found.ended]


def unchanged(times: Series, weeks: int, a_week: int, rng: np.random.Generator, *, later: int = 520) -> Cases:
    """So many cases a week, their times drawn from those given; the log is read `later` weeks after the last one."""
    n = weeks * a_week
    seconds = np.repeat(np.arange(weeks), a_week) * WEEK + rng.random(n) * WEEK
    opened = np.datetime64(START.replace(tzinfo=None), "us") + (seconds * 1e6).astype("timedelta64[us]")
    return Cases(opened, Times.of(rng.choice(times, n)), START + timedelta(weeks=weeks + later))
