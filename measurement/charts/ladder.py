"""Which chart fits which data, and why the others do not: few charts, chosen by rule and not by taste."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from measurement.charts.chart import RunLength
from measurement.charts.constants import d2
from measurement.charts.laney import sigma_z
from measurement.charts.normal_scores import LEAST
from measurement.charts.series import Series, series
from measurement.charts.shewhart import TRIAL
from measurement.charts.weeks import WEEKS, Cases
from measurement.values import BadData

LARGE = 200.0
"""Cases in a week from which the law of chance alone is too narrow to believe: real weeks differ by more."""

SCATTER = 1.2
"""sigma_z from which weeks differ by more than chance, if chance alone does so less than once in a hundred."""

CHANCE = 0.01
FEW = 5.0
"""Expected late cases below which limits at 3 standard errors are far from their promise."""

LEAST_A_WEEK = 10.0
"""Cases in a week below which a weekly share says next to nothing."""


@dataclass(frozen=True)
class Alternative:
    """A chart, by the name of its kind, and a reason for it or against it."""

    kind: str
    why: str


@dataclass(frozen=True)
class Choice:
    """The chart to draw and why; what was refused; what to draw beside it. `exact`: limits with exact tails.

    Kinds: p pp u up c t xmr run normal-ewma weekly-log.
    """

    kind: str
    why: str
    refused: tuple[Alternative, ...] = ()
    beside: tuple[Alternative, ...] = ()
    exact: bool = False

    @property
    def words(self) -> str:
        """The choice in one sentence, and one for each chart that was refused."""
        refused = "".join(f" Not {each.kind}: {each.why}." for each in self.refused)
        return f"{self.kind}: {self.why}.{refused}"


def of_cases(cases: Cases) -> Choice:
    """For times of cases: the weekly share late; by rank where weeks are too few or too small; else a run chart.

    Weeks are as large as the median one of the first 25 that hold cases.
    Which of p and p' the share takes is decided by `of_shares` once late is known.
    """
    first, until = cases.ended_weeks()
    weeks, many = until - first, len(cases)
    times = cases.times.time
    refused = (
        Alternative("xmr of single cases", f"with nothing changed it would alarm {raw_individuals(times)}"),
        Alternative("weekly median", "times have gaps (same minute, next day), so medians of calm weeks jump"),
    )
    ranks = Alternative("normal-ewma", f"per case, by rank among at least {LEAST} of the baseline: the quick alarm")
    reading = Alternative("weekly-log", "the weekly geometric mean in hours, for reading")
    sizes = cases.a_week(until)
    # Of the weeks that will judge the others, and not the mean: a log may begin with years of stragglers.
    typical = float(np.median(sizes[sizes > 0][:WEEKS])) if weeks else 0.0
    if weeks >= TRIAL and typical >= LEAST_A_WEEK:
        beside = (ranks, reading) if many >= 2 * LEAST else (reading,)
        why = f"share late by week of opening, {_sized(weeks, typical)}"
        return Choice("p", why, refused, beside)
    small = _sized(weeks, typical)
    share = Alternative("p", f"{small}: a share late needs {TRIAL} weeks of {LEAST_A_WEEK:.0f}")
    if many >= 2 * LEAST:
        return Choice("normal-ewma", f"per case, by rank: {small}", (*refused, share))
    why = f"{small}: too few for limits, so only the order around the median is judged"
    rank = Alternative("normal-ewma", f"{many:,} cases, {2 * LEAST:,} needed for a reference and something to judge")
    return Choice("run", why, (*refused, share, rank))


def _sized(weeks: int, typical: float) -> str:
    if not weeks:
        return "no whole week has passed"
    first = f"weeks, the first {WEEKS}" if weeks > WEEKS else "weeks"
    return f"{weeks:,} {first} of about {typical:,.0f} {'case' if round(typical) == 1 else 'cases'}"


def of_shares(x: Sequence[float] | Series, n: Sequence[float] | Series) -> Choice:
    """For x out of n in the points of the baseline: p, with exact limits where few are expected, or Laney's p'."""
    numbers, sizes = series(x, what="counts"), series(n, what="denominators")
    there = sizes > 0
    if not there.any():
        raise BadData("The denominators add up to 0.", "Take a longer period.")
    numbers, sizes = numbers[there], sizes[there]
    share = float(numbers.sum() / sizes.sum())
    expected = float(sizes.min()) * min(share, 1 - share)
    singles = Alternative("xmr of the shares", "it forgets that points differ in size")
    return _law(numbers, sizes * share, np.sqrt(sizes * share * (1 - share)), sizes.mean(), expected, "p", singles)


def of_counts(x: Sequence[float] | Series, n: Sequence[float] | Series) -> Choice:
    """For counts and what they are counted on (tickets, hours): u, or Laney's u' where points differ by more."""
    numbers, sizes = series(x, what="counts"), series(n, what="denominators")
    there = sizes > 0
    if not there.any():
        raise BadData("The denominators add up to 0.", "Take a longer period.")
    numbers, sizes = numbers[there], sizes[there]
    rate = float(numbers.sum() / sizes.sum())
    expected = sizes * rate
    singles = Alternative("xmr of the counts", "it forgets that points differ in what they are counted on")
    return _law(numbers, expected, np.sqrt(expected), expected.mean(), float(expected.min()), "u", singles)


def of_rare(events: int, cases_between: bool = False) -> Choice:
    """For rare events: what lies between them, in time (t) or in cases (g); a count per week would be mostly 0."""
    kind = "g" if cases_between else "t"
    unit = "cases" if cases_between else "time"
    refused = (Alternative("c", "with most weeks at 0 a count has no lower limit and says nothing for months"),)
    return Choice(kind, f"{unit} between {events:,} rare events, which grows when they get rarer", refused)


def of_values(x: Sequence[float] | Series) -> Choice:
    """For bare values in order: XmR from 12 points on, a run chart below; refused by rank where they are skewed."""
    values = series(x)
    if len(values) < TRIAL:
        return Choice("run", f"{len(values)} points: limits need {TRIAL}")
    promise = raw_individuals(values)
    if promise.points is not None and promise.points < 370.4 / 2 and len(values) >= 100:
        why = f"with nothing changed it would alarm {promise}"
        if len(values) >= 2 * LEAST:
            return Choice("normal-ewma", "skewed values, judged by rank", (Alternative("xmr", why),))
        return Choice("run", "skewed values, judged by their order around the median", (Alternative("xmr", why),))
    return Choice("xmr", f"{len(values)} single values in order")


def raw_individuals(values: Sequence[float] | Series) -> RunLength:
    """What an XmR chart of such values does to an unchanged process: drawn at random, limits known.

    The mean moving range of values in random order is Gini's mean difference, so nothing needs to be simulated.
    """
    numbers = np.sort(series(values))
    n = len(numbers)
    if n < 2 or numbers[0] == numbers[-1]:
        return RunLength(None, "the values do not vary")
    gini = 2 * float((2 * np.arange(1, n + 1) - n - 1) @ numbers) / (n * (n - 1))
    reach = 3 * gini / d2(2)
    beyond = int((np.abs(numbers - numbers.mean()) > reach).sum())
    if not beyond:
        return RunLength(None, f"none of {n:,} values lies beyond its limits")
    return RunLength(n / beyond, f"share of these {n:,} values beyond their own limits")


def _law(x: Series, expected: Series, sd: Series, size: float, least: float, kind: str, singles: Alternative) -> Choice:
    """p or p', u or u': by the size of the points, and by whether they differ more than chance alone allows."""
    prime = "pp" if kind == "p" else "up"
    scatter, chance = 1.0, 1.0
    if len(x) > 2 and float(sd.min()) > 0:
        scatter = sigma_z(x, expected, sd)
        chance = float(stats.chi2.sf(float((((x - expected) / sd) ** 2).sum()), len(x) - 1))
    seen = f"sigma_z = {scatter:.2f} in {len(x)} points"
    if size > LARGE:
        why = f"points of about {size:,.0f}, where chance alone is too narrow ({seen})"
        return Choice(prime, why, (Alternative(kind, "large points cry wolf on it"), singles))
    if scatter > SCATTER and chance < CHANCE:
        why = f"points differ by more than chance ({seen})"
        return Choice(prime, why, (Alternative(kind, "its limits believe in chance alone"), singles))
    law = "binomial" if kind == "p" else "Poisson"
    if least < FEW:
        why = f"points of about {size:,.0f}, few expected ({least:.1f} at least), so exact {law} limits ({seen})"
        return Choice(kind, why, (singles,), exact=True)
    why = f"points of about {size:,.0f}, no more scatter than chance allows ({seen})"
    return Choice(kind, why, (Alternative(prime, "nothing to believe but chance"), singles))
