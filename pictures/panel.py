"""One panel of a control chart: points, lines named beside it, signals, the stretch that gave the limits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from measurement.charts.chart import Chart
from pictures.units import Scale, scale_of, shown, told_ticks
from pictures.vega import ACCENT, ALARM, BODY_WIDTH, GREY, INK

FREE = 190
"""Units kept free on the right, for the words beside the lines."""
SHADE = "#f1f4f8"
MARKED = 40
"""Signals whose rule is written beside them; more would cover each other, and the table names them."""
MOST = 1200
"""Points on one picture; of more, the lowest and the highest of each stretch are drawn."""
LINES = ("upper limit", "centre", "lower limit")
APART = 16.0
"""Between two lines of words."""
LETTER = 9.0
"""Width of a letter of a rule."""
AIR = 0.05
"""Of the height, free above and below."""


@dataclass(frozen=True)
class Axis:
    """The vertical axis: from `low` to `high` in the units drawn, `height` units tall."""

    low: float
    high: float
    log: bool
    height: float

    @classmethod
    def over(cls, values: Sequence[float], log: bool, height: float) -> "Axis":
        """Around all of these, with some air."""
        shown_values = [v for v in values if not log or v > 0] or [1.0]
        low, high = min(shown_values), max(shown_values)
        if log:
            air = (high / low) ** AIR if high > low else 2.0
            return cls(low / air, high * air, True, height)
        air = (high - low) * AIR or abs(high) * AIR or 1.0
        # An axis of what is never negative does not begin below nothing.
        return cls(max(0.0, low - air) if low >= 0 else low - air, high + air, False, height)

    def y(self, value: float) -> float:
        """Units from the top."""
        if self.log:
            span = math.log(self.high / self.low)
            return self.height * (1 - math.log(max(value, self.low) / self.low) / span)
        return self.height * (1 - (value - self.low) / (self.high - self.low))


def rules_broken(chart: Chart) -> dict[int, str]:
    """By place: the rules whose pattern is complete there."""
    found: dict[int, list[str]] = {}
    for signal in chart.signals:
        found.setdefault(signal.index - 1, []).append(signal.rule)
    return {place: ", ".join(rules) for place, rules in found.items()}


def panel(chart: Chart, scale: Scale, what: str, height: int, *, unit: str, log: bool = False, first: int = 1) -> Any:
    """The layers of one chart; `unit` of its values, which are drawn on `scale`; `first`: number of its first point."""
    places, dated = _positions(chart, first)
    kept = _thinned(chart)
    lines = {name: chart.each(line) for name, line in zip(LINES, (chart.ucl, chart.centre, chart.lcl), strict=True)}
    series = {"value": chart.points, **lines} | ({} if chart.lower is None else {"lower": chart.lower})
    broken = rules_broken(chart)
    rows: list[dict[str, Any]] = [
        {"x": places[place], "rules": broken.get(place, ""), "marked": "lower" if _downward(chart, place) else "value"}
        | {name: None if (value := line[place]) is None else scale.of(value) for name, line in series.items()}
        for place in kept
    ]
    for row in rows:
        row["mark"] = row[row["marked"]]
    numbers = [row[name] for row in rows for name in series if row[name] is not None]
    axis = Axis.over(numbers, log, height)
    kind = "T" if dated else "Q"
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=_across(kind, dated))
    y = _up(
        axis, f"{what}, {scale.title}" if scale.title and scale.title not in what else what, told=log and unit == "s"
    )
    signals = base.transform_filter("datum.rules != ''")
    many = len(rows) > 150
    layers = [*_shade(chart, places, kind), *_drawn_lines(base, rows, y)]
    if chart.lower is not None:
        layers.append(base.mark_line(color=ACCENT, strokeWidth=1.5, strokeDash=[2, 3]).encode(y=y("lower")))
    layers += [
        base.mark_line(color=ACCENT, strokeWidth=0.7 if many else 1.6).encode(y=y("value")),
        base.transform_filter("datum.rules == ''")
        .mark_point(shape="circle", filled=True, color=ACCENT, size=8 if many else 36, opacity=1)
        .encode(y=y("value")),
        signals.mark_point(
            shape="triangle-up", filled=True, color=ALARM, size=40 if len(broken) > MARKED else 140, opacity=1
        ).encode(y=y("mark")),
        *_named(rows, broken, kind, y, axis),
        *_beside(rows, axis, unit, scale),
    ]
    return alt.layer(*layers).properties(width=BODY_WIDTH - FREE, height=height)


def _across(kind: str, dated: bool) -> Any:
    dates: dict[str, Any] = {"format": "%-d %b %Y", "tickCount": 7} if dated else {}
    axis = alt.Axis(grid=False, labelAngle=0, labelOverlap="greedy", labelSeparation=14, **dates)
    return alt.X(f"x:{kind}", title=None if dated else "point", axis=axis, scale=alt.Scale(nice=False, padding=14))


def _up(axis: Axis, title: str, told: bool) -> Any:
    ticks: dict[str, Any] = told_ticks(axis.low, axis.high) if told else {}
    scale = alt.Scale(domain=[axis.low, axis.high], nice=False, type="log" if axis.log else "linear")

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=8, labelOverlap="greedy", **ticks))

    return y


def _downward(chart: Chart, place: int) -> bool:
    """Whether it is the downward sum of a CUSUM that is beyond its limit there, and not the upward one."""
    point, upper, lower = chart.points[place], chart.each(chart.ucl)[place], chart.each(chart.lcl)[place]
    if chart.lower is None or lower is None or chart.lower[place] >= lower:
        return False
    return point is None or upper is None or point <= upper


def _positions(chart: Chart, first: int) -> tuple[list[Any], bool]:
    """Where the points stand: on their days when all labels are days, else by number."""
    try:
        days = [date.fromisoformat(label[:10]) for label in chart.labels or ()]
    except ValueError:
        days = []
    if days and len(set(days)) == len(days):
        return [day.isoformat() for day in days], True
    return list(range(first, len(chart.points) + first)), False


def _thinned(chart: Chart) -> list[int]:
    """The places drawn: all, or the lowest and the highest point of each stretch, which hides no extreme."""
    many = len(chart.points)
    if many <= MOST:
        return list(range(many))
    kept = {0, many - 1}
    for part in range(MOST // 2):
        stretch = range(part * many // (MOST // 2), (part + 1) * many // (MOST // 2))
        for line in (chart.points, *([] if chart.lower is None else [chart.lower])):
            known = [(point, place) for place in stretch if (point := line[place]) is not None]
            if known:
                kept |= {min(known)[1], max(known)[1]}
    return sorted(kept)


def _shade(chart: Chart, places: Sequence[Any], kind: str) -> list[Any]:
    if not 0 < chart.phase1 < len(places):
        return []
    stretch = alt.InlineData(values=[{"from": places[0], "to": places[chart.phase1 - 1]}])
    return [alt.Chart(stretch).mark_rect(color=SHADE).encode(x=f"from:{kind}", x2="to")]


def _drawn_lines(base: Any, rows: Sequence[dict[str, Any]], y: Any) -> list[Any]:
    return [
        base.mark_line(
            color=GREY, strokeDash=[1, 0] if name == "centre" else [7, 4], strokeWidth=1.3, interpolate="step"
        ).encode(y=y(name))
        for name in LINES
        if any(row[name] is not None for row in rows)
    ]


def _named(rows: Sequence[dict[str, Any]], broken: dict[int, str], kind: str, y: Any, axis: Axis) -> list[Any]:
    """The rule above the first signal of a row of them, where it would not cover the one before."""
    if len(broken) > MARKED:
        return []
    pairs = zip([{"rules": ""}, *rows], rows, strict=False)
    first = [row for before, row in pairs if row["rules"] and row["rules"] != before["rules"]]
    if not first:
        return []
    first = _apart(first, rows, axis)
    words = alt.Chart(alt.InlineData(values=first)).mark_text(dy=-15, fontWeight="bold", color=ALARM)
    return [words.encode(x=f"x:{kind}", y=y("mark"), text="rules:N")]


def _apart(named: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], axis: Axis) -> list[dict[str, Any]]:
    """Those whose words do not touch the words of one further left."""
    begin, end = (_number(rows[at]["x"]) for at in (0, -1))
    kept: list[tuple[float, float, dict[str, Any]]] = []
    for row in named:
        at = (_number(row["x"]) - begin) / max(1, end - begin) * (BODY_WIDTH - FREE)
        high, room = axis.y(row["mark"]), len(row["rules"]) * LETTER
        if all(at - other > room or abs(high - level) > APART for other, level, _ in kept):
            kept.append((at, high, row))
    return [row for _, _, row in kept]


def _number(x: Any) -> int:
    return date.fromisoformat(x).toordinal() if isinstance(x, str) else int(x)


def _beside(rows: Sequence[dict[str, Any]], axis: Axis, unit: str, scale: Scale) -> list[Any]:
    """Name and last value of each line, right of it, moved apart where lines are close."""
    ends = [(name, row[name]) for name in LINES for row in reversed(rows) if row[name] is not None]
    placed = []
    for name, value in dict(reversed(ends)).items():
        whole = value * scale.divisor
        own = scale if unit != "s" else scale_of(unit, abs(whole))
        placed.append((axis.y(value), f"{name} {shown(whole, own)}"))
    return [
        alt.Chart(alt.InlineData(values=[{"label": label}]))
        .mark_text(align="left", color=INK)
        .encode(x=alt.value(BODY_WIDTH - FREE + 10), y=alt.value(at), text="label:N")
        for at, label in spread(placed)
    ]


def spread(placed: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Words at their heights, from the top down, moved down where they would cover each other."""
    found: list[tuple[float, str]] = []
    free = -APART
    for at, label in sorted(placed):
        free = max(at, free + APART)
        found.append((free, label))
    return found
