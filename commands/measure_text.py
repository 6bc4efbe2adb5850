"""Measurements in words and columns for people."""

from typing import TYPE_CHECKING, Any

from commands.output import cell, table
from definitions.durations import HOUR, span

if TYPE_CHECKING:
    from measurement.metrics.estimate import Estimate
    from measurement.metrics.measured import Group, Measured
    from measurement.metrics.metric import Metric
    from measurement.values import Interval

LABEL = 11
MOST = 25
"""Groups shown to people; programs get all."""
FIGURES = {"median": "median", "p85": "P85", "p95": "P95", "mean": "mean"}


def page(key: str) -> str:
    """Where the metric is described."""
    return f"docs/measures/{key}.md"


def entry(metric: "Metric") -> dict[str, Any]:
    """A metric as data."""
    return {
        "metric": metric.key,
        "title": metric.title,
        "family": metric.family,
        "formula": metric.formula,
        "unit": metric.unit,
        "better": metric.better,
        "audience": metric.audience,
        "population": metric.population,
        "counts": metric.counts,
        "clocks": list(metric.clocks),
        "estimator": metric.estimator.name,
        "trap": metric.trap,
        "page": page(metric.key),
    }


def listing(metrics: "list[Metric]") -> str:
    """All of them, by family."""
    rows = [
        {"metric": m.key, "family": m.family.value, "unit": m.unit, "better": m.better.value, "formula": m.formula}
        for m in metrics
    ]
    return f"{table(rows)}\n\n`jidoka measure KEY --explain` says how one is read and what its trap is."


def told(found: "Measured", again: str) -> str:
    """One block a lead can read."""
    lines = [_headline(found), ""]
    lines += [_line(FIGURES[name], _figure(found, name)) for name in FIGURES if _has(found, name)]
    lines += _facts(found)
    for companion in found.beside:
        lines.append(_line("beside", f"{companion.what}: {_with(companion.estimate, companion.unit, found.clock)}"))
    lines += [_line("warning", warning) for warning in found.warnings]
    lines += [_line("note", note) for note in found.notes]
    if found.by:
        lines += ["", _by(found)]
    asked = f"{found.metric}{again}"
    lines += [
        "",
        _line("picture", f"jidoka chart {asked} --out {found.metric}.svg"),
        _line("explained", f"jidoka measure {asked} --explain"),
    ]
    return "\n".join(lines)


def meaning(metric: "Metric") -> str:
    """What the metric is, without a dataset."""
    lines = [
        f"{metric.title} ({metric.key})",
        "",
        _line("formula", metric.formula),
        _line("unit", f"{metric.unit}, {metric.better.value} is better"),
        _line("counts", f"{metric.counts}: {metric.population}"),
        _line("clock", ", ".join(metric.clocks) or "none"),
        _line("estimator", metric.estimator.name),
        _line("for", metric.audience.value),
        _line("trap", metric.trap),
    ]
    lines += [_line("method", metric.source)] if metric.source else []
    return "\n".join([*lines, _line("page", page(metric.key))])


def explained(metric: "Metric", found: "Measured") -> str:
    """What it is, what it found here, and the query that found it."""
    lines = [meaning(metric), "", _headline(found), *_facts(found)]
    lines += [_line("note", note) for note in found.notes]
    return "\n".join(
        [*lines, "", "The query, on the tables `events` and `cases`:", "", found.query or "(none was run)"]
    )


def _headline(found: "Measured") -> str:
    if found.estimate.n == 0 and found.estimate.value is None:
        return f"{found.title}: nothing to count"
    what = "median " if "median" in found.estimate.intervals else ""
    return f"{found.title}: {what}{_with(found.estimate, found.unit, found.clock)}"


def _facts(found: "Measured") -> list[str]:
    still_open = f", {found.estimate.open:,} of them still open" if found.estimate.open else ""
    lines = [_line("n", f"{found.estimate.n:,} {found.counts}{still_open}")]
    lines += [_line("left out", f"{excluded.n:,} {excluded.reason}") for excluded in found.excluded]
    period = found.period
    to = "to before" if period.limited else "to"
    opened = f"{period.since:%Y-%m-%d} {to} {period.until:%Y-%m-%d}" if period.since and period.until else "never"
    lines.append(_line("opened", f"{opened} UTC, as the log stood on {period.as_of:%Y-%m-%d %H:%M}"))
    if found.filter:
        lines.append(_line("only", ", ".join(f"{name} = {value}" for name, value in found.filter.items())))
    if found.clock:
        days = "open hours" if found.clock == "business" else "days of 24 hours"
        lines.append(_line("clock", f"{found.clock}, {days}"))
    lines.append(_line("estimator", found.estimator))
    lines.append(_line("source", f"dataset {found.dataset}{f', {found.source}' if found.source else ''}"))
    return lines


def _by(found: "Measured") -> str:
    rows = [_row(group, found) for group in found.by]
    shown = [name for name in rows[0] if any(row.get(name) for row in rows)]
    more = len(rows) - MOST
    rest = f"\n... and {more} more: -o json shows all." if more > 0 else ""
    return f"by {found.field}, most {found.counts} first\n{table(rows[:MOST], shown)}{rest}"


def _row(group: "Group", found: "Measured") -> dict[str, str]:
    estimate, number = group.estimate, _number(found.unit, found.clock)
    value = "median" if "median" in found.estimate.intervals else "value"
    row = {str(found.field): group.group or "(none)", "n": f"{estimate.n:,}", value: number(estimate.value)}
    row["95 %"] = _range(estimate.interval, found.unit, found.clock)
    for name in ("p85", "p95", "mean"):
        row[FIGURES[name]] = number(getattr(estimate, name)) if _has(found, name) else ""
    if group.adjusted is not None:
        row["adjusted"] = number(group.adjusted.value)
        row["adj. mean"] = number(group.adjusted.mean)
    row["left out"] = f"{group.excluded:,}" if group.excluded else ""
    row["warning"] = group.warning or ""
    return row


def _has(found: "Measured", name: str) -> bool:
    if found.estimate.n == 0:
        return False
    return getattr(found.estimate, name) is not None or name in found.estimate.intervals


def _figure(found: "Measured", name: str) -> str:
    value = _number(found.unit, found.clock)(getattr(found.estimate, name))
    interval = found.estimate.intervals.get(name)
    return f"{value:<14}{_range(interval, found.unit, found.clock)}" if interval else value


def _with(estimate: "Estimate", unit: str, clock: str | None) -> str:
    """Value, interval and n."""
    number = _number(unit, clock)
    said = f" (95 % interval {range_})" if (range_ := _range(estimate.interval, unit, clock)) else ""
    return f"{number(estimate.value)}{said}, n {estimate.n:,}"


def _range(interval: "Interval | None", unit: str, clock: str | None) -> str:
    if interval is None or (interval.low is None and interval.high is None):
        return ""
    number = _number(unit, clock)
    low, high = (number(end) if end is not None else "no limit" for end in (interval.low, interval.high))
    return f"{low} to {high}"


def _number(unit: str, clock: str | None) -> Any:
    def shown(value: float | None) -> str:
        if value is None:
            return "not reached" if unit == "s" else "-"
        if unit == "s":
            return duration(value, clock)
        if unit == "share":
            return f"{100 * value:.1f} %" if abs(value) < 0.995 or value == 1 else f"{100 * value:.2f} %"
        if unit == "ppm":
            return f"{value:,.0f} ppm"
        return f"{value:,.2f}{'' if unit in ('score', 'hand-overs') or ' ' in unit else f' {unit}'}"

    return shown


def duration(seconds: float, clock: str | None) -> str:
    """On the business clock in hours: nobody's working day has 24 of them."""
    if clock == "business" and abs(seconds) >= 24 * HOUR:
        return f"{seconds / HOUR:,.0f} h"
    return f"{'-' if seconds < 0 else ''}{span(seconds)}"


def _line(label: str, said: str) -> str:
    return f"{label:<{LABEL}}{cell(said)}"
