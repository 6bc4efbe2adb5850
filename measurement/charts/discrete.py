"""Laws of counts: how likely each zone of a chart is, and limits with exact tails."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from measurement.charts.arl import Shewhart, arl, arl_of_zones
from measurement.charts.arl.zones import Zone, has_zones
from measurement.charts.chart import RunLength
from measurement.charts.rules import TOLERANCE
from measurement.charts.shewhart import positive

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Law:
    """The law of the count at each point: in words as they stand after `if`, and as a distribution of scipy."""

    words: str
    mean: Numbers
    sd: Numbers
    distribution: Any

    def above(self, count: Numbers) -> float:
        """P(X > count), averaged over the points; equal but for rounding is not above."""
        return float(np.mean(self.distribution.sf(np.floor(count + self._slack))))

    def below(self, count: Numbers) -> float:
        """P(X < count), averaged over the points."""
        return float(np.mean(self.distribution.cdf(np.ceil(count - self._slack) - 1)))

    @property
    def _slack(self) -> Numbers:
        return TOLERANCE * np.maximum(1.0, self.mean)


def binomial(n: Numbers, share: float) -> Law:
    """Parts out of n."""
    words = f"points are independent and binomial with p = {share:.4g}"
    return Law(words, n * share, np.sqrt(n * share * (1 - share)), stats.binom(n, share))


def poisson(mean: Numbers) -> Law:
    """Counts with this mean at each point."""
    return Law("points are independent and Poisson", mean, np.sqrt(mean), stats.poisson(mean))


def geometric(mean: float) -> Law:
    """Cases between two rare ones, counted from 0, when each is one with probability 1/(mean + 1)."""
    words = f"each case is one with probability {1 / (mean + 1):.4g}, whatever came before"
    return Law(words, np.array([mean]), np.array([np.sqrt(mean * (mean + 1))]), stats.geom(1 / (mean + 1), loc=-1))


def exact_limits(law: Law, L: float) -> tuple[Numbers, Numbers]:
    """Lower and upper count at each point such that no more than the normal tail beyond L lies outside each."""
    tail = special.ndtr(-L)
    return np.asarray(law.distribution.ppf(tail)), np.asarray(law.distribution.isf(tail))


def promise(law: Law, rules: tuple[str, ...], L: float, exact: bool = False) -> RunLength:
    """Expected points between false alarms under the law; as of normal points where a rule compares neighbours."""
    positive("L", L)
    if not rules or not all(map(has_zones, rules)):
        return arl(Shewhart(rules, L))
    if not np.any(law.sd > 0):
        return RunLength(None, "counts cannot vary about this centre")
    edges = sorted({0.0, 1.0, 2.0, L})
    above = {edge: law.above(law.mean + edge * law.sd) for edge in edges}
    below = {edge: law.below(law.mean - edge * law.sd) for edge in edges}
    if exact:
        low, high = exact_limits(law, L)
        above[L], below[L] = law.above(high), law.below(low)
    zones = [Zone(0.0, 1 - above[0.0] - below[0.0])]
    for edge, following in zip(edges, [*edges[1:], None], strict=True):
        inside = edge + 1 if following is None else (edge + following) / 2
        for sign, beyond in ((1, above), (-1, below)):
            further = 0.0 if following is None else beyond[following]
            zones.append(Zone(sign * inside, max(0.0, beyond[edge] - further)))
    return arl_of_zones(rules, L, tuple(zones), law.words)
