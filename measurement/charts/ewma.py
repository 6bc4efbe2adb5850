"""EWMA: a chart with a memory, for small changes that last."""

from collections.abc import Hashable, Sequence

import numpy as np

from measurement.charts.arl import Ewma, arl
from measurement.charts.arl.design import ewma_limit
from measurement.charts.chart import Chart, Signal
from measurement.charts.level import level
from measurement.charts.series import Series
from measurement.charts.shewhart import FLAT, beyond, line, positive, remarks
from measurement.values import BadData

RULES = ("limit",)
"""The only rule of charts with a memory: run rules are for points that do not know each other."""


def ewma(
    x: Sequence[float] | Series,
    *,
    lam: float = 0.2,
    L: float | None = None,
    target: float | None = None,
    sigma: float | None = None,
    phase1: int | None = None,
    method: str | None = None,
    subgroups: Sequence[Hashable] | None = None,
    exact: bool = False,
) -> Chart:
    """z[t] = lam x[t] + (1 - lam) z[t-1] from z[0] = target, limits at L standard errors of z.

    Limits are those of a long series, as in tables of L; `exact` ones are narrower at the start. Without `L` it is
    the one with 370.4 points between false alarms. Target, sigma (of single values) and `subgroups` as in `level`.
    """
    if not 0 < lam <= 1:
        raise BadData(f"lambda is {lam:g}, which is no weight.", "Give one above 0, at most 1; 0.2 is usual.")
    width = ewma_limit(lam) if L is None else L
    positive("L", width)
    found = level(x, phase1=phase1, target=target, sigma=sigma, method=method, subgroups=subgroups)
    values, centre = found.values, found.centre
    z = np.empty(len(values))
    last = centre
    for at, value in enumerate(values.tolist()):
        last = z[at] = lam * value + (1 - lam) * last
    weights = (1 - lam) ** (2 * np.arange(1, len(values) + 1)) if exact else np.zeros(len(values))
    error = found.sigma * np.sqrt(lam / (2 - lam) * (1 - weights))
    ucl, lcl = centre + width * error, centre - width * error
    return Chart(
        kind="ewma",
        title=f"EWMA, lambda {lam:g}",
        points=tuple(z.tolist()),
        centre=centre,
        ucl=line(ucl, len(z)),
        lcl=line(lcl, len(z)),
        sigma=line(error, len(z)),
        estimator=f"{found.estimator}; target {'mean' if target is None else 'given'}",
        phase1=found.phase1,
        false_alarms=arl(Ewma(lam, width, exact)) if found.sigma > 0 else FLAT,
        rules=RULES,
        signals=tuple(Signal(int(at) + 1, "limit") for at in np.flatnonzero(beyond(z, lcl, ucl))),
        sizes=found.sizes,
        figures={"lambda": lam, "L": width, "sigma_of_values": found.sigma},
        notes=remarks(found.phase1, found.sigma == 0),
    )
