"""How many points a chart takes to signal: with nothing changed, and after a shift."""

import functools
import math
from dataclasses import dataclass

from measurement.charts.arl.cusum import cusum_run_length
from measurement.charts.arl.ewma import ewma_run_length
from measurement.charts.arl.individuals import individuals_run_length
from measurement.charts.arl.simulation import simulated
from measurement.charts.arl.zones import Zone, has_zones, mean_run_length, normal_zones
from measurement.charts.chart import RunLength
from measurement.charts.constants import factors
from measurement.charts.rules import RULES, known

__all__ = ["Cusum", "Ewma", "IndividualsAndRange", "Shewhart", "Spec", "arl", "arl_of_tail", "arl_of_zones"]

NORMAL = "if points are independent, normal, and the limits the true ones"


@dataclass(frozen=True)
class Shewhart:
    """Any chart that judges each point by itself and by run rules, with limits at L standard errors."""

    rules: tuple[str, ...] = ("we:1",)
    L: float = 3.0

    def __post_init__(self) -> None:
        for rule in self.rules:
            known(rule)


@dataclass(frozen=True)
class Ewma:
    """Weight `lam` on the newest point, limits at L standard errors: asymptotic, or exact from the first point on."""

    lam: float
    L: float
    exact: bool = False


@dataclass(frozen=True)
class Cusum:
    """Reference value k, decision interval h, head start (h/2 for FIR), in standard deviations; one side or both."""

    k: float
    h: float
    head_start: float = 0.0
    sides: int = 2


@dataclass(frozen=True)
class IndividualsAndRange:
    """An individuals chart with limits M that alarms also on moving ranges beyond R, in standard deviations."""

    M: float = 3.0
    R: float = factors(2).D4 * factors(2).d2


Spec = Shewhart | Ewma | Cusum | IndividualsAndRange


@functools.lru_cache(maxsize=256)
def arl(spec: Spec, shift: float = 0.0) -> RunLength:
    """Expected points to a signal when the mean stands `shift` standard deviations off the centre from the start.

    Zero-state: the chart starts afresh. Exact to about 1e-4 but for trends and alternation, which are simulated.
    """
    match spec:
        case Shewhart(rules, L):
            return _shewhart(rules, L, shift)
        case Ewma(lam, L, exact):
            return _length(ewma_run_length(lam, L, shift, exact=exact), "integral equation (Crowder)")
        case Cusum(k, h, head_start, sides):
            points = cusum_run_length(k, h, shift, head_start=head_start, sides=sides)
            return _length(points, "integral equation (Page; Lucas and Crosier)")
        case IndividualsAndRange(M, R):
            return _length(individuals_run_length(M, R, shift), "integral equation (Crowder)")


def arl_of_zones(rules: tuple[str, ...], L: float, zones: tuple[Zone, ...], model: str) -> RunLength:
    """The same for points that are not normal, by the probability of each zone; `model` says which law gave them."""
    return _length(mean_run_length(rules, zones, L), _how(rules), f"if {model}")


def arl_of_tail(probability: float, model: str) -> RunLength:
    """The same for limits alone, from the probability of a point beyond them."""
    return _length(1 / probability if probability > 0 else math.inf, _how(("we:1",)), f"if {model}")


def _shewhart(rules: tuple[str, ...], L: float, shift: float) -> RunLength:
    if not rules:
        return RunLength(None, "no rule is on: this chart never signals")
    if all(map(has_zones, rules)):
        return _length(mean_run_length(rules, normal_zones(L, shift), L), _how(rules))
    points, error = simulated(rules, L, shift)
    if math.isinf(points):
        return RunLength(None, "more than 100,000 points, too many to simulate")
    return RunLength(points, f"simulated, standard error {error:.2g}; {NORMAL}", error)


def _how(rules: tuple[str, ...]) -> str:
    alone = all(RULES[rule] == RULES["we:1"] for rule in rules)
    return "1/p of a point beyond the limits" if alone else "Markov chain (Champ and Woodall)"


def _length(points: float, method: str, model: str = NORMAL) -> RunLength:
    if math.isinf(points):
        return RunLength(None, "no point can complete any rule that is on")
    return RunLength(points, f"{method}, {model}")
