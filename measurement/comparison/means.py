"""Tests of means: for what is summed (cost, hours of work), or nearly normal."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from measurement.comparison.tested import VALUE, Effect, Floats, Tested, counts, finite, samples
from measurement.values import Interval

Groups = Mapping[str, Sequence[float] | Floats]
_EQUAL = "all values are equal: there is nothing to compare"


def welch(groups: Groups, level: float = 0.95) -> Tested:
    """Welch's t of two groups, variances not assumed equal; effect: second mean minus first."""
    return _t(groups, level, equal=False)


def student(groups: Groups, level: float = 0.95) -> Tested:
    """Student's t of two groups, one variance for both."""
    return _t(groups, level, equal=True)


def anova(groups: Groups) -> Tested:
    """One-way analysis of variance; effect: eta squared, the share of variance between groups."""
    known = samples(groups)
    n, k = sum(map(len, known.values())), len(known)
    df = (float(k - 1), float(n - k))
    together = np.concatenate(list(known.values()))
    # Around the grand mean: certified values with nine constant leading digits need it.
    centred = {name: values - together.mean() for name, values in known.items()}
    between = float(sum(len(v) * v.mean() ** 2 for v in centred.values()))
    within = float(sum(((v - v.mean()) ** 2).sum() for v in centred.values()))
    if n <= k or between + within == 0:
        why = _EQUAL if n > k else "no group has two values: the variance within is unknown"
        return Tested("anova", "One-way ANOVA", "F", None, None, counts(known), df, warnings=(why,))
    statistic = between / df[0] / (within / df[1]) if within > 0 else np.inf
    return Tested(
        test="anova",
        title="One-way ANOVA",
        statistic_name="F",
        statistic=finite(statistic),
        p=float(stats.f.sf(statistic, *df)),
        n=counts(known),
        df=df,
        effect=Effect("eta squared (share of variance between groups)", between / (between + within), None),
        further=(
            Effect("sum of squares between", between, None),
            Effect("sum of squares within", within, None),
            Effect("residual standard deviation", float(np.sqrt(within / df[1])), None, VALUE),
        ),
        warnings=() if within > 0 else ("no spread within any group",),
    )


def brown_forsythe(groups: Groups) -> Tested:
    """Whether groups spread alike: ANOVA of the distances from the group medians (Levene's test by medians)."""
    found = anova({name: np.abs(v - np.median(v)) for name, v in samples(groups).items()})
    return Tested(
        "brown-forsythe",
        "Brown-Forsythe",
        "F",
        found.statistic,
        found.p,
        found.n,
        found.df,
        effect=found.effect,
        warnings=found.warnings,
    )


def _t(groups: Groups, level: float, *, equal: bool) -> Tested:
    (first, a), (second, b) = samples(groups, least=2, exactly=2).items()
    test, title = ("student", "Student's t") if equal else ("welch", "Welch's t")
    n = {first: len(a), second: len(b)}
    difference = float(b.mean() - a.mean())
    what = f"mean of {second} minus mean of {first}"
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        return Tested(
            test,
            title,
            "t",
            None,
            None,
            n,
            effect=Effect(what, difference, None, VALUE),
            warnings=("no spread in any group",),
        )
    found = stats.ttest_ind(a, b, equal_var=equal)
    interval = found.confidence_interval(level)
    spread = float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2))
    return Tested(
        test=test,
        title=title,
        statistic_name="t",
        statistic=float(found.statistic),
        p=float(found.pvalue),
        n=n,
        df=float(found.df),
        # The t statistic is first minus second, as in R and scipy; the effect is what changed: second minus first.
        effect=Effect(what, difference, Interval(-float(interval.high), -float(interval.low), level, title), VALUE),
        further=(Effect("Cohen's d", difference / spread, None),),
    )
