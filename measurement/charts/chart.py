"""A control chart as a value: what is plotted, its lines, its signals, and how often it cries wolf."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Line = float | tuple[float | None, ...] | None
"""One number for the whole chart, one per point where it varies, None where there is no such line."""


@dataclass(frozen=True)
class Signal:
    """The point (counted from 1) that completes the pattern of a rule."""

    index: int
    rule: str


@dataclass(frozen=True)
class RunLength:
    """Expected number of points up to and including a signal (ARL), from a chart that starts afresh.

    With nothing changed it is the distance from one false alarm to the next. `points` is None where the chart has no
    such number: `how` then says why, else by which method and assumption. `standard_error`: where it is simulated.
    """

    points: float | None
    how: str
    standard_error: float | None = None

    def __str__(self) -> str:
        if self.points is None:
            return f"no number: {self.how}"
        return f"one per {self.points:,.{0 if self.points >= 10 else 1}f} points ({self.how})"


@dataclass(frozen=True)
class Chart:
    """One chart; indices of signals count from 1, lines are in the unit of the points.

    `sigma` is the standard deviation of one plotted point as the limits use it; None where the chart has none.
    `phase1` is how many of the first points gave centre and limits, 0 when both were given.
    """

    kind: str
    title: str
    points: tuple[float | None, ...]
    centre: Line
    ucl: Line
    lcl: Line
    sigma: Line
    estimator: str
    phase1: int
    false_alarms: RunLength
    """The promise: what nobody changed is called changed once in so many points."""
    rules: tuple[str, ...] = ()
    signals: tuple[Signal, ...] = ()
    lower: tuple[float, ...] | None = None
    """The downward sums of a CUSUM, zero or below; None on every other chart."""
    sizes: tuple[float, ...] | None = None
    """Size of the subgroup, or the denominator, of each point."""
    labels: tuple[str, ...] | None = None
    """Names of the points in the order of the points, such as dates."""
    dispersion: "Chart | None" = None
    """The second chart, of moving ranges, ranges or standard deviations."""
    figures: Mapping[str, float | int | None] = field(default_factory=dict)
    """What this kind knows besides: sigma_z, mr_bar, lambda, longest_run ..."""
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """How many points are plotted; those without a value are not."""
        return sum(point is not None for point in self.points)

    def each(self, line: Line) -> tuple[float | None, ...]:
        """A line as one number per point, to draw it."""
        return line if isinstance(line, tuple) else (line,) * len(self.points)

    def labelled(self, labels: tuple[str, ...]) -> "Chart":
        """With names for its points; the moving ranges, one fewer, take those of their second point."""
        second = self.dispersion
        if second is not None:
            second = second.labelled(labels[len(labels) - len(second.points) :])
        return replace(self, labels=labels, dispersion=second)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON data; a number that is none becomes null."""
        sizes = None if self.sizes is None else _plain(self.sizes)
        data: dict[str, Any] = {
            "kind": self.kind,
            "title": self.title,
            "n": self.n,
            "phase1": self.phase1,
            "centre": _plain(self.centre),
            "ucl": _plain(self.ucl),
            "lcl": _plain(self.lcl),
            "sigma": _plain(self.sigma),
            "estimator": self.estimator,
            "points": _plain(self.points),
            "rules": list(self.rules),
            "signals": [{"index": s.index, "rule": s.rule} for s in self.signals],
            "expected_points_between_false_alarms": _plain(self.false_alarms.points),
            "expected_points_how": self.false_alarms.how,
            "expected_points_standard_error": _plain(self.false_alarms.standard_error),
            "dispersion": None if self.dispersion is None else self.dispersion.to_json(),
            "notes": list(self.notes),
        }
        data |= {} if self.lower is None else {"lower": _plain(self.lower)}
        data |= {} if sizes is None else {"sizes": sizes}
        data |= {} if self.labels is None else {"labels": list(self.labels)}
        return data | {name: _plain(value) for name, value in self.figures.items()}


def _plain(value: Line) -> float | list[float | None] | None:
    if isinstance(value, tuple):
        return [None if item is None or not math.isfinite(item) else item for item in value]
    return None if value is None or not math.isfinite(value) else value
