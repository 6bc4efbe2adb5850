"""Arms are drawn for good, by the weights, independently in each layer; blocks alternate in pairs."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.arms import Subject, arm_of_block, arms_of, block_end, block_of, pair_of
from definitions.clashes import clash
from definitions.experiment import Experiment
from definitions.exposure import labels
from tests.definitions.trials import START, trial

SECRET = b"a secret of this house"
N = 4_000


def subject(**given: Any) -> Subject:
    known = {"case_id": "INC-1", "kind": "incident", "service": "vpn", "at": START + timedelta(days=1)}
    return Subject.model_validate(known | given)


def variants(experiment: Experiment, n: int = N) -> set[str]:
    cases = (f"INC-{k}" for k in range(n))
    return {
        case
        for case in cases
        if any(each.arm == "variant" for each in arms_of([experiment], subject(case_id=case), SECRET))
    }


def test_arms_are_drawn_by_the_weights_and_never_change() -> None:
    experiment = trial(weights={"standard": 3, "variant": 1})

    assert len(variants(experiment)) / N == pytest.approx(0.25, abs=0.03)
    assert variants(experiment) == variants(experiment)


def test_layers_are_independent_of_each_other() -> None:
    first, second = variants(trial()), variants(trial(key="other", layer="closing"))

    assert len(first & second) / len(first) == pytest.approx(0.5, abs=0.04)


def test_stretches_of_one_layer_have_no_case_in_common_and_arms_of_their_own() -> None:
    low, high = trial(traffic=(0, 0.5)), trial(key="other", traffic=(0.5, 1))
    together = [arms_of([low, high], subject(case_id=f"INC-{k}"), SECRET) for k in range(N)]

    assert {len(found) for found in together} == {1}
    assert sum(found[0].experiment == "other" for found in together) / N == pytest.approx(0.5, abs=0.03)
    for key in ("fast-route", "other"):
        arms = [found[0].arm for found in together if found[0].experiment == key]
        assert arms.count("variant") / len(arms) == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize(
    "left_out",
    [
        {"kind": "request"},
        {"service": "email"},
        {"category": "login"},
        {"at": START - timedelta(seconds=1)},
        {"at": START + timedelta(days=100)},
    ],
)
def test_only_cases_of_the_scope_and_its_time_take_part(left_out: dict[str, Any]) -> None:
    experiment = trial(scope={"services": ("vpn",), "categories": ("drops",)})
    inside = {"category": "drops"}

    assert len(arms_of([experiment], subject(**inside), SECRET)) == 1
    assert arms_of([experiment], subject(**inside | left_out), SECRET) == ()


def test_a_requester_has_one_arm_and_who_is_nobody_has_none() -> None:
    experiment = trial(unit="requester")
    arms = {arms_of([experiment], subject(case_id=f"INC-{k}", requester="rita"), SECRET)[0].arm for k in range(50)}

    assert len(arms) == 1
    assert arms_of([experiment], subject(requester=None), SECRET) == ()


@given(st.integers(0, 40), st.sampled_from([1, 7]))
def test_of_two_blocks_that_follow_each_other_one_has_each_arm(pair: int, days: int) -> None:
    experiment = trial(unit="block", block_days=days, stops_at=START + timedelta(days=1000))
    first = START + timedelta(days=2 * pair * days)

    assert {arm_of_block(experiment, first + timedelta(days=k * days), SECRET) for k in (0, 1)} == {
        "standard",
        "variant",
    }


def test_blocks_begin_at_local_midnight_also_when_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 28, tzinfo=zone)
    experiment = trial(unit="block", block_days=1, starts_at=start, stops_at=start + timedelta(days=90))
    last, first = datetime(2026, 3, 29, 23, 59, tzinfo=zone), datetime(2026, 3, 30, tzinfo=zone)

    assert (block_of(experiment, last), block_of(experiment, first)) == ("2026-03-29", "2026-03-30")
    found = arms_of([experiment], subject(at=last), SECRET)
    assert [(each.unit, each.arm) for each in found] == [("2026-03-29", arm_of_block(experiment, last, SECRET))]


def test_a_block_knows_its_end_and_the_other_one_of_its_pair() -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 23, 9, tzinfo=zone)
    experiment = trial(unit="block", block_days=7, starts_at=start, stops_at=start + timedelta(days=90))
    blocks = [block_of(experiment, start + timedelta(days=7 * k)) for k in range(4)]

    assert block_end(experiment, blocks[0]) == datetime(2026, 3, 30, tzinfo=zone), "the clocks changed in it"
    assert [pair_of(experiment, block) for block in blocks] == ["pair 0", "pair 0", "pair 1", "pair 1"]


def test_who_looks_at_a_trial_finds_the_service_or_team_that_was_drawn() -> None:
    units = {
        kind: arms_of([trial(unit=kind)], subject(team="network"), SECRET)[0].unit
        for kind in ("case", "service", "team")
    }

    assert units == {"case": None, "service": "vpn", "team": "network"}


def test_all_arms_of_a_case_are_one_word() -> None:
    found = arms_of([trial(key="b", layer="closing"), trial(key="a")], subject(), SECRET)

    assert str(labels(found)).count(":") == 2
    assert [each.experiment for each in found] == ["a", "b"]
    assert labels(()) is None


def test_experiments_that_would_be_each_others_doing_are_refused() -> None:
    running = trial()

    same_cases = clash(trial(key="other"), [running])
    same_path = clash(trial(key="other", layer="closing"), [running])

    assert same_cases is not None
    assert "want the same cases of the layer routing" in same_cases.what
    assert same_path is not None
    assert "both change /services/vpn/confirm/remind_after_days" in same_path.what
    assert "layer routing" in same_path.next_step
    assert clash(trial(key="other", scope={"services": ("email",)}), [running]) is None
    halves = trial(traffic=(0, 0.5)), trial(key="other", traffic=(0.5, 1))
    assert clash(halves[1], [halves[0]]) is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weights": {"standard": 1}}, "give one for each"),
        ({"looks": (0.5, 0.25, 1.0)}, "looks do not rise"),
        ({"looks": (0.5,)}, "end with 1"),
        ({"least": 1.3}, "is no wished effect"),
        ({"measure": "share", "least": -0.1}, "share of its baseline"),
        ({"guards": ({"metric": "time_to_resolve"},)}, "cannot guard against itself"),
        ({"unit": "block", "weights": {"standard": 2, "variant": 1}}, "same weight"),
        ({"stops_at": START}, "stops before it starts"),
        ({"traffic": (0.5, 0.5)}, "is empty"),
    ],
)
def test_what_is_no_plan_is_refused_with_the_next_step(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        trial(**given)


def test_the_version_locks_all_of_the_plan() -> None:
    assert trial().version == trial().version
    assert len({trial().version, trial(alpha=0.04).version, trial(units=1_001).version}) == 3
