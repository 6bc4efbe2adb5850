"""The shape of values, on an axis on which it can be seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from measurement.charts.series import Series, series

SKEWED = 0.5
"""Of ((P95 - P50) - (P50 - P5)) / (P95 - P5), beyond which the axis is logarithmic: 0 normal, .56 exponential."""

MOST = 60
QUANTILES = {"p5": 0.05, "p50": 0.5, "p85": 0.85, "p95": 0.95}


@dataclass(frozen=True)
class Histogram:
    """Counts between edges; `edges` has one more than `counts`, and each bin takes its left edge, the last both.

    On a logarithmic axis what is zero or below has no place: `off_axis` counts it, and it belongs beside the picture.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    log: bool
    off_axis: int
    n: int
    quantiles: dict[str, float]
    rule: str

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON data."""
        return {"kind": "histogram", **vars(self), "edges": list(self.edges), "counts": list(self.counts)}


def histogram(values: Sequence[float] | Series, *, log: bool | None = None) -> Histogram:
    """Bins by Freedman and Diaconis, by Sturges where half of the values are equal; at most 60.

    `log` decides the axis; by default it is logarithmic when the values are skewed and most of them are above zero.
    """
    numbers = series(values)
    marks = {name: float(np.quantile(numbers, q)) for name, q in QUANTILES.items()}
    logged = _skewed(marks) if log is None else log
    shown = np.log10(numbers[numbers > 0]) if logged else numbers
    if not len(shown):
        logged, shown = False, numbers
    bins, rule = _bins(shown)
    counts, edges = np.histogram(shown, bins=bins)
    axis = "logarithmic axis: the values are skewed" if log is None else "logarithmic axis"
    return Histogram(
        edges=tuple(float(10**edge if logged else edge) for edge in edges),
        counts=tuple(int(count) for count in counts),
        log=logged,
        off_axis=len(numbers) - len(shown),
        n=len(numbers),
        quantiles=marks,
        rule=f"{rule}, {axis}" if logged else rule,
    )


def _skewed(marks: dict[str, float]) -> bool:
    low, middle, high = marks["p5"], marks["p50"], marks["p95"]
    return middle > 0 and high > low and (high + low - 2 * middle) / (high - low) > SKEWED


def _bins(shown: Series) -> tuple[int, str]:
    reach = float(np.ptp(shown))
    quarters = np.quantile(shown, [0.25, 0.75])
    width = 2 * float(quarters[1] - quarters[0]) / len(shown) ** (1 / 3)
    if reach == 0:
        return 1, "one bin: all values are equal"
    if width <= 0:
        bins, rule = math.ceil(math.log2(len(shown))) + 1, "Sturges' bins (the middle half is equal)"
    else:
        bins, rule = math.ceil(reach / width), "Freedman and Diaconis' bins"
    return (MOST, f"{rule}, cut to {MOST}") if bins > MOST else (bins, rule)
