"""Plans of trials from a charter, the cases of its baseline and a change."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from definitions.cycle.charter import Charter
from definitions.experiment import Guard, Scope, Unit
from measurement.charts.normal_scores import Reference
from measurement.cycles.counted import followed_log
from measurement.cycles.planning import DAY, HOUR, Past, Wish, followed_for, past, planned
from measurement.experiments.planned import fingerprint, strength
from measurement.log.live import live_log
from measurement.values import BadData, Refused
from tests.definitions.cycle.lives import CHARTER
from tests.definitions.trials import change
from tests.measurement.cycles.exposures import START, Life, copy_of

WEEKS, A_WEEK = 20, 60
END = START + timedelta(weeks=WEEKS)
NOW = END + timedelta(days=3)
VPN = Scope(services=("vpn",))
LEVEL = 8 * HOUR


def lives(seed: int = 1) -> list[Life]:
    """Cases of twenty weeks, half of them solved within eight hours."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(WEEKS * A_WEEK):
        opened = START + timedelta(weeks=WEEKS) * (number / (WEEKS * A_WEEK))
        solved = float(LEVEL * np.exp(dice.normal(0, 0.9)))
        found.append(Life(f"INC-{number:05}", opened, solved, requester=f"p{number % 300}"))
    return found


def charter(**given: Any) -> Charter:
    return CHARTER.model_copy(update={"level": float(LEVEL), "goal": 0.7 * LEVEL} | given)


def wish(**given: Any) -> Wish:
    return Wish(**{"scope": VPN, "layer": "routing", "hypothesis": "It goes faster when somebody answers"} | given)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return copy_of(lives(), tmp_path_factory.mktemp("live") / "facts.parquet")


def known(parts: list[Path], wanted: Wish | None = None, follow_s: int = 2 * DAY) -> Past:
    wanted = wanted or wish()
    log = followed_log(parts, NOW, follow_s)
    return past(log, "time_to_resolve", wanted.scope, START, END, NOW, wanted, follow_s)


def test_cases_are_followed_until_95_of_100_have_ended_in_whole_hours(parts: list[Path]) -> None:
    seconds = followed_for(live_log(parts, NOW), "time_to_resolve", VPN, START, END)
    ended = np.quantile([life.solved_s for life in lives() if life.solved_s], 0.95)

    assert seconds % HOUR == 0
    assert abs(seconds - ended) <= HOUR


def test_the_past_is_what_could_be_followed_and_its_pace_that_of_all_that_came(parts: list[Path]) -> None:
    found = known(parts, follow_s=10 * DAY)

    # Of three days after the baseline and ten days of following, seven days are too young.
    assert len(found.values) == pytest.approx((WEEKS - 1) * A_WEEK, abs=1)
    assert found.weekly == pytest.approx(A_WEEK, rel=0.01)
    assert found.values.max() <= 10 * DAY


def test_a_plan_needs_only_the_change_and_finds_its_effect_as_often_as_was_wished(parts: list[Path]) -> None:
    before = known(parts)

    found = planned("kzn-1", "KZN-1", charter(), change(), wish(), before, LEVEL, NOW)

    plan = found.plan
    assert (plan.metric, plan.measure, plan.better, plan.least) == ("time_to_resolve", "time", "lower", 0.7)
    assert (plan.cycle, plan.baseline.n, plan.baseline.sha256) == ("KZN-1", 1_200, fingerprint(before.values))
    assert 0.8 <= found.strength.power < 0.81
    assert plan.units == pytest.approx(found.strength.needed, abs=2)
    assert plan.starts_at == NOW
    wait = (plan.stops_at - plan.starts_at) / timedelta(weeks=1)
    # Two weeks may go by before its gate opens.
    assert found.weeks + 2 < wait < 1.5 * found.weeks + 3
    assert strength(plan, Reference.of(before.values)) == found.strength


def test_the_numbers_that_are_kept_are_those_that_the_plan_was_made_on(parts: list[Path]) -> None:
    found = planned("kzn-1", "KZN-1", charter(), change(), wish(), known(parts), LEVEL, NOW)

    assert hashlib.sha256(found.numbers).hexdigest() == found.plan.baseline.sha256


def test_what_is_wished_replaces_what_would_be_chosen(parts: list[Path]) -> None:
    wanted = wish(least=0.5, looks=3, share=0.25, alpha=0.01, days=200, guards=(Guard(metric="reopen_rate"),))

    plan = planned("kzn-1", "KZN-1", charter(), change(), wanted, known(parts), LEVEL, NOW).plan

    assert (plan.least, plan.looks, plan.alpha) == (0.5, (0.333333, 0.666667, 1.0), 0.01)
    assert plan.weights == {"standard": 0.75, "variant": 0.25}
    assert plan.stops_at == NOW + timedelta(days=200)
    assert [guard.metric for guard in plan.guards] == ["reopen_rate"]


def test_a_goal_that_cases_do_not_come_for_is_refused_with_what_it_would_take(parts: list[Path]) -> None:
    with pytest.raises(Refused, match="more than 30") as refused:
        planned("kzn-1", "KZN-1", charter(), change(), wish(days=30), known(parts), LEVEL, NOW)
    assert "--days" in refused.value.hint

    with pytest.raises(Refused, match="would take"):
        planned("kzn-1", "KZN-1", charter(goal=0.99 * LEVEL), change(), wish(), known(parts), LEVEL, NOW)


def test_blocks_are_planned_in_pairs_by_how_much_they_differ(parts: list[Path]) -> None:
    wanted = wish(unit=Unit.BLOCK, block_days=7, least=0.5)

    found = planned("kzn-1", "KZN-1", charter(), change(), wanted, known(parts, wanted), LEVEL, NOW)

    assert found.plan.units % 2 == 0
    assert found.weekly == pytest.approx(1.0, rel=0.06)


def test_requesters_count_once_however_often_they_come(parts: list[Path]) -> None:
    wanted = wish(unit=Unit.REQUESTER)

    assert known(parts, wanted).weekly == pytest.approx(300 / WEEKS, rel=0.01)


def test_teams_are_those_that_services_begin_with(parts: list[Path]) -> None:
    wanted = wish(unit=Unit.TEAM, team_of={"vpn": "network"})

    assert set(known(parts, wanted).unit.tolist()) == {"network"}
    with pytest.raises(BadData, match="only 1 such units"):
        planned("kzn-1", "KZN-1", charter(), change(), wanted, known(parts, wanted), LEVEL, NOW)


def test_services_are_as_many_as_there_are_however_long_one_waits(tmp_path: Path) -> None:
    named = [
        Life(each.case, each.opened, each.solved_s, service=f"s{number % 6}") for number, each in enumerate(lives())
    ]
    parts = copy_of(named, tmp_path / "facts.parquet")
    six = Scope(services=tuple(f"s{number}" for number in range(6)))

    mild = wish(unit=Unit.SERVICE, scope=six, least=0.97)
    with pytest.raises(Refused, match="the scope has 6"):
        planned("kzn-1", "KZN-1", charter(), change(), mild, known(parts, mild), LEVEL, NOW)
    strong = wish(unit=Unit.SERVICE, scope=six, least=0.3)
    plan = planned("kzn-1", "KZN-1", charter(), change(), strong, known(parts, strong), LEVEL, NOW).plan
    assert plan.units <= 6


def test_blocks_begin_at_the_midnights_of_whoever_works(parts: list[Path]) -> None:
    wanted = wish(unit=Unit.BLOCK, least=0.5, zone="Asia/Tokyo")

    assert (
        planned("k", "KZN-1", charter(), change(), wanted, known(parts, wanted), LEVEL, NOW).plan.zone == "Asia/Tokyo"
    )


def test_a_share_is_planned_from_its_own_baseline(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    half = [Life(each.case, each.opened, each.solved_s, reopened=bool(dice.random() < 0.4)) for each in lives()]
    parts = copy_of(half, tmp_path / "facts.parquet")
    follow = followed_for(live_log(parts, NOW), "reopen_rate", VPN, START, END)
    before = past(followed_log(parts, NOW, follow), "reopen_rate", VPN, START, END, NOW, wish(), follow)
    share = float(before.values.mean())

    plan = planned("kzn-1", "KZN-1", charter(metric="reopen_rate", goal=0.2), change(), wish(), before, share, NOW).plan

    assert (plan.measure, plan.baseline.share) == ("share", share)
    assert share == pytest.approx(0.4, abs=0.05)
    assert plan.least == pytest.approx(0.2 - share, abs=1e-6)


def test_nobody_plans_on_cases_that_are_not_there(parts: list[Path]) -> None:
    with pytest.raises(BadData, match="no incident of erp"):
        known(parts, wish(scope=Scope(services=("erp",))))
    with pytest.raises(BadData, match="older than the 300"):
        known(parts, follow_s=300 * DAY)


def test_without_a_goal_nobody_knows_which_effect_is_worth_acting_on(parts: list[Path]) -> None:
    with pytest.raises(BadData, match="no goal"):
        planned("kzn-1", "KZN-1", charter(goal=None), change(), wish(), known(parts), LEVEL, NOW)


def test_too_few_cases_are_no_ranks_to_promise_anything_by(tmp_path: Path) -> None:
    parts = copy_of(lives()[:300], tmp_path / "facts.parquet")

    with pytest.raises(Refused, match="at least 500"):
        planned("kzn-1", "KZN-1", charter(), change(), wish(), known(parts), LEVEL, NOW)
