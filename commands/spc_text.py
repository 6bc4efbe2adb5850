"""A control chart in words, for the person at the command line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from commands.output import table
from measurement.charts.chart import Chart, Line
from measurement.charts.rules import RULES

if TYPE_CHECKING:
    from measurement.charts.capability import Capability

OTHERS = {
    "limit": "beyond a limit",
    "anhoej:run": "a run on one side of the median longer than chance allows",
    "anhoej:crossings": "fewer crossings of the median than chance allows",
}


def lines_of(chart: Chart, source: str) -> Iterator[str]:
    """What it is made of, its promise, its signals, its remarks."""
    yield f"{chart.title} ({chart.kind}): {chart.n} points from {source}"
    facts = list(_facts(chart))
    width = max(len(name) for name, _ in facts)
    yield from (f"{name:<{width}}  {said}" for name, said in facts)
    if chart.signals:
        yield f"\n{table([_row(chart, signal.index, signal.rule) for signal in chart.signals])}"
    yield from (f"\nNote: {note}." for note in chart.notes)


def capability_lines(found: "Capability", source: str) -> Iterator[str]:
    """The indices with their intervals, and what lies beyond the limits."""
    limits = f"{_number(found.lsl)} to {_number(found.usl)}"
    yield f"Capability for limits {limits}: {found.n} values from {source}"
    yield f"mean {_number(found.mean)}, sigma {_number(found.within.sigma)} ({found.within.estimator})"
    rows: list[dict[str, object]] = []
    for name, value in found.indices.items():
        interval = found.intervals.get(name)
        ends = (None, None) if interval is None else (interval.low, interval.high)
        rows.append({"index": name, "value": f"{value:.3f}", "low": _three(ends[0]), "high": _three(ends[1])})
    yield f"\n{table(rows)}\n"
    for side, beyond in (("below the lower", found.lower), ("above the upper", found.upper)):
        if beyond is not None:
            seen = "" if beyond.observed is None else f"{beyond.observed:.3%} seen, "
            yield f"{side} limit: {seen}{beyond.normal:.2g} if normal"
    yield from (f"\nNote: {note}." for note in found.notes)


def _facts(chart: Chart) -> Iterator[tuple[str, str]]:
    all_of_them = "all" if chart.phase1 == len(chart.points) else "the first"
    origin = f"from {all_of_them} {chart.phase1} points" if chart.phase1 else "given"
    yield "limits", f"{_limits(chart)}; {origin}"
    yield "estimator", chart.estimator
    for number, rule in enumerate(chart.rules):
        yield "" if number else "rules on", _said(rule)
    yield "false alarms", str(chart.false_alarms)
    yield "signals", str(_signals(chart) or "none")
    second = chart.dispersion
    if second is not None:
        said = f"{_signals(second) or 'no'} signals" if second.rules else "never alarms"
        yield second.title.lower(), f"{_limits(second)}; {said}"
    for name, value in chart.figures.items():
        if value is not None:
            yield name.replace("_", " "), _number(value)


def _row(chart: Chart, index: int, rule: str) -> dict[str, object]:
    row: dict[str, object] = {"point": index}
    if chart.labels is not None:
        row["label"] = chart.labels[index - 1]
    row["value"] = _number(chart.points[index - 1])
    if chart.lower is not None:
        row["downward"] = _number(chart.lower[index - 1])
    for name, line in (("lower limit", chart.lcl), ("upper limit", chart.ucl)):
        row[name] = _number(chart.each(line)[index - 1])
    return row | {"rule": _said(rule)}


def _limits(chart: Chart) -> str:
    if chart.ucl is None:
        return f"none; centre {_line(chart.centre)}"
    return f"{_line(chart.lcl)} to {_line(chart.ucl)}, centre {_line(chart.centre)}"


def _line(line: Line) -> str:
    if not isinstance(line, tuple):
        return _number(line)
    known = [value for value in line if value is not None]
    return f"({_number(min(known))}..{_number(max(known))})" if known else "-"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _said(rule: str) -> str:
    return f"{RULES.get(rule) or OTHERS[rule]} ({rule})"


def _signals(chart: Chart) -> int:
    """Points that signal, by however many rules."""
    return len({signal.index for signal in chart.signals})
