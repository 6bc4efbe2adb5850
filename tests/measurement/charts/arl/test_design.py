"""Limits follow from the wished distance between false alarms."""

import pytest

from measurement.charts.arl import Cusum, Ewma, arl
from measurement.charts.arl.design import ARL0, cusum_interval, ewma_limit, shewhart_limit
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_limits_for_a_wished_distance_agree_with_the_integral_equations_of_r() -> None:
    reference = oracle("cusum_ewma_design_for_arl0")
    weights, distances = reference["input"]["lambda"], reference["input"]["ARL0"]
    expected, rel = reference["expected"], reference["tolerance"]["rel"]

    wide = [ewma_limit(lam, 370.4) for lam in weights]

    assert wide == pytest.approx(expected["ewma_L_370.4"], rel=rel)
    assert [ewma_limit(lam, 500) for lam in weights] == pytest.approx(expected["ewma_L_500"], rel=rel)
    assert [cusum_interval(0.5, at) for at in distances] == pytest.approx(expected["cusum_h_for_k_0.5"], rel=rel)
    assert [cusum_interval(0.25, at) for at in distances] == pytest.approx(expected["cusum_h_for_k_0.25"], rel=rel)
    for shift, column in ((1.0, "ewma_arl_at_1_sigma_L370"), (0.5, "ewma_arl_at_0.5_sigma_L370")):
        given = [arl(Ewma(lam, L), shift).points for lam, L in zip(weights, wide, strict=True)]
        assert given == pytest.approx(expected[column], rel=rel)


def test_three_standard_errors_are_the_limit_of_the_usual_distance() -> None:
    assert shewhart_limit(ARL0) == pytest.approx(3.0)
    assert pytest.approx(370.4, abs=0.01) == ARL0


def test_a_head_start_is_part_of_the_design() -> None:
    h = cusum_interval(0.5, 300, head_start=0.5)

    assert arl(Cusum(0.5, h, h / 2)).points == pytest.approx(300, rel=1e-5)
    assert h > cusum_interval(0.5, 300)


@pytest.mark.parametrize("wish", [1.0, 0.0, -5.0, float("nan"), 1e12])
def test_a_distance_that_no_chart_has_is_refused(wish: float) -> None:
    for design in (shewhart_limit, lambda arl0: ewma_limit(0.2, arl0), lambda arl0: cusum_interval(0.5, arl0)):
        with pytest.raises(BadData):
            design(wish)


def test_a_cusum_that_must_cry_wolf_more_often_than_its_k_allows_is_refused() -> None:
    with pytest.raises(BadData, match="No limit"):
        cusum_interval(3.0, 5.0)
