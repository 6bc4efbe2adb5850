"""Tests by ranks: right for times, which are skewed over decades and have gaps."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from measurement.comparison.hodges_lehmann import ratio, shift, zeros_said
from measurement.comparison.tested import SHARE, Effect, Floats, Tested, counts, finite, samples
from measurement.values import Interval

Groups = Mapping[str, Sequence[float] | Floats]


def mann_whitney(groups: Groups, level: float = 0.95, effects: bool = True) -> Tested:
    """Mann-Whitney U (Wilcoxon rank sum, R's W) of two groups; exact for small ones without ties.

    Effects are second against first: Hodges-Lehmann ratio where no value is negative, shift, and the probability that
    one of the second is larger (ties half).
    """
    (first, a), (second, b) = samples(groups, exactly=2).items()
    found = stats.mannwhitneyu(a, b) if np.ptp(np.concatenate([a, b])) > 0 else None
    warnings: tuple[str, ...] = () if found is not None else ("all values are equal: there is nothing to compare",)
    u = len(a) * len(b) / 2 if found is None else float(found.statistic)
    larger = Effect(f"probability that {second} is larger", 1 - u / (len(a) * len(b)), None, SHARE)
    main: Effect | None = None
    further: tuple[Effect, ...] = (larger,)
    if effects:
        main = moved = shift(a, b, level)
        if min(a.min(), b.min()) >= 0 and max(a.max(), b.max()) > 0:
            main, further = ratio(a, b, level), (moved, larger)
            warnings += zeros_said(a, b)
    return Tested(
        test="mann-whitney",
        title="Mann-Whitney U",
        statistic_name="U",
        statistic=u,
        p=1.0 if found is None else float(found.pvalue),
        n={first: len(a), second: len(b)},
        effect=main,
        further=further,
        warnings=warnings,
    )


def kruskal_wallis(groups: Groups) -> Tested:
    """Kruskal-Wallis H of two groups or more, ties corrected; effect: epsilon squared, the share of rank variance."""
    known = samples(groups)
    n, df = sum(map(len, known.values())), float(len(known) - 1)
    if np.ptp(np.concatenate(list(known.values()))) == 0:
        equal = ("all values are equal: there is nothing to compare",)
        return Tested("kruskal-wallis", "Kruskal-Wallis", "H", 0.0, 1.0, counts(known), df, warnings=equal)
    found = stats.kruskal(*known.values())
    share = float(found.statistic) / (n - 1)
    return Tested(
        test="kruskal-wallis",
        title="Kruskal-Wallis",
        statistic_name="H",
        statistic=float(found.statistic),
        p=float(found.pvalue),
        n=counts(known),
        df=df,
        effect=Effect("epsilon squared (share of the variance of ranks)", share, None),
    )


def van_elteren(strata: Sequence[Groups]) -> Tested:
    """Mann-Whitney within strata, put together with weights 1/(N + 1) (van Elteren 1960): ranks at equal mix.

    All strata name the same two groups; those in which one is empty say nothing.
    """
    excess, variance, n = 0.0, 0.0, {str(name): 0 for name in strata[0]}
    for groups in strata:
        a, b = (np.asarray(values, float) for values in groups.values())
        for name, size in zip(n, (len(a), len(b)), strict=True):
            n[name] += size
        size = len(a) + len(b)
        if not len(a) or not len(b):
            continue
        ranks = stats.rankdata(np.concatenate([a, b]))
        excess += float(ranks[len(a) :].sum() - len(b) * (size + 1) / 2) / (size + 1)
        variance += len(a) * len(b) * float(ranks.var(ddof=1)) / size / (size + 1) ** 2
    z = excess / np.sqrt(variance) if variance > 0 else None
    return Tested(
        test="van-elteren",
        title="Mann-Whitney within strata (van Elteren)",
        statistic_name="z",
        statistic=None if z is None else float(z),
        p=None if z is None else float(2 * stats.norm.sf(abs(z))),
        n=n,
        warnings=() if z is not None else ("no stratum holds both groups and different values",),
    )


def kolmogorov_smirnov(groups: Groups) -> Tested:
    """Kolmogorov-Smirnov D of two groups: any difference of the distributions, not of their place only."""
    (first, a), (second, b) = samples(groups, exactly=2).items()
    found = stats.ks_2samp(a, b, method="auto" if max(len(a), len(b)) <= 10_000 else "asymp")
    distance = Effect("largest distance between the two shares", float(found.statistic), None)
    return Tested(
        test="kolmogorov-smirnov",
        title="Kolmogorov-Smirnov",
        statistic_name="D",
        statistic=float(found.statistic),
        p=finite(found.pvalue),
        n={first: len(a), second: len(b)},
        effect=distance,
    )


def normal_scores(groups: Groups, level: float = 0.95) -> Tested:
    """Van der Waerden's test of two groups: ranks turned into normal scores, z of their summed difference.

    As strong as t on normal data and stronger elsewhere (Chernoff and Savage 1958); additive over planned looks.
    """
    (first, a), (second, b) = samples(groups, exactly=2).items()
    n, m = len(a), len(b)
    scores = stats.norm.ppf(stats.rankdata(np.concatenate([a, b])) / (n + m + 1))
    spread = float((scores**2).sum() - scores.sum() ** 2 / (n + m)) * n * m / ((n + m) * (n + m - 1))
    z = float(scores[n:].sum() - m * scores.mean()) / np.sqrt(spread) if spread > 0 else 0.0
    gap = float(scores[n:].mean() - scores[:n].mean())
    half = float(stats.norm.ppf((1 + level) / 2)) * np.sqrt(spread) * (n + m) / (n * m)
    return Tested(
        test="normal-scores",
        title="Normal scores (van der Waerden)",
        statistic_name="z",
        statistic=z,
        p=float(2 * stats.norm.sf(abs(z))),
        n={first: n, second: m},
        effect=Effect(
            f"{second} minus {first}, in normal scores", gap, Interval(gap - half, gap + half, level, "normal scores")
        ),
        warnings=() if spread > 0 else ("all values are equal: there is nothing to compare",),
    )
