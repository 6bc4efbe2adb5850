"""The value stream as a log recorded it: steps in their usual order, waits before them, work that came back."""

from collections.abc import Mapping, Sequence
from typing import Any

from measurement.flow.places import END, NEGLIGIBLE, OTHERS, OWN, RARE, Choice, place
from measurement.flow.stream import DAY, Information, Inventory, Loop, Step, ValueStream
from measurement.flow.stretches import STEP, prepare, some
from measurement.log.eventlog import EventLog

LOOPS = 4
"""Ways back that are drawn, the dearest ones."""
BEFORE_ANY = "before the first event"
BY_VOICE = frozenset({"phone", "walk_up", "walk-up", "walk in", "direct opening"})
"""Channels on which people carry the information themselves."""
WEEK = 7


def recorded_stream(
    log: EventLog, by: str = STEP, steps: Sequence[str] = (), hours_per_week: float | None = None
) -> ValueStream:
    """The value stream of all cases, open ones up to `as_of`; each time is a mean over all cases, so that rungs add up.

    `by`: what is a step: that of the process, or any column of the events (team, a line, a role). `steps`: those
    to draw, in this order; else the ones that take the most time. `hours_per_week`: working time, for takt.
    Demand: cases opened per day in the middle nine tenths. Raises BadData for a step or column that is not there.
    """
    n = some(log)
    prepare(log)
    choice = place(log, by, steps)
    (whole,) = log.rows("""
        WITH days AS (SELECT opened_at, ended_as, epoch_us(opened_at) / 864e8 AS day FROM cases)
        SELECT quantile_cont(day, 0.95) - quantile_cont(day, 0.05) AS middle,
          min(opened_at) AS since, max(opened_at) AS until, count(*) FILTER (ended_as IS NULL) AS open FROM days
    """)
    middle = whole["middle"]
    per_day = 0.9 * n / middle if n > 1 and middle > 0 else None
    inventories = _inventories(log, n, per_day)
    boxes = _boxes(log, by, choice, inventories, n)
    return ValueStream(
        title=f"Value stream of {log.name}",
        steps=boxes,
        after=inventories.get(END, Inventory()),
        loops=_loops(log, [box.name for box in boxes], n),
        information=_information(log),
        control="Ticket tool",
        demand_per_day=per_day,
        available_s_per_day=None if hours_per_week is None else hours_per_week * 3600 / WEEK,
        n=n,
        period=f"cases opened {whole['since']:%Y-%m-%d} to {whole['until']:%Y-%m-%d}",
        notes=tuple(_notes(log, choice, boxes, n, whole["open"], hours_per_week)),
        source=log.source,
    )


def _inventories(log: EventLog, n: int, per_day: float | None) -> dict[str, Inventory]:
    """What waits before each step; the time before the first event is waiting too: nobody had done anything."""
    rows = log.rows(
        """
        WITH first AS (
          SELECT case_id, arg_min(place, seq) AS place, min(started) AS started, any_value(opened_at) AS opened_at
          FROM places GROUP BY case_id
        ), waits AS (
          SELECT place, step AS reason, wait_s AS seconds FROM places WHERE wait_s > 0
          UNION ALL SELECT place, ?, (epoch_us(started) - epoch_us(opened_at)) / 1e6 FROM first
        )
        SELECT place, reason, sum(seconds) AS seconds FROM waits
        GROUP BY place, reason HAVING sum(waits.seconds) > 0 ORDER BY place, seconds DESC, reason
        """,
        BEFORE_ANY,
    )
    found = {}
    for name in dict.fromkeys(row["place"] for row in rows):
        here = [row for row in rows if row["place"] == name]
        days = sum(row["seconds"] for row in here) / n / DAY
        pieces = None if per_day is None else days * per_day
        found[name] = Inventory(pieces=pieces, days=days, reasons=tuple(row["reason"] for row in here[:3]))
    return found


def _boxes(log: EventLog, by: str, choice: Choice, inventories: Mapping[str, Inventory], n: int) -> tuple[Step, ...]:
    rows = log.rows("""
        SELECT place, count(DISTINCT case_id) AS n, median(inside_s) AS cycle_s, quantile_cont(inside_s, 0.85) AS p85,
          sum(s.touch_s) AS touch_s, sum(s.unclassified_s) AS unclassified_s,
          count(DISTINCT case_id) FILTER (time_in > 1) AS reworked,
          count(*) FILTER (next_place IS NOT NULL) AS handed, count(*) FILTER (after_next = place) AS returned
        FROM place_stays s GROUP BY place
    """)
    who = log.rows("""
        WITH stays AS (
          SELECT place, bool_or(human) AS by_hand FROM places WHERE NOT waiting GROUP BY place, case_id, stay
        ), people AS (SELECT place, count(DISTINCT person) AS people FROM places WHERE NOT waiting GROUP BY place)
        SELECT place, any_value(people) AS people, avg((NOT by_hand)::INTEGER) AS automated
        FROM people JOIN stays USING (place) GROUP BY place
    """)
    measured: dict[str, dict[str, Any]] = {row["place"]: row for row in rows}
    for row in who:
        measured[row["place"]] |= row
    boxes = [_box(name, name, measured, inventories, n, by) for name in choice.steps]
    (rest,) = log.rows(f"""
        SELECT coalesce(sum(touch_s + unclassified_s + wait_s) FILTER (place = '{OTHERS}'), 0) AS others,
          sum(touch_s + unclassified_s + wait_s) AS whole FROM places
    """)
    if rest["others"] >= NEGLIGIBLE * rest["whole"]:
        many = len(choice.left_out)
        boxes.append(_box(f"{many} other{'s' if many > 1 else ''}", OTHERS, measured, inventories, n, by))
    return tuple(boxes)


def _box(
    name: str, key: str, measured: Mapping[str, dict[str, Any]], inventories: Mapping[str, Inventory], n: int, by: str
) -> Step:
    before = inventories.get(key, Inventory())
    judged = by not in OWN and key != OTHERS
    row = measured.get(key)
    if row is None:
        return Step(name=name, before=before, n=0, share=0.0, touch_s=0.0)
    return Step(
        name=name,
        before=before,
        cycle_s=row["cycle_s"],
        cycle_p85_s=row["p85"],
        touch_s=row["touch_s"] / n,
        unclassified_s=row["unclassified_s"] / n,
        n=row["n"],
        share=row["n"] / n,
        people=row["people"] or None,
        # Many steps in one box give to each other: its yields would mean nothing.
        first_pass_yield=None if key == OTHERS else 1 - row["reworked"] / row["n"],
        # Steps do not judge what they are given; teams and lines do.
        complete_accurate=1 - row["returned"] / row["handed"] if judged and row["handed"] else None,
        automated=row["automated"],
    )


def _loops(log: EventLog, boxes: Sequence[str], n: int) -> tuple[Loop, ...]:
    rows = log.rows("""
        SELECT came_from, place, count(DISTINCT case_id) AS cases, sum(inside_s) AS seconds
        FROM place_stays WHERE time_in > 1 GROUP BY came_from, place ORDER BY seconds DESC, cases DESC, came_from, place
    """)
    rank = {name: number for number, name in enumerate(boxes)}
    back = [
        Loop(back_from=r["came_from"], back_to=r["place"], share=r["cases"] / n, seconds=r["seconds"] / n)
        for r in rows
        if r["cases"] >= RARE * n and rank.get(r["place"], len(rank)) <= rank.get(r["came_from"], -1)
    ]
    return tuple(back[:LOOPS])


def _information(log: EventLog) -> tuple[Information, ...]:
    rows = log.rows("SELECT channel, count(*) AS n FROM cases GROUP BY channel ORDER BY n DESC, channel")
    known = [row for row in rows if row["channel"]]
    total = sum(row["n"] for row in rows)
    label = ", ".join(f"{row['channel']} {row['n'] / total:.0%}" for row in known[:2]) or "cases"
    spoken = bool(known) and known[0]["channel"].lower() in BY_VOICE
    return (
        Information(start="requester", end="control", label=label, electronic=not spoken),
        Information(start="control", end="steps", label="work list"),
    )


def _notes(
    log: EventLog, choice: Choice, boxes: Sequence[Step], n: int, still_open: int, hours_per_week: float | None
) -> list[str]:
    notes = [
        "Rungs are means over all cases, so that they add up; C/T is the median of one stay [P85]; "
        "I is the mean number of cases that wait there: demand x wait."
    ]
    if any(box.unclassified_s for box in boxes):
        notes.append("Hatched: may be work or waiting, the log does not say.")
    if choice.left_out:
        more = len(choice.left_out) - 4
        named = ", ".join(choice.left_out[:4]) + (f" and {more} more" if more > 0 else "")
        drawn = "together" if len(boxes) > len(choice.steps) else "under 0.5% of the time, not drawn"
        notes.append(f"Without a box of their own ({drawn}): {named}.")
    if still_open:
        notes.append(f"{still_open:,} of {n:,} cases are open and count up to {log.as_of:%Y-%m-%d %H:%M} UTC.")
    if hours_per_week is not None:
        notes.append(f"Takt: {hours_per_week:g} working hours a week over the demand of a week.")
    return notes
