"""The shape of values on an axis on which it can be seen."""

import numpy as np
import pytest

from measurement.charts.histogram import histogram
from measurement.values import BadData


def test_every_value_is_in_one_bin() -> None:
    values = np.random.default_rng(1).normal(50, 5, 300)

    found = histogram(values)

    assert sum(found.counts) == 300
    assert len(found.edges) == len(found.counts) + 1
    assert (found.edges[0], found.edges[-1]) == pytest.approx((values.min(), values.max()))
    assert (found.log, found.rule) == (False, "Freedman and Diaconis' bins")


def test_skewed_times_get_a_logarithmic_axis_and_zeros_are_counted_beside_it() -> None:
    values = [*np.random.default_rng(1).lognormal(8, 2, 500), 0.0, 0.0]

    found = histogram(values)

    assert found.log
    assert found.off_axis == 2
    assert sum(found.counts) == 500
    ratios = np.array(found.edges[1:]) / np.array(found.edges[:-1])
    assert ratios.tolist() == pytest.approx([ratios[0]] * len(ratios))
    assert "the values are skewed" in found.rule


def test_the_axis_can_be_chosen() -> None:
    values = np.random.default_rng(1).lognormal(0, 2, 50)

    assert not histogram(values, log=False).log
    assert histogram([1.0, 2.0, 3.0], log=True).log
    assert not histogram([-1.0, 0.0], log=True).log


def test_quantiles_are_marked() -> None:
    found = histogram(list(range(101)))

    assert found.quantiles == {"p5": 5, "p50": 50, "p85": 85, "p95": 95}


def test_equal_values_are_one_bin_and_heavy_ties_still_have_some() -> None:
    assert histogram([4.0] * 7).counts == (7,)
    ties = histogram([0.0] * 90 + [1.0, 2.0, 3.0])
    assert sum(ties.counts) == 93
    assert ties.rule == "Sturges' bins (the middle half is equal)"
    with pytest.raises(BadData):
        histogram([])


def test_there_are_never_more_than_sixty_bins() -> None:
    values = [*np.random.default_rng(1).normal(0, 1, 5000), 1000.0]

    found = histogram(values, log=False)

    assert len(found.counts) == 60
    assert found.rule.endswith("cut to 60")
