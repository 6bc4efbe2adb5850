"""The picture of a value stream: boxes, inventories, information, rework and the ladder; today and a future."""

from collections.abc import Sequence

from measurement.flow.stream import DAY, ValueStream
from pictures.frame import GLYPH, MARGIN, WIDTH, rendered
from pictures.picture import Cell, Picture
from pictures.stream_layout import laid_out
from pictures.stream_words import spoken
from pictures.stream_worst import Worst, worst

TITLED = 34.0
"""Room for the name of each panel when there are two."""
BAR = 26.0
"""Height of one bar of the comparison."""


def value_stream_picture(stream: ValueStream, future: ValueStream | None = None) -> Picture:
    """One value stream, or today's above a future one at the same scale; steps of the same name share a column."""
    worst_now = worst(stream)
    panels = [laid_out(stream, worst_now)]
    if future is not None:
        panels.append(laid_out(future, (), like=panels[0]))
    width = max(WIDTH - 2.0 * MARGIN, *(panel.width for panel in panels))
    tops, y = [], 0.0
    for panel in panels:
        y += TITLED if future is not None else 0
        tops.append(y)
        y += panel.height
    bars = _bars([s for s in (stream, future) if s is not None], width) if future is not None else []
    body = rendered(
        "value_stream.svg.j2",
        panels=list(zip(panels, tops, strict=True)),
        width=width,
        titled=future is not None,
        bars=bars,
        bars_top=y,
        bar=BAR,
    )
    return Picture(
        title=stream.title if future is None else f"{stream.title}, and {future.title.lower()}",
        facts=_facts(stream),
        body=body,
        body_width=width,
        body_height=y + (len(bars) * (BAR + 14) + 34 if bars else 0),
        alt=_alt(stream, future),
        rows=_rows(stream) + (_rows(future) if future is not None else []),
        notes=(
            *(_worst_note(worst_now)),
            *_short(stream),
            *stream.notes,
            *(future.notes if future is not None else ()),
        ),
        source=stream.source,
    )


def _short(stream: ValueStream) -> tuple[str, ...]:
    """What the short words in the box of totals stand for."""
    return () if stream.flow_efficiency is None else ("FE: flow efficiency, the share of the lead time that is work.",)


def _rate(a_day: float) -> str:
    return f"{a_day:,.0f}" if a_day >= 1000 else f"{a_day:.4g}"


def _facts(stream: ValueStream) -> tuple[str, ...]:
    takt = stream.takt_s
    facts = (
        f"n {stream.n:,} {stream.unit}" if stream.n is not None else "",
        stream.period,
        f"clock: {stream.clock}",
        f"demand {_rate(stream.demand_per_day)} {stream.unit} a day" if stream.demand_per_day is not None else "",
        f"takt {spoken(takt)}" if takt is not None else "",
    )
    return tuple(fact for fact in facts if fact)


def _worst_note(found: Sequence[Worst]) -> tuple[str, ...]:
    return ("Worst: " + "; ".join(f"({w.number}) {w.said}" for w in found) + ".",) if found else ()


def _alt(stream: ValueStream, future: ValueStream | None) -> str:
    names = ", then ".join(step.name for step in stream.steps)
    said = f"Value stream map. {_many(len(stream.steps))} from left to right: {names}. {_total(stream)}"
    return said if future is None else f"{said} In the future state: {_total(future)}"


def _total(stream: ValueStream) -> str:
    efficiency = stream.flow_efficiency
    if efficiency is None and stream.unclassified_s:
        return f"Lead time {spoken(stream.lead_s)}; nothing says how much of it is work."
    share = "" if efficiency is None else f", flow efficiency {efficiency:.2%}"
    return f"Lead time {spoken(stream.lead_s)}, touch time {spoken(stream.touch_s)}{share}."


def _bars(streams: Sequence[ValueStream], width: float) -> list[dict[str, object]]:
    """Lead times at one scale, split in waiting, unclear and touch."""
    most = max(stream.lead_s for stream in streams) or 1.0
    left = max(len(stream.title) for stream in streams) * 14 * GLYPH * 1.1 + 16
    room = width - left - 430
    return [
        {
            "name": stream.title,
            "left": left,
            "wait": stream.wait_s / most * room,
            "unclear": stream.unclassified_s / most * room,
            "touch": stream.touch_s / most * room,
            "said": _total(stream).rstrip("."),
        }
        for stream in streams
    ]


def _rows(stream: ValueStream) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for step, days in zip(stream.steps, stream.inventory_days, strict=False):
        back = [loop for loop in stream.loops if loop.back_to == step.name]
        rows.append(
            {
                "state": stream.title,
                "step": step.name,
                "wip before": step.before.pieces,
                "wait before, days": days,
                "waits for": "; ".join(step.before.reasons),
                "cases": step.n,
                "share of cases": step.share,
                "C/T median, s": step.cycle_s,
                "C/T P85, s": step.cycle_p85_s,
                "touch per case, s": step.work_s,
                "unclassified per case, s": step.unclassified_s,
                "people": step.people,
                "first-pass yield": step.first_pass_yield,
                "%C&A": step.complete_accurate,
                "automated": step.automated,
                "came back, share of cases": sum(loop.share for loop in back) if back else 0.0,
            }
        )
    last = stream.days_of(stream.after)
    blank = dict.fromkeys(rows[0])
    rows.append(
        blank
        | {"state": stream.title, "step": "after the last step", "wip before": stream.after.pieces}
        | {"wait before, days": last, "waits for": "; ".join(stream.after.reasons)}
    )
    total = {"state": stream.title, "step": "total", "wait before, days": stream.wait_s / DAY}
    rows.append(
        blank
        | total
        | {"touch per case, s": stream.touch_s, "unclassified per case, s": stream.unclassified_s, "cases": stream.n}
    )
    return rows


def _many(steps: int) -> str:
    return "1 step" if steps == 1 else f"{steps} steps"
