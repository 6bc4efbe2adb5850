"""The arrows of a value stream: work that comes back under the row, information above it."""

from collections.abc import Mapping, Sequence

from measurement.flow.stream import Loop, ValueStream
from pictures.frame import GLYPH, wrapped
from pictures.stream_shapes import BOX, ICON, LABEL, LANE, PORT, ROW, WORD, Arrow, Back, Box, Spot
from pictures.stream_words import brief


def loop_arrows(
    loops: Sequence[Loop], boxes: Sequence[Box], below: float, burst: Mapping[Spot, int]
) -> tuple[Back, ...]:
    """Ways back to the same step above longer ones; each end has a port of its own at the left of its box."""
    at = {box.full: box for box in boxes}
    ports: dict[str, int] = {}
    found, lanes = [], list[list[tuple[float, float]]]()
    for number in sorted(range(len(loops)), key=lambda k: loops[k].back_from == loops[k].back_to):
        loop = loops[number]
        start, end = at[loop.back_from], at[loop.back_to]
        if start is end:
            left, right = start.x + PORT * (ports.get(start.full, 0) + 1), start.x + BOX - PORT
        else:
            left, right = (box.x + PORT * (ports.get(box.full, 0) + 1) for box in (end, start))
            for box in (start, end):
                ports[box.full] = ports.get(box.full, 0) + 1
        cost = "" if loop.seconds is None else f"+{brief(loop.seconds)}".replace("+<", "<")
        label = ", ".join(part for part in (f"{loop.share:.0%} back", cost) if part)
        found.append((start is end, left, right, label, burst.get(("loop", number))))
    placed = []
    for _, left, right, label, number_of in sorted(found, key=lambda back: (not back[0], back[2] - back[1])):
        half = max(right - left, len(label) * LABEL * GLYPH) / 2 + 4
        span = ((left + right) / 2 - half, (left + right) / 2 + half)
        lane = next((k for k, used in enumerate(lanes) if all(span[1] < a or span[0] > b for a, b in used)), len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(span)
        placed.append(Back(right, left, below, below + (lane + 1) * LANE - 20, label, number_of))
    return tuple(placed)


def information_arrows(
    stream: ValueStream, boxes: Sequence[Box], left: float, middle: float, right: float
) -> tuple[Arrow, ...]:
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
