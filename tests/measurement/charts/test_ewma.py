"""EWMA: small changes that last."""

import numpy as np
import pytest

from measurement.charts.ewma import ewma
from measurement.values import BadData
from tests.measurement.oracles import oracle


def test_the_example_of_nist_is_reproduced() -> None:
    reference = oracle("nist_ewma")
    params, expected, tolerance = reference["params"], reference["expected"], reference["tolerance"]

    chart = ewma(
        reference["input"]["x"],
        lam=params["lambda"],
        L=params["L"],
        target=params["target"],
        sigma=params["sigma"],
    )

    assert [params["target"], *chart.points] == pytest.approx(expected["z"], abs=tolerance["abs"])
    assert (chart.ucl, chart.lcl) == pytest.approx((expected["ucl"], expected["lcl"]), abs=tolerance["limits_abs"])
    assert list(chart.signals) == expected["signals"]


def test_exact_limits_open_from_one_weighted_point_to_the_asymptotic_ones() -> None:
    chart = ewma([0.0] * 200, lam=0.1, L=2.7, target=10.0, sigma=1.0, exact=True)

    assert isinstance(chart.ucl, tuple)
    assert chart.ucl[0] == pytest.approx(10 + 2.7 * 0.1)
    assert chart.ucl[1] == pytest.approx(10.363, abs=0.001)  # Montgomery's example 9.2 prints 10.36
    assert chart.ucl[-1] == pytest.approx(10 + 2.7 * np.sqrt(0.1 / 1.9))


def test_without_a_width_it_promises_370_points() -> None:
    chart = ewma(np.tile([1.0, 2.0, 3.0], 10), lam=0.2)

    assert chart.figures["L"] == pytest.approx(2.859, abs=0.001)
    assert chart.false_alarms.points == pytest.approx(370.4, abs=0.1)


def test_the_promise_is_kept_in_simulation() -> None:
    random = np.random.default_rng(12)
    lengths = [ewma(random.normal(size=4_000), target=0.0, sigma=1.0).signals[0].index for _ in range(300)]

    assert np.mean(lengths) == pytest.approx(370.4, abs=4 * np.std(lengths) / np.sqrt(300))


def test_a_lasting_change_of_one_sigma_is_found_in_about_ten_points() -> None:
    random = np.random.default_rng(5)
    lengths = [ewma(random.normal(1, 1, 400), target=0.0, sigma=1.0).signals[0].index for _ in range(300)]

    assert np.mean(lengths) == pytest.approx(9.8, abs=4 * np.std(lengths) / np.sqrt(300))


def test_weight_one_is_the_chart_of_single_values() -> None:
    chart = ewma([1.0, -3.5, 2.0], lam=1.0, L=3.0, target=0.0, sigma=1.0)

    assert chart.points == (1.0, -3.5, 2.0)
    assert [signal.index for signal in chart.signals] == [2]


def test_a_constant_baseline_makes_any_other_value_a_signal() -> None:
    chart = ewma([5.0, 5, 5, 6], phase1=3)

    assert [signal.index for signal in chart.signals] == [4]
    assert chart.false_alarms.points is None


def test_means_of_subgroups_vary_less_than_their_values() -> None:
    """The EWMA of the piston rings, as R's qcc prints it: 74.00118, first limits 73.99855 and 74.00380."""
    reference = oracle("qcc_pistonrings_xbar_r_s")
    groups = reference["input"]["subgroups"][: reference["input"]["phase1_subgroups"]]
    names = [number for number, group in enumerate(groups) for _ in group]

    chart = ewma([value for group in groups for value in group], subgroups=names, lam=0.2, L=3.0, exact=True)

    assert chart.centre == pytest.approx(reference["expected"]["xbar"]["center"], abs=1e-5)
    assert chart.figures["sigma_of_values"] == pytest.approx(reference["expected"]["xbar"]["sd"] / np.sqrt(5), abs=1e-6)
    assert (chart.each(chart.lcl)[0], chart.each(chart.ucl)[0]) == pytest.approx((73.99855, 74.00380), abs=6e-6)
    assert (chart.n, chart.sizes) == (25, (5.0,) * 25)


def test_subgroups_of_different_size_are_refused() -> None:
    with pytest.raises(BadData, match="1 to 2 values"):
        ewma([1.0, 2.0, 3.0], subgroups=["a", "a", "b"])


@pytest.mark.parametrize("options", [{"lam": 0.0}, {"lam": 1.1}, {"L": 0.0}, {"sigma": -1.0}, {"phase1": 9}])
def test_what_makes_no_chart_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(BadData):
        ewma([1.0, 2.0, 3.0], **options)  # type: ignore[arg-type]
