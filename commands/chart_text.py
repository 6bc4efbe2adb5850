"""A chart in words: for a terminal, and for who has no picture at hand."""

from collections.abc import Iterator

from measurement.charts.chart import Chart
from measurement.charts.pareto import Pareto
from measurement.charts.rules import in_words
from measurement.course.course import Course
from pictures.course import facts_of, notes_of, title_of
from pictures.units import scale_of, shown

BARS = 12
LATEST = 12
"""Points shown; all are in -o json and in the table of the picture."""


def lines_of(course: Course, by: str = "") -> list[str]:
    """Title, what it is about, the numbers that matter, the notes."""
    shape = course.shape
    if isinstance(shape.numbers, Chart):
        body = [*_chart(shape.numbers, shape.unit)]
    elif isinstance(shape.numbers, Pareto):
        body = _pareto(shape.numbers, by)
    else:
        marks = shape.numbers.quantiles
        body = [f"  {name.upper():<8}{_told(value, shape.unit)}" for name, value in marks.items()]
        body.append(f"  {len(shape.numbers.counts)} bins: {shape.numbers.rule}")
    facts = " · ".join(facts_of(course))
    return [title_of(course, by), facts, "", *body, "", *notes_of(course), f"Source: {course.source}"]


def _chart(chart: Chart, unit: str) -> Iterator[str]:
    points = [point for point in chart.points if point is not None]
    broken: dict[int, list[str]] = {}
    for signal in chart.signals:
        broken.setdefault(signal.index, []).append(signal.rule)
    lines = (("upper limit", chart.ucl), ("centre", chart.centre), ("lower limit", chart.lcl))
    last = {name: chart.each(line)[-1] for name, line in lines} if chart.points else {}
    said = ", ".join(f"{name} {_told(value, unit)}" for name, value in last.items() if value is not None)
    varies = " at the last point" if any(isinstance(line, tuple) for _, line in lines) else ""
    signals = f"{len(broken):,} of {len(points):,} points signal a change" if broken else "no point signals a change"
    yield f"{chart.title}: {said or 'no limits'}{varies}; {signals}."
    yield f"Signals: {in_words(chart.rules)}."
    yield f"Expected false alarms: {chart.false_alarms}."
    yield ""
    yield from _latest(chart, unit, broken)
    if chart.notes:
        yield ""
        yield from (f"{note[:1].upper()}{note[1:]}." for note in chart.notes)


def _latest(chart: Chart, unit: str, broken: dict[int, list[str]]) -> Iterator[str]:
    """The last points, each with its size, the downward sum where there is one, and the rules it breaks."""
    first = max(0, len(chart.points) - LATEST)
    width = max((len(label) for label in (chart.labels or ())[first:]), default=8)
    if first:
        yield f"  the last {LATEST} of {len(chart.points):,} points; -o json has all"
    for place in range(first, len(chart.points)):
        label = chart.labels[place] if chart.labels else f"{place + 1}"
        value = _told(chart.points[place], unit)
        down = "" if chart.lower is None else f"  down {_told(chart.lower[place], unit):>10}"
        size = f"  n {chart.sizes[place]:,.0f}" if chart.sizes else ""
        mark = f"  <- {', '.join(broken[place + 1])}" if place + 1 in broken else ""
        yield f"  {label:<{width}}  {'' if chart.lower is None else 'up '}{value:>10}{down}{size}{mark}"


def _told(value: float | None, unit: str) -> str:
    """In the unit a person would say it in."""
    return shown(value, scale_of(unit, abs(value or 0.0)))


def _pareto(found: Pareto, by: str) -> list[str]:
    bars = found.top(BARS)
    scale = scale_of(found.unit, max((bar.total for bar in bars), default=1.0))
    width = max([len(by), *(len(bar.name) for bar in bars)])
    rows = [f"  {by.upper():<{width}}  {found.what.upper():>16}  SHARE  RUNNING        N  RANK"]
    for bar in bars:
        rank = "" if bar not in found.bars else f"{bar.rank_low} to {bar.rank_high}"
        rows.append(
            f"  {bar.name:<{width}}  {shown(bar.total, scale):>16}  {bar.share:>5.0%}  {bar.cumulative:>7.0%}  "
            f"{bar.n:>7,}  {rank}".rstrip()
        )
    ranks = f"Rank: where it stands in 95 of 100 of {found.draws:,} resamples of the same items."
    return [*rows, "", f"{found.words[:1].upper()}{found.words[1:]}.", ranks]
