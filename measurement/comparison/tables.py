"""Counts in tables: chi-squared, Fisher, and Mantel-Haenszel over strata."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from measurement.comparison.tested import Effect, Tested, finite
from measurement.values import BadData, Interval


def chi_squared(table: ArrayLike, rows: Sequence[str] = (), correction: bool = False) -> Tested:
    """Pearson's chi-squared of a table of counts (rows: groups); effect: Cramer's V.

    `correction`: Yates' for 2 x 2 tables, as R does by default. Rows and columns without any count are left out.
    """
    given = _counts(table)
    names = [str(name) for name in rows] or [str(n + 1) for n in range(len(given))]
    n = {name: int(row.sum()) for name, row in zip(names, given, strict=True)}
    kept = given[given.sum(axis=1) > 0][:, given.sum(axis=0) > 0]
    if min(kept.shape) < 2:
        alone = ("only one row or column has counts: there is nothing to compare",)
        return Tested("chi-squared", "Chi-squared", "chi-squared", None, None, n, warnings=alone)
    found = stats.chi2_contingency(kept, correction=correction)
    strength = float(np.sqrt(found.statistic / (kept.sum() * (min(kept.shape) - 1))))
    thin = int((found.expected_freq < 5).sum())
    said = (f"{thin} of {kept.size} expected counts are below 5: the p-value is rough",) if thin else ()
    return Tested(
        test="chi-squared",
        title="Chi-squared" + (" with Yates' correction" if correction and kept.shape == (2, 2) else ""),
        statistic_name="chi-squared",
        statistic=float(found.statistic),
        p=float(found.pvalue),
        n=n,
        df=float(found.dof),
        effect=Effect("Cramer's V", strength, None),
        warnings=said,
    )


def fisher(table: ArrayLike, rows: Sequence[str] = ("1", "2"), level: float = 0.95) -> Tested:
    """Fisher's exact test of a 2 x 2 table; effect: conditional odds ratio with its exact interval, as in R."""
    given = _counts(table, (2, 2))
    n = {str(name): int(row.sum()) for name, row in zip(rows, given, strict=True)}
    found = stats.fisher_exact(given)
    effect = None
    if min(given.sum(axis=0).min(), given.sum(axis=1).min()) > 0:
        odds = stats.contingency.odds_ratio(given.astype(np.int64))
        ends = odds.confidence_interval(level)
        interval = Interval(finite(ends.low), finite(ends.high), level, "exact conditional")
        effect = Effect("odds ratio (conditional)", finite(odds.statistic), interval)
    statistic = None if effect is None else effect.value
    return Tested("fisher", "Fisher's exact", "odds ratio", statistic, float(found.pvalue), n, effect=effect)


def mantel_haenszel(
    strata: Sequence[ArrayLike] | NDArray[np.float64], level: float = 0.95, correction: bool = False
) -> Tested:
    """Cochran-Mantel-Haenszel over 2 x 2 tables, one a stratum: whether groups differ at equal mix.

    Each table: rows are the two groups, columns yes and no. Effect: common odds ratio, first row to second, interval of
    Robins, Breslow and Greenland (1986). `correction`: continuity, as R does by default. Beside it the crude odds ratio
    (far from the common one: the mix was the cause) and Woolf's test that the strata agree.
    """
    if not len(strata):
        raise BadData("There are no strata.", "Give one 2 x 2 table for each.")
    tables = np.stack([_counts(table, (2, 2)) for table in strata])
    tables = tables[tables.sum(axis=(1, 2)) > 1]
    n = {"1": int(tables[:, 0].sum()), "2": int(tables[:, 1].sum())}
    a, b, c, d = (tables[:, i, j] for i in (0, 1) for j in (0, 1))
    total = a + b + c + d
    excess = float((a - (a + b) * (a + c) / total).sum())
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))).sum())
    if variance == 0:
        none = ("no stratum holds both groups and both answers",)
        return Tested("mantel-haenszel", "Mantel-Haenszel", "chi-squared", None, None, n, warnings=none)
    statistic = max(0.0, abs(excess) - (0.5 if correction else 0.0)) ** 2 / variance
    crude = tables.sum(axis=0)
    crude_odds = finite(crude[0, 0] * crude[1, 1] / (crude[0, 1] * crude[1, 0])) if crude[0, 1] * crude[1, 0] else None
    effect, woolf = _common_odds(tables, level)
    return Tested(
        test="mantel-haenszel",
        title="Mantel-Haenszel" + (" with continuity correction" if correction else ""),
        statistic_name="chi-squared",
        statistic=statistic,
        p=float(stats.chi2.sf(statistic, 1)),
        n=n,
        df=1.0,
        effect=effect,
        further=(Effect("odds ratio without strata", crude_odds, None), woolf),
    )


def _common_odds(tables: np.ndarray[tuple[int, ...], np.dtype[np.float64]], level: float) -> tuple[Effect, Effect]:
    a, b, c, d = (tables[:, i, j] for i in (0, 1) for j in (0, 1))
    total = a + b + c + d
    r, s = a * d / total, b * c / total
    p, q = (a + d) / total, (b + c) / total
    what = "common odds ratio (Mantel-Haenszel)"
    interval: Interval | None = None
    value: float | None = None
    if s.sum() > 0 and r.sum() > 0:
        value = float(r.sum() / s.sum())
        variance = (
            (p * r).sum() / (2 * r.sum() ** 2)
            + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
            + (q * s).sum() / (2 * s.sum() ** 2)
        )
        half = float(special.ndtri((1 + level) / 2)) * float(np.sqrt(variance))
        interval = Interval(
            float(value * np.exp(-half)), float(value * np.exp(half)), level, "Robins, Breslow, Greenland"
        )
    whole = (tables > 0).all(axis=(1, 2))
    logs = np.log(tables[whole])
    log_odds = logs[:, 0, 0] + logs[:, 1, 1] - logs[:, 0, 1] - logs[:, 1, 0]
    weights = 1 / (1 / tables[whole]).sum(axis=(1, 2))
    agree = None
    if whole.sum() > 1:
        spread = float((weights * (log_odds - (weights * log_odds).sum() / weights.sum()) ** 2).sum())
        agree = float(stats.chi2.sf(spread, whole.sum() - 1))
    return Effect(what, value, interval), Effect("p that the strata agree (Woolf)", agree, None)


def _counts(
    table: ArrayLike, shape: tuple[int, int] | None = None
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    given = np.asarray(table, float)
    if given.ndim != 2 or (shape is not None and given.shape != shape):
        wanted = "2 x 2" if shape else "two-way"
        raise BadData(f"This is no {wanted} table of counts.", "Give one row per group, one column per answer.")
    if not np.isfinite(given).all() or (given < 0).any() or (given % 1 != 0).any():
        raise BadData("A table holds counts: whole numbers, none negative.", "Count cases, not shares.")
    return given
