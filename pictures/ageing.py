"""The age of open work, drawn: each open case in its step, against what resolved ones took."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from measurement.flow.ageing import QUANTILES, Ageing, OpenCase
from pictures.legible import fitting
from pictures.panel import Axis, spread
from pictures.picture import Cell, Picture
from pictures.units import scale_of, shown, told_ticks
from pictures.vega import ACCENT, BODY_WIDTH, INK, drawn

HEIGHT = 440
FREE = 200
MOST = 1500
"""Cases drawn; the table has all."""
COLUMNS = 10
STEP = 130
"""Units for the name of a step."""
OTHER = "other steps"
NONE = "no case is open"


def ageing_picture(found: Ageing, *, title: str, facts: Sequence[str], source: str) -> Picture:
    """Open cases by the step they stand in and their age, on a logarithmic axis."""
    steps = _steps(found.open)
    rows = [
        {
            "step": case.step if case.step in steps else OTHER,
            # Cases of one age lie side by side, not on each other; the place says nothing else.
            "aside": ((place * 61) % 100) / 100,
            "age": max(case.age_s, 1.0),
        }
        for place, case in enumerate(found.open[:MOST])
    ]
    marks = {f"P{q * 100:.0f}": mark for q, mark in zip(QUANTILES, found.marks, strict=True) if mark}
    axis = Axis.over([*(max(case.age_s, 1.0) for case in found.open[:MOST]), *marks.values()], True, HEIGHT)
    ticks: dict[str, Any] = told_ticks(axis.low, axis.high)
    scale = alt.Scale(type="log", domain=[axis.low, axis.high], nice=False)
    y = alt.Y("age:Q", title="age, logarithmic axis", scale=scale, axis=alt.Axis(**ticks))
    named = [*steps, *([OTHER] if any(row["step"] == OTHER for row in rows) else [])] or [NONE]
    labels = fitting(named, STEP)
    rows = [row | {"step": labels[str(row["step"])]} for row in rows]
    order = [labels[name] for name in named]
    below = alt.Axis(labelAngle=0, labelLimit=STEP)
    x = alt.X("step:N", sort=order, title=None, scale=alt.Scale(domain=order), axis=below)
    points = alt.Chart(alt.InlineData(values=rows)).mark_point(
        filled=True, color=ACCENT, size=22 if len(rows) > 200 else 50, opacity=0.75
    )
    aside = alt.XOffset("aside:Q", scale=alt.Scale(domain=[-0.2, 1.2]))
    lines = [*(_mark(value, y) for value in marks.values()), *_named(marks, axis)]
    body, width, height = drawn(
        alt.layer(points.encode(x=x, y=y, xOffset=aside), *lines).properties(width=BODY_WIDTH - FREE, height=HEIGHT)
    )
    many = f"{len(found.open):,} open"
    late = ", ".join(f"{n:,} older than {name}" for name, n in zip(marks, found.beyond, strict=False) if n is not None)
    oldest = shown(found.open[0].age_s, scale_of("s", found.open[0].age_s)) if found.open else "none"
    held = (
        f"Of {len(found.open):,} open cases: {late}. Marks are of {found.resolved:,} resolved ones, which were quicker "
        "than open ones will be: beyond a mark is late, before it is not yet early."
    )
    return Picture(
        title=title,
        facts=(f"{many} at {found.as_of:%-d %b %Y %H:%M} UTC", *facts),
        body=body,
        body_width=width,
        body_height=height,
        alt=f"{many} cases by step and age, the oldest {oldest}; {late or 'none is resolved yet'}.",
        rows=_rows(found.open),
        notes=(
            held if late else "No case is resolved yet: there is nothing to hold the ages against.",
            *((f"The {MOST:,} oldest are drawn; the table has all.",) if len(found.open) > MOST else ()),
        ),
        source=source,
    )


def _mark(value: float, y: Any) -> Any:
    """A line across."""
    rule = alt.Chart(alt.InlineData(values=[{"age": value}])).mark_rule(color=INK, strokeDash=[6, 3], strokeWidth=1.2)
    return rule.encode(y=y)


def _named(marks: Mapping[str, float], axis: Axis) -> list[Any]:
    """The names of the lines right of them, moved apart where lines are close."""
    said = spread(
        [(axis.y(value), f"{name} of resolved {shown(value, scale_of('s', value))}") for name, value in marks.items()]
    )
    return [
        alt.Chart(alt.InlineData(values=[{"label": label}]))
        .mark_text(align="left", color=INK)
        .encode(x=alt.value(BODY_WIDTH - FREE + 8), y=alt.value(at), text="label:N")
        for at, label in said
    ]


def _steps(cases: Sequence[OpenCase]) -> list[str]:
    """Those that hold most of the open cases."""
    counts: dict[str, int] = {}
    for case in cases:
        counts[case.step] = counts.get(case.step, 0) + 1
    return sorted(counts, key=lambda step: (-counts[step], step))[:COLUMNS]


def _rows(cases: Sequence[OpenCase]) -> list[dict[str, Cell]]:
    return [
        {
            "case": case.case_id,
            "age (h)": round(case.age_s / 3600, 2),
            "step": case.step,
            "team": case.team,
            "in step (h)": round(case.in_step_s / 3600, 2),
        }
        for case in cases
    ]
