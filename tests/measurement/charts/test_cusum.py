"""CUSUM: slow drift."""

import numpy as np
import pytest

from measurement.charts.cusum import cusum
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_example_of_nist_is_reproduced() -> None:
    reference = oracle("nist_cusum")
    params = reference["params"]

    chart = cusum(reference["input"]["x"], target=params["target"], k=params["k"], h=params["h"], sigma=params["sigma"])

    signals = [signal.index for signal in chart.signals]
    assert signals == reference["expected"]["signals_1based"]
    assert signals[0] == reference["expected"]["first_signal_1based"]


def test_multiples_of_sigma_are_the_same_chart() -> None:
    x = [1.0, 4.0, 2.0, 6.0, 7.0, 3.0]

    data = cusum(x, target=2.0, sigma=2.0, k=1.0, h=8.0)
    sigma = cusum(x, target=2.0, sigma=2.0, k=0.5, h=4.0, unit="sigma")

    assert data == sigma
    assert data.figures["h_sigma"] == 4.0
    assert data.false_alarms.points == pytest.approx(168, rel=0.006)


def test_both_sums_are_shown_and_a_fall_is_seen_too() -> None:
    chart = cusum([0.0, -3.0, -3.0, -3.0], target=0.0, sigma=1.0, k=0.5, h=5.0)

    assert chart.points == (0.0, 0.0, 0.0, 0.0)
    assert chart.lower == (0.0, -2.5, -5.0, -7.5)
    assert [signal.index for signal in chart.signals] == [4]


def test_the_head_start_stands_half_way_and_signals_sooner() -> None:
    x = [1.5, 1.5, 1.5, 1.5, 1.5, 1.5]

    plain = cusum(x, target=0.0, sigma=1.0, k=0.5, h=4.0)
    fast = cusum(x, target=0.0, sigma=1.0, k=0.5, h=4.0, fir=True)

    assert fast.points[0] == pytest.approx(3.0)
    assert (plain.signals[0].index, fast.signals[0].index) == (5, 3)
    assert fast.false_alarms.points == pytest.approx(149, rel=0.006)


@pytest.mark.parametrize("fir", [False, True])
def test_without_an_interval_it_promises_370_points(fir: bool) -> None:
    chart = cusum(np.tile([1.0, 2.0, 4.0], 10), fir=fir)

    assert chart.false_alarms.points == pytest.approx(370.4, abs=0.1)
    assert chart.figures["k_sigma"] == pytest.approx(0.5)


def test_textbook_numbers_read_in_the_wrong_unit_are_pointed_out() -> None:
    x = np.tile([100.0, 300.0, 200.0], 5)

    assert any("unit of the data" in note for note in cusum(x, k=0.5, h=5.0).notes)
    assert cusum(x, k=0.5, h=5.0, unit="sigma").notes == ()


def test_the_piston_rings_drift_from_subgroup_37_on_as_qcc_finds() -> None:
    reference = oracle("qcc_pistonrings_xbar_r_s")
    groups = reference["input"]["subgroups"]
    names = [number for number, group in enumerate(groups) for _ in group]

    chart = cusum(
        [value for group in groups for value in group],
        subgroups=names,
        phase1=reference["input"]["phase1_subgroups"],
        k=0.5,
        h=5.0,
        unit="sigma",
    )

    assert [signal.index for signal in chart.signals] == [37, 38, 39, 40]
    assert chart.phase1 == 25


@pytest.mark.parametrize("options", [{"h": 0.0}, {"k": -1.0}, {"h": -2.0}, {"sigma": 0.0}])
def test_what_makes_no_chart_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(BadData):
        cusum([1.0, 2.0, 3.0], **options)  # type: ignore[arg-type]


def test_a_constant_baseline_needs_a_given_interval() -> None:
    with pytest.raises(BadData, match="does not vary"):
        cusum([1.0, 1.0, 1.0])
    assert cusum([1.0, 1.0, 1.0], k=0.5, h=2.0).signals == ()
