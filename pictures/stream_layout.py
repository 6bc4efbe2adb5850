"""Where everything of a value stream stands; the template only draws it."""

from collections.abc import Mapping, Sequence

from measurement.flow.stream import Step, ValueStream
from pictures.frame import MARGIN, WIDTH, wrapped
from pictures.stream_arrows import information_arrows, loop_arrows
from pictures.stream_shapes import (
    BOLD,
    BOX,
    GAP,
    GAP_MOST,
    HEAD,
    LABEL,
    LANE,
    LEAST_LINES,
    LINE,
    NAME,
    ROW,
    RUNG,
    TOTALS,
    Box,
    Gap,
    Panel,
    Spot,
)
from pictures.stream_words import brief, spoken, waited
from pictures.stream_worst import Worst


def laid_out(stream: ValueStream, bursts: Sequence[Worst], like: Panel | None = None) -> Panel:
    """A panel; `like`: another one, whose columns and width are kept where the steps have the same names."""
    kept = like is not None and all(step.name in like.columns for step in stream.steps)
    places = _columns(stream, like.columns if like is not None and kept else {})
    burst: dict[Spot, int] = {(w.kind, w.place): w.number for w in bursts}
    data = [_data(step) for step in stream.steps]
    data_height = max(LEAST_LINES, *(len(lines) for lines in data)) * LINE + 10
    boxes = tuple(
        Box(
            x=places[step.name],
            name=_name(step.name),
            full=step.name,
            data=data[number],
            rung=_rung(step),
            unclear=step.unclassified_s > 0,
            burst=burst.get(("step", number)),
        )
        for number, step in enumerate(stream.steps)
    )
    gap = min(box.x for box in boxes)
    end = like.gaps[-1].end if like is not None and kept else boxes[-1].x + BOX + gap
    width = end + TOTALS
    gaps = _gaps(stream, boxes, end, burst)
    left, far = max(0.0, gaps[0].middle - BOX / 2), gaps[-1].middle - BOX / 2
    middle = (left + far + BOX) / 2
    below = ROW + HEAD + data_height
    backs = loop_arrows(stream.loops, boxes, below, burst)
    ladder = max((back.lane + LANE / 2 for back in backs), default=below) + 44
    return Panel(
        title=stream.title,
        width=width,
        height=ladder + RUNG + 52,
        boxes=boxes,
        gaps=gaps,
        backs=backs,
        requester=stream.requester,
        customer=stream.customer,
        control=tuple(wrapped(stream.control, LABEL, BOX - 8)[:2]),
        arrows=information_arrows(stream, boxes, left, middle, far),
        icons=(left, middle - BOX / 2, far),
        data_height=data_height,
        ladder=ladder,
        totals=_totals(stream),
        columns=places,
    )


def _columns(stream: ValueStream, known: Mapping[str, float]) -> dict[str, float]:
    """From left to right; the gaps take what the row leaves free of the width."""
    if known:
        return {step.name: known[step.name] for step in stream.steps}
    many = len(stream.steps)
    free = (WIDTH - 2 * MARGIN - TOTALS - many * BOX) / (many + 1)
    gap = min(max(GAP, free), GAP_MOST)
    return {step.name: gap + number * (BOX + gap) for number, step in enumerate(stream.steps)}


def _name(name: str) -> tuple[str, ...]:
    lines = wrapped(name.replace("+", " + "), NAME * BOLD, BOX - 8)
    return tuple(lines if len(lines) <= 3 else [*lines[:2], lines[2] + " ..."])


def _data(step: Step) -> tuple[tuple[str, str], ...]:
    cycle = "" if step.cycle_s is None else brief(step.cycle_s)
    if cycle and step.cycle_p85_s is not None:
        cycle += f" [{brief(step.cycle_p85_s)}]"
    lines = (
        ("C/T", cycle),
        ("C/O", "" if step.changeover_s is None else brief(step.changeover_s)),
        ("cases", "" if step.n is None else f"{step.n:,} ({step.share:.0%})"),
        ("share", "" if step.n is not None or step.share == 1 else f"{step.share:.0%}"),
        ("people", "" if step.people is None else f"{step.people:,.4g}"),
        ("batch", "" if step.batch is None else f"{step.batch:,.4g}"),
        ("uptime", _share(step.uptime)),
        ("first pass", _share(step.first_pass_yield)),
        ("%C&A", _share(step.complete_accurate)),
        ("automated", _share(step.automated)),
    )
    return tuple((label, value) for label, value in lines if value)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}" if 0.995 <= value < 1 or 0 < value < 0.005 else f"{value:.0%}"


def _gaps(stream: ValueStream, boxes: Sequence[Box], right: float, burst: Mapping[Spot, int]) -> tuple[Gap, ...]:
    starts = [0.0, *(box.x + BOX for box in boxes)]
    ends = [*(box.x for box in boxes), right]
    gaps = []
    for number, (start, end, inventory) in enumerate(zip(starts, ends, stream.inventories, strict=True)):
        days = stream.days_of(inventory)
        pieces = inventory.pieces
        if pieces is None and stream.demand_per_day is not None and inventory.days is not None:
            pieces = inventory.days * stream.demand_per_day
        known = inventory.days is not None or inventory.pieces is not None
        gaps.append(
            Gap(
                start=start,
                end=end,
                pieces="" if pieces is None else _pieces(pieces),
                days=waited(days, stream.of_24_h) if known else "",
                waits=known and days > 0,
                move=inventory.move,
                burst=burst.get(("inventory", number)),
            )
        )
    return tuple(gaps)


def _pieces(pieces: float) -> str:
    if 0 < pieces < 0.05:
        return "<0.1"
    return f"{pieces:,.0f}" if pieces >= 10 else f"{pieces:.2g}"


def _rung(step: Step) -> str:
    if not step.unclassified_s:
        return brief(step.work_s)
    unclear = f"{brief(step.unclassified_s)} ?"
    return f"{brief(step.work_s)} + {unclear}" if step.work_s > 0 else unclear


def _totals(stream: ValueStream) -> tuple[tuple[str, str], ...]:
    efficiency = stream.flow_efficiency
    unclear = stream.unclassified_s
    share = "" if efficiency is None else f"{efficiency:.1%}" if efficiency >= 0.001 else f"{efficiency:.4%}"
    lines = (
        ("lead", spoken(stream.lead_s)),
        ("touch", spoken(stream.touch_s) if efficiency is not None else ""),
        ("unclear", spoken(unclear) if unclear else ""),
        ("FE" if not unclear else "FE at least", share),
        ("takt", "" if stream.takt_s is None else spoken(stream.takt_s)),
    )
    return tuple((label, value) for label, value in lines if value)
