"""The cumulative flow: arrivals, what stands in each step, and departures, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from measurement.flow.balance import ENDED
from measurement.flow.rework import stays
from measurement.flow.stretches import some
from measurement.log.eventlog import EventLog

MOST_STEPS = 6
OTHERS = "other steps"
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class CumulativeFlow:
    """At the end of each day (24:00 UTC): how many had come, stood in each step, had left.

    Every day arrived = sum of all steps + departed: the bands of the diagram.
    """

    days: tuple[date, ...]
    arrived: tuple[int, ...]
    departed: tuple[int, ...]
    standing: dict[str, tuple[int, ...]]
    """Per step, those that hold the most cases first; a case not begun stands in its first step."""


def cumulative_flow(log: EventLog, most_steps: int = MOST_STEPS) -> CumulativeFlow:
    """From the day of the first opening to that of the last departure, or of the reading while cases are open."""
    some(log)
    stays(log)
    lives = log.arrays(f"SELECT epoch_us(opened_at) AS came, epoch_us({ENDED}) AS gone FROM cases")
    came, gone = lives["came"].astype(float), lives["gone"].astype(float)
    open_now = bool(np.isnan(gone).any())
    last = log.as_of.timestamp() * 1e6 if open_now else float(np.nanmax(np.fmax(gone, came)))
    first = int(came.min() // DAY_US)
    days = int(last // DAY_US) - first + 1
    held = log.arrays("""
        SELECT s.step, epoch_us(CASE WHEN s.place = 1 THEN c.opened_at ELSE s.entered END) AS entered,
          epoch_us(coalesce(lead(s.entered) OVER (PARTITION BY case_id ORDER BY s.place),
            CASE WHEN c.ended_as IS NOT NULL THEN coalesce(c.resolved_at, c.closed_at, c.last_at) END)) AS "left"
        FROM stays s JOIN cases c USING (case_id)
    """)
    entered, left = held["entered"].astype(float), held["left"].astype(float)
    names, which = np.unique(held["step"].astype(str), return_inverse=True)
    weight = np.bincount(which, np.where(np.isnan(left), last, left) - entered, minlength=len(names))
    order = np.argsort(-weight, kind="stable")
    standing: dict[str, tuple[int, ...]] = {}
    shown = order[:most_steps]
    for place in shown:
        mine = which == place
        standing[str(names[place])] = _standing(entered[mine], left[mine], first, days)
    rest = ~np.isin(which, shown)
    if rest.any():
        standing[OTHERS] = _standing(entered[rest], left[rest], first, days)
    return CumulativeFlow(
        days=tuple(date(1970, 1, 1) + timedelta(days=first + k) for k in range(days)),
        arrived=_until(came, first, days),
        departed=_until(gone[~np.isnan(gone)], first, days),
        standing=standing,
    )


def _until(at: "np.ndarray[tuple[int], np.dtype[np.float64]]", first: int, days: int) -> tuple[int, ...]:
    """How many had happened by the end of each day."""
    # A step entered and left at midnight sharp belongs to the day that begins.
    day = (at // DAY_US).astype(int) - first
    counts = np.bincount(np.clip(day, 0, days - 1), minlength=days)
    return tuple(int(n) for n in np.cumsum(counts))


def _standing(
    entered: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    left: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    first: int,
    days: int,
) -> tuple[int, ...]:
    came, gone = _until(entered, first, days), _until(left[~np.isnan(left)], first, days)
    return tuple(a - b for a, b in zip(came, gone, strict=True))
