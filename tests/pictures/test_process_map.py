"""A process map shows steps and paths with how often and how long, and nothing lies on anything else."""

import xml.etree.ElementTree as ET

from measurement.flow.process import process
from pictures.picture import Picture
from pictures.process_map import process_picture
from tests.measurement.flow.logs import log
from tests.pictures.overlaps import SVG, outside, overlapping

LOOPS = log(
    *(("a", "queue", 0), ("a", "work", 10), ("a", "work", 15), ("a", "wait", 20), ("a", "work", 50), ("a", "done", 70)),
    *(("b", "work", 0), ("b", "<check> & go", 10), ("b", "done", 40), ("c", "queue", 0), ("c", "done", 9)),
)


def drawn() -> Picture:
    return process_picture(process(LOOPS), title="Toy", period="March 2026", source="made by hand")


def said(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_steps_and_paths_say_how_often_and_how_long() -> None:
    found = said(drawn().svg)

    for wanted in ("start", "end", "work", "2 cases", "2 cases, waiting", "1 · 30 min", "1 · 5 min"):
        assert wanted in found


def test_a_path_back_is_dashed_and_all_words_are_escaped_and_apart() -> None:
    svg = drawn().svg

    assert svg.count("stroke-dasharray") == 1
    assert "&lt;check&gt; &amp; go" in svg
    assert overlapping(svg) == []
    assert outside(svg) == []


def test_the_table_has_every_path_that_is_drawn() -> None:
    rows = drawn().rows

    assert {"from": "wait", "to": "work", "count": 1, "median, s": 1800.0, "mean, s": 1800.0} in rows
    assert len(rows) == 11


def test_the_map_is_told_in_words_with_its_most_frequent_paths() -> None:
    assert drawn().alt.startswith("Process map with 5 steps and 11 paths. The most frequent: ")
