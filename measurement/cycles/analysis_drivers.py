"""Which fields of a case go with the metric: by how much they explain of its ranks, and which values stand out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from measurement.comparison.hodges_lehmann import ratio, shift
from measurement.comparison.many import benjamini_hochberg
from measurement.comparison.proportions import newcombe
from measurement.comparison.ranks import kruskal_wallis, mann_whitney
from measurement.comparison.tested import Effect, Floats

LEAST = 20
"""Cases of a value below which nothing is said of it."""
SHOWN = 3
"""Values of a field that are named: those that stand out most."""
Names = NDArray[np.object_]


@dataclass(frozen=True)
class Standing:
    """One value of a field against all others: `effect` is a ratio of times, a difference of shares or of values.

    `typical`: its median, or its share. `adjusted_p`: by Benjamini and Hochberg over the values of all fields.
    """

    value: str
    n: int
    typical: float
    effect: Effect
    p: float
    adjusted_p: float


@dataclass(frozen=True)
class Driver:
    """One field. `share`: of the variance of the ranks of the metric that its values explain, beyond what chance would.

    (H - k + 1) / (n - k) of Kruskal and Wallis, not below 0 (Tomczak and Tomczak 2014). `adjusted_p`: by Benjamini and
    Hochberg over the fields.
    """

    field: str
    n: int
    values: int
    left_out: int
    """Cases without a value, or with one that fewer than 20 have."""
    share: float
    p: float
    adjusted_p: float
    standing: tuple[Standing, ...]


def drivers(fields: Mapping[str, Names], y: Floats, *, share: bool, alpha: float = 0.05) -> tuple[Driver, ...]:
    """The fields by what they explain, the most first; one whose cases all have the same value is no driver.

    `fields`: the value of each case, None where it has none; `y`: the metric of each; `share`: whether that is 0 or 1.
    Only values that stand out at `alpha` after the correction are named, the largest effects first.
    """
    groups = {name: _groups(values, y) for name, values in fields.items()}
    groups = {name: found for name, found in groups.items() if len(found) > 1}
    tested = {name: kruskal_wallis(found) for name, found in groups.items()}
    adjusted = benjamini_hochberg({name: _p(test.p) for name, test in tested.items()})
    p_of = {
        f"{name}\n{value}": _p(mann_whitney({"rest": _rest(found, value), "own": own}, effects=False).p)
        for name, found in groups.items()
        for value, own in found.items()
    }
    corrected = benjamini_hochberg(p_of)
    made = []
    for name, found in groups.items():
        n, k = sum(map(len, found.values())), len(found)
        explained = (float(tested[name].statistic or 0.0) - k + 1) / (n - k)
        clear = [value for value in found if corrected[f"{name}\n{value}"] < alpha]
        clear.sort(key=lambda value: -_clearness(found[value], _rest(found, value)))
        made.append(
            Driver(
                field=name,
                n=n,
                values=k,
                left_out=len(y) - n,
                share=max(0.0, explained),
                p=_p(tested[name].p),
                adjusted_p=adjusted[name],
                standing=tuple(
                    _standing(value, found, share, p_of[f"{name}\n{value}"], corrected[f"{name}\n{value}"])
                    for value in clear[:SHOWN]
                ),
            )
        )
    return tuple(sorted(made, key=lambda driver: (-driver.share, driver.adjusted_p, driver.field)))


def _groups(values: Names, y: Floats) -> dict[str, Floats]:
    """By value, in the order of their names; small ones are left out."""
    known = np.array([value is not None for value in values], bool)
    names, which, sizes = np.unique(values[known].astype(str), return_inverse=True, return_counts=True)
    own = y[known]
    return {str(name): own[which == at] for at, name in enumerate(names) if sizes[at] >= LEAST}


def _rest(found: Mapping[str, Floats], value: str) -> Floats:
    others: Sequence[Floats] = [values for name, values in found.items() if name != value]
    return np.concatenate(others)


def _clearness(own: Floats, rest: Floats) -> float:
    """How much of the variance of ranks this value explains: its distance, and how many cases it is about."""
    ranks = stats.rankdata(np.concatenate([own, rest]))
    apart = float(ranks[: len(own)].mean() - ranks[len(own) :].mean())
    return abs(apart) * float(np.sqrt(len(own) * len(rest)))


def _standing(value: str, found: Mapping[str, Floats], share: bool, p: float, adjusted: float) -> Standing:
    own, rest = found[value], _rest(found, value)
    if share:
        effect = newcombe((int(rest.sum()), len(rest)), (int(own.sum()), len(own)))
        return Standing(value, len(own), float(own.mean()), effect, p, adjusted)
    positive = min(own.min(), rest.min()) >= 0 and max(own.max(), rest.max()) > 0
    effect = (ratio if positive else shift)(rest, own)
    return Standing(value, len(own), float(np.median(own)), effect, p, adjusted)


def _p(found: float | None) -> float:
    return 1.0 if found is None else found
