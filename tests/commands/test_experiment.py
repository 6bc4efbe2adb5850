"""`jidoka experiment`."""

from pathlib import Path

import pytest

from definitions.experiment import Experiment
from office.opening import open_store
from sources import load
from tests.commands.conftest import Command
from tests.definitions.cycle.lives import verdict
from tests.definitions.trials import trial


@pytest.fixture
def locked(command: Command) -> Experiment:
    """One that runs, with a look made."""
    plan = trial()
    with open_store(load({})) as store:
        store.experiments.lock(plan.key, plan.version, plan.model_dump(mode="json"), "dana", lambda running: None)
        store.experiments.looked(plan.key, 1, verdict().looks[0].model_dump(mode="json"))
    return plan


def test_arms_and_boundaries_stand_beside_the_looks(command: Command, locked: Experiment) -> None:
    found = command("experiment", "show", locked.key, "-o", "json", "--as", "dana").json

    assert [(each["arm"], each["cases"], each["units_followed"]) for each in found["arms"]] == [
        ("standard", 0, 40),
        ("variant", 0, 41),
    ]
    assert [round(limit["wins_at_z"], 2) for limit in found["boundaries"]] == [4.88, 3.36, 2.68, 2.29, 2.03]
    assert [look["number"] for look in found["looks"]] == [1]


def test_people_read_what_the_looks_to_come_must_show(command: Command, locked: Experiment) -> None:
    said = command("experiment", "show", locked.key, "--as", "dana").out

    assert "standard  0      0     40" in said
    assert "2  at 40 % of the units: wins at z 3.36, given up below" in said
    assert "5  at 100 % of the units: wins at z 2.03\n" in said


def test_it_is_drawn_where_a_file_is_named(command: Command, locked: Experiment, tmp_path: Path) -> None:
    answer = command("experiment", "show", locked.key, "--out", str(tmp_path / "trial.svg"), "--as", "dana")

    assert answer.status == 0, answer.err
    assert "look 1: continue" in (tmp_path / "trial.svg").read_text()
    assert (tmp_path / "trial.csv").read_text().startswith("look,share,")


def test_a_format_that_is_none_is_refused_before_anything_is_read(command: Command, tmp_path: Path) -> None:
    answer = command("experiment", "show", "nothing", "--out", str(tmp_path / "trial.doc"), "--as", "dana")

    assert "cannot be written as '.doc'" in answer.err
    assert list(tmp_path.glob("trial*")) == []
