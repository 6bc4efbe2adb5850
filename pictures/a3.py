"""The A3 of a cycle as a landscape page and as Markdown, from the same sections."""

from definitions.cycle.report import A3
from pictures.a3_sections import foot, heading, sections, standing
from pictures.frame import rendered
from pictures.legible import legible

LINE, LITTLE = 55, 68
"""Letters of a line on paper, and lines up to which the boxes fit on one sheet in large type."""
LARGE, SMALL = 11, 9
"""Points on paper."""
_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|"})


def markdown(found: A3) -> str:
    """Plain Markdown; words of people cannot become markup. A chart stands in words."""
    lines = [f"# {_safe(heading(found))}", "", _safe(standing(found)), ""]
    for section in sections(found):
        lines += [f"## {section.title}", ""]
        lines += [f"{'  ' * depth}- {_safe(text)}" for depth, text in section.lines]
        lines += [f"- Chart: {_safe(section.chart.alt)}."] if section.chart else []
        lines += [""]
    return legible("\n".join([*lines, _safe(foot(found)), ""]))


def page(found: A3) -> str:
    """One landscape page of A3 that loads nothing and runs nothing."""
    lines = sum(1 + len(text) // LINE for section in sections(found) for _, text in section.lines)
    return rendered(
        "a3.html.j2",
        points=LARGE if lines <= LITTLE else SMALL,
        heading=heading(found),
        standing=standing(found),
        sections=sections(found),
        foot=foot(found),
    )


def _safe(text: str) -> str:
    """Harmless as Markdown."""
    return text.translate(_SPECIAL)
