"""Run lengths agree with the published tables, and with simulation where there is none."""

import math

import numpy as np
import pytest

from measurement.charts.arl import Cusum, Ewma, IndividualsAndRange, Shewhart, Spec, arl, arl_of_tail
from measurement.charts.arl.simulation import simulated
from tests.measurement.oracles import oracle


def points(spec: Spec, shift: float = 0.0) -> float:
    found = arl(spec, shift).points
    assert found is not None
    return found


@pytest.mark.parametrize(("column", "rules"), [("rule1", ("we:1",)), ("rules1+2", ("we:1", "we:2"))])
def test_run_rules_have_the_run_lengths_of_champ_and_woodall(column: str, rules: tuple[str, ...]) -> None:
    reference = oracle("champ_woodall_1987_arl_c1_c12")

    given = [points(Shewhart(rules), shift) for shift in reference["input"]["shift_sigma"]]

    assert given == pytest.approx(reference["expected"][column], abs=reference["tolerance"]["abs"])


@pytest.mark.parametrize(
    ("rules", "printed"),
    [
        (("we:1", "we:3"), 166.05),
        (("we:1", "we:4"), 152.73),
        (("we:1", "we:2", "we:3"), 132.89),
        (("we:1", "we:2", "we:4"), 122.05),
        (("we:1", "we:3", "we:4"), 105.78),
        (("we:1", "we:2", "we:3", "we:4"), 91.75),
    ],
)
def test_every_set_of_western_electric_rules_has_its_published_distance(rules: tuple[str, ...], printed: float) -> None:
    assert points(Shewhart(rules)) == pytest.approx(printed, abs=0.006)


@pytest.mark.parametrize(("column", "lam"), [("lambda_0.5", 0.5), ("lambda_0.05", 0.05)])
def test_an_ewma_has_the_run_lengths_of_crowder(column: str, lam: float) -> None:
    reference = oracle("crowder_1987_ewma_arl")
    shifts, expected = reference["input"]["shift_sigma"], reference["expected"][column]
    # Lambda .5 at a shift of 1.25: the paper misprints 3.95 and the stored correction is 3.55; see the next test.
    doubtful = {1.25} if lam == 0.5 else set()

    wrong = [
        (shift, points(Ewma(lam, 2.0), shift), value)
        for shift, value in zip(shifts, expected, strict=True)
        if shift not in doubtful and abs(points(Ewma(lam, 2.0), shift) - value) > reference["tolerance"]["abs"]
    ]

    assert wrong == []


def test_the_misprint_in_crowders_table_is_3_59() -> None:
    random = np.random.default_rng(1)
    limit, runs, total, step = 2.0 * math.sqrt(0.5 / 1.5), 400_000, 0, 0
    z = np.zeros(runs)
    while len(z):
        step += 1
        z = 0.5 * z + 0.5 * random.normal(1.25, 1.0, len(z))
        inside = np.abs(z) <= limit
        total += step * int((~inside).sum())
        z = z[inside]

    assert total / runs == pytest.approx(3.590, abs=0.012)
    assert points(Ewma(0.5, 2.0), 1.25) == pytest.approx(3.590, abs=0.001)


@pytest.mark.parametrize(
    ("column", "spec"),
    [("h4", Cusum(0.5, 4.0)), ("h4_fir", Cusum(0.5, 4.0, head_start=2.0)), ("h5_computed", Cusum(0.5, 5.0))],
)
def test_a_cusum_has_the_run_lengths_of_lucas_and_crosier(column: str, spec: Cusum) -> None:
    reference = oracle("lucas_crosier_1982_cusum_arl")

    given = [points(spec, shift) for shift in reference["input"]["shift_sigma"]]

    assert given == pytest.approx(reference["expected"][column], rel=reference["tolerance"]["rel"])


def test_one_side_of_a_cusum_cries_wolf_half_as_often_as_both() -> None:
    assert points(Cusum(0.5, 5.0, sides=1)) == pytest.approx(2 * points(Cusum(0.5, 5.0)))


@pytest.mark.parametrize(
    ("column", "spec"),
    [("I_chart_alone_3sigma", Shewhart()), ("I_and_MR_3sigma_and_D4", IndividualsAndRange())],
)
def test_alarming_on_the_moving_range_too_has_its_known_price(column: str, spec: Spec) -> None:
    reference = oracle("imr_combined_arl")

    given = [points(spec, shift) for shift in reference["input"]["shift_sigma"]]

    assert given == pytest.approx(reference["expected"][column], rel=reference["tolerance"]["rel"])


def test_amin_and_ethridge_rounded_their_limit() -> None:
    """The printed 3.27 cannot be: no alarm on the range can make the chart slower than M alone would be."""
    reference = oracle("imr_combined_arl")
    shifts, printed = reference["input"]["shift_sigma"], reference["expected"]["M_3.27_Ru_4.56_published_Amin_Ethridge"]

    slower = [shift for shift, length in zip(shifts, printed, strict=True) if length > points(Shewhart(L=3.27), shift)]
    given = [points(IndividualsAndRange(3.284, 4.537), shift) for shift in shifts]

    assert slower == [1.25, 1.5, 1.75, 2.0]
    assert points(IndividualsAndRange(3.27, 4.56)) == pytest.approx(printed[0], rel=reference["tolerance"]["rel"])
    assert given == pytest.approx(printed, rel=reference["tolerance"]["rel"])


def test_exact_limits_of_an_ewma_cry_wolf_a_little_more_often() -> None:
    """Montgomery's lambda .1, L 2.7, simulated with the narrower limits of the start."""
    random, lam, L, runs = np.random.default_rng(7), 0.1, 2.7, 20_000
    z, lengths, step = np.zeros(runs), [], 0
    while len(z):
        step += 1
        z = (1 - lam) * z + lam * random.normal(size=len(z))
        limit = L * math.sqrt(lam / (2 - lam) * (1 - (1 - lam) ** (2 * step)))
        lengths += [step] * int((np.abs(z) > limit).sum())
        z = z[np.abs(z) <= limit]

    exact = points(Ewma(lam, L, exact=True))

    assert exact == pytest.approx(np.mean(lengths), abs=4 * np.std(lengths) / math.sqrt(runs))
    assert exact < points(Ewma(lam, L))


def test_weight_one_makes_an_ewma_a_chart_of_single_points() -> None:
    assert points(Ewma(1.0, 3.0)) == pytest.approx(points(Shewhart()), rel=1e-6)
    assert points(Ewma(1.0, 3.0, exact=True), 1.0) == pytest.approx(points(Shewhart(), 1.0), rel=1e-6)


@pytest.mark.parametrize("rules", [("we:1", "we:2"), ("nelson:1", "nelson:7"), ("nelson:8",), ("nelson:2", "nelson:6")])
def test_the_chain_of_zones_and_the_rules_on_points_agree(rules: tuple[str, ...]) -> None:
    mean, error = simulated(rules, 3.0, 0.8, runs=4_000, seed=5)

    assert points(Shewhart(rules), 0.8) == pytest.approx(mean, abs=4 * error)


def test_trends_and_alternation_are_simulated_and_say_so() -> None:
    found = arl(Shewhart(tuple(f"nelson:{number}" for number in range(1, 9))))

    assert found.points == pytest.approx(74, abs=3)
    assert found.standard_error is not None
    assert 0 < found.standard_error < 1
    assert "simulated" in found.how
    assert points(Shewhart(tuple(f"nelson:{number}" for number in range(1, 5)))) == pytest.approx(119, abs=4)


def test_a_chart_that_cannot_signal_has_no_number_but_a_reason() -> None:
    assert arl(Shewhart(())).points is None
    assert "never signals" in arl(Shewhart(())).how
    assert arl_of_tail(0.0, "so it is").points is None


def test_a_shift_either_way_takes_as_long() -> None:
    for spec in (Shewhart(("we:1", "we:3")), Ewma(0.2, 2.859), Cusum(0.5, 4.0), IndividualsAndRange()):
        assert points(spec, 0.7) == pytest.approx(points(spec, -0.7), rel=1e-9)
