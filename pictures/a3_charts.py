"""The two charts of an A3, small and plain: the course of the metric, and the looks against their boundaries."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from definitions.cycle.evidence import Point
from definitions.verdict import Decision
from pictures.frame import rendered
from pictures.units import Scale, scale_of, shown

WIDTH, HEIGHT = 540.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 96.0, 10.0, 26.0
LABEL = 12.0
"""Units between two lines of words."""


@dataclass(frozen=True)
class Mark:
    """Something drawn at a place; `word` stands beside it."""

    x: float
    y: float
    word: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Level:
    """A height with a word at the right, which stands where there is room for it."""

    y: float
    word_y: float
    word: str
    kind: str
    lined: bool = True


@dataclass(frozen=True)
class Plot:
    """Geometry in units of the drawing, ready for the template."""

    alt: str
    points: tuple[Mark, ...]
    paths: tuple[tuple[str, str], ...]
    """`kind` and the places of a line, as SVG wants them."""
    caption: str
    levels: tuple[Level, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    shaded: float | None = None
    """Up to where the baseline goes, where more comes after it."""

    @property
    def svg(self) -> str:
        """The drawing."""
        return rendered(
            "a3_chart.svg.j2",
            plot=self,
            width=WIDTH,
            height=HEIGHT,
            left=LEFT,
            right=WIDTH - RIGHT,
            top=TOP,
            bottom=HEIGHT - BOTTOM,
        )


def course_plot(
    before: Sequence[Point], since: Sequence[Point], *, level: float, goal: float | None, unit: str, zone: str
) -> Plot | None:
    """The metric week by week with its baseline and goal; None without a point."""
    points = [*before, *since]
    if not points:
        return None
    values = [point.value for point in points] + [level] + ([] if goal is None else [goal])
    scale = scale_of(unit, max(map(abs, values)))
    up = _up(values, scale)
    first, last = points[0].at, points[-1].at
    whole = (last - first).total_seconds() or 1.0

    def x(at: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at - first).total_seconds() / whole, 1)

    levels = [(up.y(level), f"baseline {shown(level, scale)}", "baseline")]
    if goal is not None:
        levels.append((up.y(goal), f"goal {shown(goal, scale)}", "goal"))
    said = f"{len(points)} weeks from {shown(min(values[: len(points)]), scale)} to "
    return Plot(
        alt=f"{said}{shown(max(values[: len(points)]), scale)}; baseline {shown(level, scale)}"
        + (f", goal {shown(goal, scale)}" if goal is not None else ""),
        points=tuple(
            Mark(x(point.at), up.y(point.value), kind="before" if place < len(before) else "since")
            for place, point in enumerate(points)
        ),
        # Not across the gap between the baseline and the weeks since: nothing is known of it.
        paths=tuple(
            ("course", " ".join(f"{x(point.at)},{up.y(point.value)}" for point in part))
            for part in (before, since)
            if part
        ),
        caption="Week by week" + ("; shaded: the baseline, filled: since then" if since else ""),
        levels=_apart(levels),
        across=tuple(
            Mark(x(at), 0, f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d}") for at in dict.fromkeys((first, last))
        ),
        up=up.ticks,
        shaded=x(before[-1].at) if before and since else None,
    )


def looks_plot(looks: Sequence[Decision]) -> Plot | None:
    """z at each look and the z at which it stops for a win; None where no look has a z."""
    known = [look for look in looks if look.z is not None]
    if not known:
        return None
    edges = [look.wins_at_z for look in known if look.wins_at_z is not None]
    futile = [(look, look.gives_up_below_z) for look in known if look.gives_up_below_z is not None]
    zs = [look.z for look in known if look.z is not None]
    up = _up([0.0, *zs, *edges, *(edge for _, edge in futile)], Scale(1.0, "", ""))
    share = {look.number: look.information for look in known}
    most = max(1.0, *share.values())

    def x(look: Decision) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share[look.number] / most, 1)

    win = " ".join(f"{x(look)},{up.y(look.wins_at_z)}" for look in known if look.wins_at_z is not None)
    give_up = " ".join(f"{x(look)},{up.y(edge)}" for look, edge in futile)
    last = known[-1]
    assert last.z is not None
    levels = [(up.y(last.z), f"z {last.z:.2f}", "since")]
    if last.wins_at_z is not None:
        levels.append((up.y(last.wins_at_z), f"win at {last.wins_at_z:.2f}", "goal"))
    return Plot(
        alt=f"{len(known)} looks; z of the last {last.z:.2f}"
        + (f", a win from {last.wins_at_z:.2f} on" if last.wins_at_z is not None else ""),
        points=tuple(Mark(x(look), up.y(look.z), kind="since") for look in known if look.z is not None),
        paths=tuple((kind, path) for kind, path in (("goal", win), ("baseline", give_up)) if path),
        caption="z at each look, by the share of the planned units; dashed: from here on it is a win"
        + (" (green), below here it is given up (grey)" if give_up else ""),
        levels=tuple(replace(level, lined=False) for level in _apart(levels)),
        across=tuple(Mark(x(look), 0, f"{look.information:.0%}", "middle") for look in known),
        up=up.ticks,
    )


@dataclass(frozen=True)
class _Up:
    low: float
    high: float
    scale: Scale

    def y(self, value: float) -> float:
        """Units from the top."""
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low), 1)

    @property
    def ticks(self) -> tuple[Mark, ...]:
        """Round numbers, two to six of them."""
        low, high = self.scale.of(self.low), self.scale.of(self.high)
        rough = (high - low) / 5
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(round_ * power for round_ in (1, 2, 2.5, 5, 10) if round_ * power >= rough)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        values = [number * step * self.scale.divisor for number in range(first, last + 1)]
        return tuple(Mark(0, self.y(value), shown(value, self.scale)) for value in values)


def _up(values: Sequence[float], scale: Scale) -> _Up:
    low, high = min(values), max(values)
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return _Up(max(0.0, low - air) if low >= 0 else low - air, high + air, scale)


def _apart(levels: Sequence[tuple[float, str, str]]) -> tuple[Level, ...]:
    """Lines where they are, words far enough from each other to be read."""
    placed: list[Level] = []
    for y, word, kind in sorted(levels):
        at = max([y, *(level.word_y + LABEL + 2 for level in placed)])
        placed.append(Level(y, round(at, 1), word, kind))
    return tuple(placed)
