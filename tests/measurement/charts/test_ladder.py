"""Which chart, and why not another one."""

from datetime import timedelta

import numpy as np
import pytest

from measurement.charts.default import default_chart
from measurement.charts.ladder import of_cases, of_counts, of_rare, of_shares, of_values, raw_individuals
from measurement.charts.weeks import Cases
from measurement.survival.times import Times
from measurement.values import BadData
from tests.measurement.charts.real import unchanged
from tests.measurement.oracles import oracle

RNG = np.random.default_rng(11)
TIMES = RNG.lognormal(9, 2, 4000)


def test_times_of_many_weeks_are_shown_as_share_late() -> None:
    choice = of_cases(unchanged(TIMES, 30, 60, RNG))

    assert choice.kind == "p"
    assert choice.why == "share late by week of opening, 30 weeks, the first 25 of about 60 cases"
    assert [each.kind for each in choice.refused] == ["xmr of single cases", "weekly median"]
    assert "with nothing changed it would alarm one per" in choice.words
    assert [each.kind for each in choice.beside] == ["normal-ewma", "weekly-log"]


def test_many_cases_in_few_weeks_are_judged_by_rank() -> None:
    found = default_chart(unchanged(TIMES, 8, 200, RNG))

    assert found.choice.kind == "normal-ewma"
    assert found.chart.kind == "normal-ewma"
    assert "8 weeks of about 200 cases: a share late needs 12 weeks of 10" in found.choice.words
    assert found.baseline is not None


def test_a_rush_at_the_end_does_not_make_the_weeks_before_it_large() -> None:
    calm, rush = unchanged(TIMES, 40, 2, RNG), unchanged(TIMES, 2, 1_000, RNG)
    late = rush.opened + (np.datetime64(calm.as_of.replace(tzinfo=None)) - rush.opened.min())
    times = Times.of(np.append(calm.times.time, rush.times.time), np.append(calm.times.ended, rush.times.ended))
    log = Cases(np.append(calm.opened, late), times, calm.as_of + (rush.as_of - calm.as_of) + timedelta(days=3650))

    choice = of_cases(log)

    assert len(log) / 42 > 40
    assert choice.kind == "normal-ewma"
    assert "of about 2 cases: a share late needs 12 weeks of 10" in choice.words


def test_few_cases_are_judged_by_their_order_only() -> None:
    found = default_chart(unchanged(TIMES, 8, 5, RNG))

    assert (found.choice.kind, found.chart.kind) == ("run", "run")
    assert found.baseline is None
    assert "too few for limits" in found.choice.why


def test_the_default_of_times_gives_the_reasons_of_both_steps() -> None:
    found = default_chart(unchanged(TIMES, 30, 60, RNG), goal=30_000)

    assert found.chart.kind == "p"
    assert "share late by week of opening" in found.choice.why
    assert "sigma_z" in found.choice.why
    assert "the goal of 8.33 h" in found.chart.notes[0]


@pytest.mark.parametrize(
    ("x", "n", "kind", "exact"),
    [
        ([9, 10, 11, 8, 12, 10] * 4, [60] * 24, "p", False),
        ([1, 2, 1, 0, 2, 1] * 4, [30] * 24, "p", True),
        ([300, 310, 290, 305, 295, 300] * 4, [2000] * 24, "pp", False),
        ([2, 30, 3, 28, 1, 29] * 4, [60] * 24, "pp", False),
    ],
)
def test_shares_by_their_size_and_scatter(x: list[int], n: list[int], kind: str, exact: bool) -> None:
    choice = of_shares(x, n)

    assert (choice.kind, choice.exact) == (kind, exact)


def test_the_emergency_departments_need_p_prime() -> None:
    known = oracle("nhs_ae_laney_p_prime")["input"]

    choice = of_shares(known["r"], known["n"])

    assert choice.kind == "pp"
    assert "sigma_z = 10.64 in 20 points" in choice.why


def test_scatter_by_chance_alone_is_believed_in_99_of_100_series() -> None:
    rng = np.random.default_rng(3)

    kinds = [of_shares(rng.binomial(60, 0.15, 25).tolist(), [60] * 25).kind for _ in range(500)]

    assert kinds.count("p") >= 0.98 * 500


def test_counts_take_u_or_u_prime() -> None:
    rng = np.random.default_rng(3)

    assert of_counts(rng.poisson(20, 30).tolist(), [1] * 30).kind == "u"
    assert of_counts(rng.poisson(2, 30).tolist(), [1] * 30).exact
    assert of_counts(rng.poisson(rng.gamma(4, 5, 30)).tolist(), [1] * 30).kind == "up"
    assert of_counts(rng.poisson(900, 30).tolist(), [1] * 30).kind == "up"


def test_rare_events_are_shown_by_what_lies_between_them() -> None:
    assert of_rare(9).kind == "t"
    assert of_rare(9, cases_between=True).kind == "g"
    assert of_rare(9).refused[0].kind == "c"


def test_bare_values_by_their_number_and_shape() -> None:
    rng = np.random.default_rng(3)

    assert of_values(rng.normal(size=30)).kind == "xmr"
    assert of_values(rng.normal(size=11)).kind == "run"
    assert of_values(rng.lognormal(0, 2, 200)).kind == "run"
    assert of_values(rng.lognormal(0, 2, 2000)).kind == "normal-ewma"
    assert of_values(rng.lognormal(0, 2, 2000)).refused[0].kind == "xmr"


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(BadData, match="No cases"):
        of_cases(Cases(np.array([], "datetime64[us]"), Times.of([]), unchanged(TIMES, 1, 1, RNG).as_of))
    with pytest.raises(BadData, match="add up to 0"):
        of_shares([0, 0], [0, 0])
    with pytest.raises(BadData, match="add up to 0"):
        of_counts([0], [0])
    assert raw_individuals([4.0, 4.0]).points is None
