"""A chart in words: for a terminal, and for who has no picture at hand."""

from measurement.charts.chart import Chart
from measurement.charts.pareto import Pareto
from measurement.course.course import Course
from pictures.course import facts_of, notes_of
from pictures.units import Scale, scale_of, shown

BARS = 12
LATEST = 12
"""Points shown; all are in -o json and in the table of the picture."""


def lines_of(course: Course, by: str = "") -> list[str]:
    """Title, what it is about, the numbers that matter, the notes."""
    shape = course.shape
    if isinstance(shape.numbers, Chart):
        body = _chart(shape.numbers, shape.unit)
    elif isinstance(shape.numbers, Pareto):
        body = _pareto(shape.numbers, by)
    else:
        marks = shape.numbers.quantiles
        body = [f"  {name:<8}{shown(value, scale_of(shape.unit, value))}" for name, value in marks.items()]
        body.append(f"  {len(shape.numbers.counts)} bins: {shape.numbers.rule}")
    head = f"{course.title}: {shape.what}" if shape.what != course.title.lower() else course.title
    return [head, " · ".join(facts_of(course)), "", *body, "", *notes_of(course), f"Source: {course.source}"]


def _chart(chart: Chart, unit: str) -> list[str]:
    points = [point for point in chart.points if point is not None]
    scale = scale_of(unit, max((abs(point) for point in points), default=1.0))
    broken: dict[int, list[str]] = {}
    for signal in chart.signals:
        broken.setdefault(signal.index, []).append(signal.rule)
    last = {
        name: chart.each(line)[-1] if chart.points else None
        for name, line in (("upper limit", chart.ucl), ("centre", chart.centre), ("lower limit", chart.lcl))
    }
    said = ", ".join(f"{name} {shown(value, scale)}" for name, value in last.items() if value is not None)
    signals = f"{len(broken)} of {len(points)} points signal a change" if broken else "no point signals a change"
    return [
        f"{chart.title}: {said or 'no limits'}; {signals}.",
        f"Expected false alarms: {chart.false_alarms}.",
        "",
        *_latest(chart, scale, broken),
        *(["", *(f"{note[:1].upper()}{note[1:]}." for note in chart.notes)] if chart.notes else []),
    ]


def _latest(chart: Chart, scale: Scale, broken: dict[int, list[str]]) -> list[str]:
    rows = []
    first = max(0, len(chart.points) - LATEST)
    width = max((len(label) for label in (chart.labels or ())[first:]), default=8)
    for place in range(first, len(chart.points)):
        label = chart.labels[place] if chart.labels else f"{place + 1}"
        mark = f"  <- {', '.join(broken[place + 1])}" if place + 1 in broken else ""
        size = f"  n {chart.sizes[place]:,.0f}" if chart.sizes else ""
        rows.append(f"  {label:<{width}}  {shown(chart.points[place], scale):>10}{size}{mark}")
    if first:
        rows.insert(0, f"  the last {LATEST} of {len(chart.points):,} points; -o json has all")
    return rows


def _pareto(found: Pareto, by: str) -> list[str]:
    bars = found.top(BARS)
    scale = scale_of(found.unit, max((bar.total for bar in bars), default=1.0))
    width = max([len(by), *(len(bar.name) for bar in bars)])
    rows = [f"  {by:<{width}}  {found.what:>16}  share  running  n        rank"]
    for bar in bars:
        rank = "" if bar not in found.bars else f"{bar.rank_low} to {bar.rank_high}"
        rows.append(
            f"  {bar.name:<{width}}  {shown(bar.total, scale):>16}  {bar.share:>5.0%}  {bar.cumulative:>7.0%}  "
            f"{bar.n:<8,} {rank}"
        )
    return [*rows, "", f"{found.words[:1].upper()}{found.words[1:]}."]
