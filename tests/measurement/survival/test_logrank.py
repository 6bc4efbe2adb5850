"""Groups are compared with their open cases."""

import numpy as np
import pytest
from scipy import stats

from measurement.survival.logrank import log_rank
from measurement.survival.times import Times
from measurement.values import BadData
from tests.measurement.oracles import oracle
from tests.measurement.survival.test_curve import freireich, random_times


def test_the_published_log_rank_of_freireich_comes_out() -> None:
    known = oracle("freireich_6mp_kaplan_meier")

    found = log_rank({group: freireich(group) for group in ("control", "6-MP")})

    assert found.chisq == pytest.approx(known["expected"]["logrank_chisq"], abs=known["tolerance"]["chisq_abs"])
    assert found.df == 1
    assert found.observed == {"control": 21, "6-MP": 9}
    assert sum(found.expected.values()) == pytest.approx(30)
    assert found.rate_ratio_estimate == pytest.approx(0.19, abs=0.01)


def test_two_groups_are_what_scipy_says() -> None:
    one, two = random_times(300, 3), random_times(200, 4)
    theirs = stats.logrank(*(stats.CensoredData.right_censored(t.time, ~t.ended) for t in (one, two)))

    found = log_rank({"one": one, "two": two})

    assert found.chisq == pytest.approx(theirs.statistic**2)
    assert found.p == pytest.approx(theirs.pvalue)


def test_three_groups_have_two_degrees_and_their_order_does_not_matter() -> None:
    groups = {name: random_times(100, seed) for seed, name in enumerate("abc")}

    found, turned = log_rank(groups), log_rank(dict(reversed(groups.items())))

    assert found.df == 2
    assert found.chisq == pytest.approx(turned.chisq)


def test_a_group_without_cases_changes_nothing() -> None:
    a, b = random_times(80, 1), random_times(90, 2)

    third = log_rank({"a": a, "b": b, "empty": Times.of([])})

    assert third.df == 1
    assert third.chisq == pytest.approx(log_rank({"a": a, "b": b}).chisq)


def test_where_nothing_ended_nothing_is_said() -> None:
    found = log_rank({"a": Times.of([1, 2], [0, 0]), "b": Times.of([3], [0])})

    assert (found.chisq, found.p, found.df) == (None, None, 0)


def test_one_group_is_no_comparison() -> None:
    with pytest.raises(BadData, match="two groups"):
        log_rank({"a": Times.of([1])})


def test_blocks_do_not_change_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {name: random_times(200, seed) for seed, name in enumerate("ab")}
    whole = log_rank(groups)

    monkeypatch.setattr("measurement.survival.logrank._BLOCK", 7)

    assert log_rank(groups).chisq == pytest.approx(whole.chisq)
    assert np.isfinite(whole.chisq or np.nan)
