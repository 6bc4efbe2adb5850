"""How often the decision machine errs, over simulated cycles that go through the very code the workflows call.

Cases are drawn from a generator shaped like the UCI log. What is promised: no effect, and hardly ever a win; a speed-up
of 30 % at the planned size, and it is found as often as planned; a guard that doubles, and the trial stops before its
horizon; a baseline that was picked because it was bad, and no claim is made of it.
"""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from scipy import stats

from benchmarks.options import Options
from benchmarks.report import Figure, Result
from benchmarks.uci_shape import times, weekly_late
from definitions.change import Change
from definitions.experiment import Baseline, Experiment, Guard, Scope
from definitions.verdict import Decision, Verdict
from measurement.charts.normal_scores import Reference
from measurement.experiments.claim import claim
from measurement.experiments.machine import due_look
from measurement.experiments.observed import Observed
from measurement.experiments.periods import SURE, Weekly
from measurement.experiments.planned import fingerprint, followed, strength
from measurement.experiments.verdict import verdict

CYCLES = 4_000
FASTER = 0.7
REOPENED, REOPENED_MORE = 0.05, 0.10
FOLLOWED = 28 * 86_400
BASELINE_CASES = 2_000
TOLD = [{"op": "test", "path": "/services/vpn/title", "value": "VPN"}]
WEEKS, LATEST, AFTER = 52, 26, 4
"""History of a group; the worst week of the last so many is picked; it is compared with the weeks that follow."""


@lru_cache(maxsize=1)
def planned() -> tuple[Experiment, Reference]:
    """The plan of every simulated cycle, at the size it needs for its power."""
    values = followed(times(BASELINE_CASES, np.random.default_rng(2026)), FOLLOWED)
    reference = Reference.of(values)
    wish = Experiment(
        key="simulated",
        hypothesis="Cases that are routed straight are resolved in seven tenths of the time",
        change=Change.model_validate(
            {"base": "0" * 12, "why": "Nothing is changed but the times drawn.", "patch": TOLD}
        ),
        metric="time_to_resolve",
        least=FASTER,
        baseline=Baseline(sha256=fingerprint(values), n=len(values)),
        guards=(Guard(metric="reopen_rate"),),
        scope=Scope(services=("vpn",)),
        layer="routing",
        follow_s=FOLLOWED,
        units=1_000_000,
        starts_at=datetime(2026, 1, 5, tzinfo=UTC),
        stops_at=datetime(2026, 12, 28, tzinfo=UTC),
    )
    enough = strength(wish, reference).needed
    return wish.model_copy(update={"units": enough}), reference


def drawn(seed: int, ratio: float, reopened: float) -> Observed:
    """All cases of one trial: with the variant times are `ratio` times as long, to the microsecond as clocks tell."""
    plan, _ = planned()
    rng, n = np.random.default_rng(seed), plan.units
    new = rng.random(n) < 0.5
    value = followed(np.round(times(n, rng) * np.where(new, ratio, 1.0), 6), plan.follow_s)
    again = (rng.random(n) < np.where(new, reopened, REOPENED)).astype(float)
    ids, arm = np.array([f"INC-{k:06d}" for k in range(n)], object), np.where(new, "variant", "standard").astype(object)
    return Observed.of(ids, arm, value, guards={plan.guards[0].metric: again})


def seen(plan: Experiment, whole: Observed) -> tuple[Observed, ...]:
    """What each look sees of it."""
    parts = [slice(0, int(np.ceil(share * plan.units))) for share in plan.looks if isinstance(share, float)]
    return tuple(
        Observed.of(
            whole.case[s],
            whole.arm[s],
            whole.value[s],
            guards={metric: flags[s] for metric, flags in whole.guards.items()},
        )
        for s in parts
    )


def cycle(seed: int, ratio: float = 1.0, reopened: float = REOPENED) -> tuple[Decision, ...]:
    """One trial from its first look to the one that ends it."""
    plan, reference = planned()
    return looked(plan, reference, seen(plan, drawn(seed, ratio, reopened)))


def looked(plan: Experiment, reference: Reference, cases: tuple[Observed, ...]) -> tuple[Decision, ...]:
    """Every look that is due by what it would see."""
    looks: tuple[Decision, ...] = ()
    for data in cases:
        made = due_look(plan, data, reference, looks, plan.starts_at)
        if made is None:
            break
        looks = (*looks, made)
    return looks


def judged(seed: int, ratio: float = 1.0, reopened: float = REOPENED, plan: Experiment | None = None) -> Verdict:
    """The verdict of the same trial; `plan`: one that differs in nothing that is computed with."""
    usual, reference = planned()
    plan = plan or usual
    cases = seen(plan, drawn(seed, ratio, reopened))
    looks = looked(plan, reference, cases)
    return verdict(plan, cases[len(looks) - 1], looks, reference)


def picked(seed: int) -> tuple[bool, bool]:
    """A group in which nothing changes, its worst late week against the ones after it: claimed by us, and naively."""
    share, n = weekly_late(WEEKS, np.random.default_rng(seed))
    worst = WEEKS - LATEST + int(np.argmax(share[WEEKS - LATEST : WEEKS - AFTER]))
    after = slice(worst + 1, worst + 1 + AFTER)
    found = claim(Weekly(np.arange(WEEKS), share, n), (worst, worst + 1), (worst + 1, worst + 1 + AFTER))
    first, second = share[worst], float(np.average(share[after], weights=n[after]))
    both = (first * n[worst] + second * n[after].sum()) / (n[worst] + n[after].sum())
    se = np.sqrt(both * (1 - both) * (1 / n[worst] + 1 / n[after].sum()))
    return found.says == "improved", bool(first - second > SURE * se)


def rates(cycles: int) -> tuple[list[Figure], dict[str, float]]:
    """The four promises over so many cycles each."""
    plan, reference = planned()
    still = [cycle(seed)[-1].says for seed in range(cycles)]
    faster = [cycle(10_000_000 + seed, FASTER)[-1].says for seed in range(cycles)]
    # It would win by its times: nothing but the guard stands in its way.
    guarded = [cycle(20_000_000 + seed, FASTER, REOPENED_MORE)[-1] for seed in range(cycles)]
    early = sum(each.says == "guard" and not each.final for each in guarded)
    claims = [picked(30_000_000 + seed) for seed in range(cycles)]
    said = strength(plan, reference)
    wins, found, kept = still.count("win"), faster.count("win"), sum(not ours for ours, _ in claims)
    figures = [
        Figure(what="no effect: false win, upper 95 % bound", value=upper(wins, cycles), goal=0.06, unit="share"),
        _least("30 % faster: found", found, cycles, said.power - 0.03),
        _least("guard 5 % -> 10 %: stopped before the horizon", early, cycles, 0.80),
        _least("baseline picked for being bad: no false claim", kept, cycles, 0.95),
    ]
    return figures, {
        "cycles": cycles,
        "units": plan.units,
        "planned_power": said.power,
        "false_wins": wins / cycles,
        "false_harms": still.count("harm") / cycles,
        "false_guard_stops": still.count("guard") / cycles,
        "false_srm": still.count("srm") / cycles,
        "wins_with_a_bad_guard": sum(each.says == "win" for each in guarded) / cycles,
        "naive_claims_of_picked_baselines": sum(naive for _, naive in claims) / cycles,
    }


def upper(found: int, n: int) -> float:
    """One-sided 95 % bound of a share (Clopper and Pearson)."""
    return float(stats.beta.ppf(0.95, found + 1, n - found)) if found < n else 1.0


def _least(what: str, found: int, n: int, goal: float) -> Figure:
    interval = stats.binomtest(found, n).proportion_ci(method="wilson")
    spread = (float(interval.low), float(interval.high))
    return Figure(what=what, value=found / n, unit="share", goal=goal, better="at least", interval=spread)


async def run(options: Options) -> Result:
    """4,000 cycles of each."""
    figures, details = rates(CYCLES)
    return Result(name="verdicts", figures=figures, details={**details})
