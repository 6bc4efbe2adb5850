"""The frame every picture stands in: title, facts, drawing, notes and source, in one SVG."""

import functools
import textwrap
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pictures.legible import legible

WIDTH = 1200
"""Units, and pixels on a screen."""
MARGIN = 24
TITLE, FACTS, NOTE = 22.0, 15.0, 14.0
"""Sizes of the text."""
GLYPH = 0.53
"""Mean width of a letter of a sans-serif face, in its size: for wrapping, as SVG does not wrap."""


@functools.cache
def environment() -> Environment:
    """Templates of this room; everything put in is escaped unless it is SVG of ours."""
    return Environment(
        loader=PackageLoader("pictures", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(template: str, **values: Any) -> str:
    """One template with its values."""
    return legible(environment().get_template(template).render(**values))


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines of at most `width` units at this text size."""
    return textwrap.wrap(text, max(8, int(width / (size * GLYPH)))) or [""]


def framed(
    *,
    title: str,
    facts: Sequence[str],
    body: str,
    body_width: float,
    body_height: float,
    alt: str,
    notes: Sequence[str],
    source: str,
) -> str:
    """The SVG of a whole picture; a body wider than the frame is made smaller, never cut."""
    inside = WIDTH - 2 * MARGIN
    scale = min(1.0, inside / body_width)
    y = MARGIN + TITLE
    lines: list[tuple[str, float, float, str]] = []
    for line in wrapped(title, TITLE, inside):
        lines.append((line, y, TITLE, "title"))
        y += TITLE * 1.25
    for line in wrapped("  ·  ".join(facts), FACTS, inside) if facts else []:
        lines.append((line, y, FACTS, "fact"))
        y += FACTS * 1.35
    top = y
    y = top + body_height * scale + NOTE * 1.6
    for text, kind in (*((note, "note") for note in notes), *([(f"Source: {source}", "source")] if source else [])):
        for line in wrapped(text, NOTE, inside):
            lines.append((line, y, NOTE, kind))
            y += NOTE * 1.35
        y += NOTE * 0.25
    return rendered(
        "frame.svg.j2",
        width=WIDTH,
        height=round(y + MARGIN / 2),
        margin=MARGIN,
        left=round((WIDTH - body_width * scale) / 2, 2),
        top=round(top, 2),
        scale=round(scale, 4),
        title=title,
        alt=alt,
        body=body,
        lines=lines,
    )
