"""Where words of a picture lie, and whether any lie on each other."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations

SVG = "{http://www.w3.org/2000/svg}"
GLYPH, BOLD = 0.53, 1.12
Box = tuple[str, float, float, float, float]


def words(svg: str) -> list[Box]:
    """Text, left, top, right, bottom, in units of the picture."""
    return list(_words(ET.fromstring(svg), 0.0, 0.0, 1.0))


def overlapping(svg: str) -> list[tuple[str, str]]:
    """Pairs of words that lie on each other by more than a hair."""
    return [(a[0], b[0]) for a, b in combinations(words(svg), 2) if _meet(a, b)]


def outside(svg: str) -> list[str]:
    """Words that leave the picture."""
    _, _, width, height = (float(n) for n in ET.fromstring(svg).attrib["viewBox"].split())
    return [w[0] for w in words(svg) if w[1] < 0 or w[2] < 0 or w[3] > width or w[4] > height]


def _words(at: ET.Element, x: float, y: float, scale: float) -> Iterator[Box]:
    transform = at.get("transform", "")
    if moved := re.search(r"translate\(([-\d.]+)[, ]([-\d.]+)\)", transform):
        x, y = x + scale * float(moved[1]), y + scale * float(moved[2])
    if scaled := re.search(r"scale\(([\d.]+)\)", transform):
        scale *= float(scaled[1])
    if at.tag == f"{SVG}text":
        said = "".join(at.itertext())
        size = float(at.get("font-size", "16")) * scale
        width = len(said) * size * GLYPH * (BOLD if at.get("font-weight") == "bold" else 1)
        left = x + scale * float(at.get("x", "0"))
        left -= {"middle": width / 2, "end": width}.get(at.get("text-anchor", "start"), 0)
        base = y + scale * float(at.get("y", "0"))
        yield said, left, base - 0.75 * size, left + width, base + 0.1 * size
    for inner in at:
        if inner.tag != f"{SVG}defs":
            yield from _words(inner, x, y, scale)


def _meet(a: Box, b: Box, hair: float = 1.0) -> bool:
    return a[1] < b[3] - hair and b[1] < a[3] - hair and a[2] < b[4] - hair and b[2] < a[4] - hair
