"""The ways cases went."""

import pytest

from measurement.flow.process import process
from measurement.flow.recorded import recorded_stream
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


def test_our_own_runs_go_from_step_to_step_and_not_from_fact_to_fact() -> None:
    own = log(
        *(
            ("a", "opened", 0),
            ("a", "told", 1),
            ("a", "started", 2),
            ("a", "done", 3),
            ("b", "opened", 0),
            ("b", "done", 9),
        ),
        step=["triage", "triage", "work", "end", "triage", "end"],
        fact=["1", "2", "3", "4", "5", "6"],
    )

    assert {way.path: way.cases for way in variants(own).top} == {("triage", "work", "end"): 1, ("triage", "end"): 1}
    assert [(p.start, p.end) for p in process(own).paths if p.end != "(end)"] == [
        *(("(start)", "triage"), ("triage", "end"), ("triage", "work"), ("work", "end")),
    ]
    assert {step.name for step in recorded_stream(own).steps} == {"triage", "work"}
