"""Capability says its spread, its interval and what was really seen beyond; of an unstable process it says nothing."""

import numpy as np
import pytest

from measurement.charts.capability import capability, capability_of
from measurement.charts.defects import CONVENTION, defects, dpmo_of, sigma_level
from measurement.charts.stability import stability
from measurement.values import BadData, Refused
from tests.measurement.oracles import oracle


def test_nist_indices_from_a_mean_and_a_standard_deviation() -> None:
    known = oracle("nist_capability_basic")
    given = known["input"]

    found = capability_of(given["mean"], given["s"], lsl=given["lsl"], usl=given["usl"], target=given["target"])

    for name, value in known["expected"].items():
        assert found.indices[name] == pytest.approx(value, abs=known["tolerance"]["abs"])
    assert found.intervals == {}


@pytest.mark.parametrize(("target", "key"), [(None, "capability"), (74.02, "capability_target_74_02")])
def test_qcc_piston_rings(target: float | None, key: str) -> None:
    known = oracle("qcc_pistonrings_xbar_r_s")
    rings = known["input"]["subgroups"][: known["input"]["phase1_subgroups"]]

    found = capability(np.ravel(rings), 73.95, 74.05, target, subgroups=5).to_json()

    for name, value in known["expected"][key].items():
        assert found[name] == pytest.approx(value, abs=known["tolerance"]["capability_abs"])
    assert found["sigma"] == pytest.approx(known["expected"]["xbar"]["sd"], abs=known["tolerance"]["abs"])


def test_capability_of_all_forty_rings_is_refused_with_the_number_of_regimes() -> None:
    rings = np.ravel(oracle("qcc_pistonrings_xbar_r_s")["input"]["subgroups"])

    with pytest.raises(Refused, match="Capability refused: not stable: 2 regimes in 40 points"):
        capability(rings, 73.95, 74.05, subgroups=5)
    assert capability(rings, 73.95, 74.05, subgroups=5, judged=False).indices["Cp"] > 1


def test_subgroups_may_be_named_in_any_order() -> None:
    values = [1.0, 5.0, 2.0, 4.0, 3.0, 6.0]

    named = capability(values, 0, 10, subgroups=["a", "b", "a", "b", "a", "b"])
    cut = capability([1.0, 2.0, 3.0, 5.0, 4.0, 6.0], 0, 10, subgroups=3)

    assert named.within == cut.within


def test_one_sided_limits_have_one_sided_indices_only() -> None:
    upper = capability([3.0, 4.0, 5.0, 4.0], usl=8)

    assert set(upper.indices) == {"Cpu", "Cpk", "Ppu", "Ppk"}
    assert upper.lower is None
    assert upper.indices["Cpk"] == upper.indices["Cpu"]


def test_the_share_beyond_is_what_was_seen_with_its_interval() -> None:
    values = [*np.random.default_rng(1).permutation(np.linspace(0, 1, 90)), *[1.2] * 10]

    found = capability(values, usl=1.1, judged=False).upper

    assert found is not None
    assert found.interval is not None
    assert found.observed == 0.1
    assert (found.interval.low, found.interval.high) == pytest.approx((0.0490, 0.1762), abs=1e-4)


def test_times_that_are_not_normal_are_warned_about() -> None:
    times = np.random.default_rng(1).lognormal(0, 1, 200)

    assert "not normal: indices mislead, trust the share seen beyond the limits" in capability(times, usl=9).notes


def test_without_limits_or_spread_there_is_no_capability() -> None:
    with pytest.raises(BadData, match="No limit"):
        capability([1.0, 2.0])
    with pytest.raises(BadData, match="not below"):
        capability([1.0, 2.0], 3, 2)
    with pytest.raises(BadData, match="do not vary"):
        capability([2.0] * 30, 1, 3)
    with pytest.raises(BadData, match="1 values"):
        capability([2.0], 1, 3)
    with pytest.raises(BadData, match="do not fill subgroups of 4"):
        capability([1.0, 2.0, 3.0], 0, 9, subgroups=4)
    with pytest.raises(BadData, match="No subgroup has two"):
        capability([1.0, 2.0, 3.0], 0, 9, subgroups=["a", "b", "c"])


def test_large_subgroups_use_their_standard_deviation() -> None:
    values = np.random.default_rng(1).normal(0, 2, 220)

    found = capability(values, -9, 9, subgroups=11).within

    assert found.estimator == "mean of s/c4 within subgroups"
    assert found.sigma == pytest.approx(2, rel=0.1)


def test_the_table_of_sigma_levels() -> None:
    known = oracle("dpmo_sigma_table")
    rel = known["tolerance"]["rel"]

    for level, dpmo in zip(known["input"]["sigma_level"], known["expected"]["dpmo_one_sided"], strict=True):
        assert dpmo_of(level) == pytest.approx(dpmo, rel=rel)
        assert sigma_level(dpmo) == pytest.approx(level, rel=rel)


def test_defects_name_the_convention_and_a_perfect_record_has_no_level() -> None:
    some, none = defects(30, 1000, 5), defects(0, 200)

    assert (some.dpmo, some.note) == (6000, CONVENTION)
    assert some.sigma_level == pytest.approx(4.012, abs=1e-3)
    assert none.sigma_level is None
    assert "no defect seen in 200 opportunities" in none.note


def test_a_sigma_level_of_an_unstable_series_is_refused() -> None:
    with pytest.raises(Refused, match="Sigma level refused: not stable: 2 regimes"):
        defects(3, 100, stable=stability([0.0, 0.1, 0.2] * 10 + [5.0, 5.1, 5.2] * 10))
    with pytest.raises(BadData, match="no opportunity"):
        defects(0, 0)
    with pytest.raises(BadData, match="11 defects in 10"):
        defects(11, 10)
