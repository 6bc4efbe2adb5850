"""Whether people give the same case the same label: the gage study of triage."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from measurement.values import BadData, Interval

Weights = Literal["none", "linear", "quadratic"]
"""How a disagreement counts on an ordered scale (priorities): all alike, by its distance, by its square."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """`kappa`: agreement beyond what chance alone gives, 1 at most; None where chance alone already explains it all.

    `observed` and `by_chance`: shares of (weighted) agreement. `interval`: large-sample, cut to -1 and 1.
    """

    method: str
    cases: int
    raters: int
    observed: float
    by_chance: float
    kappa: float | None
    interval: Interval | None
    note: str = ""

    @property
    def words(self) -> str:
        """In the words of Landis and Koch (1977)."""
        if self.kappa is None:
            return f"not defined: {self.note}"
        names = ((0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"))
        return next((name for bound, name in names if self.kappa > bound), "none beyond chance")


def cohen(
    first: Sequence[object],
    second: Sequence[object],
    *,
    weights: Weights = "none",
    order: Sequence[object] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Cohen's (weighted) kappa of two raters over the same cases, variance of Fleiss, Cohen and Everitt (1969).

    `order`: the scale from one end to the other, needed for weights. Raises BadData when the lists do not match.
    """
    if len(first) != len(second) or not first:
        raise BadData(f"{len(first)} labels against {len(second)}.", "Give both labels of each case.")
    scale = list(order) if order is not None else sorted({*first, *second}, key=str)
    unknown = {*first, *second} - {*scale}
    if unknown:
        raise BadData(f"{min(unknown, key=str)!r} is not on the scale.", "Name the whole scale in `order`.")
    if weights != "none" and order is None:
        raise BadData("Weights need the order of the scale.", "Give `order`, from one end to the other.")
    place = {name: i for i, name in enumerate(scale)}
    table = np.zeros((len(scale), len(scale)))
    np.add.at(table, ([place[a] for a in first], [place[b] for b in second]), 1)
    n, p, w = len(first), table / len(first), _weights(len(scale), weights)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    seen, chance = float((w * p).sum()), float(rows @ w @ columns)
    method = "Cohen's kappa" if weights == "none" else f"Cohen's kappa, {weights} weights"
    if chance >= 1:
        return Agreement(method, n, 2, seen, chance, None, None, "both raters used one label only")
    kappa = (seen - chance) / (1 - chance)
    row_mean, column_mean = w @ columns, rows @ w
    inner = w * (1 - chance) - (row_mean[:, None] + column_mean[None, :]) * (1 - seen)
    spread = float((p * inner**2).sum()) - (seen * chance - 2 * chance + seen) ** 2
    se = math.sqrt(max(0.0, spread) / n) / (1 - chance) ** 2
    return Agreement(method, n, 2, seen, chance, kappa, _interval(kappa, se, level, "Fleiss, Cohen and Everitt"))


def fleiss(labels: Sequence[Sequence[object]], *, level: float = 0.95) -> Agreement:
    """Fleiss' kappa: one row of labels per case, from equally many raters, who need not be the same ones.

    Variance over cases by the linearised statistic of Gwet (2021). Raises BadData for rows of different lengths.
    """
    sizes = {len(row) for row in labels}
    if len(sizes) != 1 or min(sizes) < 2:
        raise BadData("The cases do not have equally many labels, two at least.", "Leave the incomplete ones out.")
    names = {name: i for i, name in enumerate(sorted({label for row in labels for label in row}, key=str))}
    n, raters = len(labels), sizes.pop()
    counts = np.zeros((n, len(names)))
    for i, row in enumerate(labels):
        for label in row:
            counts[i, names[label]] += 1
    agree = (counts * (counts - 1)).sum(axis=1) / (raters * (raters - 1))
    shares = counts.sum(axis=0) / (n * raters)
    seen, chance = float(agree.mean()), float(shares @ shares)
    if len(names) == 1:
        return Agreement("Fleiss' kappa", n, raters, seen, chance, None, None, "one label only was used")
    kappa = (seen - chance) / (1 - chance)
    if n < 2:
        return Agreement("Fleiss' kappa", n, raters, seen, chance, kappa, None, "no interval from one case")
    pull = counts @ shares / raters
    each = (agree - chance) / (1 - chance) - 2 * (1 - kappa) * (pull - chance) / (1 - chance)
    se = math.sqrt(float(((each - kappa) ** 2).sum()) / (n * (n - 1)))
    return Agreement("Fleiss' kappa", n, raters, seen, chance, kappa, _interval(kappa, se, level, "Gwet"))


def _weights(size: int, weights: Weights) -> Matrix:
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(1, size - 1)
    if weights == "none":
        return np.asarray(np.eye(size))
    return np.asarray(1 - apart if weights == "linear" else 1 - apart**2)


def _interval(kappa: float, se: float, level: float, method: str) -> Interval:
    half = float(special.ndtri((1 + level) / 2)) * se
    return Interval(max(-1.0, kappa - half), min(1.0, kappa + half), level, method)
