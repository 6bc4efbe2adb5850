"""What a plan promises: its boundaries, and whether it has a chance at all."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from definitions.experiment import STANDARD, VARIANT, Experiment, Unit
from measurement.charts.normal_scores import Reference
from measurement.experiments.boundaries import (
    Boundaries,
    Spending,
    lan_demets,
    obf_spending,
    pocock_spending,
    with_futility,
)
from measurement.values import BadData, Refused

Floats = NDArray[np.float64]
SPENDING: dict[str, Spending] = {"obrien_fleming": obf_spending, "pocock": pocock_spending}


@dataclass(frozen=True)
class Strength:
    """What the planned units are good for: the chance of a win if the effect is the least wished one.

    What false alarms of guards may take from it at most is taken off.
    """

    units: int
    power: float
    needed: int
    """Units in both arms together for the wished power."""
    expected: float
    """Units used on average if the effect is there: trials that stop early take fewer."""


def followed(times: Floats, follow_s: int) -> Floats:
    """Times as an experiment counts them: what is longer than a case is followed counts as that."""
    counted: Floats = np.minimum(np.asarray(times, float), float(follow_s))
    return counted


def fingerprint(values: Floats) -> str:
    """SHA-256 in hex over the sorted numbers as little-endian 64-bit floats: what `Baseline.sha256` holds."""
    return hashlib.sha256((np.sort(np.asarray(values, float)) + 0.0).astype("<f8").tobytes()).hexdigest()


def verified(plan: Experiment, reference: Reference) -> None:
    """Raises Refused when this is not the baseline that the plan was locked with."""
    found = fingerprint(reference.values)
    if found != plan.baseline.sha256:
        raise Refused(
            f"The baseline of {plan.key} is not what it was: {found[:12]}, locked as {plan.baseline.sha256[:12]}.",
            "Find what changed the past; the experiment is judged by the baseline it was locked with.",
        )


def strength(plan: Experiment, reference: Reference | None = None, unit_sd: float | None = None) -> Strength:
    """What the plan can find (`promised`). Raises Refused where that is less than the wished power: it is hopeless."""
    found = promised(plan, reference, unit_sd)
    if found.power < plan.power - 0.0005:
        raise Refused(
            f"With {plan.units:,} units in both arms the wished effect ({plan.least:g}) is found in "
            f"{100 * found.power:.0f} % of trials, wished are {100 * plan.power:.0f} %: the answer would most likely "
            "be that nothing was found.",
            f"Plan {found.needed:,} units, or a larger effect.",
        )
    return found


def promised(plan: Experiment, reference: Reference | None = None, unit_sd: float | None = None) -> Strength:
    """What the plan can find, be it little.

    `reference`: the baseline of times. `unit_sd`: standard deviation of the means of whole units, in normal scores or
    shares; needed unless a unit is one case.
    """
    drift_of_one = _drift(plan, reference, unit_sd)
    drift = drift_of_one * float(np.sqrt(plan.units))
    full = planned_boundaries(plan)
    crossed = full.crossed(drift)
    power = sum(crossed.above) * (1 - plan.spoilt)
    aimed = _futile(full, plan.aimed)[1] if plan.futility else full.drift_for(plan.aimed)
    needed = int(np.ceil((aimed / drift_of_one) ** 2))
    return Strength(plan.units, power, needed, plan.units * full.expected_share(drift))


def planned_boundaries(plan: Experiment) -> Boundaries:
    """As planned, looks at instants taken as evenly spaced; futility is there where the plan has it."""
    full = boundaries(plan, remaining(plan, ()), final=True)
    return _futile(full, plan.aimed)[0] if plan.futility and len(full.looks) > 1 else full


def boundaries(plan: Experiment, shares: tuple[float, ...], *, final: bool) -> Boundaries:
    """Of the main metric, for looks at these shares of the units; with `final` the last one spends all that is left."""
    return _spent(shares, final, plan.spending, plan.alpha, 2)


def guard_boundaries(plan: Experiment, shares: tuple[float, ...], *, final: bool) -> Boundaries:
    """Of each guard, one-sided: spent evenly over the looks, since harm is to be seen early."""
    return _spent(shares, final, "pocock", plan.guard_alpha / max(1, len(plan.guards)), 1)


def futility(plan: Experiment, shares: tuple[float, ...]) -> float:
    """The z below which the look at the last of these shares gives up; -inf where there is nothing to give up."""
    later = remaining(plan, shares)
    if not plan.futility or not later:
        return -np.inf
    found = _futile(boundaries(plan, (*shares, *later), final=True), plan.aimed)[0].futility
    assert found is not None
    return found[len(shares) - 1]


def remaining(plan: Experiment, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Shares of the looks to come after those."""
    done = shares[-1] if shares else 0.0
    if isinstance(plan.looks[0], datetime):
        left = len(plan.looks) - len(shares)
        return tuple(round(done + (1 - done) * (k + 1) / left, 3) for k in range(left)) if done < 1 else ()
    return tuple(float(t) for t in plan.looks if not isinstance(t, datetime) and t > done + 0.001)


def _drift(plan: Experiment, reference: Reference | None, unit_sd: float | None) -> float:
    """The mean of z that one unit brings, times the root of how many there are."""
    if unit_sd is None and plan.unit is not Unit.CASE:
        raise BadData(
            f"How much {plan.unit}s differ from each other is not known.",
            "Give the standard deviation of the means of such units in the baseline.",
        )
    if plan.measure == "share":
        base = plan.baseline.share or 0.0
        shift, old, new = abs(plan.least), _sd(base), _sd(base + plan.least)
    else:
        if reference is None:
            raise BadData("A trial of times is planned on the times of its baseline.", "Give them.")
        verified(plan, reference)
        changed = np.where(
            reference.values >= plan.follow_s, plan.follow_s, followed(reference.values * plan.least, plan.follow_s)
        )
        scores, moved = reference.scores(reference.values), reference.scores(changed)
        shift, old, new = abs(float(moved.mean() - scores.mean())), float(scores.std()), float(moved.std())
    if unit_sd is not None:
        old = new = unit_sd
    total = plan.weights[STANDARD] + plan.weights[VARIANT]
    first, second = plan.weights[STANDARD] / total, plan.weights[VARIANT] / total
    if shift == 0 or old + new == 0:
        raise Refused("The wished effect changes nothing on this baseline.", "Plan for a larger one.")
    return float(shift / np.sqrt(old**2 / first + new**2 / second))


def _sd(share: float) -> float:
    return float(np.sqrt(share * (1 - share)))


@lru_cache(maxsize=4096)
def _spent(shares: tuple[float, ...], final: bool, spending: str, alpha: float, sides: int) -> Boundaries:
    spend = SPENDING[spending]
    end = shares[-1] if final else 2.0
    name = f"{spending.replace('_', '-')} spending"
    return lan_demets(shares, lambda t, a: a if t >= end else spend(t, a), alpha, sides, name)


@lru_cache(maxsize=4096)
def _futile(full: Boundaries, power: float) -> tuple[Boundaries, float]:
    return with_futility(full, power)
