"""The verdict of an experiment: from its plan, the data it ended on and the looks that were made, and nothing else."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from definitions.experiment import ARMS, FEW, STANDARD, VARIANT, Experiment
from definitions.verdict import Between, Decision, Effect, Outcome, Verdict, rounded
from measurement.charts.normal_scores import Reference
from measurement.comparison.hodges_lehmann import ratio
from measurement.experiments.boundaries import Boundaries
from measurement.experiments.machine import observed_units, used_shares
from measurement.experiments.observed import Observed
from measurement.experiments.planned import boundaries
from measurement.values import Interval, Refused

Floats = NDArray[np.float64]


def verdict(
    plan: Experiment,
    data: Observed,
    looks: tuple[Decision, ...],
    reference: Reference | None = None,
    *,
    stopped: str | None = None,
) -> Verdict:
    """What came out. `data` are those of the last look; `stopped`: why somebody ended it before its time.

    Raises Refused when no look has ended it, or the data are not those that the last look saw.
    """
    last = looks[-1] if looks else None
    outcome, why = _outcome(plan, data, last, stopped)
    values, arm, _ = observed_units(plan, data, reference)
    n: dict[str, int] = {one: int((arm == one).sum()) for one in ARMS}
    shares = used_shares(looks)
    made = boundaries(plan, shares, final=last is not None and last.final) if shares else None
    limit = made.high[-1] if made is not None else np.inf
    shift = _shift(plan, values, arm, limit) if min(n.values()) >= 2 else _unknown("too few units")
    z = last.z if last is not None else None
    return Verdict(
        experiment=plan.key,
        plan=plan.version,
        outcome=outcome,
        why=why,
        data=data.sha256,
        units=n,
        cases={one: int((data.arm == one).sum()) for one in ARMS},
        effect=_effect(plan, data, limit) if min(n.values()) >= 2 else _unknown("too few units"),
        shift=shift,
        p=_p(plan, made, len(shares), z, stopped),
        false_claims=rounded(made.false_wins()) if made is not None else 0.0,
        looks=looks,
        signals=tuple(_signals(plan, outcome, last, n, data)),
    )


def _outcome(plan: Experiment, data: Observed, last: Decision | None, stopped: str | None) -> tuple[Outcome, str]:
    if last is not None and last.says != "continue":
        if last.data != data.sha256:
            raise Refused(
                f"The data of {plan.key} are {data.sha256[:12]}, its last look saw {last.data[:12]}.",
                "Give what the last look saw: cases that came later say nothing of it.",
            )
        return last.says, last.why
    if stopped is None:
        raise Refused(f"{plan.key} goes on: no look has ended it.", "Wait for the next look, or stop it with a reason.")
    return "stopped", stopped


def _shift(plan: Experiment, values: Floats, arm: NDArray[np.object_], limit: float) -> Effect:
    first, second = values[arm == STANDARD], values[arm == VARIANT]
    difference = float(second.mean() - first.mean())
    se = float(np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)))
    better = plan.goal * difference
    what = "variant better by, in normal scores" if plan.measure == "time" else "variant better by, as a share"
    method = "repeated, normal" + (" (means of whole units)" if plan.unit in FEW else "")
    return Effect(what=what, value=rounded(better), within=_between(better, limit * se, limit, method))


def _effect(plan: Experiment, data: Observed, limit: float) -> Effect:
    first, second = (data.value[data.arm == one] for one in ARMS)
    if plan.measure == "share":
        found = float(second.mean() - first.mean())
        se = float(np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)))
        what = "share with the variant minus share with the standard"
        within = _between(found, limit * se, limit, "repeated, normal") if _alone(plan) else _no_interval()
        return Effect(what=what, value=rounded(found), within=within)
    what = f"time with the variant / time with the standard (Hodges-Lehmann), followed for {plan.follow_s} s"
    if max(float(first.max()), float(second.max())) <= 0:
        return _unknown("every time is zero")
    times = ratio(first, second, _level(limit))
    low, high = (None if end is None or not np.isfinite(end) else rounded(end) for end in _ends(times.interval))
    within = Between(low=low, high=high, level=rounded(_level(limit)), method="repeated, by ranks")
    value = times.value
    return Effect(
        what=what, value=None if value is None else rounded(value), within=within if _alone(plan) else _no_interval()
    )


def _p(plan: Experiment, made: Boundaries | None, count: int, z: float | None, stopped: str | None) -> float | None:
    if made is None or z is None or plan.unit in FEW or stopped is not None:
        return None
    return rounded(made.stagewise_p(count, z))


def _signals(plan: Experiment, outcome: Outcome, last: Decision | None, n: dict[str, int], data: Observed) -> list[str]:
    found = []
    guards = last.guards if last is not None else ()
    for read, guard in zip(guards, plan.guards, strict=True) if guards else ():
        if not read.stops and read.within.high is not None and read.within.high > guard.bound:
            found.append(f"{read.metric} may have got worse by up to {100 * read.within.high:.1f} points: watch it")
    if outcome in ("win", "harm") and last is not None and not last.final:
        found.append("it stopped early: effects found so are larger than the real one on average")
    if outcome == "futility":
        found.append("given up early: a small effect may still be there")
    if len(data) > sum(n.values()) and plan.unit in FEW:
        found.append(
            f"{len(data):,} cases in {sum(n.values())} {plan.unit}s: it is the {plan.unit}s that were compared"
        )
    return found


def _alone(plan: Experiment) -> bool:
    return plan.unit == "case"


def _no_interval() -> Between:
    return Between(low=None, high=None, level=0.0, method="cases of one unit share their luck: read the shift")


def _between(value: float, half: float, limit: float, method: str) -> Between:
    low, high = (rounded(value + end) if np.isfinite(half) else None for end in (-half, half))
    return Between(low=low, high=high, level=rounded(_level(limit)), method=method)


def _level(limit: float) -> float:
    return float(1 - 2 * special.ndtr(-limit)) if np.isfinite(limit) else 0.0


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (interval.low, interval.high) if interval is not None else (None, None)


def _unknown(why: str) -> Effect:
    return Effect(what=why, value=None, within=Between(low=None, high=None, level=0.0, method=why))
