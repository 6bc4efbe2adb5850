"""A share over periods, as the ladder chooses, with a promise that counts what its baseline cannot know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from measurement.charts.chart import Chart, RunLength
from measurement.charts.counts import p
from measurement.charts.ladder import LEAST_A_WEEK, Choice, of_shares
from measurement.charts.laney import pp
from measurement.charts.promise import of_neighbours
from measurement.charts.promise import of_shares as promise_of_shares
from measurement.charts.series import Series, series
from measurement.charts.shewhart import LIMITS, baseline
from measurement.charts.stability import Stability, stability
from measurement.values import BadData


@dataclass(frozen=True)
class ShareChart:
    """The chart (its figure `regimes` is of the baseline), why this kind, and whether the baseline kept one level."""

    chart: Chart
    choice: Choice
    stability: Stability


def share_chart(
    x: Sequence[float] | Series,
    n: Sequence[float] | Series,
    *,
    phase1: int | None = None,
    kind: str | None = None,
    rules: tuple[str, ...] = LIMITS,
    L: float = 3.0,
) -> ShareChart:
    """x out of n in each period, limits from the first `phase1`; p or p' as the data ask for, unless `kind` says.

    With limits as the only rule the promise is about the periods after the baseline, averaged over what such a
    baseline can show; with other rules it is that of known limits. Raises BadData for an empty baseline.
    """
    counts, sizes = series(x, what="counts"), series(n, what="denominators")
    first = baseline(len(sizes), phase1)
    choice = of_shares(counts[:first], sizes[:first])
    if kind is not None and kind not in ("p", "pp"):
        raise BadData(f"{kind!r} is no chart of shares.", "Choose p or pp.")
    if kind is not None and kind != choice.kind:
        choice = Choice(kind, f"asked for; the data would ask for {choice.words}")
    if choice.kind == "pp":
        chart = pp(counts, sizes, phase1=first, rules=rules, L=L)
        promise = of_neighbours(int((sizes[:first] > 0).sum()), L, rules)
    else:
        chart = p(counts, sizes, phase1=first, rules=rules, L=L, exact=choice.exact)
        promise = _promise(chart, counts, sizes, first) if rules == LIMITS else chart.false_alarms
    has_sigma = any(chart.each(chart.sigma))
    stable, passed = _stability(counts[:first], sizes[:first])
    few = (f"{passed} periods of fewer than {LEAST_A_WEEK:.0f} cases are not looked at for that",) if passed else ()
    return ShareChart(
        chart=replace(
            chart,
            false_alarms=promise if has_sigma else chart.false_alarms,
            notes=(f"baseline {stable.words}", *few, *chart.notes),
            figures={**chart.figures, "regimes": len(stable.regimes)},
        ),
        choice=choice,
        stability=stable,
    )


def _stability(counts: Series, sizes: Series) -> tuple[Stability, int]:
    """Of the periods that have a say; and how many have not."""
    said = sizes >= min(LEAST_A_WEEK, float(sizes.max()))
    return stability(counts[said] / sizes[said]), int((~said).sum())


def _promise(chart: Chart, counts: Series, sizes: Series, first: int) -> RunLength:
    """Of the periods after the baseline, or of all where there is none yet."""
    judged = np.flatnonzero(sizes > 0)
    judged = judged[judged >= first] if (judged >= first).any() else judged
    ucl, lcl = chart.each(chart.ucl), chart.each(chart.lcl)
    return promise_of_shares(
        [int(sizes[at]) for at in judged],
        tuple(lcl[at] for at in judged),
        tuple(ucl[at] for at in judged),
        int(counts[:first].sum()),
        int(sizes[:first].sum()),
    )
