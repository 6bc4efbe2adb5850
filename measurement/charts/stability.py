"""Whether a series may serve as a baseline: one regime, points that do not know each other, no season."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from measurement.charts.autocorrelation import Autocorrelation, autocorrelation
from measurement.charts.changepoints import Regime, regimes
from measurement.charts.series import Series, series
from measurement.values import BadData, Refused

CYCLES = 2
"""Whole cycles without which nothing is said about a season."""

SIGNIFICANT = 0.01
"""A season is named when chance alone would make its differences less often than this."""


@dataclass(frozen=True)
class Season:
    """How much of a series its place in the cycle explains.

    `share`: epsilon squared of Kruskal and Wallis, 0 to 1; `p`: how often chance alone would do as much.
    Both are None when there are fewer than two cycles, and `reason` says so.
    """

    cycles: int
    share: float | None
    p: float | None
    medians: dict[str, float]
    reason: str = ""

    @property
    def found(self) -> bool:
        """Whether the cycle must be taken out, or whole cycles be the subgroups."""
        return self.p is not None and self.p < SIGNIFICANT


@dataclass(frozen=True)
class Stability:
    """What was found before a baseline is frozen."""

    n: int
    regimes: tuple[Regime, ...]
    lag1: Autocorrelation
    season: Season | None

    @property
    def stable(self) -> bool:
        """Whether the series kept one level."""
        return len(self.regimes) == 1

    @property
    def words(self) -> str:
        """One line for the face of a chart: `not stable: 4 regimes`, or what speaks against trusting it."""
        if not self.stable:
            return f"not stable: {len(self.regimes)} regimes"
        return "; ".join(["stable: one regime", *self.warnings])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes limits misleading although the level did not change."""
        found = []
        if not self.lag1.independent:
            found.append(f"{self.lag1}: limits from neighbouring points are too narrow or too wide")
        if self.season is not None and self.season.found:
            found.append(f"seasonal: the place in the cycle explains {self.season.share:.0%} of the ranks")
        return tuple(found)

    def require(self, what: str) -> None:
        """Raises Refused when the series changed its level, so that `what` would describe no process there is."""
        if not self.stable:
            last = self.regimes[-1]
            raise Refused(
                f"{what[:1].upper()}{what[1:]} refused: {self.words} in {self.n} points.",
                f"Take the last regime alone (points {last.first} to {last.last}), or find what changed at point "
                + " and ".join(str(r.first) for r in self.regimes[1:])
                + ".",
            )


def stability(
    values: Sequence[float] | Series, season: Sequence[str | int] | None = None, *, period: int | None = None
) -> Stability:
    """Changes of level, lag-1 autocorrelation and, where `season` names the place of each point in the cycle, that.

    `period`: places in one cycle (7 for weekdays), by default as many as there are names.
    """
    numbers = series(values)
    return Stability(
        n=len(numbers),
        regimes=tuple(regimes(numbers)),
        lag1=autocorrelation(numbers),
        season=None if season is None else seasonality(numbers, season, period=period),
    )


def seasonality(values: Sequence[float] | Series, season: Sequence[str | int], *, period: int | None = None) -> Season:
    """Kruskal-Wallis over the places of the cycle; nothing is said below two whole cycles.

    Raises BadData when `season` is not as long as the values.
    """
    numbers, names = series(values), np.asarray([str(name) for name in season])
    if len(names) != len(numbers):
        raise BadData(f"{len(numbers)} values but {len(names)} places in the cycle.", "Give one for each value.")
    groups = {name: numbers[names == name] for name in dict.fromkeys(names.tolist())}
    medians = {name: float(np.median(group)) for name, group in groups.items()}
    wanted = period or len(groups)
    cycles = min(len(group) for group in groups.values()) if len(groups) == wanted else 0
    if len(groups) < 2 or cycles < CYCLES:
        reason = f"{cycles} whole cycles of {wanted}, at least {CYCLES} needed"
        return Season(cycles=cycles, share=None, p=None, medians=medians, reason=reason)
    if np.ptp(numbers) == 0:
        return Season(cycles=cycles, share=None, p=None, medians=medians, reason="all values are equal")
    found = stats.kruskal(*groups.values())
    share = float(found.statistic) / (len(numbers) - 1)
    return Season(cycles=cycles, share=share, p=float(found.pvalue), medians=medians)
