"""Pareto charts and histograms, drawn."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from measurement.charts.histogram import Histogram
from measurement.charts.pareto import Pareto
from pictures.legible import fitting
from pictures.picture import Cell, Picture
from pictures.units import PLAIN, scale_of, shown, told_ticks
from pictures.vega import ACCENT, BODY_WIDTH, GREY, INK, drawn

BARS = 14
"""On one picture; the rest is one bar."""
ROW = 30
HEIGHT = 380
NAME = 220
"""Units for the names of the bars."""


def pareto_picture(found: Pareto, *, title: str, by: str, facts: Sequence[str], source: str) -> Picture:
    """Bars from the largest down, each with its share, the running share and the ranks it takes in resamples."""
    bars = found.top(BARS)
    scale = scale_of(found.unit, max((bar.total for bar in bars), default=1.0))
    labels = fitting([bar.name for bar in bars], NAME)
    order = list(labels.values())
    rows: list[dict[str, Any]] = [
        {
            "name": labels[bar.name],
            "total": scale.of(bar.total),
            "share": bar.share,
            "cumulative": bar.cumulative,
            "said": f"{shown(bar.total, scale)}  ({bar.share:.0%})",
            # The rest is no bar of its own: it has no rank.
            "ranks": f"rank {_ranks(bar.rank_low, bar.rank_high)}" if bar in found.bars else "",
        }
        for bar in bars
    ]
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=NAME, ticks=False, domain=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    most = max((row["total"] for row in rows), default=1.0) or 1.0
    what = f"{found.what}, {scale.title}" if scale.title else found.what
    length = alt.X(
        "total:Q", title=what, scale=alt.Scale(domain=[0, most * 1.3]), axis=alt.Axis(grid=False, tickCount=6)
    )
    body, width, height = drawn(
        alt.hconcat(
            alt.layer(
                base.mark_bar(color=ACCENT, height=ROW * 0.62).encode(x=length),
                base.mark_text(align="left", dx=6).encode(x=length, text="said:N"),
            ).properties(width=BODY_WIDTH * 0.5, height=ROW * len(rows)),
            alt.layer(
                _share(base).mark_line(color=GREY, strokeWidth=1.4),
                _share(base).mark_point(shape="diamond", filled=True, color=INK, size=50, opacity=1),
                _share(base).mark_text(align="left", dx=9).encode(text=alt.Text("cumulative:Q", format=".0%")),
            ).properties(width=BODY_WIDTH * 0.2, height=ROW * len(rows)),
            base.encode(y=alt.Y("name:N", sort=None, title=None, axis=None))
            .mark_text(align="left", color=INK)
            .encode(x=alt.value(4), text="ranks:N")
            .properties(width=90, height=ROW * len(rows)),
            spacing=14,
        ).resolve_scale(y="shared")
    )
    unit = f" ({scale.short})" if scale.short else ""
    table: list[dict[str, Cell]] = [
        {
            by: bar.name,
            f"{found.what}{unit}": scale.of(bar.total),
            "share": round(bar.share, 4),
            "running share": round(bar.cumulative, 4),
            "n": bar.n,
            "rank from": bar.rank_low,
            "rank to": bar.rank_high,
        }
        for bar in found.bars
    ]
    first = found.bars[0] if found.bars else None
    led = f" {first.name} has {first.share:.0%} of it." if first else ""
    return Picture(
        title=title,
        facts=tuple(facts),
        body=body,
        body_width=width,
        body_height=height,
        alt=f"Pareto chart of {found.what} by {by}: {len(found.bars)} bars, {shown(found.total, scale)} in all.{led}",
        rows=table,
        notes=(
            f"{found.words[:1].upper()}{found.words[1:]}.",
            f"Ranks: where each bar stands in 95 of 100 of {found.draws:,} resamples of the same items. "
            "A large bar is not yet a cause: compare within strata first.",
        ),
        source=source,
    )


def _share(base: Any) -> Any:
    axis = alt.Axis(format="%", grid=False, values=[0, 0.5, 0.8, 1])
    x = alt.X("cumulative:Q", title="running share", scale=alt.Scale(domain=[0, 1.15]), axis=axis)
    order = alt.Order("cumulative:Q")
    return base.encode(x=x, y=alt.Y("name:N", sort=None, title=None, axis=None), order=order)


def _ranks(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def histogram_picture(
    found: Histogram, *, title: str, unit: str, what: str, facts: Sequence[str], source: str
) -> Picture:
    """Counts over the values, with median, P85 and P95 as lines that carry their names."""
    told = found.log and unit == "s"
    scale = PLAIN if told else scale_of(unit, found.quantiles["p95"])
    bins = [
        {"from": scale.of(low), "to": scale.of(high), "count": count}
        for low, high, count in zip(found.edges, found.edges[1:], found.counts, strict=False)
    ]
    words = [
        word
        for word in (f"{what}, {scale.title}" if scale.title else what, "logarithmic axis" if found.log else "")
        if word
    ]
    x = alt.X(
        "from:Q",
        title=", ".join(words),
        scale=alt.Scale(type="log" if found.log else "linear", nice=False),
        axis=alt.Axis(**_axis(found, told)),
    )
    marks = [
        {"x": scale.of(value), "label": f"{said} {shown(value, scale_of(unit, value))}", "row": row}
        for row, (value, said) in enumerate(
            (found.quantiles[name], said) for name, said in (("p50", "median"), ("p85", "P85"), ("p95", "P95"))
        )
        if not (found.log and value <= 0)
    ]
    body, width, height = drawn(
        alt.layer(
            alt.Chart(alt.InlineData(values=bins))
            .mark_bar(color=ACCENT, stroke="white", strokeWidth=0.7)
            .encode(x=x, x2="to", y=alt.Y("count:Q", title="how many", stack=None), y2=alt.datum(0)),
            alt.Chart(alt.InlineData(values=marks))
            .mark_rule(color=INK, strokeDash=[6, 3], strokeWidth=1.3)
            .encode(x="x:Q"),
            *(
                alt.Chart(alt.InlineData(values=[mark]))
                .mark_text(align="left", dx=-2, fontWeight="bold")
                .encode(x="x:Q", y=alt.value(18 * int(str(mark["row"])) - 46), text="label:N")
                for mark in marks
            ),
        ).properties(width=BODY_WIDTH - 60, height=HEIGHT)
    )
    unit_word = f" ({scale.short})" if scale.short else ""
    off = (f"{found.off_axis:,} values of zero or below have no place on this axis.",) if found.off_axis else ()
    said = ", ".join(str(mark["label"]) for mark in marks)
    return Picture(
        title=title,
        facts=tuple(facts),
        body=body,
        body_width=width,
        body_height=height,
        alt=f"Histogram of {what}: {found.n:,} values in {len(found.counts)} bins; {said}.",
        rows=[{f"from{unit_word}": row["from"], f"to{unit_word}": row["to"], "count": row["count"]} for row in bins],
        notes=(f"{found.rule[:1].upper()}{found.rule[1:]}.", *off),
        source=source,
    )


def _axis(found: Histogram, told: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {"grid": False, "labelOverlap": True}
    if not told:
        return plain | ({"format": "~g"} if found.log else {})
    return plain | told_ticks(found.edges[0], found.edges[-1])
