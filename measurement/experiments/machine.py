"""The decision machine: a locked plan and the data so far go in, one decision comes out; nothing else is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy import special

from definitions.experiment import ARMS, FEW, STANDARD, VARIANT, Experiment, Guard
from definitions.verdict import Between, Decision, GuardRead, Says, rounded
from measurement.charts.normal_scores import Reference
from measurement.experiments.balance import balance
from measurement.experiments.observed import Observed, Words
from measurement.experiments.planned import boundaries, futility, guard_boundaries, verified
from measurement.experiments.switchback import switchback
from measurement.values import BadData, Refused

Floats = NDArray[np.float64]
LEAST = 10
"""Units in an arm below which no normal law is trusted."""
LEAST_FEW = 2
APART = 0.001
"""Of the information: a look that brings less than this is the same look again."""


@dataclass(frozen=True)
class Gap:
    """Variant minus standard, its standard error about any difference, and its z against `moved`."""

    difference: float
    se: float
    z: float | None


def look(
    plan: Experiment,
    data: Observed,
    reference: Reference | None = None,
    earlier: tuple[Decision, ...] = (),
    *,
    final: bool = False,
) -> Decision:
    """Look once more: number `len(earlier) + 1` of the plan; `final` where its time is over.

    `reference`: the baseline of times that the plan was locked with. Raises Refused after a look that stopped, or for
    another baseline; BadData where the data lack a guard.
    """
    number = len(earlier) + 1
    if earlier and (earlier[-1].stops or earlier[-1].final):
        raise Refused(
            f"Look {earlier[-1].number} of {plan.key} has ended it ({earlier[-1].says}).", "Read its verdict."
        )
    if number > len(plan.looks):
        raise Refused(f"{plan.key} has {len(plan.looks)} looks; there is no look {number}.", "Read its verdict.")
    values, arm, names = observed_units(plan, data, reference)
    n = {one: int((arm == one).sum()) for one in ARMS}
    information = rounded(min(1.0, sum(n.values()) / plan.units))
    final = final or number == len(plan.looks) or information >= 1
    drawn = balance({one: data.drawn.get(one, 0) for one in ARMS}, {one: plan.weights[one] for one in ARMS})
    shares = _shares(information, earlier)
    enough = min(n.values()) >= (LEAST_FEW if plan.unit in FEW else LEAST)
    found = gap(plan, values, arm, names, data.pairs) if enough else None
    limit = boundaries(plan, shares, final=final).high[-1] if found is not None else None
    floor = futility(plan, shares) if found is not None and not final else -np.inf
    z = None if found is None or found.z is None else plan.goal * found.z
    guards = tuple(_guarded(plan, guard, data, shares, final=final) for guard in plan.guards) if enough else ()
    # Of few units no sample ratio can be told from luck; their calendar says who had which arm.
    says, why = _says(plan, z, limit, floor, guards, final, broken=not drawn.ok and plan.unit not in FEW)
    return Decision(
        number=number,
        final=final,
        says=says,
        why=str(drawn) if says == "srm" else why,
        plan=plan.version,
        data=data.sha256,
        units=n,
        cases={one: int((data.arm == one).sum()) for one in ARMS},
        information=information,
        z=None if z is None else rounded(z),
        wins_at_z=None if z is None or limit is None else rounded(limit),
        gives_up_below_z=rounded(floor) if z is not None and np.isfinite(floor) else None,
        guards=guards,
        balance_p=rounded(drawn.p),
    )


def due_look(
    plan: Experiment, data: Observed, reference: Reference | None, earlier: tuple[Decision, ...], at: datetime
) -> Decision | None:
    """The next look, if it is due by the data and the time; None where it is not, or the trial is over."""
    number = len(earlier) + 1
    over = bool(earlier) and (earlier[-1].stops or earlier[-1].final)
    if over or not plan.due(number, data.units, at):
        return None
    return look(plan, data, reference, earlier, final=plan.last(number, data.units, at))


def observed_units(plan: Experiment, data: Observed, reference: Reference | None) -> tuple[Floats, Words, Words]:
    """What is compared: normal scores or shares, by unit; with the arms and the names of the units."""
    missing = sorted({guard.metric for guard in plan.guards} - {*data.guards})
    if missing:
        raise BadData(f"The data say nothing of the guard {missing[0]}.", "Bring it along for every case.")
    if plan.measure == "share":
        return data.by_unit(data.value)
    if reference is None:
        raise BadData("Times are compared by their ranks in the baseline.", "Give the one the plan was locked with.")
    verified(plan, reference)
    if len(data) and float(data.value.max()) > plan.follow_s:
        raise BadData("A time is longer than its case was followed.", "Count it as that (`planned.followed`).")
    return data.by_unit(reference.scores(data.value) if len(data) else data.value)


def gap(
    plan: Experiment,
    values: Floats,
    arm: Words,
    names: Words,
    pairs: Mapping[str, str] | None = None,
    moved: float = 0.0,
) -> Gap:
    """Variant minus standard of the units, tested against `moved`; few units by rearranging them."""
    first, second = values[arm == STANDARD], values[arm == VARIANT]
    difference = float(second.mean() - first.mean())
    spread = [float(part.var(ddof=1)) / len(part) for part in (first, second)]
    se = float(np.sqrt(sum(spread)))
    if plan.unit in FEW:
        return Gap(difference, se, _rearranged(plan, values - moved * (arm == VARIANT), arm, names, pairs))
    return Gap(difference, se, (difference - moved) / se if se > 0 else 0.0)


def used_shares(looks: tuple[Decision, ...]) -> tuple[float, ...]:
    """The shares of information at which alpha was spent by these looks."""
    shares: tuple[float, ...] = ()
    for made in looks:
        if made.z is not None:
            shares = _joined(made.information, shares)
    return shares


def _says(
    plan: Experiment,
    z: float | None,
    limit: float | None,
    floor: float,
    guards: tuple[GuardRead, ...],
    final: bool,
    *,
    broken: bool,
) -> tuple[Says, str]:
    if broken:
        return "srm", ""
    if bad := [guard for guard in guards if guard.stops]:
        worst = max(bad, key=lambda guard: guard.z)
        return "guard", f"{worst.metric} got worse by {100 * worst.worse_by:.1f} points, more than the plan allows"
    if z is None or limit is None:
        few = "too few units in an arm to compare"
        return ("not_found", f"time is over with {few}") if final else ("continue", few)
    if z >= limit and (doubted := [guard for guard in guards if guard.z >= _doubt(plan)]):
        worst = max(doubted, key=lambda guard: guard.z)
        why = f"better by z {z:.2f}, but {worst.metric} looks worse by {100 * worst.worse_by:.1f} points: no win so"
        return ("guard" if final else "continue"), why
    if z >= limit:
        return "win", f"z {z:.2f} is beyond {limit:.2f}: better than the standard"
    if -z >= limit:
        return "harm", f"z {z:.2f} is beyond -{limit:.2f}: worse than the standard"
    if final:
        return "not_found", f"z {z:.2f} is within {limit:.2f} at the last look: no difference was shown"
    if z < floor:
        return "futility", f"z {z:.2f} is below {floor:.2f}: an effect of {plan.least:g} has become improbable"
    return "continue", f"z {z:.2f} is within {limit:.2f}"


def _doubt(plan: Experiment) -> float:
    return float(-special.ndtri(plan.doubt / len(plan.guards)))


def _guarded(plan: Experiment, guard: Guard, data: Observed, shares: tuple[float, ...], *, final: bool) -> GuardRead:
    flags, arm, names = data.by_unit(data.guards[guard.metric])
    worse = 1.0 if guard.better == "lower" else -1.0
    limit = guard_boundaries(plan, shares, final=final).high[-1]
    found = gap(plan, worse * flags, arm, names, data.pairs, guard.bound)
    z = found.z if found.z is not None else 0.0
    half = limit * found.se
    level = float(1 - 2 * special.ndtr(-limit))
    return GuardRead(
        metric=guard.metric,
        worse_by=rounded(found.difference),
        within=Between(
            low=rounded(found.difference - half),
            high=rounded(found.difference + half),
            level=rounded(level),
            method="repeated, normal",
        ),
        z=rounded(z),
        stops_at_z=rounded(limit),
        stops=z >= limit,
    )


def _rearranged(
    plan: Experiment, values: Floats, arm: Words, names: Words, pairs: Mapping[str, str] | None
) -> float | None:
    """The z that has the p-value of the permutation; None where so few units cannot be arranged in enough ways."""
    together = [pairs.get(name) for name in names.tolist()] if pairs else None
    if together is not None:
        whole = np.array([pair is not None and together.count(pair) == 2 for pair in together], bool)
        values, arm, together = values[whole], arm[whole], [p for p, kept in zip(together, whole, strict=True) if kept]
        if len(values) < 2 * LEAST_FEW:
            return None
    try:
        found = switchback(values, arm.tolist(), together, level=1 - plan.alpha)
    except Refused:
        return None
    return float(np.sign(found.difference) * -special.ndtri(found.p / 2))


def _shares(information: float, earlier: tuple[Decision, ...]) -> tuple[float, ...]:
    return _joined(information, used_shares(earlier))


def _joined(information: float, before: tuple[float, ...]) -> tuple[float, ...]:
    t = max(round(information, 3), APART)
    return (*(each for each in before if t - each >= APART), t)
