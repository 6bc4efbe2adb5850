"""Control charts and run charts, drawn: points, centre, limits, signals, and the part that gave the limits."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt

from measurement.charts.chart import Chart
from pictures.picture import Cell, Picture
from pictures.units import Scale, scale_of, shown
from pictures.vega import ACCENT, ALARM, BODY_WIDTH, GREY, INK, drawn

HEIGHT, SMALL = 380, 120
FREE = 200
"""Units kept free on the right, for the words beside the lines."""
SHADE = "#f1f4f8"
LINES = ("upper limit", "centre", "lower limit")


def control_picture(chart: Chart, *, title: str, unit: str, what: str, facts: Sequence[str], source: str) -> Picture:
    """The chart with its promise of false alarms on its face.

    `unit` of the points: `s`, `0-1` or a word. `what`: what one point is, the title of the axis.
    """
    scale = scale_of(unit, max((abs(p) for p in chart.points if p is not None), default=1.0))
    panels = [_panel(chart, scale, what, HEIGHT)]
    if chart.dispersion is not None:
        panels.append(_panel(chart.dispersion, scale, chart.dispersion.title, SMALL))
    body, width, height = drawn(alt.vconcat(*panels, spacing=28))
    return Picture(
        title=title,
        facts=(chart.title, *facts),
        body=body,
        body_width=width,
        body_height=height,
        alt=_in_words(chart, scale, what),
        rows=control_rows(chart, scale),
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
    broken = _broken(chart)
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
    limits = f"Limits: {chart.estimator}."
    if chart.phase1 and chart.phase1 < len(chart.points):
        limits += f" Computed from the first {chart.phase1} points (shaded), the rest judged by them."
    elif chart.phase1:
        limits += f" Trial limits: computed from the same {chart.phase1} points they judge."
    rules = f"Rules on: {', '.join(chart.rules) or 'none'}. Expected false alarms: {chart.false_alarms}."
    return (limits, rules, *chart.notes)


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


def _broken(chart: Chart) -> dict[int, str]:
    """By place: the rules broken there."""
    found: dict[int, list[str]] = {}
    for signal in chart.signals:
        found.setdefault(signal.index - 1, []).append(signal.rule)
    return {place: ", ".join(rules) for place, rules in found.items()}


def _positions(chart: Chart) -> tuple[list[Any], bool]:
    """Where the points stand: on their days when all labels are days, else by number."""
    try:
        days = [date.fromisoformat(label[:10]) for label in chart.labels or ()]
    except ValueError:
        days = []
    if days and len(set(days)) == len(days):
        return [day.isoformat() for day in days], True
    return list(range(1, len(chart.points) + 1)), False


def _panel(chart: Chart, scale: Scale, what: str, height: int) -> Any:
    places, dated = _positions(chart)
    heights = [chart.each(line) for line in (chart.ucl, chart.centre, chart.lcl)]
    broken = _broken(chart)

    def scaled(value: float | None) -> float | None:
        return None if value is None else scale.of(value)

    rows = [
        {"x": x, "value": scaled(point), "rules": broken.get(place, "")}
        | {name: scaled(line[place]) for name, line in zip(LINES, heights, strict=True)}
        | ({} if chart.lower is None else {"lower": scale.of(chart.lower[place])})
        for place, (x, point) in enumerate(zip(places, chart.points, strict=True))
    ]
    dates: dict[str, Any] = {"format": "%-d %b %Y", "tickCount": 7} if dated else {}
    axis = alt.Axis(grid=False, labelAngle=0, labelOverlap=True, **dates)
    kind = "T" if dated else "Q"
    x = alt.X(f"x:{kind}", title=None if dated else "point", axis=axis, scale=alt.Scale(nice=False))
    title = f"{what}, {scale.title}" if scale.title else what
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x)
    good, bad = base.transform_filter("datum.rules == ''"), base.transform_filter("datum.rules != ''")
    many = len(rows) > 150
    layers = [*_shade(chart, places, kind), *_lines(base, rows, kind, scale)]
    if chart.lower is not None:
        layers.append(base.mark_line(color=ACCENT, strokeWidth=1.5, strokeDash=[2, 3]).encode(y="lower:Q"))
    layers += [
        base.mark_line(color=ACCENT, strokeWidth=1 if many else 1.6).encode(y=y),
        good.mark_point(shape="circle", filled=True, color=ACCENT, size=10 if many else 36, opacity=1).encode(y=y),
        bad.mark_point(shape="triangle-up", filled=True, color=ALARM, size=140, opacity=1).encode(y=y),
    ]
    if len(broken) <= 40:
        layers.append(bad.mark_text(dy=-15, fontWeight="bold", color=ALARM).encode(y=y, text="rules:N"))
    return alt.layer(*layers).properties(width=BODY_WIDTH - FREE, height=height)


def _shade(chart: Chart, places: Sequence[Any], kind: str) -> list[Any]:
    if not 0 < chart.phase1 < len(places):
        return []
    stretch = alt.InlineData(values=[{"from": places[0], "to": places[chart.phase1 - 1]}])
    return [alt.Chart(stretch).mark_rect(color=SHADE).encode(x=f"from:{kind}", x2="to")]


def _lines(base: Any, rows: Sequence[dict[str, Any]], kind: str, scale: Scale) -> list[Any]:
    layers = []
    for name in LINES:
        if all(row[name] is None for row in rows):
            continue
        dash = [1, 0] if name == "centre" else [7, 4]
        layers.append(
            base.mark_line(color=GREY, strokeDash=dash, strokeWidth=1.3, interpolate="step").encode(y=f"{name}:Q")
        )
        end = next(row for row in reversed(rows) if row[name] is not None)
        said = {"x": end["x"], "y": end[name], "label": f"{name} {shown(end[name] * scale.divisor, scale)}"}
        layers.append(
            alt.Chart(alt.InlineData(values=[said]))
            .mark_text(align="left", dx=10, color=INK)
            .encode(x=f"x:{kind}", y="y:Q", text="label:N")
        )
    return layers
