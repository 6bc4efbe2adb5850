"""Means agree with certified values and with R."""

import numpy as np
import pytest
from scipy import stats

from measurement.comparison.means import anova, brown_forsythe, student, welch
from measurement.values import BadData
from tests.measurement.oracles import oracle

SLEEP = {
    "1": [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    "2": [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
}
"""Student 1908, R's data set `sleep`."""


def test_the_certified_anova_of_nist_comes_out() -> None:
    known = oracle("nist_strd_anova_sirstv")

    found = anova(known["input"]["groups"])

    assert found.statistic == pytest.approx(known["expected"]["F_certified"], rel=known["tolerance"]["F_rel"])
    assert found.df == (known["expected"]["df_between"], 20)
    assert found.further[0].value == pytest.approx(known["expected"]["SS_between"], rel=1e-7)


def test_nine_constant_leading_digits_do_not_spoil_an_anova() -> None:
    plain = {"a": [0.1, 0.2, 0.3], "b": [0.2, 0.4, 0.7], "c": [0.1, 0.3, 0.4]}
    lifted = {name: [1e9 + value for value in values] for name, values in plain.items()}

    assert anova(lifted).statistic == pytest.approx(anova(plain).statistic, rel=1e-6)


def test_welch_is_that_of_r() -> None:
    """R: t = -1.8608, df = 17.776, p-value = 0.07939, interval -3.3654832 0.2054832 (first minus second)."""
    found = welch(SLEEP)

    assert found.statistic == pytest.approx(-1.8608, abs=1e-4)
    assert found.df == pytest.approx(17.776, abs=1e-3)
    assert found.p == pytest.approx(0.07939, abs=1e-5)
    assert found.effect is not None
    assert found.effect.interval is not None
    assert (found.effect.interval.low, found.effect.interval.high) == pytest.approx((-0.2054832, 3.3654832), abs=1e-6)
    assert student(SLEEP).df == 18


def test_brown_forsythe_is_scipys() -> None:
    groups = oracle("nist_strd_anova_sirstv")["input"]["groups"]

    assert brown_forsythe(groups).p == pytest.approx(stats.levene(*groups.values(), center="median").pvalue)


def test_no_spread_is_said_and_is_no_error() -> None:
    assert welch({"a": [1, 1], "b": [2, 2]}).warnings == ("no spread in any group",)
    assert anova({"a": [1, 1], "b": [1, 1]}).statistic is None
    assert anova({"a": [1], "b": [2]}).warnings[0].startswith("no group has two values")
    different = anova({"a": [1, 1], "b": [2, 2]})
    assert (different.statistic, different.p) == (None, 0)


def test_one_value_in_a_group_is_refused() -> None:
    with pytest.raises(BadData, match="has 1 values"):
        welch({"a": [1.0], "b": np.arange(3.0)})
