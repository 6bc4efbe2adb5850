"""A guard may be watched at every case."""

import numpy as np
import pytest

from measurement.experiments.always_valid import (
    always_valid_p,
    best_tau2,
    half_width,
    likelihood_ratio,
    watched,
)
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_likelihood_ratio_is_the_published_formula() -> None:
    known = oracle("msprt_normal_formula")
    rows = np.array(known["input"]["cases"])

    found = [float(likelihood_ratio(n, mean, sigma2, tau2)) for n, mean, sigma2, tau2 in rows]

    assert found == pytest.approx(known["expected"]["L"], rel=known["tolerance"]["rel"])


def test_p_never_rises_again_and_never_overflows() -> None:
    p = always_valid_p([10, 20, 30, 10_000], [0.1, 0.9, 0.1, 50], 1.0, 1.0)

    assert p[1] == p[2] < p[0] <= 1
    assert p[3] == 0


def test_the_sequence_excludes_nothing_exactly_where_p_is_alpha() -> None:
    width = float(half_width(200, 2.0, 0.1))

    assert float(likelihood_ratio(200, width, 2.0, 0.1)) == pytest.approx(20)


def test_the_best_mixture_is_narrowest_where_it_is_wanted() -> None:
    best = best_tau2(500, 2.0)
    around = [float(half_width(500, 2.0, best * factor)) for factor in (0.8, 1, 1.25)]

    assert around[1] == min(around)


def test_looking_at_every_case_gives_no_more_false_alarms_than_promised() -> None:
    rng = np.random.default_rng(2)
    runs = [watched(rng.normal(0, 1, 400), rng.normal(0, 1, 400), best_tau2(200, 2.0)) for _ in range(300)]

    alarms = sum(run.p[-1] <= 0.05 for run in runs)
    missed = sum(not (run.low[-1] <= 0 <= run.high[-1]) for run in runs)
    assert alarms / 300 <= 0.05
    assert missed == alarms


def test_a_real_difference_is_found_and_its_interval_said() -> None:
    rng = np.random.default_rng(2)

    found = watched(rng.normal(0, 1, 500), rng.normal(0.8, 1, 500), 0.05)

    assert found.p[-1] < 0.001
    now = found.now()
    assert now.low is not None
    assert now.high is not None
    assert now.low < 0.8 < now.high


def test_too_few_cases_say_nothing() -> None:
    found = watched([1.0] * 5, [9.0] * 5, 1.0)

    assert found.p.tolist() == [1] * 5
    assert found.now().low is None
    assert watched([], [], 1.0).now().low is None
    with pytest.raises(BadData, match="above zero"):
        likelihood_ratio(10, 0.1, 0, 1)
    with pytest.raises(BadData, match="The arms have"):
        watched([1.0], [1.0, 2.0], 1.0)
