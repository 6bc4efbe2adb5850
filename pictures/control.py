"""Control charts and run charts, drawn: points, centre, limits, signals, and the part that gave the limits."""

from collections.abc import Sequence

import altair as alt

from measurement.charts.chart import Chart
from measurement.charts.rules import in_words
from pictures.panel import LINES, MOST, panel, rules_broken
from pictures.picture import Cell, Picture
from pictures.units import PLAIN, Scale, scale_of, shown
from pictures.vega import drawn

HEIGHT, SMALL = 380, 120


def control_picture(
    chart: Chart, *, title: str, unit: str, what: str, facts: Sequence[str], source: str, log: bool = False
) -> Picture:
    """The chart with its promise of false alarms on its face.

    `unit` of the points: `s`, `0-1` or a word. `what`: what one point is, the title of the axis. `log`: the limits
    were computed of logarithms, so the axis is logarithmic and the second chart holds factors.
    """
    scale = PLAIN if log else scale_of(unit, max((abs(p) for p in chart.points if p is not None), default=1.0))
    panels = [panel(chart, scale, what, HEIGHT, unit=unit, log=log)]
    if chart.dispersion is not None:
        name = "factor" if log else "range"
        # Moving ranges are one fewer than the points, and stand below the second of their two.
        first = 1 + len(chart.points) - len(chart.dispersion.points)
        panels.append(panel(chart.dispersion, scale, name, SMALL, unit="" if log else unit, log=log, first=first))
    body, width, height = drawn(alt.vconcat(*panels, spacing=28).resolve_scale(x="shared"))
    read = scale_of(unit, max((p for p in chart.points if p is not None), default=1.0)) if log else scale
    return Picture(
        title=title,
        facts=(chart.title, *facts),
        body=body,
        body_width=width,
        body_height=height,
        alt=_in_words(chart, read, what),
        rows=control_rows(chart, read),
        notes=_notes(chart),
        source=source,
    )


def control_rows(chart: Chart, scale: Scale) -> list[dict[str, Cell]]:
    """The table: one row a point, with its limits and the rules it breaks."""
    unit = f" ({scale.short})" if scale.short else ""
    lines = {
        "upper limit": chart.each(chart.ucl),
        "centre": chart.each(chart.centre),
        "lower limit": chart.each(chart.lcl),
    }
    broken = rules_broken(chart)
    rows: list[dict[str, Cell]] = []
    for place, point in enumerate(chart.points):
        row: dict[str, Cell] = {"point": place + 1}
        if chart.labels:
            row["label"] = chart.labels[place]
        row[f"value{unit}"] = None if point is None else scale.of(point)
        if chart.lower is not None:
            row[f"downward sum{unit}"] = scale.of(chart.lower[place])
        for name, line in lines.items():
            height = line[place]
            row[f"{name}{unit}"] = None if height is None else scale.of(height)
        if chart.sizes:
            row["size"] = chart.sizes[place]
        row["signal"] = broken.get(place, "")
        rows.append(row)
    return rows


def _notes(chart: Chart) -> tuple[str, ...]:
    limited = chart.ucl is not None or chart.lcl is not None
    limits = f"{'Limits' if limited else 'Centre'}: {chart.estimator}."
    if chart.phase1 and chart.phase1 < len(chart.points):
        limits += f" Computed from the first {chart.phase1} points (shaded), the rest judged by them."
    elif chart.phase1 and limited:
        limits += f" Trial limits: computed from the same {chart.phase1} points they judge."
    if chart.lower is not None:
        limits += " Solid: the upward sum; dotted: the downward sum."
    also = "; ".join(chart.notes)
    rules = f"Signals: {in_words(chart.rules)}. Expected false alarms: {chart.false_alarms}."
    thinned = (
        f"Of {len(chart.points):,} points the lowest and the highest of each stretch are drawn; the table has all."
    )
    notes = (limits, rules, f"{also[:1].upper()}{also[1:]}.", thinned if len(chart.points) > MOST else "")
    return tuple(note for note in notes if note not in ("", "."))


def _in_words(chart: Chart, scale: Scale, what: str) -> str:
    known = [p for p in chart.points if p is not None]
    if not known:
        return f"{chart.title} of {what}, without points."
    signals = len({signal.index for signal in chart.signals})
    last = {name: chart.each(line)[-1] for name, line in zip(LINES, (chart.ucl, chart.centre, chart.lcl), strict=True)}
    lines = ", ".join(f"{name} {shown(value, scale)}" for name, value in last.items() if value is not None)
    return (
        f"{chart.title} of {what}: {len(known)} points from {shown(min(known), scale)} to {shown(max(known), scale)}; "
        f"{lines or 'no lines'}; {signals} {'point signals' if signals == 1 else 'points signal'} a change."
    )
