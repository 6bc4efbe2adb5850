"""Numbers about times: Kaplan-Meier as it is, and with another mix."""

from dataclasses import dataclass

from measurement.metrics.estimate import Columns, Estimate
from measurement.metrics.shares import LEVEL
from measurement.metrics.standard import by_stratum, standardised
from measurement.survival.curve import Curve, RestrictedMean, kaplan_meier
from measurement.survival.times import Times


@dataclass(frozen=True)
class Durations:
    """Kaplan-Meier over `seconds` and `ended`: open ones count for as long as they have been watched."""

    name: str = "Kaplan-Meier, open ones counted; log-log intervals"
    columns: tuple[str, ...] = ("seconds", "ended")

    def estimate(self, columns: Columns) -> Estimate:
        """Value: the median. The mean is restricted to the longest time watched when some are open."""
        curve = kaplan_meier(Times.of(columns["seconds"], columns["ended"]), LEVEL)
        mean = curve.restricted_mean()
        return Estimate(0) if mean is None else _of_curve(curve, mean)


@dataclass(frozen=True)
class Adjusted:
    """Kaplan-Meier in each `stratum`, put together with its `weight` in the baseline (direct standardisation)."""

    name: str = "Kaplan-Meier by kind and priority, weighted as in the baseline; log-log intervals"
    columns: tuple[str, ...] = ("seconds", "ended", "stratum", "weight")

    def estimate(self, columns: Columns) -> Estimate:
        """Value: the median. Strata of the baseline without a case here cannot be adjusted for and are noted."""
        times = Times.of(columns["seconds"], columns["ended"])
        strata, weights = by_stratum(times, columns["stratum"], columns["weight"])
        found = standardised(strata, weights, LEVEL)
        if found is None:
            return Estimate(0)
        short = 1 - found.covered
        notes = (f"{100 * short:.1f} % of the baseline are of a kind and priority without a case here",)
        return _of_curve(found.curve, found.mean, notes if short > 0.0005 else ())


def _of_curve(curve: Curve, mean: RestrictedMean, notes: tuple[str, ...] = ()) -> Estimate:
    found = {name: curve.quantile(q) for name, q in (("median", 0.5), ("p85", 0.85), ("p95", 0.95))}
    unreached = [name.replace("p", "P") for name, quantile in found.items() if quantile.value is None]
    if unreached:
        notes += (f"{', '.join(unreached)} not reached: {curve.open} of {curve.n} are still open",)
    if curve.open:
        hours = mean.tau / 3600
        watched = f"{hours:,.0f} h" if hours >= 10 else f"{hours:.2g} h"
        notes += (f"the mean is restricted to the longest time watched, {watched}",)
    return Estimate(
        n=curve.n,
        value=found["median"].value,
        interval=found["median"].interval,
        median=found["median"].value,
        p85=found["p85"].value,
        p95=found["p95"].value,
        mean=mean.value,
        intervals={**{name: q.interval for name, q in found.items()}, "mean": mean.interval},
        open=curve.open,
        notes=notes,
    )
