"""Groups of complete numbers: which test fits them, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from measurement.comparison.compared import Compared, Described
from measurement.comparison.many import each_against_the_rest
from measurement.comparison.means import anova, brown_forsythe, student, welch
from measurement.comparison.ranks import kolmogorov_smirnov, kruskal_wallis, mann_whitney, normal_scores
from measurement.comparison.shares import compare_shares, share_of
from measurement.comparison.tested import VALUE, Floats, Samples, Tested, samples
from measurement.quantiles import quantile
from measurement.values import BadData

FEW = 10
"""Values in a group below which nearly nothing can be found."""

TESTS: dict[str, Callable[[Samples], Tested]] = {
    "mann-whitney": mann_whitney,
    "kruskal-wallis": kruskal_wallis,
    "normal-scores": normal_scores,
    "kolmogorov-smirnov": kolmogorov_smirnov,
    "welch": welch,
    "student": student,
    "anova": anova,
    "brown-forsythe": brown_forsythe,
}
"""Those of complete numbers, by the name people give."""

RANKS = "times and counts are skewed: ranks do not care, means would follow a few long cases"


def compare_numbers(
    groups: Mapping[str, Sequence[float] | Floats], test: str | None = None, level: float = 0.95
) -> Compared:
    """Two groups by Mann-Whitney, more by Kruskal-Wallis and each against the rest; zeros and ones as shares.

    `test`: one of `TESTS` instead, or "two-proportions" and "chi-squared" for zeros and ones.
    """
    known = samples(groups)
    binary = all(np.isin(values, (0.0, 1.0)).all() for values in known.values())
    if test in ("two-proportions", "chi-squared") or (test is None and binary):
        if not binary:
            raise BadData(f"{test} counts zeros and ones, and there are other values.", "Leave --test out.")
        return compare_shares({name: share_of(values) for name, values in known.items()}, level)
    if test is not None and test not in TESTS:
        raise BadData(f"{test!r} is no test of complete numbers.", f"There are: {', '.join(TESTS)}.")
    if test is None:
        name = "mann-whitney" if len(known) == 2 else "kruskal-wallis"
        why = f"{'two' if len(known) == 2 else len(known)} groups of numbers; {RANKS}"
    else:
        name, why = test, "asked for"
    many = len(known) > 2 and name == "kruskal-wallis"
    tested = TESTS[name](known)
    if test is None and len(known) == 2 and min(map(len, known.values())) > 1:
        tested = _with_means(tested, known, level)
    return Compared(
        tested=tested,
        why=why,
        measure="median",
        groups=tuple(_described(group, values, level) for group, values in known.items()),
        each=tuple(each_against_the_rest(known, level)) if many else (),
        warnings=tuple(few({group: len(values) for group, values in known.items()})),
    )


def _with_means(tested: Tested, known: Samples, level: float) -> Tested:
    """The difference of means beside the shift; before it where so many values are equal that the shift is nothing."""
    means, effects = welch(known, level).effect, tuple(e for e in (tested.effect, *tested.further) if e)
    if means is None or not effects:
        return tested
    shifted = next((e for e in effects if e.scale == VALUE), None)
    unmoved = shifted is not None and shifted.value == 0 and means.value != 0
    ordered = (means, *effects) if unmoved else (*effects, means)
    return replace(tested, effect=ordered[0], further=ordered[1:])


def few(sizes: Mapping[str, int]) -> list[str]:
    """What to say of groups that are too small."""
    small = [f"{name} ({n})" for name, n in sizes.items() if n < FEW]
    return [f"fewer than {FEW} in {', '.join(small)}: only huge differences can be found there"] if small else []


def _described(name: str, values: Floats, level: float) -> Described:
    median, p85 = quantile(values, 0.5, level), quantile(values, 0.85, level)
    return Described(name, len(values), median.value, median.interval, float(values.mean()), p85.value)
