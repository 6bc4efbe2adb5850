"""Group-sequential boundaries: planned looks that together keep the promised rate of false wins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import optimize, special

from measurement.experiments.crossing import Crossing, Walk, crossing
from measurement.values import BadData, Interval

Spending = Callable[[float, float], float]
"""(share of information, alpha) to the alpha that may be spent by then; 0 at 0 and alpha at 1."""

_APART = 0.001
_NEVER = 40.0
"""A z-value that stands for "cannot be crossed at this look"."""


@dataclass(frozen=True)
class Boundaries:
    """z-values at which to stop, look by look; `looks` are shares of the information.

    `high`: stop and claim; two-sided tests also stop at the same value below. `futility`: stop without a claim, when
    the plan has one (non-binding: going on all the same costs nothing of alpha).
    """

    name: str
    looks: tuple[float, ...]
    high: tuple[float, ...]
    alpha: float
    sides: int
    futility: tuple[float, ...] | None = None

    @property
    def low(self) -> tuple[float, ...]:
        """The lower edge of the boundary that guards alpha."""
        return tuple(-z for z in self.high) if self.sides == 2 else tuple(-np.inf for _ in self.high)

    def false_wins(self) -> float:
        """Chance of a claim where there is no effect; futility is ignored, since it may be."""
        found = crossing(self.looks, self.high, self.low)
        return sum(found.above) + sum(found.below)

    def power(self, drift: float) -> float:
        """Chance of a claim in the right direction; `drift`: the mean of z at the last look, if all are reached."""
        return sum(self.crossed(drift).above)

    def crossed(self, drift: float) -> Crossing:
        """By look, the chances of stopping above, and below (for futility where there is one)."""
        return crossing(self.looks, self.high, self.futility or self.low, drift)

    def drift_for(self, power: float) -> float:
        """The mean of z at the last look that is found with this power."""
        return float(optimize.brentq(lambda d: self.power(d) - power, 0.0, 20.0, xtol=1e-9))

    def inflation(self, power: float) -> float:
        """How many times the cases of a single test at the end are needed if no look stops early."""
        single = -special.ndtri(self.alpha / self.sides) + special.ndtri(power)
        return float((self.drift_for(power) / single) ** 2)

    def expected_share(self, drift: float) -> float:
        """The share of all planned information that is used on the mean."""
        found = self.crossed(drift)
        stop = np.array(found.above) + np.array(found.below)
        stop[-1] = 1 - stop[:-1].sum()
        return float(stop @ np.array(self.looks))

    def repeated_interval(self, look: int, estimate: float, se: float) -> Interval:
        """An interval that may be read at every look, stopped or not (Jennison and Turnbull); `look` from 1."""
        half = self.high[look - 1] * se
        high = None if self.sides == 1 else estimate + half
        return Interval(estimate - half, high, 1 - self.alpha, f"repeated, {self.name}")

    def stagewise_p(self, look: int, z: float) -> float:
        """The p-value when the test stopped at this look (from 1) with this z: earlier stops count as more extreme."""
        before, low = self.high[: look - 1], self.low[: look - 1]
        value = abs(z) if self.sides == 2 else z
        last = (-value if self.sides == 2 else -np.inf,)
        found = crossing(self.looks[:look], (*before, value), (*low, *last))
        return min(1.0, sum(found.above) + sum(found.below))


def even(looks: int) -> tuple[float, ...]:
    """Shares of the information at evenly spaced looks."""
    if looks < 1:
        raise BadData(f"A plan has at least one look, not {looks}.", "Name how often you will look.")
    return tuple((k + 1) / looks for k in range(looks))


def wang_tsiatis(looks: int, delta: float, alpha: float = 0.05, sides: int = 2, name: str = "") -> Boundaries:
    """Boundaries C (k/K)^(delta - 1/2), C found so that the false wins are `alpha`; `constant` reads C back."""
    shares = even(looks)
    shape = np.array(shares) ** (delta - 0.5)

    def bounds(constant: float) -> Boundaries:
        label = name or f"Wang-Tsiatis {delta:g}"
        return Boundaries(label, shares, tuple(map(float, constant * shape)), alpha, sides)

    constant = optimize.brentq(lambda c: bounds(c).false_wins() - alpha, 0.1, 12.0, xtol=1e-10)
    return bounds(float(constant))


def pocock(looks: int, alpha: float = 0.05, sides: int = 2) -> Boundaries:
    """The same z at each look (Pocock 1977)."""
    return wang_tsiatis(looks, 0.5, alpha, sides, "Pocock")


def obrien_fleming(looks: int, alpha: float = 0.05, sides: int = 2) -> Boundaries:
    """C sqrt(K/k): nearly impossible early, nearly a single test at the end (O'Brien and Fleming 1979)."""
    return wang_tsiatis(looks, 0.0, alpha, sides, "O'Brien-Fleming")


def constant(boundaries: Boundaries) -> float:
    """C: the z-value of the last look."""
    return boundaries.high[-1]


def obf_spending(t: float, alpha: float) -> float:
    """2 (1 - Phi(z(alpha/2) / sqrt(t))): spends like O'Brien-Fleming (Lan and DeMets 1983)."""
    return float(2 * special.ndtr(special.ndtri(alpha / 2) / np.sqrt(t))) if t > 0 else 0.0


def pocock_spending(t: float, alpha: float) -> float:
    """alpha ln(1 + (e - 1) t): spends like Pocock (Lan and DeMets 1983)."""
    return float(alpha * np.log1p((np.e - 1) * t))


def power_spending(rho: float) -> Spending:
    """alpha t^rho (Kim and DeMets 1987)."""
    return lambda t, alpha: float(alpha * t**rho)


def lan_demets(
    looks: Sequence[float],
    spending: Spending = obf_spending,
    alpha: float = 0.05,
    sides: int = 2,
    name: str = "Lan-DeMets",
) -> Boundaries:
    """Boundaries for looks at any shares of the information, also unequal or unplanned ones: `looks` rise to 1.

    A two-sided test spends half of alpha on each side. Where nothing is left to spend a look cannot stop.
    """
    shares = _rising(looks)
    walk, high, spent = Walk(), [], 0.0
    for t in shares:
        allowed = spending(min(t, 1.0), alpha / sides)
        z = _edge(walk, t, max(0.0, allowed - spent))
        high.append(z)
        walk.go_on(t, -z if sides == 2 else -np.inf, z)
        spent = max(spent, allowed)
    return Boundaries(name, shares, tuple(high), alpha, sides)


def with_futility(plan: Boundaries, power: float = 0.8, spending: Spending = obf_spending) -> tuple[Boundaries, float]:
    """The plan with a futility boundary that spends 1 - power under the effect, and the drift it is then made for.

    Non-binding: the claim boundaries stay as they are. At the last look both meet.
    """
    beta = 1 - power

    def lower(drift: float) -> tuple[tuple[float, ...], float]:
        """The boundary, and how far the chance of missing the effect is from beta."""
        walk, low, spent = Walk(drift), [], 0.0
        for t, upper in zip(plan.looks[:-1], plan.high[:-1], strict=True):
            allowed = spending(t, beta)
            z = min(_edge(walk, t, allowed - spent, above=False), upper)
            low.append(z)
            spent += walk.beyond(t, z, above=False)
            walk.go_on(t, z, upper)
        missed = walk.beyond(plan.looks[-1], plan.high[-1], above=False)
        return (*low, plan.high[-1]), spent + missed - beta

    drift = float(optimize.brentq(lambda d: lower(d)[1], 0.2, 20.0, xtol=1e-8))
    found, _ = lower(drift)
    return Boundaries(plan.name, plan.looks, plan.high, plan.alpha, plan.sides, found), drift


def peeking(looks: int, alpha: float = 0.05) -> float:
    """Chance of a false win when a two-sided test at `alpha` is simply repeated at each of these looks."""
    z = float(-special.ndtri(alpha / 2))
    return Boundaries("peeking", even(looks), (z,) * looks, alpha, 2).false_wins()


def _edge(walk: Walk, t: float, chance: float, *, above: bool = True) -> float:
    """The z-value beyond which this chance lies."""
    sign = 1.0 if above else -1.0
    if chance <= 1e-300:
        return sign * _NEVER
    if walk.beyond(t, -sign * _NEVER, above=above) <= chance:
        return -sign * _NEVER
    return float(
        optimize.brentq(lambda z: walk.beyond(t, z, above=above) - chance, -_NEVER, _NEVER, xtol=1e-10, rtol=1e-12)
    )


def _rising(looks: Sequence[float]) -> tuple[float, ...]:
    shares = tuple(float(t) for t in looks)
    apart = all(b - a >= _APART for a, b in pairwise((0.0, *shares)))
    if not shares or not apart or shares[-1] > 1 + 1e-9:
        raise BadData(
            f"Looks {shares} are no rising shares of the information, {_APART:g} apart at least.",
            "Write them like 0.25 0.5 1.",
        )
    return shares
