"""Exposures in the live log become what an experiment has seen: by intention to treat, followed to the end."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from definitions.experiment import Experiment
from measurement.cycles.counted import counted, followed_log, guard_of, measure_of
from measurement.cycles.exposed import exposed, observed
from measurement.experiments.observed import Observed
from measurement.values import BadData
from tests.definitions.trials import trial
from tests.measurement.cycles.exposures import START, Life, copy_of

DAY = 86_400
LATER = START + timedelta(days=60)
PLAN = trial(
    starts_at=START,
    stops_at=START + timedelta(days=90),
    follow_s=7 * DAY,
    units=40,
    guards=({"metric": "reopen_rate", "bound": 0.0},),
)


def lives(n: int = 40, **given: object) -> list[Life]:
    """One an hour; with the variant each is solved in half the time."""
    arms = ["variant" if k % 3 else "standard" for k in range(n)]
    return [
        Life(
            f"INC-{k:04}",
            START + timedelta(hours=k),
            (k + 1) * 600 / (2 if arm == "variant" else 1),
            {PLAN.key: arm},
            **given,  # type: ignore[arg-type]
        )
        for k, arm in enumerate(arms)
    ]


def seen(found: list[Life], folder: Path, at: datetime = LATER, plan: Experiment = PLAN) -> Observed:
    log = followed_log(copy_of(found, folder / "copy.parquet"), at, plan.follow_s, plan.key)
    return observed(log, exposed(log, plan, at))


def test_what_a_trial_has_seen_is_the_truth_of_its_cases(tmp_path: Path) -> None:
    known = lives()

    found = seen(known, tmp_path)

    assert found.case.tolist() == [life.case for life in known]
    assert found.arm.tolist() == [life.arms[PLAN.key] for life in known]
    assert found.value.tolist() == [life.solved_s for life in known]
    assert found.drawn == {"standard": 14, "variant": 26}


def test_young_cases_are_drawn_but_do_not_count_yet(tmp_path: Path) -> None:
    at = START + timedelta(days=7, hours=9)

    found = seen(lives(), tmp_path, at)

    assert len(found) == 10, "those whose seven days are over"
    assert sum(found.drawn.values()) == 40


def test_a_case_counts_as_it_stood_when_its_following_ended(tmp_path: Path) -> None:
    first, second, third, fourth, *rest = lives()
    slow = replace(first, solved_s=8.0 * DAY)
    again = replace(second, also=((7.5 * DAY, "reopened", {}), (7.6 * DAY, "resolved", {})))
    gone = replace(third, solved_s=None, also=((300.0, "cancelled", {"outcome": "cancelled"}),))
    waiting = replace(fourth, solved_s=None)

    found = seen([slow, again, gone, waiting, *rest], tmp_path)

    assert found.value[:4].tolist() == [7 * DAY, second.solved_s, 7 * DAY, 7 * DAY]
    assert found.guards["reopen_rate"][:4].tolist() == [0, 0, 0, 0], "what came later is none of this trial"


def test_guards_are_shares_of_the_cases_that_were_drawn(tmp_path: Path) -> None:
    known = [replace(life, reopened=k % 4 == 0) for k, life in enumerate(lives())]

    found = seen(known, tmp_path)

    assert found.guards["reopen_rate"].tolist() == [float(k % 4 == 0) for k in range(40)]
    assert found.value.tolist() == [life.solved_s for life in known], "until it was solved for good"


def test_each_of_several_experiments_on_one_case_finds_its_own_arm(tmp_path: Path) -> None:
    other = trial(**{**PLAN.model_dump(), "key": "other", "layer": "closing"})
    known = [replace(life, arms=life.arms | {"other": "standard"}) for life in lives()]

    assert seen(known, tmp_path).arm.tolist() == [life.arms[PLAN.key] for life in known]
    assert set(seen(known, tmp_path, plan=other).arm.tolist()) == {"standard"}


def test_a_case_with_both_arms_is_refused(tmp_path: Path) -> None:
    log = followed_log(copy_of(lives(), tmp_path / "copy.parquet"), LATER, PLAN.follow_s, PLAN.key)
    log.db.execute("INSERT INTO events SELECT * REPLACE ('variant' AS arm) FROM events WHERE activity = 'exposed'")

    with pytest.raises(BadData, match="both arms"):
        exposed(log, PLAN, LATER)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(40)), days=st.integers(0, 40))
def test_the_same_cases_have_one_hash_in_any_order_and_at_any_later_time(
    tmp_path: Path, order: list[int], days: int
) -> None:
    known = lives(reopened=True)

    again = seen([known[k] for k in order], tmp_path, LATER + timedelta(days=days))

    assert again.sha256 == seen(known, tmp_path).sha256


def test_whole_blocks_count_once_their_last_day_was_followed(tmp_path: Path) -> None:
    blocks = trial(**{**PLAN.model_dump(), "unit": "block", "block_days": 1, "zone": "Etc/UTC", "follow_s": DAY})
    known = [
        replace(life, opened=START + timedelta(hours=6 * k), unit=f"2026-01-{5 + k // 4:02}")
        for k, life in enumerate(lives())
    ]
    for life in known:
        life.arms[PLAN.key] = "variant" if life.opened.day % 2 else "standard"

    found = seen(known, tmp_path, START + timedelta(days=4, hours=12), blocks)

    assert sorted(set(found.unit.tolist())) == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert len(found) == 12
    assert dict(found.pairs) == {"2026-01-05": "pair 0", "2026-01-06": "pair 0", "2026-01-07": "pair 1"}


def test_all_cases_of_one_person_are_one_unit_and_the_person_stays_a_code(tmp_path: Path) -> None:
    people = trial(**{**PLAN.model_dump(), "unit": "requester"})
    known = [replace(life, requester=f"person{k // 4}", arms={PLAN.key: "variant"}) for k, life in enumerate(lives())]

    found = seen(known, tmp_path, plan=people)

    assert found.drawn == {"standard": 0, "variant": 10}
    assert all(unit.startswith("r-") for unit in found.unit.tolist())


def test_a_look_is_due_when_the_unit_that_it_waits_for_was_followed(tmp_path: Path) -> None:
    log = followed_log(copy_of(lives(), tmp_path / "copy.parquet"), LATER, PLAN.follow_s, PLAN.key)
    early = START + timedelta(hours=4)

    known = exposed(log, PLAN, LATER)
    assert known.next_look(1) == START + timedelta(days=7, hours=7), "the eighth of forty"
    assert known.next_look(5) == START + timedelta(days=7, hours=39)
    guess = exposed(log, PLAN, early).next_look(1)
    assert early + timedelta(hours=1) <= guess <= early + timedelta(days=7), "nobody knows when the eighth will come"


def test_only_what_is_known_of_a_single_case_can_be_compared() -> None:
    assert (measure_of("time_to_resolve"), measure_of("reopen_rate")) == ("time", "share")
    for key in ("csat", "target_breach_rate", "flow_efficiency", "knowledge_link_rate", "task_wait", "nps"):
        with pytest.raises(BadData, match="no number of a single case"):
            measure_of(key)
    with pytest.raises(BadData, match="a guard of a trial is a share of cases") as refused:
        guard_of("time_to_respond")
    assert "reopen_rate" in refused.value.hint


@pytest.mark.parametrize(
    "key",
    ["time_to_acknowledge", "time_to_respond", "customer_time_to_solution", "first_contact_resolution",
     "first_assignment_resolution", "ping_pong_rate", "touchless_rate"],
)  # fmt: skip
def test_every_such_metric_can_be_read_of_every_case(key: str, tmp_path: Path) -> None:
    log = followed_log(copy_of(lives(), tmp_path / "copy.parquet"), LATER, PLAN.follow_s)

    found = counted(log, key, PLAN.follow_s)

    assert len(found) == 40
    assert np.isfinite(found.value).all()
