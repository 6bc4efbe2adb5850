"""Constants come from their integrals and agree with every printed table."""

import math
from dataclasses import asdict

import numpy as np
import pytest
from scipy import stats

from measurement.charts.constants import c4, d2, d3, factors, range_cdf
from tests.measurement.oracles import differences, oracle


def test_every_printed_constant_is_reproduced() -> None:
    reference = oracle("constants_n2_10")

    given = {str(n): asdict(factors(n)) for n in reference["input"]["n"]}

    assert list(differences(given, reference["expected"], reference["tolerance"])) == []


@pytest.mark.parametrize(
    ("n", "printed"),
    [
        (15, {"d2": 3.472, "d3": 0.756, "c4": 0.9823, "A2": 0.223, "A3": 0.789, "B3": 0.428, "B4": 1.572}),
        (25, {"d2": 3.931, "d3": 0.708, "c4": 0.9896, "A2": 0.153, "A3": 0.606, "B3": 0.565, "B4": 1.435}),
    ],
)
def test_large_subgroups_agree_with_montgomery_appendix_vi(n: int, printed: dict[str, float]) -> None:
    assert list(differences(asdict(factors(n)), printed, {"abs": 0.0006})) == []


def test_pairs_have_closed_forms() -> None:
    assert d2(2) == pytest.approx(2 / math.sqrt(math.pi), abs=1e-12)
    assert d3(2) == pytest.approx(math.sqrt(2 - 4 / math.pi), abs=1e-10)
    assert c4(2) == pytest.approx(math.sqrt(2 / math.pi), abs=1e-12)


def test_the_law_of_the_range_is_the_studentised_range_with_known_sigma() -> None:
    widths = np.array([0.0, 1.0, 3.0, 4.918, 7.0])

    assert range_cdf(widths, 5) == pytest.approx(stats.studentized_range.cdf(widths, 5, np.inf), abs=1e-6)


def test_one_value_has_no_range() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        factors(1)
