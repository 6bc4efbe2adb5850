"""Which steps and paths are drawn, and what is said of the others."""

import pytest

from measurement.flow.process import process
from tests.measurement.flow.logs import log

FEW = [("a", "x", 0.0), ("a", "y", 1.0), ("a", "done", 2.0)]
TEN = log(
    *((f"{case}{k}", step, minute) for k in range(10) for case, step, minute in FEW), ("odd", "z", 0), ("odd", "x", 5)
)


def test_paths_from_the_start_and_to_the_end_are_counted_without_times() -> None:
    paths = {(p.start, p.end): p for p in process(TEN).paths}

    assert (paths["(start)", "x"].count, paths["(start)", "x"].median_s) == (10, None)
    assert (paths["x", "y"].count, paths["x", "y"].median_s) == (10, 60.0)
    assert paths["x", "(end)"].count == 1


def test_rare_paths_are_hidden_and_counted_but_every_step_stays_joined() -> None:
    found = process(TEN, paths=3)

    assert {(p.start, p.end) for p in found.paths} >= {("(start)", "z"), ("z", "x")}
    assert found.hidden_paths == 1
    assert found.hidden_share == pytest.approx(1 / 43)


def test_a_step_that_hardly_any_case_enters_is_named_as_hidden() -> None:
    many = [(f"c{k}", "x", 0.0) for k in range(300)]

    found = process(log(*many, ("c0", "rare", 1)))

    assert [node.name for node in found.nodes] == ["x"]
    assert found.hidden_nodes == ("rare",)


def test_steps_stand_in_the_order_in_which_cases_enter_them() -> None:
    assert [node.name for node in process(TEN).nodes] == ["z", "x", "y", "done"]
