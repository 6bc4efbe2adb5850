"""Draws `circle.svg`: `python docs/pictures/draw.py`."""

from math import cos, pi, sin
from pathlib import Path

WIDTH, HEIGHT = 760, 430
CENTRE, RADII = (WIDTH / 2, HEIGHT / 2 + 4), (272, 150)
BOX = (196, 58)

# Name, what it does.
STATIONS = (
    ("definitions", "what should happen"),
    ("workflows", "make it happen, durably"),
    ("activities", "touch the world"),
    ("records", "remember every fact"),
    ("measurement", "says what it means"),
    ("improvement cycle", "changes the definition"),
)

STYLE = """
  .card { fill: #f7f8fa; stroke: #d5dae1 }
  .box { fill: #ffffff; stroke: #2f6f8f; stroke-width: 1.6 }
  .name { font: 600 16px system-ui, sans-serif; fill: #17212b }
  .does { font: 13px system-ui, sans-serif; fill: #4a5560 }
  .way { fill: none; stroke: #2f6f8f; stroke-width: 2; marker-end: url(#tip) }
  .tip { fill: #2f6f8f }
  @media (prefers-color-scheme: dark) {
    .card { fill: #161b22; stroke: #30363d } .box { fill: #0d1117; stroke: #6cb6d9 }
    .name { fill: #e6edf3 } .does { fill: #a9b4c0 } .way { stroke: #6cb6d9 } .tip { fill: #6cb6d9 }
  }
"""


def place(turn: float) -> tuple[float, float]:
    """A point of the ellipse; 0 is at the top, 1 is once round with the clock."""
    angle = 2 * pi * turn - pi / 2
    return CENTRE[0] + RADII[0] * cos(angle), CENTRE[1] + RADII[1] * sin(angle)


def box(number: int) -> str:
    """One station."""
    name, does = STATIONS[number]
    x, y = place(number / len(STATIONS))
    return (
        f'<rect class="box" x="{x - BOX[0] / 2:.0f}" y="{y - BOX[1] / 2:.0f}" '
        f'width="{BOX[0]}" height="{BOX[1]}" rx="9"/>'
        f'<text class="name" x="{x:.0f}" y="{y - 3:.0f}" text-anchor="middle">{name}</text>'
        f'<text class="does" x="{x:.0f}" y="{y + 17:.0f}" text-anchor="middle">{does}</text>'
    )


def outside(turn: float, number: int) -> bool:
    """Whether the point is clear of this station's box."""
    (x, y), (bx, by) = place(turn), place(number / len(STATIONS))
    return abs(x - bx) > BOX[0] / 2 + 7 or abs(y - by) > BOX[1] / 2 + 7


def arrow(number: int) -> str:
    """From one station to the next, along the ellipse, as far as it is between their boxes."""
    following = (number + 1) % len(STATIONS)
    start = number / len(STATIONS)
    turns = [start + step / len(STATIONS) / 100 for step in range(101)]
    clear = [turn for turn in turns if outside(turn, number) and outside(turn, following)]
    points = " L".join(f"{x:.1f} {y:.1f}" for x, y in map(place, clear))
    return f'<path class="way" d="M{points}"/>'


TIP = (
    '<marker id="tip" viewBox="0 0 10 10" refX="7" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="tip" d="M0 0L10 5L0 10z"/></marker>'
)
"""The head of an arrow."""


def drawing() -> str:
    """The whole picture."""
    x, y = CENTRE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-label="Definitions, workflows, activities, records, measurement, improvement cycle, and round again">',
        f"<style>{STYLE}</style><defs>{TIP}</defs>",
        f'<rect class="card" x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="14"/>',
        *(arrow(number) for number in range(len(STATIONS))),
        *(box(number) for number in range(len(STATIONS))),
        f'<text class="name" x="{x:.0f}" y="{y - 4:.0f}" text-anchor="middle">Jidoka</text>',
        f'<text class="does" x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle">and round again</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / "circle.svg").write_text(drawing())
