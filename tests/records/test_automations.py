from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from definitions.automations import AutomationDefinition, Breaker, Budget, Risk
from records.errors import Conflict, NotStored
from records.store import Store
from tests.records.conftest import TickingClock

LOOK = AutomationDefinition(
    key="look", title="Look", does="look", owner="network", risk=Risk.READS,
    budget=Budget(per_hour=5, per_day=8), breaker=Breaker(failures=2, within_s=60, rest_s=300),
)  # fmt: skip


def _run(store: Store, key: str, outcome: str) -> str:
    begun = store.automations.begin(LOOK, key, "INC-1")
    if begun.how == "new":
        store.automations.end(LOOK, key, outcome)  # type: ignore[arg-type]
    return begun.how


def test_one_key_is_let_in_once_and_then_gives_what_became_of_it(store: Store) -> None:
    first = store.automations.begin(LOOK, "k", "INC-1")
    again = store.automations.begin(LOOK, "k", "INC-1")
    store.automations.end(LOOK, "k", "done", "All is well.", {"seconds": 1.5})
    over = store.automations.begin(LOOK, "k", "INC-1")

    assert (first.how, again.how, over.how) == ("new", "again", "over")
    assert over.run is not None
    assert (over.run.state, over.run.attempts) == ("done", 2)
    assert (over.run.finding, over.run.data) == ("All is well.", {"seconds": 1.5})


def test_the_first_word_about_a_run_counts(store: Store) -> None:
    store.automations.begin(LOOK, "k")
    store.automations.end(LOOK, "k", "done", "first")

    later = store.automations.end(LOOK, "k", "failed", "second")

    assert (later.state, later.finding) == ("done", "first")


def test_a_key_of_another_case_is_refused(store: Store) -> None:
    store.automations.begin(LOOK, "k", "INC-1")

    with pytest.raises(Conflict):
        store.automations.begin(LOOK, "k", "INC-2")


def test_a_run_nobody_let_in_cannot_end(store: Store) -> None:
    with pytest.raises(NotStored):
        store.automations.end(LOOK, "k", "done")


def test_the_budget_of_the_hour_comes_back_with_the_hour(store: Store, clock: TickingClock) -> None:
    ran = [_run(store, f"k{n}", "done") for n in range(6)]
    clock.now += timedelta(hours=1)
    later = [_run(store, f"l{n}", "done") for n in range(4)]

    assert ran == ["new"] * 5 + ["refused"]
    assert later == ["new"] * 3 + ["refused"], "the day has its own budget of 8"


def test_the_breaker_opens_tries_once_after_its_rest_and_closes_by_a_success(store: Store, clock: TickingClock) -> None:
    book = store.automations
    assert [_run(store, f"k{n}", "failed") for n in range(3)] == ["new", "new", "refused"]

    clock.now += timedelta(seconds=301)
    trial, beside = book.begin(LOOK, "trial", "INC-1"), book.begin(LOOK, "beside", "INC-1")
    assert (trial.how, trial.run and trial.run.trial, beside.how) == ("new", True, "refused")
    book.end(LOOK, "trial", "done")

    assert book.guard("look").opened_at is None
    assert _run(store, "after", "done") == "new"


def test_a_failed_trial_lets_it_rest_again(store: Store, clock: TickingClock) -> None:
    for n in range(2):
        _run(store, f"k{n}", "unknown")
    clock.now += timedelta(seconds=301)
    _run(store, "trial", "failed")

    refused = store.automations.begin(LOOK, "next")

    assert refused.how == "refused"
    assert "rests until" in refused.reason


def test_old_failures_do_not_count(store: Store, clock: TickingClock) -> None:
    _run(store, "k1", "failed")
    clock.now += timedelta(seconds=61)
    _run(store, "k2", "failed")

    assert store.automations.guard("look").opened_at is None


def test_a_pause_holds_new_runs_back_at_once_and_lets_those_under_way_end(store: Store) -> None:
    book = store.automations
    book.begin(LOOK, "under way")
    book.pause("look", "olga", "wrong host")

    refused = book.begin(LOOK, "new")
    ended = book.end(LOOK, "under way", "done")

    assert "paused by olga" in refused.reason
    assert ended.state == "done"
    book.resume("look")
    assert book.begin(LOOK, "new").how == "new"


def test_resuming_forgets_the_failures_before_it(store: Store) -> None:
    for n in range(2):
        _run(store, f"k{n}", "failed")
    store.automations.resume("look")

    assert _run(store, "k3", "failed") == "new"
    assert store.automations.guard("look").opened_at is None


def test_of_many_workers_at_the_edge_of_a_budget_no_more_get_in_than_it_allows(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: store.automations.begin(LOOK, f"k{n}").how, range(16)))

    assert sorted(answers) == ["new"] * 5 + ["refused"] * 11


def test_runs_are_listed_newest_first_by_automation_and_case(store: Store) -> None:
    _run(store, "one", "done")
    _run(store, "two", "failed")

    assert [run.key for run in store.automations.runs("look", case_id="INC-1")] == ["two", "one"]
    assert store.automations.runs("other") == []
    assert store.automations.ran("look").hour == 2
