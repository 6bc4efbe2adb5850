"""A layered layout of a directed graph: ranks by longest path, order by barycentre, places that keep edges straight.

After Sugiyama, Tagawa and Toda (1981). Labels of edges are nodes of their own between the ranks: nothing lies on them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from statistics import median

SWEEPS = 24
STRAIGHTENED = 3
FAR = 1e9
SIDE = 24.0
"""Units between two things of one rank."""
LABEL_HEIGHT, BETWEEN = 20.0, 24.0
PORTS = 0.7
"""Share of a side over which edges begin."""
MOST_BESIDE = 5
"""Nodes in one rank; more would not be legible on a page."""
BEND = 12.0
"""Width kept for an edge that only passes a rank."""


@dataclass(frozen=True)
class Block:
    """A node: its height, and how far it reaches to the left and right of its middle."""

    left: float
    right: float
    height: float


@dataclass(frozen=True)
class Edge:
    """From node to node, with the width of its label."""

    start: str
    end: str
    label: float


@dataclass
class _Item:
    """What stands in one rank: a node, a bend or a label."""

    left: float
    right: float
    x: float = 0.0
    up: list[tuple["_Item", float]] = field(default_factory=list)
    down: list[tuple["_Item", float]] = field(default_factory=list)


@dataclass(frozen=True)
class Placed:
    """Middles of the nodes, ways of the edges from start to end as points, and middles of their labels."""

    nodes: Mapping[str, tuple[float, float]]
    ways: tuple[tuple[tuple[float, float], ...], ...]
    labels: tuple[tuple[float, float], ...]
    width: float
    height: float


def layered(blocks: Mapping[str, Block], edges: Sequence[Edge]) -> Placed:
    """Places the nodes from top to bottom; `blocks` are in the order in which the process runs.

    An edge against that order goes back up. Edges from a node to itself are the caller's to draw.
    """
    order = {name: number for number, name in enumerate(blocks)}
    ranks = _ranks(blocks, edges, order)
    rows: list[list[_Item]] = [[] for _ in range(max(ranks.values(), default=0) + 1)]
    items = {name: _Item(block.left, block.right) for name, block in blocks.items()}
    for name in blocks:
        rows[ranks[name]].append(items[name])
    chains = [_chain(edge, ranks, order, items, rows) for edge in edges]
    _order(rows)
    places = {id(item): (number, where) for number, row in enumerate(rows) for where, item in enumerate(row)}
    _place(rows)
    for _ in range(STRAIGHTENED):
        for chain in chains:
            _straighten(chain[1:-1], rows, places)
    left = min((item.x - item.left for row in rows for item in row), default=0.0)
    middle, tall, height = _heights(blocks, ranks, len(rows))
    ways, labels = [], []
    for edge, chain in zip(edges, chains, strict=True):
        first, last = sorted((edge.start, edge.end), key=order.__getitem__)
        top, bottom = ranks[first], ranks[last]
        points = [(item.x - left, middle[top + number]) for number, item in enumerate(chain)]
        out = points[0][0] + _port(items[first].down, chain[1]) * blocks[first].left
        into = points[-1][0] + _port(items[last].up, chain[-2]) * blocks[last].left
        points[0] = (out, middle[top] + blocks[first].height / 2)
        points[-1] = (into, middle[bottom] - blocks[last].height / 2)
        labels.append(points[_label_at(len(points))])
        # Past a rank of nodes a way runs straight down, so that it touches none.
        inner = [
            (x, y + part * tall[top + k] / 2)
            for k, (x, y) in enumerate(points[1:-1], 1)
            for part in ((0,) if (top + k) % 2 else (-1, 1))
        ]
        way = [points[0], *inner, points[-1]]
        ways.append(tuple(way if edge.start == first else reversed(way)))
    return Placed(
        nodes={name: (items[name].x - left, middle[ranks[name]]) for name in blocks},
        ways=tuple(ways),
        labels=tuple(labels),
        width=max((item.x + item.right for row in rows for item in row), default=0.0) - left,
        height=height,
    )


def _ranks(blocks: Mapping[str, Block], edges: Sequence[Edge], order: Mapping[str, int]) -> dict[str, int]:
    """Even numbers: below all that lead to it; labels stand between. An edge back holds its ends apart as any other."""
    ranks = dict.fromkeys(blocks, 0)
    taken: dict[int, int] = defaultdict(int)
    for name in blocks:
        for edge in edges:
            first, last = sorted((edge.start, edge.end), key=order.__getitem__)
            if last == name:
                ranks[name] = max(ranks[name], ranks[first] + 2)
        while taken[ranks[name]] == MOST_BESIDE:
            ranks[name] += 2
        taken[ranks[name]] += 1
    return ranks


def _port(beside: Sequence[tuple[_Item, float]], mine: _Item) -> float:
    """Where on the side of a node an edge begins, from -1 to 1: in the order in which they lead away."""
    order = sorted((item for item, _ in beside), key=lambda item: item.x)
    here = next(number for number, item in enumerate(order) if item is mine)
    return PORTS * (2 * (here + 0.5) / len(order) - 1)


def _label_at(points: int) -> int:
    """The label stands on an odd rank near the middle of its way."""
    middle = (points - 1) // 2
    return middle if middle % 2 else middle + 1


def _chain(
    edge: Edge, ranks: Mapping[str, int], order: Mapping[str, int], items: Mapping[str, _Item], rows: list[list[_Item]]
) -> list[_Item]:
    first, last = sorted((edge.start, edge.end), key=order.__getitem__)
    top, bottom = ranks[first], ranks[last]
    chain = [items[first]]
    label = _label_at(bottom - top + 1)
    for number in range(1, bottom - top):
        half = (edge.label if number == label else BEND) / 2
        item = _Item(half, half)
        rows[top + number].append(item)
        chain.append(item)
    chain.append(items[last])
    for number, (above, below) in enumerate(pairwise(chain)):
        # The inside of a long way is kept straighter than its ends.
        pull = 1.0 if len(chain) == 3 else 8.0 if 0 < number < len(chain) - 2 else 2.0
        above.down.append((below, pull))
        below.up.append((above, pull))
    return chain


def _order(rows: list[list[_Item]]) -> None:
    """Each rank by the mean place of its neighbours, down and up again; the order with the fewest crossings stays."""
    best, fewest = [list(row) for row in rows], _crossings(rows)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for number in range(1, len(rows)) if down else range(len(rows) - 2, -1, -1):
            beside = rows[number - 1 if down else number + 1]
            place = {id(item): where for where, item in enumerate(beside)}
            keys = {}
            for where, item in enumerate(rows[number]):
                near = [place[id(other)] for other, _ in (item.up if down else item.down)]
                keys[id(item)] = sum(near) / len(near) if near else float(where)
            rows[number].sort(key=lambda item: keys[id(item)])
        crossings = _crossings(rows)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def _crossings(rows: Sequence[Sequence[_Item]]) -> int:
    found = 0
    for above, below in pairwise(rows):
        place = {id(item): where for where, item in enumerate(below)}
        ends = [sorted(place[id(other)] for other, _ in item.down) for item in above]
        for number, mine in enumerate(ends):
            for others in ends[number + 1 :]:
                found += sum(1 for a in mine for b in others if b < a)
    return found


def _place(rows: list[list[_Item]]) -> None:
    for row in rows:
        x = 0.0
        for item in row:
            item.x = x + item.left
            x = item.x + item.right + SIDE
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wished = []
            for item in row:
                near = item.up + item.down if sweep >= SWEEPS // 2 else item.up if down else item.down
                weight = sum(pull for _, pull in near)
                wished.append((sum(o.x * p for o, p in near) / weight, weight) if near else (item.x, 0.1))
            _settle(row, wished)


def _straighten(inner: Sequence[_Item], rows: Sequence[Sequence[_Item]], places: Mapping[int, tuple[int, int]]) -> None:
    """The bends of one way as nearly under each other as their neighbours leave room for."""
    if len(inner) < 2:
        return
    spans = []
    for item in inner:
        row, where = places[id(item)]
        before = rows[row][where - 1] if where else None
        after = rows[row][where + 1] if where + 1 < len(rows[row]) else None
        low = before.x + before.right + SIDE + item.left if before else -FAR
        high = after.x - after.left - SIDE - item.right if after else FAR
        spans.append((low, high))
    common = median(item.x for item in inner)
    low, high = max(low for low, _ in spans), min(high for _, high in spans)
    common = min(max(common, low), high) if low <= high else common
    for item, (lowest, highest) in zip(inner, spans, strict=True):
        item.x = min(max(common, lowest), highest)


def _settle(row: Sequence[_Item], wished: Sequence[tuple[float, float]]) -> None:
    """The places nearest to the wished ones (weighted squares) that keep order and distance: pooled neighbours."""
    apart = (one.right + SIDE + other.left for one, other in pairwise(row))
    offsets = list(accumulate(apart, initial=0.0))[: len(row)]
    pools: list[list[float]] = []
    for (x, weight), offset in zip(wished, offsets, strict=True):
        pools.append([(x - offset) * weight, weight, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    places = [pool[0] / pool[1] for pool in pools for _ in range(int(pool[2]))]
    for item, place, offset in zip(row, places, offsets, strict=True):
        item.x = place + offset


def _heights(
    blocks: Mapping[str, Block], ranks: Mapping[str, int], rows: int
) -> tuple[list[float], list[float], float]:
    """The middle and the height of each rank, and the height of all."""
    tall: dict[int, float] = defaultdict(lambda: LABEL_HEIGHT)
    for name, rank in ranks.items():
        tall[rank] = max(tall[rank], blocks[name].height)
    middles, y = [], 0.0
    for rank in range(rows):
        middles.append(y + tall[rank] / 2)
        y += tall[rank] + (BETWEEN if rank < rows - 1 else 0)
    return middles, [tall[rank] for rank in range(rows)], y
