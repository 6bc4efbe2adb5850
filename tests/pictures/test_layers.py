"""A layered drawing: nothing lies on anything else, and every way leads from its start to its end."""

from itertools import combinations

import pytest

from pictures.layers import MOST_BESIDE, Block, Edge, layered

BOX = Block(40, 60, 30)


def names(*given: str) -> dict[str, Block]:
    return dict.fromkeys(given, BOX)


def test_a_node_stands_below_all_that_lead_to_it() -> None:
    placed = layered(names("a", "b", "c"), [Edge("a", "b", 50), Edge("b", "c", 50), Edge("a", "c", 50)])

    heights = [placed.nodes[name][1] for name in "abc"]
    assert heights == sorted(heights)
    assert len(set(heights)) == 3


def test_a_way_begins_below_its_start_and_ends_above_its_end() -> None:
    placed = layered(names("a", "b"), [Edge("a", "b", 50), Edge("b", "a", 50)])

    down, up = placed.ways
    assert (down[0][1], down[-1][1]) == (placed.nodes["a"][1] + 15, placed.nodes["b"][1] - 15)
    assert (up[0][1], up[-1][1]) == (down[-1][1], down[0][1])
    assert down[0][0] != up[-1][0]


def test_labels_and_nodes_of_one_rank_do_not_touch() -> None:
    many = names("s", *(f"n{k}" for k in range(4)), "e")
    edges = (
        [Edge("s", f"n{k}", 90) for k in range(4)] + [Edge(f"n{k}", "e", 90) for k in range(4)] + [Edge("s", "e", 90)]
    )

    placed = layered(many, edges)

    boxes = [(x - 40, y - 15, x + 60, y + 15) for x, y in placed.nodes.values()]
    boxes += [(x - 45, y - 9, x + 45, y + 9) for x, y in placed.labels]
    touching = [
        (a, b) for a, b in combinations(boxes, 2) if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert touching == []


def test_a_rank_that_would_be_too_wide_goes_on_below() -> None:
    many = names("s", *(f"n{k}" for k in range(MOST_BESIDE + 2)))

    placed = layered(many, [Edge("s", f"n{k}", 20) for k in range(MOST_BESIDE + 2)])

    assert len({y for _, y in placed.nodes.values()}) == 3


def test_a_long_way_passes_beside_the_nodes_between() -> None:
    placed = layered(names("a", "b", "c"), [Edge("a", "b", 30), Edge("b", "c", 30), Edge("a", "c", 30)])

    x, y = placed.nodes["b"]
    beside = [px for px, py in placed.ways[2] if abs(py - y) <= 15]
    assert beside
    assert all(px < x - 40 or px > x + 60 for px in beside)


def test_an_order_without_crossings_is_found_where_there_is_one() -> None:
    edges = [Edge("a", "d", 10), Edge("b", "c", 10)]

    placed = layered(names("a", "b", "c", "d"), edges)

    left = placed.nodes["a"][0] < placed.nodes["b"][0]
    assert (placed.nodes["d"][0] < placed.nodes["c"][0]) is left


def test_the_same_graph_is_drawn_the_same_and_nothing_is_drawn_of_nothing() -> None:
    edges = [Edge("a", "b", 10), Edge("b", "a", 10)]

    assert layered(names("a", "b"), edges) == layered(names("a", "b"), edges)
    assert layered({}, []).width == 0.0
    assert layered(names("a"), []).width == pytest.approx(100)
