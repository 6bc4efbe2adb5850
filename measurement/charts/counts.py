"""p, np, u and c charts: shares and counts, with their exact tails as the promise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from measurement.charts.chart import Chart
from measurement.charts.discrete import Law, binomial, exact_limits, poisson, promise
from measurement.charts.series import Series, series
from measurement.charts.shewhart import LIMITS, baseline, positive, shewhart
from measurement.values import BadData

FEW = 5.0
"""Expected count below which limits at 3 standard errors are far from their promise."""


@dataclass(frozen=True)
class Counts:
    """Counts, what they are out of, and how many of the first ones give the limits; `there`: the others have n = 0."""

    x: Series
    n: Series
    first: int
    there: npt.NDArray[np.bool_]

    @property
    def centre(self) -> float:
        """Sum of counts over sum of denominators of the baseline."""
        return float(self.x[: self.first].sum() / self.n[: self.first].sum())

    def shares(self) -> Series:
        """x/n, NaN where n is 0."""
        return np.asarray(np.divide(self.x, self.n, out=np.full(len(self.x), np.nan), where=self.there))

    def notes(self) -> tuple[str, ...]:
        """What was passed over."""
        empty = int((~self.there).sum())
        return (f"{empty} of {len(self.x)} points have n = 0 and are not judged",) if empty else ()


def counts(x: Sequence[float] | Series, n: Sequence[float] | Series, phase1: int | None, parts: bool) -> Counts:
    """Checked: whole counts of at least 0 and, where they are `parts`, not more than n. Raises BadData."""
    numbers, sizes = series(x, what="counts"), series(n, what="denominators")
    if len(numbers) != len(sizes):
        raise BadData(f"{len(numbers)} counts but {len(sizes)} denominators.", "Give one n for each x.")
    _whole("x", numbers)
    if parts:
        _whole("n", sizes)
    for at in np.flatnonzero((sizes < 0) | (parts & (numbers > sizes)) | ((sizes == 0) & (numbers > 0)))[:1]:
        raise BadData(f"Point {at + 1} has x = {numbers[at]:g} out of n = {sizes[at]:g}.", "Correct that row.")
    first = baseline(len(numbers), phase1)
    if not sizes[:first].sum() > 0:
        raise BadData("The denominators of the baseline add up to 0.", "Take a longer baseline.")
    return Counts(numbers, sizes, first, sizes > 0)


def p(
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
    exact: bool = False,
) -> Chart:
    """Share x/n of each point, limits p +- L sqrt(p(1-p)/n) within 0 to 1.

    `exact`: binomial limits with at most the normal tail probability of L beyond each; for expected counts below 5.
    """
    return _parts("p", "Share", x, n, phase1, target, rules, L, exact)


def np_(
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
    exact: bool = False,
) -> Chart:
    """Number x out of n, centre n p; `target` is the share p."""
    return _parts("np", "Number out of n", x, n, phase1, target, rules, L, exact)


def u(
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
    exact: bool = False,
) -> Chart:
    """Count per unit x/n, limits u +- L sqrt(u/n), not below 0; n may be any size above 0, such as 1.5 hours."""
    data = counts(x, n, phase1, parts=False)
    positive("target", target)
    return _poisson("u", "Count per unit", data, data.n, target, rules, L, exact)


def c(
    x: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    target: float | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
    exact: bool = False,
) -> Chart:
    """Count on equal ground, limits c +- L sqrt(c), not below 0."""
    positive("target", target)
    data = counts(x, np.ones(len(x)), phase1, parts=False)
    return _poisson("c", "Count", data, np.ones(len(data.x)), target, rules, L, exact)


def _parts(
    kind: str,
    title: str,
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    phase1: int | None,
    target: float | None,
    rules: tuple[str, ...],
    L: float,
    exact: bool,
) -> Chart:
    data = counts(x, n, phase1, parts=True)
    share = data.centre if target is None else target
    if not 0 <= share <= 1:
        raise BadData(f"{share:g} is no share.", "Give a target between 0 and 1.")
    law = binomial(data.n[data.there], share)
    # The law speaks of counts; a p chart shows the same in shares.
    scale = np.where(data.there, data.n, np.nan) if kind == "p" else 1.0
    bare = np.where(data.there, data.n, np.nan)
    limits = _exact(law, L, data) if exact else None
    return shewhart(
        kind,
        title,
        data.x / scale if kind == "p" else np.where(data.there, data.x, np.nan),
        share if kind == "p" else bare * share,
        np.sqrt(bare * share * (1 - share)) / scale,
        estimator=_estimator("p", target, exact, "binomial"),
        phase1=data.first if target is None else 0,
        rules=rules,
        L=L,
        floor=0.0,
        ceiling=1.0 if kind == "p" else np.inf,
        limits=None if limits is None else (limits[0] / scale, limits[1] / scale),
        promise=promise(law, rules, L, exact),
        sizes=data.n,
        notes=(*data.notes(), *_few(data.n[data.there] * min(share, 1 - share), exact)),
    )


def _poisson(
    kind: str,
    title: str,
    data: Counts,
    n: Series,
    target: float | None,
    rules: tuple[str, ...],
    L: float,
    exact: bool,
) -> Chart:
    rate = data.centre if target is None else target
    law = poisson(n[data.there] * rate)
    bare = np.where(data.there, n, np.nan)
    limits = _exact(law, L, data) if exact else None
    return shewhart(
        kind,
        title,
        data.shares(),
        rate,
        np.sqrt(rate / bare),
        estimator=_estimator(kind, target, exact, "Poisson"),
        phase1=data.first if target is None else 0,
        rules=rules,
        L=L,
        floor=0.0,
        limits=None if limits is None else (limits[0] / bare, limits[1] / bare),
        promise=promise(law, rules, L, exact),
        sizes=data.n if kind == "u" else None,
        figures={"sd": float(np.sqrt(rate))},
        notes=(*data.notes(), *_few(n[data.there] * rate, exact)),
    )


def _exact(law: Law, L: float, data: Counts) -> tuple[Series, Series]:
    """Limits as counts at every point, NaN where nothing was counted."""
    limits = np.full((2, len(data.x)), np.nan)
    limits[:, data.there] = exact_limits(law, L)
    return limits[0], limits[1]


def _few(expected: Series, exact: bool) -> tuple[str, ...]:
    few = int((expected < FEW).sum())
    if exact or not few:
        return ()
    return (f"at {few} points fewer than {FEW:g} are expected: exact limits are meant for that",)


def _estimator(what: str, target: float | None, exact: bool, law: str) -> str:
    centre = f"{what} = sum of x / sum of n" if what != "c" else "c = mean"
    return f"{f'{what} given' if target is not None else centre}; {f'exact {law} limits' if exact else law}"


def _whole(name: str, values: Series) -> None:
    for at in np.flatnonzero((values < 0) | (values != np.floor(values)))[:1]:
        raise BadData(f"Point {at + 1} has {name} = {values[at]:g}, which is no count.", "Counts are whole, from 0 up.")
