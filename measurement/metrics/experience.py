"""Experience: goals on other measures, met or missed. A composite never stands without its parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from measurement.log.eventlog import EventLog
from measurement.metrics.estimate import Estimate
from measurement.metrics.estimators import Share
from measurement.metrics.measured import Companion, Measured
from measurement.metrics.metric import Audience, Better, Facts, Family, Metric, Needs
from measurement.metrics.scope import Scope
from measurement.metrics.shares import LEVEL
from measurement.values import BadData, Excluded, Interval

KEY = "experience"
TARGETS = "target_breach_rate"
NO_GOALS = "no goals are given: --goal csat=0.8 --goal target_breach_rate=0.1"


@dataclass(frozen=True)
class Part:
    """One goal and what was measured. `sure`: the whole interval is on one side of the goal."""

    measured: Measured
    goal: float

    @property
    def met(self) -> bool:
        """Whether the value is at the goal or better."""
        value = self.measured.estimate.value
        return value is not None and self._reaches(value)

    @property
    def sure(self) -> bool:
        """Whether the interval leaves no doubt."""
        ends = self.measured.estimate.interval
        if ends is None or ends.low is None or ends.high is None:
            return False
        return self._reaches(ends.low) == self._reaches(ends.high)

    @property
    def words(self) -> str:
        """Goal and verdict."""
        side = "at most" if self.measured.better == Better.LOWER else "at least"
        verdict = ("met" if self.met else "missed") if self.sure else ("perhaps met" if self.met else "perhaps missed")
        return f"{self.measured.metric} {side} {self.goal:g}: {verdict}"

    def _reaches(self, value: float) -> bool:
        return value <= self.goal if self.measured.better == Better.LOWER else value >= self.goal


@dataclass(frozen=True)
class Experience:
    """The share of goals met, and each goal with its n and interval."""

    estimate: Estimate
    excluded: tuple[Excluded, ...]
    beside: tuple[Companion, ...]
    warnings: tuple[str, ...]


def experience(
    log: EventLog, scope: Scope, goals: Mapping[str, float], measure: Callable[[EventLog, str, Scope], Measured]
) -> Experience:
    """Raises BadData for a goal on this measure itself, or on one that has no better side."""
    if not goals:
        return Experience(Estimate(0), (Excluded(0, NO_GOALS),), (), ())
    alone = replace(scope, by=None, clock=None, goals={})
    parts = []
    for key, goal in goals.items():
        if key == KEY:
            raise BadData("Experience cannot be a goal of itself.", "Name the measures it is made of.")
        found = measure(log, key, alone)
        if found.better == Better.NEITHER:
            raise BadData(f"{key} takes no goal: neither more nor less of it is better.", "Choose another measure.")
        parts.append(Part(found, goal))
    known = [part for part in parts if part.measured.estimate.value is not None]
    unknown = [part for part in parts if part.measured.estimate.value is None]
    return Experience(
        _share(known),
        tuple(Excluded(1, f"{part.measured.metric}: {_why(part.measured)}") for part in unknown),
        tuple(Companion(part.words, part.measured.unit, part.measured.estimate) for part in known),
        _watermelon(known),
    )


def _share(parts: list[Part]) -> Estimate:
    if not parts:
        return Estimate(0)
    n = len(parts)
    surely = sum(part.met and part.sure for part in parts)
    perhaps = sum(part.met or not part.sure for part in parts)
    interval = Interval(surely / n, perhaps / n, LEVEL, "goals surely met to goals not surely missed")
    return Estimate(n, sum(part.met for part in parts) / n, interval)


def _why(found: Measured) -> str:
    return "; ".join([*(e.reason for e in found.excluded), *found.notes]) or "nothing to count"


def _watermelon(parts: list[Part]) -> tuple[str, ...]:
    missed = [part.measured.metric for part in parts if not part.met and part.measured.metric != TARGETS]
    green = any(part.met for part in parts if part.measured.metric == TARGETS)
    if green and missed:
        return (f"a watermelon: the targets are met, the experience is missed ({', '.join(missed)})",)
    return ()


def _no_units(facts: Facts) -> str:
    """It has no units of its own: each goal is measured as its page says."""
    return "SELECT NULL AS case_id, NULL AS hit, NULL AS reason WHERE false"


METRICS = (
    Metric(
        key=KEY,
        title="Experience",
        formula="goals met / goals with a measured value, the goals being given with the question",
        unit="share",
        better=Better.HIGHER,
        audience=Audience.CUSTOMER,
        family=Family.PERCEPTION,
        population="goals on other measures, each over the cases opened in the period",
        trap="Never without its parts, their n and their intervals. Targets met while the experience is missed is a "
        "watermelon: green outside, red inside.",
        estimator=Share("share of goals met; from surely met to not surely missed by the intervals of the parts"),
        reading=_no_units,
        counts="goals",
        needs=Needs(said=NO_GOALS),
        composite=True,
    ),
)
