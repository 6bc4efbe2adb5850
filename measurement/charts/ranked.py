"""Case by case, by rank among a frozen reference: the quick alarm, and what sees a regression after a deploy."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from measurement.charts.baseline import Baseline, freeze
from measurement.charts.chart import Chart
from measurement.charts.normal_scores import FAST, LEAST, Reference, normal_ewma
from measurement.charts.stability import Stability, stability
from measurement.charts.weeks import Cases
from measurement.values import BadData, Excluded

REFERENCE = 1000
"""Cases of a reference, where there are twice as many."""


@dataclass(frozen=True)
class Ranked:
    """The chart of the cases after the reference, in order of opening, and the reference it froze."""

    chart: Chart
    baseline: Baseline
    stability: Stability
    """Of the reference, over blocks of its cases."""


def ranked_chart(
    cases: Cases,
    *,
    reference: int | None = None,
    lam: float = FAST,
    metric: str = "time_to_resolve",
    clock: str = "elapsed",
) -> Ranked:
    """Normal-score EWMA of the cases after the first `reference` resolved ones, in order of opening.

    Without `reference` it takes 1,000, or half of the cases where there are fewer than 2,000. A case still open is
    ranked by the time it has taken so far, which is said. Raises Refused below 500 reference cases.
    """
    order = np.lexsort((cases.times.time, cases.opened))
    times, ended, opened = cases.times.time[order], cases.times.ended[order], cases.opened[order]
    wanted = reference or min(REFERENCE, len(times) // 2)
    resolved = np.flatnonzero(ended)
    if len(resolved) < wanted or not wanted:
        raise BadData(f"{len(resolved)} resolved cases, {wanted} wanted as reference.", "Take a longer baseline.")
    last = int(resolved[wanted - 1]) + 1
    held = times[:last][ended[:last]]
    known = Reference.of(held, LEAST)
    if last == len(times):
        raise BadData("No case is left to be judged.", "Take a smaller reference.")
    chart = normal_ewma(times[last:], known, lam=lam)
    blocks = np.array([block.mean() for block in np.array_split(known.scores(held), max(1, min(40, wanted // 25)))])
    stable = stability(blocks)
    notes = [f"reference {stable.words}", *chart.notes]
    still_open = int((~ended[last:]).sum())
    if still_open:
        notes.append(f"{still_open:,} cases are still open and ranked by the time they have taken so far")
    days = tuple(str(day) for day in np.asarray(opened[last:], "datetime64[D]"))
    left = int((~ended[:last]).sum())
    frozen = freeze(
        held,
        metric=f"{metric}: ranks",
        unit="s",
        clock=clock,
        start=_instant(opened[0]),
        end=_instant(opened[last]),
        points=wanted,
        estimator=f"ranks of the first {wanted:,} resolved cases by opening",
        estimates={"lambda": lam},
        excluded=(*cases.excluded, *([_open(left)] if left else [])),
    )
    figures = {**chart.figures, "regimes": len(stable.regimes)}
    return Ranked(replace(chart, notes=tuple(notes), figures=figures).labelled(days), frozen, stable)


def _open(n: int) -> Excluded:
    return Excluded(n, "still open among the reference cases")


def _instant(at: np.datetime64) -> datetime:
    micros = int(np.asarray(at, "datetime64[us]").astype(np.int64))
    return datetime.fromtimestamp(micros / 1e6, UTC)
