"""The picture of a process as its cases went it: steps, paths, how often and how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from measurement.flow.process import END, START, Node, Path, Process
from pictures.frame import GLYPH, rendered, wrapped
from pictures.layers import Block, Edge, Placed, layered
from pictures.picture import Cell, Picture
from pictures.stream_words import brief

BOX, ENDS = 164.0, 70.0
"""Widths of a step, and of start and end."""
NAME, LABEL, BOLD = 14.0, 12.5, 1.2
"""Sizes of the text, and how much wider bold letters are."""
LINE = 17.0
THIN, THICK = 1.2, 7.0
"""Widths of the rarest and of the most frequent path."""
LOOP = 34.0
"""Room for the arrow of a step that follows itself, without its label."""


@dataclass(frozen=True)
class Drawn:
    """A path as the template draws it."""

    way: str
    width: float
    back: bool
    label: str
    x: float
    y: float
    half: float


@dataclass(frozen=True)
class Box:
    """A step as the template draws it."""

    x: float
    y: float
    half: float
    height: float
    lines: tuple[str, ...]
    counts: str
    waiting: bool
    loop: str
    loop_width: float
    full: str


def process_picture(found: Process, *, title: str, period: str, source: str, notes: Sequence[str] = ()) -> Picture:
    """Steps from top to bottom in the order in which cases enter them, paths as wide as they are frequent."""
    loops = {path.start: path for path in found.paths if path.start == path.end}
    paths = [path for path in found.paths if path.start != path.end]
    nodes = {node.name: node for node in found.nodes}
    order = [START, *nodes, END]
    blocks = {name: _block(nodes.get(name), loops.get(name)) for name in order}
    edges = [Edge(path.start, path.end, len(_label(path)) * LABEL * GLYPH + 12) for path in paths]
    placed = layered(blocks, edges)
    most = max((path.count for path in found.paths), default=1)
    body = rendered(
        "process_map.svg.j2",
        boxes=[_box(nodes[name], loops.get(name), placed, most) for name in nodes],
        ends=[(name.strip("()"), *placed.nodes[name]) for name in (START, END)],
        paths=[_drawn(path, number, placed, order, most) for number, path in enumerate(paths)],
    )
    return Picture(
        title=title,
        facts=(f"n {found.n:,} cases", period, "clock: elapsed, median from event to event"),
        body=body,
        body_width=placed.width,
        body_height=placed.height + 12,
        alt=_alt(found),
        rows=_rows(found),
        notes=(*_notes(found), *notes),
        source=source,
    )


def _label(path: Path) -> str:
    return f"{path.count:,}" if path.median_s is None else f"{path.count:,} · {brief(path.median_s)}"


def _lines(name: str) -> tuple[str, ...]:
    lines = wrapped(name.replace("+", " + "), NAME * BOLD, BOX - 12)
    return tuple(lines if len(lines) <= 3 else [*lines[:2], lines[2] + " ..."])


def _loop_width(loop: Path | None) -> float:
    return 0.0 if loop is None else LOOP + len(_label(loop)) * LABEL * GLYPH


def _block(node: Node | None, loop: Path | None) -> Block:
    if node is None:
        return Block(ENDS / 2, ENDS / 2, 30.0)
    return Block(BOX / 2, BOX / 2 + _loop_width(loop), (len(_lines(node.name)) + 1) * LINE + 14)


def _box(node: Node, loop: Path | None, placed: Placed, most: int) -> Box:
    x, y = placed.nodes[node.name]
    return Box(
        x=x,
        y=y,
        half=BOX / 2,
        height=_block(node, loop).height,
        lines=_lines(node.name),
        counts=f"{node.cases:,} case{'' if node.cases == 1 else 's'}" + (", waiting" if node.waiting else ""),
        waiting=node.waiting,
        loop="" if loop is None else _label(loop),
        loop_width=0.0 if loop is None else _width(loop, most),
        full=node.name,
    )


def _width(path: Path, most: int) -> float:
    return round(THIN + (THICK - THIN) * path.count / most, 2)


def _drawn(path: Path, number: int, placed: Placed, order: Sequence[str], most: int) -> Drawn:
    points, (x, y) = placed.ways[number], placed.labels[number]
    label = _label(path)
    back = order.index(path.start) > order.index(path.end)
    return Drawn(_curve(points), _width(path, most), back, label, x, y, len(label) * LABEL * GLYPH / 2 + 4)


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """A smooth way through the points that never swings beyond them (slopes after Fritsch and Carlson)."""
    slopes = [(x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)]
    inner = [2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(slopes)]
    tangents = [0.0, *inner, 0.0]
    way = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for number, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        h = (y2 - y1) / 3
        way += f" C{x1 + tangents[number] * h:.1f},{y1 + h:.1f}"
        way += f" {x2 - tangents[number + 1] * h:.1f},{y2 - h:.1f} {x2:.1f},{y2:.1f}"
    return way


def _notes(found: Process) -> list[str]:
    notes = ["On a path: how often, and the median time from one event to the next. Dashed: back to an earlier step."]
    hidden = f"Not drawn: {found.hidden_paths:,} rarer paths with {found.hidden_share:.1%} of all transitions"
    if found.hidden_nodes:
        named = ", ".join(found.hidden_nodes[:4])
        more = f" and {len(found.hidden_nodes) - 4} more" if len(found.hidden_nodes) > 4 else ""
        hidden += f", and steps that fewer than 1 in 200 cases enter: {named}{more}"
    return [*notes, hidden + "."] if found.hidden_paths else notes


def _alt(found: Process) -> str:
    top = sorted((path for path in found.paths if path.start != START and path.end != END), key=lambda p: -p.count)
    said = "; ".join(f"{path.start} to {path.end} {path.count:,} times" for path in top[:3])
    return f"Process map with {len(found.nodes)} steps and {len(found.paths)} paths. The most frequent: {said}."


def _rows(found: Process) -> list[dict[str, Cell]]:
    return [
        {"from": p.start, "to": p.end, "count": p.count, "median, s": p.median_s, "mean, s": p.mean_s}
        for p in found.paths
    ]
