"""Sample sizes are those of the handbooks."""

import pytest

from measurement.experiments.power import (
    least_share_change,
    least_shift,
    one_share_size,
    rank_size,
    share_power,
    share_size,
    t_power,
    t_size,
    z_size,
)
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_sample_size_of_nist_comes_out() -> None:
    known = oracle("nist_sample_size")
    given, expected = known["input"], known["expected"]
    plan = {"alpha": given["alpha"], "power": 1 - given["beta"], "sides": given["sides"]}

    known_sd, unknown_sd = z_size(given["delta_over_sigma"], 1, **plan), t_size(given["delta_over_sigma"], 1, **plan)

    assert known_sd.exact == pytest.approx(expected["n_z_exact"], abs=known["tolerance"]["n_z_abs"])
    assert known_sd.n == expected["n_z"]
    assert unknown_sd.n == expected["n_t"]


def test_two_groups_are_those_of_r() -> None:
    """R: power.t.test(delta = 1, power = .9) gives 22.02110, power.prop.test(p1 = .5, p2 = .75, power = .9) 76.7."""
    assert t_size(1, 1, power=0.9, groups=2).exact == pytest.approx(22.02110, abs=2e-5)
    assert t_power(20, 1, 1, groups=2) == pytest.approx(0.8689528, abs=2e-6)
    assert share_size(0.5, 0.75, power=0.9).exact == pytest.approx(76.7, abs=0.05)
    assert share_power(50, 0.5, 0.75) == pytest.approx(0.7401659, abs=1e-6)


def test_one_share_is_that_of_nist() -> None:
    """7.2.4.2: p0 = .10, a shift of .10, one-sided .05 and .10 gives 102 (z not rounded), 111 with continuity."""
    plan = {"alpha": 0.05, "power": 0.9, "sides": 1}

    assert one_share_size(0.1, 0.2, **plan).n == 102  # type: ignore[arg-type]
    assert one_share_size(0.1, 0.2, **plan, correction=True).n == 111  # type: ignore[arg-type]


def test_ranks_need_a_little_more_on_normal_data() -> None:
    assert rank_size(0.5, 1).exact / t_size(0.5, 1, groups=2).exact == pytest.approx(3.14159 / 3, rel=1e-5)


def test_the_least_effect_is_the_one_whose_size_is_what_there_is() -> None:
    assert t_size(least_shift(50, 2), 2, groups=2).exact == pytest.approx(50, abs=1e-3)
    change = least_share_change(400, 0.15)
    assert change is not None
    assert share_size(0.15, change).exact == pytest.approx(400, abs=1e-3)
    assert least_share_change(20, 0.15) is None


@pytest.mark.parametrize("plan", [{"alpha": 0}, {"power": 0.01}, {"sides": 3}])
def test_impossible_plans_are_refused(plan: dict[str, float]) -> None:
    with pytest.raises(BadData, match="make no plan"):
        z_size(1, 1, **plan)  # type: ignore[arg-type]
    with pytest.raises(BadData, match="difference of nothing"):
        t_size(0, 1)
    with pytest.raises(BadData, match="no shares"):
        share_size(15, 10)
