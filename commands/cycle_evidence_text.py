"""The evidence of a cycle, and a case to triage blindly, as people read them."""

from typing import TYPE_CHECKING, Any

from commands.amount import told
from commands.cases_lines import row
from commands.output import cell, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from measurement.comparison.tested import Effect
    from measurement.cycles.analysis import Analysis
    from measurement.cycles.analysis_drivers import Driver, Standing

BARS = 5
WHY = {"worst": "the worst", "typical": "typical", "best": "the best"}


def page(found: "Analysis", key: str, titles: "Mapping[str, str]", files: "Sequence[str]") -> str:
    """All of it, each line with what a ground can refer to."""
    parts = [
        f"Evidence for {key}: {found.metric} of {found.n:,} cases in {found.dataset} ({found.scope}), "
        f"{found.better} is better",
        _drivers(found),
        _lost(found),
        _wastes(found),
        _read(found, titles),
        _voices(found, titles),
        _capable(found),
        "\n".join(f"Note: {note}." for note in found.notes),
        f"Written: {', '.join(files)}." if files else "",
        f"Tie what you use to a cause: jidoka cycle record ground {key} h1 --help",
    ]
    return "\n\n".join(part for part in parts if part)


def _drivers(found: "Analysis") -> str:
    if not found.drivers:
        return "Drivers: no field tells enough cases apart."
    rows = [_driver(each) for each in found.drivers]
    head = "Drivers, by the share of the variance of ranks that they explain (p by Benjamini and Hochberg)"
    lines = [head, table(rows)]
    for driver in found.drivers:
        lines += [
            f"  driver:{driver.field}={cell(each.value)}  {_stands(each, found.unit)}" for each in driver.standing
        ]
    return "\n".join([*lines, "What goes with it need not cause it: go and see."])


def _driver(driver: "Driver") -> dict[str, Any]:
    return {
        "reference": f"driver:{driver.field}",
        "explains": f"{driver.share:.1%}",
        "p": _p(driver.adjusted_p),
        "values": driver.values,
        "cases": f"{driver.n:,}",
        "left out": f"{driver.left_out:,}",
    }


def _p(value: float) -> str:
    return "<0.0001" if value < 0.0001 else f"{value:.2g}"


def _stands(one: "Standing", unit: str) -> str:
    """`typically 4.7 d, 4.1 times that of the others (3.5 to 4.9), 1,282 cases`."""
    said = [f"typically {told(one.typical, unit)}", _effect(one.effect), f"{one.n:,} cases"]
    return ", ".join(part for part in said if part)


def _effect(effect: "Effect") -> str:
    from measurement.comparison.tested import NUMBER, POINTS

    if effect.value is None:
        return ""
    points = effect.scale == POINTS
    interval = effect.interval
    ends = (interval.low, interval.high) if interval is not None else (None, None)
    low, high = (None if end is None else f"{100 * end:+.1f}" if points else f"{end:.2g}" for end in ends)
    between = f" ({low} to {high})" if low and high else ""
    if points:
        return f"{100 * effect.value:+.1f} points against the others{between}"
    more = "times that of the others" if effect.scale == NUMBER else "against the others"
    return f"{effect.value:.2g} {more}{between}"


def _lost(found: "Analysis") -> str:
    if found.lost is None:
        return "Time lost: no waiting or rework is known."
    rows = [
        {
            "step": cell(bar.name),
            "waiting and rework": told(bar.total, "s"),
            "share": f"{bar.share:.0%}",
            "so far": f"{bar.cumulative:.0%}",
            "rank": f"{bar.rank_low}-{bar.rank_high}" if bar.rank_low != bar.rank_high else str(bar.rank_low),
        }
        for bar in found.lost.bars[:BARS]
    ]
    more = len(found.lost.bars) - len(rows)
    words = f"{found.lost.words}{f'; {more} more steps' if more > 0 else ''}."
    return f"Where time is lost (pareto:step)\n{table(rows)}\n{words}"


def _wastes(found: "Analysis") -> str:
    rows = [
        {
            "reference": f"waste:{waste.waste}",
            "sign": waste.sign,
            "amount": told(waste.amount, waste.unit) if waste.unit == "s" else f"{waste.amount:,.0f} {waste.unit}",
            "cases": f"{waste.cases:,}" if waste.cases is not None else "",
            "of the time": "" if waste.share_of_time is None else f"{waste.share_of_time:.0%}",
        }
        for waste in found.wastes
        if waste.amount is not None
    ]
    unseen = [f"  {waste.waste}: {waste.said}" for waste in found.wastes if waste.amount is None]
    return "\n".join(["Waste", table(rows), *(["Not to be seen in this log:", *unseen] if unseen else [])])


def _read(found: "Analysis", titles: "Mapping[str, str]") -> str:
    rows = [
        {
            "reference": f"case:{each.case_id}",
            "why": WHY[each.why],
            found.metric: told(each.value, found.unit),
            **({"title": _short(titles.get(each.case_id, ""))} if titles else {}),
        }
        for each in found.read
    ]
    see = "\nRead one: jidoka incident show ID" if titles else ""
    return f"Cases to read\n{table(rows)}{see}" if rows else ""


def _voices(found: "Analysis", titles: "Mapping[str, str]") -> str:
    voices = found.voices
    if voices is None:
        return "Complaints and compliments: the log knows of none."
    counts = ", ".join(f"{n} {tone}{'s' if n != 1 else ''}" for tone, n in sorted(voices.counts.items()))
    lines = [f"What people said of it: {counts or 'nothing'}"]
    for each in (*voices.complaints, *voices.compliments):
        kind = "complaint" if each in voices.complaints else "compliment"
        lines.append(f"  case:{each}  {kind}  {_short(titles.get(each, ''))}".rstrip())
    return "\n".join(lines)


def _capable(found: "Analysis") -> str:
    if found.capability is None or found.baseline is None:
        return ""
    beyond = found.capability.upper or found.capability.lower
    index = found.capability.indices.get("Ppk")
    weeks = len(found.baseline.course)
    said = f"Capability (capability): {weeks} stable weeks"
    said += f", Ppk {index:.2f}" if index is not None else ""
    return said + (
        f", {beyond.observed:.0%} of them worse than the goal" if beyond and beyond.observed is not None else ""
    )


def _short(title: str) -> str:
    from textwrap import shorten

    return shorten(cell(title), 50, placeholder="…") if title else ""


def triaged(answer: dict[str, Any], *, here: bool = False) -> str:
    """The next case, or that there is none for this person; `here`: they were asked on their terminal and ended it."""
    done = answer["of"] - answer["left"]
    again = f"jidoka cycle triage {answer['cycle']}"
    if answer["next"] is not None and here:
        return f"{done} of {answer['of']} are answered. Go on: {again}"
    if answer["next"] is not None:
        how = f"Answer: {again} --case {answer['next']['case_id']} --impact LEVEL --urgency LEVEL"
        return f"{blind_text(answer['next'])}\n\n{how}"
    if answer["left"]:
        return (
            f"{done} of {answer['of']} are answered. The other {answer['left']} are cases that you worked on: "
            "somebody else is to take them."
        )
    agreed = answer["agreement"]
    kappa = "not defined" if agreed["kappa"] is None else f"{agreed['kappa']:.2f} ({agreed['words']})"
    between = "" if agreed["low"] is None else f", 95 % interval {agreed['low']:.2f} to {agreed['high']:.2f}"
    said = f"All {answer['of']} are answered: kappa {kappa}{between}."
    return f"{said} The gate of measure reads it; --again begins another round."


def blind_text(blind: dict[str, Any]) -> str:
    """A case without its priority."""
    about = [("Service", blind["service"]), ("Category", blind["category"] or ""), ("Came by", blind["channel"] or "")]
    lines = [f"{blind['case_id']}  {cell(blind['title'])}", f"{blind['answered']} of {blind['of']} are answered", ""]
    lines += [line for name, said in about if said for line in row(name, said)]
    words = [cell(line) for line in blind["text"].splitlines()]
    return "\n".join([*lines, *(["", *words] if words else [])])
