"""A value stream drawn by hand, and what a future state changes in it."""

from pathlib import Path
from typing import Any

import pytest

from measurement.flow.stream import Inventory, Loop, Step, ValueStream, WhatIf, read_stream, read_what_if
from measurement.values import BadData
from tests.measurement.oracles import oracle


def acme(given: dict[str, Any]) -> ValueStream:
    """The current state of Acme Stamping, as Learning to See draws it."""
    first, *others = given["inventory_pieces_before_step"]
    assert first is None
    before = [Inventory(days=given["first_inventory_days"]), *(Inventory(pieces=p) for p in others[:-1])]
    steps = zip(given["steps"], given["process_seconds"], before, strict=True)
    return ValueStream(
        title="Acme Stamping",
        unit="pieces",
        demand_per_day=given["daily_demand"],
        available_s_per_day=given["shifts"] * given["available_seconds_per_shift"],
        steps=tuple(Step(name=name, cycle_s=seconds, before=inventory) for name, seconds, inventory in steps),
        after=Inventory(pieces=others[-1]),
    )


def test_acme_has_the_published_takt_inventories_lead_time_and_processing_time() -> None:
    known = oracle("learning_to_see_acme_vsm")
    expected, tolerance = known["expected"], known["tolerance"]

    stream = acme(known["input"])

    assert stream.takt_s == pytest.approx(expected["takt_seconds"], rel=tolerance["rel"])
    assert stream.inventory_days == pytest.approx(expected["inventory_days"], abs=tolerance["days_abs"])
    assert stream.wait_s / 86400 == pytest.approx(expected["production_lead_time_days"], abs=tolerance["lead_abs"])
    assert stream.touch_s == pytest.approx(expected["processing_time_seconds"], rel=tolerance["rel"])
    pce = expected["pce_fraction_of_calendar_lead_time"]
    assert stream.flow_efficiency == pytest.approx(pce, rel=tolerance["rel"])


SIMPLE = ValueStream(
    title="Simple",
    demand_per_day=10,
    steps=(
        Step(name="work", cycle_s=100, touch_s=400, before=Inventory(pieces=20)),
        Step(name="check", cycle_s=50, share=0.5, before=Inventory(days=1)),
    ),
    loops=(Loop(back_from="check", back_to="work", share=0.2),),
)


def test_pieces_wait_as_many_days_as_demand_needs_to_take_them() -> None:
    assert SIMPLE.inventory_days == (2.0, 1.0, 0.0)


def test_a_branch_weighs_as_much_as_cases_go_through_it() -> None:
    assert SIMPLE.touch_s == 400 + 0.5 * 50
    assert SIMPLE.lead_s == 3 * 86400 + 425


def test_without_available_time_there_is_no_takt() -> None:
    assert SIMPLE.takt_s is None


def test_the_future_changes_what_it_names_and_nothing_else() -> None:
    future = SIMPLE.changed(WhatIf(steps={"work": {"cycle_s": 50, "before": {"days": 0.5}}}, drop=("check",)))

    (work,) = future.steps
    assert (work.cycle_s, work.touch_s, future.days_of(work.before)) == (50, 200, 0.5)
    assert future.loops == ()
    assert future.demand_per_day == 10


def test_a_future_of_a_step_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadData, match="'paint'"):
        SIMPLE.changed(WhatIf(steps={"paint": {"cycle_s": 1}}))


def test_a_future_with_a_number_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadData, match="first_pass_yield"):
        SIMPLE.changed(WhatIf(steps={"work": {"first_pass_yield": 98}}))


def test_files_are_read_as_toml_or_json_and_mistakes_are_named(tmp_path: Path) -> None:
    good, bad, future = tmp_path / "good.toml", tmp_path / "bad.json", tmp_path / "future.toml"
    good.write_text('title = "T"\ndemand_per_day = 5\n[[steps]]\nname = "a"\nbefore = { pieces = 10 }\n')
    bad.write_text('{"title": "T", "steps": [{"nam": "a"}]}')
    future.write_text("[steps.a]\ncycle_s = 3\n")

    assert read_stream(good).inventory_days == (2.0, 0.0)
    assert read_what_if(future).steps == {"a": {"cycle_s": 3}}
    with pytest.raises(BadData, match=r"steps\.0\.nam"):
        read_stream(bad)
    with pytest.raises(BadData, match="cannot be read"):
        read_stream(tmp_path / "none.toml")
    good.write_text("title =")
    with pytest.raises(BadData, match="neither TOML nor JSON"):
        read_stream(good)


def test_a_stream_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    twice = tmp_path / "twice.toml"
    twice.write_text('title = "T"\nsteps = [{ name = "a" }, { name = "a" }]\n')
    with pytest.raises(BadData, match="same name"):
        read_stream(twice)
    twice.write_text('title = "T"\nsteps = [{ name = "a", before = { pieces = 3 } }]\n')
    with pytest.raises(BadData, match="demand_per_day"):
        read_stream(twice)
