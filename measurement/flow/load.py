"""Load and the bottleneck, by its three signs: the highest load, the longest wait, the growing queue."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

import numpy as np

from measurement.flow.places import END, OTHERS, place
from measurement.flow.stretches import STEP, prepare
from measurement.flow.window import Window, middle
from measurement.log.eventlog import EventLog

HOURS_PER_WEEK = 40.0
WEEK = 7 * 86400.0
RARE = 0.01
"""A place that gets a smaller share of all visits is no candidate."""
TEAM = "team"


@dataclass(frozen=True)
class Place:
    """A team; or a step, with the waiting before it, where teams are not known. All within the window."""

    name: str
    visits: int
    people: float | None
    """Who acted there in a week, on the mean; None where the log names nobody."""
    touch_s: float
    load: float | None
    """Touch / (people x working time). Above 1: people hold several cases at once, or the rules call more work than
    was done. None where nothing is known to be work, or nobody is named."""
    wait_s: float
    """Of one visit, the mean."""
    queue_start: int
    """Cases there at the beginning."""
    queue_end: int
    growth_per_week: float | None
    """Slope of the weekly number of cases there (least squares); None below three weeks."""


@dataclass(frozen=True)
class Bottleneck:
    """The place with each sign, None where no place has it; where they agree there is little doubt."""

    by: str
    window: Window
    hours_per_week: float
    places: tuple[Place, ...]
    """Those with most visits first."""
    highest_load: str | None
    longest_wait: str | None
    growing_queue: str | None
    no_load: str | None
    """Why no load is known; None where it is."""

    @property
    def agrees(self) -> bool:
        """Whether all three point to one place."""
        signs = {self.highest_load, self.longest_wait, self.growing_queue}
        return len(signs) == 1 and None not in signs


def bottleneck(log: EventLog, hours_per_week: float = HOURS_PER_WEEK, window: Window | None = None) -> Bottleneck:
    """The three signs over the window, the middle of the log unless another one is given."""
    prepare(log)
    window = window or middle(log)
    teams = [
        row["team"] for row in log.rows("SELECT DISTINCT team FROM stretches WHERE team IS NOT NULL ORDER BY team")
    ]
    by = TEAM if len(teams) > 1 else STEP
    place(log, by, teams if by == TEAM else ())
    places = [_place(row, queue, hours_per_week, window) for row, queue in _counted(log, window)]
    visits = sum(one.visits for one in places)
    common = [one for one in places if one.visits >= RARE * visits]
    growing = [one for one in common if (one.growth_per_week or 0) > 0]
    loaded = [one for one in common if one.load is not None]
    waits = [one for one in common if one.wait_s > 0]
    return Bottleneck(
        by=by,
        window=window,
        hours_per_week=hours_per_week,
        places=tuple(places),
        highest_load=max(loaded, key=lambda one: one.load or 0.0).name if loaded else None,
        longest_wait=max(waits, key=lambda one: one.wait_s).name if waits else None,
        growing_queue=max(growing, key=lambda one: one.growth_per_week or 0.0).name if growing else None,
        no_load=None if loaded else _why(places),
    )


def _counted(log: EventLog, window: Window) -> list[tuple[dict[str, Any], list[int]]]:
    """Each place with what happened there in the window, and its queue at the beginning and at the end of each week."""
    span = (window.start, window.end)
    rows = log.rows(
        f"""
        WITH cut AS (
          FROM places WHERE started >= ? AND started < ? AND place NOT IN ('{END}', '{OTHERS}')
        ), weekly AS (
          SELECT place, date_trunc('week', started) AS week, count(DISTINCT person) AS people
          FROM cut WHERE person IS NOT NULL GROUP BY place, week
        ), manned AS (SELECT place, avg(people) AS people FROM weekly GROUP BY place)
        SELECT place AS name, count(DISTINCT (case_id, stay)) AS visits, any_value(people) AS people,
          sum(touch_s) AS touch_s, sum(wait_s) AS wait_s
        FROM cut LEFT JOIN manned USING (place) GROUP BY place ORDER BY visits DESC, name
        """,
        *span,
    )
    held = log.arrays("""
        SELECT place, epoch(min(started)) AS entered, epoch(max(ended)) AS "left"
        FROM places GROUP BY case_id, place, stay
    """)
    start, end = (at.replace(tzinfo=UTC).timestamp() for at in span)
    looks = [*np.arange(start, end, WEEK), end]
    queues = []
    for row in rows:
        mine = held["place"] == row["name"]
        entered, left = np.sort(held["entered"][mine]), np.sort(held["left"][mine])
        queues.append([int(np.searchsorted(entered, at, "right") - np.searchsorted(left, at, "right")) for at in looks])
    return list(zip(rows, queues, strict=True))


def _place(row: dict[str, Any], queue: list[int], hours_per_week: float, window: Window) -> Place:
    available = (row["people"] or 0) * hours_per_week * 3600 * window.days / 7
    weekly = queue[:-1]
    slope = float(np.polyfit(np.arange(len(weekly)), weekly, 1)[0]) if len(weekly) >= 3 else None
    return Place(
        name=row["name"],
        visits=row["visits"],
        people=row["people"],
        touch_s=row["touch_s"],
        load=row["touch_s"] / available if available and row["touch_s"] > 0 else None,
        wait_s=row["wait_s"] / row["visits"],
        queue_start=queue[0],
        queue_end=queue[-1],
        growth_per_week=slope,
    )


def _why(places: list[Place]) -> str:
    if not any(one.people for one in places):
        return "the log names nobody who does the work"
    return "no rule says which activities are work: declare `kinds` in the mapping"
