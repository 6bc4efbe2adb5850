"""Shares and tables agree with published examples."""

import numpy as np
import pytest

from measurement.comparison.many import benjamini_hochberg, each_against_the_rest
from measurement.comparison.proportions import clopper_pearson, newcombe, two_proportions, wilson
from measurement.comparison.tables import chi_squared, fisher, mantel_haenszel
from measurement.values import BadData, Refused

BERKELEY = [
    [[512, 313], [89, 19]],
    [[353, 207], [17, 8]],
    [[120, 205], [202, 391]],
    [[138, 279], [131, 244]],
    [[53, 138], [94, 299]],
    [[22, 351], [24, 317]],
]
"""Admitted and rejected, men and women, in six departments (Bickel and others 1975; R's UCBAdmissions)."""


def test_wilsons_interval_is_the_published_one() -> None:
    """Newcombe 1998: 81 of 263 gives 0.2553 to 0.3662, 0 of 20 gives 0 to 0.1611."""
    middle, none = wilson(81, 263), wilson(0, 20)

    assert (middle.low, middle.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (none.low, none.high) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(20, 20).high == 1
    assert wilson(0, 0).low is None
    assert clopper_pearson(0, 20).high == pytest.approx(0.1684, abs=5e-5)


def test_the_difference_of_two_shares_has_newcombes_interval() -> None:
    """Newcombe 1998, table II: 56/70 less 48/80 is .2, .0524 to .3339 by method 10."""
    found = newcombe((48, 80), (56, 70))

    assert found.value == pytest.approx(0.2)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe((0, 0), (1, 2)).value is None


def test_two_shares_are_the_square_root_of_chi_squared() -> None:
    found = two_proportions({"before": (48, 80), "after": (56, 70)})

    table = chi_squared([[48, 32], [56, 14]], ["before", "after"])
    assert found.statistic is not None
    assert found.statistic**2 == pytest.approx(table.statistic)
    assert found.p == pytest.approx(table.p)
    assert found.further[0].value == pytest.approx(0.8 / 0.6)


def test_thin_shares_are_tested_exactly() -> None:
    """Fisher's tea: 3 of 4 against 1 of 4 has p = .4857."""
    found = two_proportions({"a": (1, 4), "b": (3, 4)})

    assert found.test == "fisher"
    assert found.p == pytest.approx(0.4857, abs=1e-4)


def test_fishers_odds_ratio_is_that_of_r() -> None:
    found = fisher([[3, 1], [1, 3]])

    assert found.effect is not None
    assert found.effect.interval is not None
    assert found.effect.value == pytest.approx(6.408309, abs=1e-4)
    assert found.effect.interval.low == pytest.approx(0.2117329, abs=1e-4)
    assert found.effect.interval.high == pytest.approx(621.93, rel=0.01)  # R stops its search early
    assert fisher([[0, 0], [1, 3]]).effect is None


def test_chi_squared_of_fleiss_smokers_is_that_of_r() -> None:
    """R: prop.test(c(83, 90, 129, 70), c(86, 93, 136, 82)) gives X-squared = 12.6, df = 3, p-value = 0.005585."""
    found = chi_squared([[83, 3], [90, 3], [129, 7], [70, 12]])

    assert found.statistic == pytest.approx(12.6004, abs=1e-4)
    assert found.df == 3
    assert found.p == pytest.approx(0.005585, abs=1e-6)
    assert found.warnings == ()
    assert "below 5" in chi_squared([[8, 3], [9, 3]]).warnings[0]


def test_strata_turn_round_what_the_crude_table_says() -> None:
    """R: mantelhaen.test(UCBAdmissions) gives 1.4269, p 0.2323, common odds ratio 0.9046968, 0.7719074 to 1.0603298."""
    found, corrected = mantel_haenszel(BERKELEY), mantel_haenszel(BERKELEY, correction=True)

    assert corrected.statistic == pytest.approx(1.4269, abs=1e-4)
    assert corrected.p == pytest.approx(0.2323, abs=1e-4)
    assert found.effect is not None
    assert found.effect.interval is not None
    assert found.effect.value == pytest.approx(0.9046968, abs=1e-6)
    assert (found.effect.interval.low, found.effect.interval.high) == pytest.approx((0.7719074, 1.0603298), abs=1e-6)
    assert found.further[0].value == pytest.approx(1.84108, abs=1e-4)
    assert found.further[1].value is not None
    assert found.further[1].value < 0.01


def test_adjusted_p_values_are_those_of_the_paper() -> None:
    """Benjamini and Hochberg 1995, section 3.2: of these 15, the 4 smallest stay at q = .05."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]

    adjusted = benjamini_hochberg({str(n): value for n, value in enumerate(p)})

    assert [name for name, value in adjusted.items() if value <= 0.05] == ["0", "1", "2", "3"]
    assert adjusted["0"] == pytest.approx(0.0015)
    assert benjamini_hochberg({}) == {}


def test_of_many_groups_the_odd_one_is_named_first() -> None:
    rng = np.random.default_rng(1)
    groups = {name: rng.lognormal(0, 1, 200) for name in "abcd"} | {"slow": rng.lognormal(1, 1, 200)}

    found = each_against_the_rest(groups)

    assert found[0].group == "slow"
    assert found[0].effect.value == pytest.approx(np.e, rel=0.2)
    assert all(row.adjusted_p >= row.p for row in found)
    with pytest.raises(Refused):
        each_against_the_rest({"a": groups["a"], "b": groups["b"]})


@pytest.mark.parametrize("table", [[[1, 2.5], [1, 1]], [[1, -2], [1, 1]], [1, 2]])
def test_what_is_no_table_of_counts_is_refused(table: list[object]) -> None:
    with pytest.raises(BadData):
        chi_squared(table)  # type: ignore[arg-type]


def test_empty_rows_and_empty_strata_are_no_error() -> None:
    assert chi_squared([[3, 4], [0, 0]]).statistic is None
    assert mantel_haenszel([[[1, 2], [0, 0]]]).statistic is None
    assert two_proportions({"a": (0, 5), "b": (0, 9)}).p == 1
    with pytest.raises(BadData, match="0 of 0"):
        two_proportions({"a": (0, 0), "b": (0, 9)})
