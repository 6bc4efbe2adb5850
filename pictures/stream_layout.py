"""Where everything of a value stream stands; the template only draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from measurement.flow.stream import Loop, Step, ValueStream
from pictures.frame import GLYPH, MARGIN, WIDTH, wrapped
from pictures.stream_words import brief, spoken, waited
from pictures.stream_worst import Worst

BOX, GAP, GAP_MOST, TOTALS = 146.0, 74.0, 430.0, 150.0
NAME, LABEL, BOLD = 14.0, 13.0, 1.2
"""Sizes of the text, and how much wider bold letters are."""
ICON, ROW, HEAD, LINE, LANE, RUNG, PORT, WORD = 60.0, 150.0, 58.0, 18.0, 40.0, 34.0, 12.0, 15.0

LEAST_LINES = 3
"""Of a data box, so that the arrows beside it have room."""
Spot = tuple[str, int]
"""Kind and number of a place where a burst may stand."""


@dataclass(frozen=True)
class Box:
    """A process box with its data box."""

    x: float
    name: tuple[str, ...]
    full: str
    data: tuple[tuple[str, str], ...]
    rung: str
    unclear: bool
    burst: int | None

    @property
    def middle(self) -> float:
        """Its centre."""
        return self.x + BOX / 2


@dataclass(frozen=True)
class Gap:
    """The space before a box, with what waits there."""

    start: float
    end: float
    pieces: str
    days: str
    waits: bool
    move: str
    burst: int | None

    @property
    def middle(self) -> float:
        """Its centre."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Back:
    """A rework arrow under the row."""

    start: float
    end: float
    top: float
    lane: float
    label: str
    burst: int | None


@dataclass(frozen=True)
class Arrow:
    """Information: its way, and where the first line of its label stands."""

    path: str
    label: tuple[str, ...]
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Panel:
    """One value stream, laid out from its own corner."""

    title: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    gaps: tuple[Gap, ...]
    backs: tuple[Back, ...]
    requester: str
    customer: str
    control: tuple[str, ...]
    icons: tuple[float, float, float]
    """Left edges of requester, control and customer."""
    arrows: tuple[Arrow, ...]
    data_height: float
    ladder: float
    totals: tuple[tuple[str, str], ...]
    columns: Mapping[str, float] = field(default_factory=dict)


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
    backs = _backs(stream.loops, boxes, below, burst)
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
        arrows=_arrows(stream, boxes, left, middle, far),
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
                pieces="" if pieces is None else f"{pieces:,.0f}" if pieces >= 10 else f"{pieces:.2g}",
                days=waited(days, stream.of_24_h) if known else "",
                waits=known and days > 0,
                move=inventory.move,
                burst=burst.get(("inventory", number)),
            )
        )
    return tuple(gaps)


def _backs(loops: Sequence[Loop], boxes: Sequence[Box], below: float, burst: Mapping[Spot, int]) -> tuple[Back, ...]:
    """Ways back to the same step above longer ones; each end has a port of its own at the left of its box."""
    at = {box.full: box for box in boxes}
    ports: dict[str, int] = {}
    backs, lanes = [], list[list[tuple[float, float]]]()
    for number in sorted(range(len(loops)), key=lambda k: loops[k].back_from == loops[k].back_to):
        loop = loops[number]
        start, end = at[loop.back_from], at[loop.back_to]
        if start is end:
            left, right = start.x + PORT * (ports.get(start.full, 0) + 1), start.x + BOX - PORT
        else:
            left, right = (box.x + PORT * (ports.get(box.full, 0) + 1) for box in (end, start))
            for box in (start, end):
                ports[box.full] = ports.get(box.full, 0) + 1
        cost = "" if loop.seconds is None else f"+{brief(loop.seconds)}"
        label = ", ".join(part for part in (f"{loop.share:.0%} back", cost) if part)
        backs.append((start is end, left, right, label, burst.get(("loop", number))))
    placed = []
    for _, left, right, label, number_of in sorted(backs, key=lambda back: (not back[0], back[2] - back[1])):
        half = max(right - left, len(label) * LABEL * GLYPH) / 2 + 4
        span = ((left + right) / 2 - half, (left + right) / 2 + half)
        lane = next((k for k, used in enumerate(lanes) if all(span[1] < a or span[0] > b for a, b in used)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(span)
        placed.append(Back(right, left, below, below + (lane + 1) * LANE - 20, label, number_of))
    return tuple(placed)


def _arrows(stream: ValueStream, boxes: Sequence[Box], left: float, middle: float, right: float) -> tuple[Arrow, ...]:
    """From whom to whom; straight where people carry it, with a jag in the middle where machines do."""
    sides = {"requester": (left + BOX, middle - BOX / 2), "customer": (right, middle + BOX / 2)}
    arrows = []
    for flow in stream.information:
        if flow.end == "steps":
            target = min(boxes, key=lambda box: abs(box.middle - middle))
            x1, y1, x2, y2 = middle, ICON, target.middle, ROW - 4
            # Beside the line, on the side that it leans away from.
            at, anchor = ((x1 + x2) / 2 + 16, (y1 + y2) / 2 + (18 if x2 < x1 else -6)), "start"
            label = [flow.label]
        else:
            outer, inner = sides[flow.start if flow.start != "control" else flow.end]
            x1, x2 = (outer, inner) if flow.end == "control" else (inner, outer)
            y1 = y2 = ICON / 2 + (12 if flow.end == "control" else -12)
            label = wrapped(flow.label, LABEL, abs(x2 - x1) - 8)[:2]
            at, anchor = ((x1 + x2) / 2, y1 - 14 - (len(label) - 1) * WORD), "middle"
        arrows.append(Arrow(_way(x1, y1, x2, y2, flow.electronic), tuple(label), *at, anchor))
    return tuple(arrows)


def _way(x1: float, y1: float, x2: float, y2: float, jagged: bool) -> str:
    if not jagged:
        return f"M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}"
    dx, dy = x2 - x1, y2 - y1
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length, dy / length
    mx, my = (x1 + x2) / 2, (y1 + y2) / 2
    a = (mx + 9 * ux - 6 * uy, my + 9 * uy + 6 * ux)
    b = (mx - 9 * ux + 6 * uy, my - 9 * uy - 6 * ux)
    return f"M{x1:.1f},{y1:.1f} L{a[0]:.1f},{a[1]:.1f} L{b[0]:.1f},{b[1]:.1f} L{x2:.1f},{y2:.1f}"


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
