"""Comparisons in words and columns for people."""

from typing import TYPE_CHECKING

from commands.measure_text import duration
from commands.output import cell, table

VALUE, SHARE, POINTS = "value", "share", "points"

if TYPE_CHECKING:
    from collections.abc import Callable

    from measurement.comparison.compared import Compared, Described
    from measurement.comparison.tested import Effect, Tested
    from measurement.values import Interval

    Number = Callable[[float | None, str], str]

LABEL = 11
MOST = 25
"""Groups shown to people; programs get all."""


def told(found: "Compared") -> str:
    """What was found, the groups, the effects, and what speaks against it."""
    number = _in_unit(found)
    lines = [_headline(found), ""]
    lines += [_line("test", f"{found.tested.title}: {found.why}")]
    lines += _effects(found.tested, number)
    if found.adjusted is not None:
        lines += [_line("equal mix", _adjusted(found)), *_effects(found.adjusted, number)]
    lines += _facts(found)
    lines += [_line("left out", f"{e.n:,} {e.reason}") for e in found.excluded]
    lines += [_line("warning", said) for said in (*found.tested.warnings, *found.warnings)]
    if found.groups:
        lines += ["", _groups(found, number)]
    if found.each:
        lines += ["", _each(found)]
    return "\n".join(lines)


def _headline(found: "Compared") -> str:
    tested = found.tested
    if tested.p is None:
        return found.verdict
    statistic = f"{tested.statistic_name} {_plain(tested.statistic)}, " if tested.statistic is not None else ""
    df = tested.df
    degrees = ""
    if df is not None:
        degrees = f"df {' and '.join(map(_plain, df)) if isinstance(df, tuple) else _plain(df)}, "
    sizes = " and ".join(f"{n:,}" for n in tested.n.values())
    return f"{found.verdict} (p {p_value(tested.p)}; {statistic}{degrees}n {sizes})"


def _adjusted(found: "Compared") -> str:
    tested = found.adjusted
    if tested is None or tested.p is None:
        return "cannot be told: no stratum holds both groups"
    fields = found.about.get("adjusted_for")
    of = f" of {' and '.join(fields)}" if isinstance(fields, list) else ""
    return f"{tested.title}{of}: p {p_value(tested.p)}"


def _facts(found: "Compared") -> list[str]:
    about, lines = found.about, []
    for name in ("before", "after"):
        period = about.get(name)
        if isinstance(period, dict):
            lines.append(_line(name, f"opened {period['from']:%Y-%m-%d} to {period['to']:%Y-%m-%d} (not included) UTC"))
    limit = about.get("late_after")
    if isinstance(limit, float):
        lines.append(_line("late", f"longer than {_in_unit(found)(limit, VALUE)}, {about['late_after_from']}"))
    filtered = about.get("filter")
    if isinstance(filtered, dict) and filtered:
        lines.append(_line("only", ", ".join(f"{name} = {value}" for name, value in filtered.items())))
    if about.get("clock"):
        lines.append(_line("clock", str(about["clock"])))
    if "dataset" not in about:
        return lines
    source = f", {about['source']}" if about.get("source") else ""
    lines.append(_line("source", f"dataset {about['dataset']}{source}, as it stood on {about['as_of']:%Y-%m-%d %H:%M}"))
    return lines


def p_value(p: float) -> str:
    """Never 0."""
    return "< 0.0001" if p < 0.0001 else f"{p:.2g}"


def _effects(tested: "Tested", number: "Number") -> list[str]:
    effects = (*((tested.effect,) if tested.effect else ()), *tested.further)
    return [_line("effect" if n == 0 else "", _effect(effect, number)) for n, effect in enumerate(effects)]


def _effect(effect: "Effect", number: "Number") -> str:
    def shown(value: float | None) -> str:
        return number(value, effect.scale)

    return f"{effect.what}: {shown(effect.value)}{_within(effect.interval, shown)}"


def _within(interval: "Interval | None", number: "Callable[[float | None], str]") -> str:
    if interval is None or (interval.low is None and interval.high is None):
        return ""
    low, high = (number(end) if end is not None else "no limit" for end in (interval.low, interval.high))
    return f" ({100 * interval.level:g} %: {low} to {high})"


def _groups(found: "Compared", number: "Number") -> str:
    rows = [_group(group, found, lambda value: number(value, VALUE)) for group in found.groups[:MOST]]
    shown = [name for name in rows[0] if any(row[name] for row in rows)]
    more = len(found.groups) - MOST
    return table(rows, shown) + (f"\n... and {more} more: -o json shows all." if more > 0 else "")


def _group(group: "Described", found: "Compared", number: "Callable[[float | None], str]") -> dict[str, str]:
    share = _percent if found.measure == "share" else number
    times = any(g.open or g.share_late is not None for g in found.groups)
    return {
        "group": group.group,
        "n": f"{group.n:,}",
        "open": f"{group.open:,}" if group.open else "",
        found.measure: "not reached" if group.value is None and times else share(group.value),
        "interval": _within(group.interval, share).strip(" ()"),
        "P85": ("not reached" if times else "") if group.p85 is None else number(group.p85),
        "mean": "" if group.mean is None else number(group.mean),
        "late": "" if group.share_late is None else _percent(group.share_late),
    }


def _each(found: "Compared") -> str:
    rows = [
        {
            "group": a.group,
            "n": f"{a.n:,}",
            a.effect.what: f"{_plain(a.effect.value)}{_within(a.effect.interval, _plain)}",
            "p": p_value(a.p),
            "adjusted p": p_value(a.adjusted_p),
        }
        for a in found.each[:MOST]
    ]
    return f"each against all others, clearest first; p adjusted by Benjamini and Hochberg\n{table(rows)}"


def _in_unit(found: "Compared") -> "Number":
    """Numbers in the unit of the comparison: times in days and hours, shares in per cent."""
    seconds, clock = found.about.get("unit") == "s", found.about.get("clock")

    def shown(value: float | None, scale: str) -> str:
        if value is not None and scale in (SHARE, POINTS):
            return _percent(value) if scale == SHARE else f"{100 * value:+.1f} points"
        if value is not None and scale == VALUE and seconds:
            return duration(value, str(clock) if clock else None)
        return _plain(value)

    return shown


def _plain(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{100 * value:.1f} %"


def _line(label: str, said: str) -> str:
    return f"{label:<{LABEL}}{cell(said)}"
