"""The cumulative flow, drawn: what came, what stands in each step, what left."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import altair as alt

from measurement.flow.cumulative import CumulativeFlow
from pictures.panel import Axis, spread
from pictures.picture import Cell, Picture
from pictures.vega import BODY_WIDTH, GREY, INK, drawn

HEIGHT = 440
FREE = 230
SHADES = ("#d9dee5", "#1f5a96", "#7fa8d1", "#0b2f57", "#a9c6e3", "#4c7fb5", "#c9daec", "#5b6b7d")
"""Light and dark in turn, so that bands stay apart in grey print; each carries its name."""
GONE = "resolved or withdrawn"
DAYS = 400
"""Points across; of longer logs every so many days are drawn, and the table has all."""


def cumulative_picture(flow: CumulativeFlow, *, title: str, facts: Sequence[str], source: str) -> Picture:
    """Bands from the departed up to the arrived: their height is what stands there, their length how long it takes."""
    bands = {GONE: flow.departed, **flow.standing}
    every = max(1, -(-len(flow.days) // DAYS))
    places = sorted({*range(0, len(flow.days), every), len(flow.days) - 1})
    # One day alone would be a line without width: it rises from the evening before, when nothing had come.
    before = [(flow.days[0] - timedelta(days=1)).isoformat()] if len(flow.days) == 1 else []
    rows: list[dict[str, Any]] = []
    tops: dict[int, float] = dict.fromkeys(places, 0.0)
    middle: dict[str, float] = {}
    for order, (name, counts) in enumerate(bands.items()):
        rows += [{"day": day, "low": 0, "high": 0, "band": f"{order} {name}"} for day in before]
        for place in places:
            low = tops[place]
            tops[place] = low + counts[place]
            day = flow.days[place].isoformat()
            rows.append({"day": day, "low": low, "high": tops[place], "band": f"{order} {name}"})
        middle[name] = tops[places[-1]] - counts[places[-1]] / 2
    axis = Axis(0.0, max(max(flow.arrived), 1) * 1.02, False, HEIGHT)
    ticks: Any = 7 if len(flow.days) > 7 else {"interval": "day", "step": 1}
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b %Y", tickCount=ticks, grid=False, labelAngle=0))
    up = alt.Scale(domain=[axis.low, axis.high], nice=False)
    names = [f"{order} {name}" for order, name in enumerate(bands)]
    colour = alt.Color("band:N", scale=alt.Scale(domain=names, range=[*SHADES[: len(names)]]), legend=None)
    areas = alt.Chart(alt.InlineData(values=rows)).mark_area(stroke="white", strokeWidth=0.8)
    last = {name: counts[-1] for name, counts in bands.items()}
    words = spread([(axis.y(middle[name]), f"{name} {last[name]:,}") for name in bands])
    swatches = zip(sorted(bands, key=lambda name: axis.y(middle[name])), words, strict=True)
    labels = [
        layer
        for name, (at, label) in swatches
        for layer in _label(at, label, SHADES[list(bands).index(name) % len(SHADES)])
    ]
    body, width, height = drawn(
        alt.layer(
            areas.encode(x=x, y=alt.Y("low:Q", title="cases so far", scale=up), y2="high:Q", color=colour),
            *labels,
        ).properties(width=BODY_WIDTH - FREE, height=HEIGHT)
    )
    standing = sum(counts[-1] for counts in flow.standing.values())
    many = "1 day" if len(flow.days) == 1 else f"{len(flow.days):,} days"
    most = max(a - d for a, d in zip(flow.arrived, flow.departed, strict=True))
    return Picture(
        title=title,
        facts=tuple(facts),
        body=body,
        body_width=width,
        body_height=height,
        alt=f"Cumulative flow over {many}: {flow.arrived[-1]:,} cases came, {flow.departed[-1]:,} left, "
        f"{standing:,} stand in {len(flow.standing)} bands; at most {most:,} stood at once.",
        rows=_flow_rows(flow),
        notes=(
            "A band's height is how many cases stand there at the end of a day (UTC); its length from left to right is "
            "about how long a case takes. A band that grows is where work piles up.",
            *((f"Every {every} days are drawn; the table has each day.",) if every > 1 else ()),
        ),
        source=source,
    )


def _label(at: float, label: str, colour: str) -> tuple[Any, Any]:
    """A swatch and its words, right of the drawing."""
    said = alt.Chart(alt.InlineData(values=[{"label": label}]))
    left = BODY_WIDTH - FREE + 14
    look: dict[str, Any] = {"filled": True, "size": 110, "color": colour, "stroke": GREY, "strokeWidth": 0.6}
    swatch = said.mark_point(shape="square", opacity=1, **look)
    return (
        swatch.encode(x=alt.value(left), y=alt.value(at)),
        said.mark_text(align="left", color=INK).encode(x=alt.value(left + 14), y=alt.value(at), text="label:N"),
    )


def _flow_rows(flow: CumulativeFlow) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for place, day in enumerate(flow.days):
        row: dict[str, Cell] = {
            "day": day.isoformat(),
            "arrived": flow.arrived[place],
            "departed": flow.departed[place],
        }
        rows.append(row | {name: counts[place] for name, counts in flow.standing.items()})
    return rows
