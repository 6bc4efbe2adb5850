"""The ways cases went."""

import pytest

from measurement.flow.variants import variants
from tests.measurement.flow.logs import log


def test_cases_with_the_same_activities_in_the_same_order_are_one_variant() -> None:
    found = variants(
        log(
            *(("a", "x", 0), ("a", "done", 1), ("b", "x", 0), ("b", "done", 3)),
            *(("c", "x", 0), ("c", "x", 1), ("c", "done", 2), ("d", "x", 0)),
        ),
        top=1,
    )

    assert (found.n, found.distinct, found.once, found.for_80_percent) == (4, 3, 2, 3)
    assert found.top[0].path == ("x", "done")
    assert found.top[0].share == pytest.approx(0.5)
    assert found.top[0].median_s == 120.0
    assert len(found.top) == 1
