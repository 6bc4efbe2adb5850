"""p, np, u, c and Laney's charts of counts."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from measurement.charts.chart import Chart
from measurement.charts.counts import c, np_, p, u
from measurement.charts.laney import pp, up
from measurement.charts.rules import hits
from measurement.values import BadData
from tests.measurement.oracles import oracle


def indices(chart: Chart) -> list[int]:
    return [signal.index for signal in chart.signals]


def test_the_orange_juice_cans_are_reproduced() -> None:
    reference = oracle("qcc_orangejuice_p_np")
    x, n, trial = reference["input"]["D"], reference["input"]["n"], sum(reference["input"]["trial"])
    share, number, without = (reference["expected"][name] for name in ("trial_p", "trial_np", "without_15_23"))
    close = {"abs": reference["tolerance"]["abs"]}
    number_close = {"abs": 5e-6}  # printed with seven digits, which is 1e-5 here

    first, whole = p(x[:trial], n[:trial]), np_(x, n, phase1=trial)
    kept = [at for at in range(trial) if at + 1 not in share["out_of_control_1based"]]
    rest = p([x[at] for at in kept], [n[at] for at in kept])

    assert (first.centre, first.sigma, first.lcl, first.ucl) == pytest.approx(
        (share["center"], share["sd"], share["lcl"], share["ucl"]), **close
    )
    assert indices(first) == share["out_of_control_1based"]
    assert (whole.centre, whole.lcl, whole.ucl) == pytest.approx(
        (number["center"], number["lcl"], number["ucl"]), **number_close
    )
    assert (rest.centre, rest.lcl, rest.ucl) == pytest.approx(
        (without["center"], without["lcl"], without["ucl"]), **close
    )


def test_the_wafers_of_nist_are_reproduced_and_a_count_on_the_limit_is_none_beyond() -> None:
    reference = oracle("nist_c_chart_wafers")
    expected = reference["expected"]

    chart = c(reference["input"]["c"])

    assert (chart.centre, chart.ucl, chart.lcl) == pytest.approx(
        (expected["center"], expected["ucl"], expected["lcl"]), abs=reference["tolerance"]["abs"]
    )
    assert indices(chart) == expected["beyond_limits_1based"]


def test_the_personal_computers_of_montgomery_are_reproduced() -> None:
    reference = oracle("qcc_pcmanufact_u")
    expected = reference["expected"]

    chart = u(reference["input"]["x"], reference["input"]["n"])

    assert (chart.centre, chart.figures["sd"], chart.lcl, chart.ucl) == pytest.approx(
        (expected["center"], expected["sd"], expected["lcl"], expected["ucl"]), abs=reference["tolerance"]["abs"]
    )


def test_a_quarter_of_a_million_patients_a_week_need_laney() -> None:
    reference = oracle("nhs_ae_laney_p_prime")
    r, n, expected = reference["input"]["r"], reference["input"]["n"], reference["expected"]
    close = {"abs": reference["tolerance"]["abs"]}

    prime, plain = pp(r, n), p(r, n)

    assert prime.centre == pytest.approx(expected["center"], **close)
    assert prime.figures["sigma_z"] == pytest.approx(expected["sigma_z"], abs=reference["tolerance"]["sigma_z_abs"])
    assert prime.ucl == pytest.approx(expected["ucl"], **close)
    assert prime.lcl == pytest.approx(expected["lcl"], **close)
    assert plain.ucl == pytest.approx(expected["p_chart_ucl"], **close)
    assert plain.lcl == pytest.approx(expected["p_chart_lcl"], **close)
    assert len(indices(plain)) == expected["p_chart_signals"]
    assert len(indices(prime)) == expected["p_prime_signals"]


def test_where_only_chance_varies_the_primed_charts_are_the_plain_ones() -> None:
    random = np.random.default_rng(6)
    n = np.full(4_000, 500)

    shares = pp(random.binomial(n, 0.3), n)
    rates = up(random.poisson(n * 0.02), n)

    assert shares.figures["sigma_z"] == pytest.approx(1, abs=0.03)
    assert rates.figures["sigma_z"] == pytest.approx(1, abs=0.03)


def test_points_without_a_denominator_are_passed_over_and_counted() -> None:
    chart = p([1, 0, 3], [10, 0, 12])

    assert chart.points == (0.1, None, 0.25)
    assert chart.each(chart.ucl)[1] is None
    assert (chart.centre, chart.n) == (pytest.approx(4 / 22), 2)
    assert any("1 of 3 points have n = 0" in note for note in chart.notes)
    assert None not in [value for at, value in enumerate(pp([1, 0, 3], [10, 0, 12]).points) if at != 1]


def test_limits_stay_where_a_share_can_be() -> None:
    chart = p([5, 4, 5], [5, 5, 5])

    assert chart.ucl == 1.0
    assert p([0, 1, 0], [5, 5, 5]).lcl == 0.0
    assert indices(chart) == []


def test_exact_limits_leave_no_more_outside_than_promised() -> None:
    chart = p([1] * 20, [30] * 20, exact=True)

    share = 1 / 30
    high = round(30 * float(chart.ucl))  # type: ignore[arg-type]
    assert stats.binom.sf(high, 30, share) <= stats.norm.sf(3) < stats.binom.sf(high - 1, 30, share)
    assert chart.lcl == 0.0
    assert chart.false_alarms.points == pytest.approx(1 / stats.binom.sf(high, 30, share))


def test_few_expected_counts_ask_for_exact_limits() -> None:
    assert any("exact limits" in note for note in p([1] * 20, [30] * 20).notes)
    assert p([1] * 20, [30] * 20, exact=True).notes == ()
    assert c([7] * 10 + [3] * 10).notes == ()


@pytest.mark.parametrize(
    ("chart", "tail"),
    [
        (p([12] * 20, [50] * 20), stats.binom.sf(21, 50, 0.24) + stats.binom.cdf(2, 50, 0.24)),
        (np_([12] * 20, [50] * 20), stats.binom.sf(21, 50, 0.24) + stats.binom.cdf(2, 50, 0.24)),
        (c([16] * 20), stats.poisson.sf(28, 16) + stats.poisson.cdf(3, 16)),
        (u([16] * 20, [4] * 20), stats.poisson.sf(28, 16) + stats.poisson.cdf(3, 16)),
    ],
)
def test_the_promise_is_the_exact_tail_of_the_counts(chart: Chart, tail: float) -> None:
    assert chart.false_alarms.points == pytest.approx(1 / tail)


def test_the_promise_of_run_rules_on_counts_is_kept_in_simulation() -> None:
    rules = ("we:1", "we:2", "we:4")
    chart = c([6] * 20, rules=rules)
    random = np.random.default_rng(9)
    z = (random.poisson(6, (2_000, 2_000)) - 6) / np.sqrt(6)

    signal = np.logical_or.reduce([hits(rule, z, np.abs(z) > 3) for rule in rules])
    lengths = 1 + signal.argmax(axis=1)

    assert signal.any(axis=1).all()
    assert chart.false_alarms.points == pytest.approx(lengths.mean(), abs=4 * lengths.std() / np.sqrt(2_000))


def test_weeks_of_different_size_have_the_promise_of_their_mixture() -> None:
    rates = [p([9] * 20, [n] * 20, target=0.15).false_alarms.points for n in (40, 90)]

    both = p([9] * 20, [40, 90] * 10, target=0.15).false_alarms.points

    assert None not in rates
    assert both == pytest.approx(2 / sum(1 / rate for rate in rates if rate))


def test_a_share_that_cannot_be_passed_promises_no_alarm() -> None:
    found = p([2] * 10, [4] * 10).false_alarms

    assert found.points is None
    assert "no point can" in found.how


def test_a_baseline_without_any_makes_the_first_one_a_signal() -> None:
    chart = p([0, 0, 1], [20, 20, 20], phase1=2)

    assert indices(chart) == [3]
    assert chart.false_alarms.points is None


@pytest.mark.parametrize("draw", [p, np_, u, pp, up])
@pytest.mark.parametrize(
    ("x", "n"),
    [([], []), ([1.0], [1.0, 2.0]), ([-1.0, 1], [3, 3]), ([1.5, 1], [3, 3]), ([1, 1], [0, 3]), ([0, 0], [0, 0])],
)
def test_what_are_no_counts_is_refused(draw: Callable[..., Chart], x: list[float], n: list[float]) -> None:
    with pytest.raises(BadData):
        draw(x, n)


@pytest.mark.parametrize("draw", [p, np_, pp])
def test_more_than_all_is_refused_with_its_point(draw: Callable[..., Chart]) -> None:
    with pytest.raises(BadData, match="Point 2 has x = 9 out of n = 8"):
        draw([1, 9], [8, 8])


@pytest.mark.parametrize("draw", [p, np_, pp])
def test_a_target_that_is_no_share_is_refused(draw: Callable[..., Chart]) -> None:
    with pytest.raises(BadData, match="no share"):
        draw([1, 2], [8, 8], target=1.5)


def test_one_point_has_no_variation_between_points() -> None:
    with pytest.raises(BadData, match="two points"):
        pp([1], [8])
