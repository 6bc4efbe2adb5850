"""Single tickets against a frozen reference: by rank, so that six decades of times make an honest chart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from measurement.charts.chart import Chart
from measurement.charts.ewma import ewma
from measurement.charts.series import Series, series
from measurement.values import Refused

FAST, SENSITIVE = 0.2, 0.05
"""Weights on the newest ticket: 0.2 is quick for large changes, 0.05 sees a slow one."""

LEAST = 500
"""Cases of a reference: false alarms then come within a tenth of the promise on average; with 1,000 within 5 %."""

TIED = 0.9
"""Standard deviation of the reference's own scores below which equal times make alarms rarer than promised."""


@dataclass(frozen=True)
class Reference:
    """The sorted times of a frozen baseline, in any unit."""

    values: Series

    @classmethod
    def of(cls, values: Sequence[float] | Series, least: int = LEAST) -> "Reference":
        """Raises Refused for fewer than `least` cases: their ranks are too coarse for a promise."""
        numbers = series(values, what="times of the reference")
        if len(numbers) < least:
            raise Refused(
                f"A reference of {len(numbers)} cases, at least {least} needed.",
                "Take a longer baseline, or the weekly share late, which needs fewer.",
            )
        return cls(np.sort(numbers))

    def scores(self, values: Sequence[float] | Series) -> Series:
        """The standard normal number that holds the place of each value: ndtri((below + equal/2 + 1/2)/(m + 1))."""
        numbers = series(values)
        below = np.searchsorted(self.values, numbers, "left")
        upto = np.searchsorted(self.values, numbers, "right")
        return np.asarray(special.ndtri(((below + upto) / 2 + 0.5) / (len(self.values) + 1)))

    def value(self, score: float) -> float:
        """The time that has this score: a line of the chart in hours."""
        return float(np.quantile(self.values, float(special.ndtr(score))))


def normal_ewma(
    values: Sequence[float] | Series, reference: Reference, *, lam: float = FAST, L: float | None = None
) -> Chart:
    """EWMA of the normal scores of single tickets, in the order given; centre 0, in standard deviations.

    Without `L` it is the one with 370.4 points between false alarms (2.859 for .2, 2.490 for .05). With `m` cases in
    the reference that is the average over the references that could have been drawn.
    """
    chart = ewma(reference.scores(values), lam=lam, L=L, target=0.0, sigma=1.0)
    spread = float(np.std(reference.scores(reference.values)))
    notes = chart.notes
    if spread < TIED:
        notes = (*notes, f"many equal times (scores vary {spread:.2f} instead of 1): alarms are rarer than promised")
    m = len(reference.values)
    return replace(
        chart,
        kind="normal-ewma",
        title=f"EWMA of normal scores, lambda {lam:g}",
        estimator=f"ranks among {m:,} reference cases, ties in the middle",
        false_alarms=replace(chart.false_alarms, how=f"{chart.false_alarms.how}; ranks among {m:,} cases"),
        figures={**chart.figures, "reference": m, "sd_of_reference_scores": spread},
        notes=notes,
    )
