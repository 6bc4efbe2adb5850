"""Experiments as pictures."""

from measurement.experiments.planned import planned_boundaries
from pictures.experiment import experiment_picture
from tests.definitions.cycle.lives import verdict
from tests.definitions.trials import trial


def test_each_look_stands_in_the_table_with_its_boundary_and_what_it_said() -> None:
    plan, found = trial(), verdict()

    drawn = experiment_picture(plan, planned_boundaries(plan), found.looks, found, {"standard": 310, "variant": 298})

    assert [(row["look"], row["says"], row["win at"]) for row in drawn.rows] == [
        (1, "continue", 4.88),
        (2, "continue", 3.36),
        (3, "win", 2.68),
    ]
    assert "cases 310 standard, 298 variant" in drawn.facts
    assert drawn.notes[0].startswith("Verdict: win.")
    assert "look 3: win" in drawn.svg


def test_before_the_first_look_the_boundaries_are_there_already() -> None:
    plan = trial(guards=({"metric": "reopen_rate", "bound": 0.02},))

    drawn = experiment_picture(plan, planned_boundaries(plan), (), None, {})

    assert drawn.rows == []
    assert drawn.alt == "0 of 5 looks made; it goes on."
    for word in ("a win from here on", "worse from here on", "given up below"):
        assert word in drawn.svg
    assert any("reopen_rate" in note for note in drawn.notes)


def test_without_futility_nothing_is_given_up() -> None:
    plan = trial(futility=False)

    assert "given up below" not in experiment_picture(plan, planned_boundaries(plan), (), None, {}).svg
