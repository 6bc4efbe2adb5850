"""The plan of a trial on real times: normal scores against a frozen baseline, looked at a few planned times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from measurement.charts.normal_scores import Reference
from measurement.experiments.boundaries import Boundaries, even, lan_demets, obf_spending
from measurement.values import BadData, Interval, Refused

Floats = NDArray[np.float64]

LOOKS = 5
MOST_LOOKS = 30
_DRAWN_AT_ONCE = 4_000_000
"""Scores that are in memory at one time."""


def default_plan(looks: int = LOOKS, alpha: float = 0.05) -> Boundaries:
    """Even looks, alpha spent like O'Brien-Fleming, two-sided: the default of a trial."""
    if looks > MOST_LOOKS:
        raise Refused(
            f"{looks} looks are no plan.", "Watch without a plan by a confidence sequence, or look less often."
        )
    return lan_demets(even(looks), obf_spending, alpha, name="O'Brien-Fleming spending")


@dataclass(frozen=True)
class Scored:
    """What a change of all times by `ratio` does to the normal scores of a baseline: shift and standard deviations."""

    ratio: float
    shift: float
    old_sd: float
    new_sd: float

    def drift(self, n: float) -> float:
        """The mean of z at the last look with `n` cases in each arm."""
        return float(abs(self.shift) * np.sqrt(n) / np.hypot(self.old_sd, self.new_sd))


@dataclass(frozen=True)
class Design:
    """`n` cases in each arm find `ratio` (new time / old time) with this `power`; `expected_n`: with early stops."""

    n: int
    ratio: float
    power: float
    expected_n: float
    plan: Boundaries
    least: float | None
    """The mildest ratio that is found with the wished power; None when not even a tenth of the time would be."""


@dataclass(frozen=True)
class Simulated:
    """Share of simulated trials that were won, with its standard error, and the mean cases per arm they took."""

    wins: float
    se: float
    mean_n: float


def scored(baseline: Reference, ratio: float) -> Scored:
    """Of all times of the baseline times `ratio`."""
    if not ratio > 0:
        raise BadData(f"A ratio of {ratio:g} is no change of times.", "0.7 is 30 % faster.")
    old, new = baseline.scores(baseline.values), baseline.scores(baseline.values * ratio)
    return Scored(ratio, float(new.mean() - old.mean()), float(old.std()), float(new.std()))


def needed(baseline: Reference, ratio: float, plan: Boundaries, power: float = 0.8) -> int:
    """Cases in each arm to find the ratio with this power."""
    change = scored(baseline, ratio)
    if change.shift == 0:
        raise Refused(
            f"Times {ratio:g} times as long stay at the same ranks of this baseline.", "Plan for a larger change."
        )
    return int(np.ceil((plan.drift_for(power) / change.drift(1)) ** 2))


def design(baseline: Reference, ratio: float, n: int, plan: Boundaries | None = None, power: float = 0.8) -> Design:
    """The design with `n` cases in each arm. Raises Refused where it has less than the wished power: it is hopeless."""
    plan = plan or default_plan()
    drift = scored(baseline, ratio).drift(n)
    found = plan.power(drift)
    if found < power:
        least = _least(baseline, n, plan, power)
        could = "" if least is None else f", or plan for times {least:.2f} times as long, the mildest change found so"
        raise Refused(
            f"With {n} cases in each arm, times {ratio:g} times as long are found in {100 * found:.0f} % of trials, "
            f"wished are {100 * power:.0f} %: the answer would most likely be that nothing was found.",
            f"Take {needed(baseline, ratio, plan, power):,} cases in each arm{could}.",
        )
    return Design(n, ratio, found, n * plan.expected_share(drift), plan, _least(baseline, n, plan, power))


def simulated(
    baseline: Reference, ratio: float, n: int, plan: Boundaries | None = None, runs: int = 1000, seed: int = 1
) -> Simulated:
    """Trials drawn from the baseline, `n` cases in each arm; won is a stop in favour of the new arm (shorter times).

    With ratio 1 half of the false wins of a two-sided plan.
    """
    plan = plan or default_plan()
    sizes = [max(2, round(t * n)) for t in plan.looks]
    old, new = baseline.scores(baseline.values), baseline.scores(baseline.values * ratio)
    rng = np.random.default_rng(seed)
    block = max(1, _DRAWN_AT_ONCE // (2 * n))
    won, used = 0, 0.0
    for begin in range(0, runs, block):
        count = min(block, runs - begin)
        z = _looks(rng.choice(old, (count, n)), rng.choice(new, (count, n)), sizes)
        crossed = np.abs(z) >= np.array(plan.high)
        first = np.where(crossed.any(axis=1), crossed.argmax(axis=1), len(sizes) - 1)
        at_stop = z[np.arange(count), first]
        won += int((at_stop <= -np.array(plan.high)[first]).sum())
        used += float(np.array(sizes)[first].sum())
    share = won / runs
    return Simulated(share, float(np.sqrt(share * (1 - share) / runs)), used / runs)


@dataclass(frozen=True)
class Look:
    """What a look says: z (new minus old), whether to stop, the shift of scores with its repeated interval, and p."""

    number: int
    z: float
    stop: bool
    p: float
    interval: Interval


def look(
    old: Sequence[float] | Floats, new: Sequence[float] | Floats, baseline: Reference, plan: Boundaries, number: int
) -> Look:
    """The times of both arms so far, at look `number` (from 1) of the plan."""
    a, b = baseline.scores(np.asarray(old, float)), baseline.scores(np.asarray(new, float))
    if min(len(a), len(b)) < 2 or not 1 <= number <= len(plan.looks):
        raise BadData("A look needs two cases in each arm and a number of the plan.", "Wait for the next planned look.")
    se = float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))
    shift = float(b.mean() - a.mean())
    if se == 0:
        return Look(number, 0.0, False, 1.0, Interval(None, None, 1 - plan.alpha, "no spread in either arm"))
    z = shift / se
    return Look(
        number=number,
        z=z,
        stop=abs(z) >= plan.high[number - 1],
        p=plan.stagewise_p(number, z),
        interval=plan.repeated_interval(number, shift, se),
    )


def _looks(a: Floats, b: Floats, sizes: Sequence[int]) -> Floats:
    """z after so many cases in each arm; one row a trial."""
    found = []
    for n in sizes:
        se = np.sqrt((a[:, :n].var(axis=1, ddof=1) + b[:, :n].var(axis=1, ddof=1)) / n)
        found.append((b[:, :n].mean(axis=1) - a[:, :n].mean(axis=1)) / np.maximum(se, 1e-12))
    return np.stack(found, axis=1)


def _least(baseline: Reference, n: int, plan: Boundaries, power: float) -> float | None:
    wanted = plan.drift_for(power)
    if scored(baseline, 0.1).drift(n) < wanted:
        return None
    return float(optimize.brentq(lambda ratio: scored(baseline, ratio).drift(n) - wanted, 0.1, 1 - 1e-9, xtol=1e-4))
