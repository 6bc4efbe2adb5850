"""Experiments: a plan is locked once, looks are made once, an end stays the end."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from records.errors import Conflict, NotStored
from records.experiments import ExperimentRow
from records.store import Store

PLAN = {"key": "fast-route", "alpha": 0.05}


def anything(running: Sequence[ExperimentRow]) -> None:
    """Fits beside whatever runs."""


def alone(running: Sequence[ExperimentRow]) -> None:
    """Fits only where nothing runs."""
    if running:
        raise Conflict("another one runs")


def lock(store: Store, key: str = "fast-route", version: str = "abc") -> ExperimentRow:
    return store.experiments.lock(key, version, PLAN, "dana", anything)


def test_a_locked_plan_runs_and_never_changes(store: Store) -> None:
    first = lock(store)

    assert (first.state, first.plan, first.locked_by) == ("running", PLAN, "dana")
    assert lock(store) == first
    assert store.experiments.running() == [first]
    with pytest.raises(Conflict, match="another plan"):
        lock(store, version="def")


def test_what_does_not_fit_beside_those_that_run_is_not_begun(store: Store) -> None:
    lock(store)

    with pytest.raises(Conflict, match="another one runs"):
        store.experiments.lock("second", "1", PLAN, "dana", alone)

    assert [row.key for row in store.experiments.ls()] == ["fast-route"]


def test_of_two_that_do_not_fit_together_one_begins_however_close_they_come(store: Store) -> None:
    def begin(number: int) -> bool:
        try:
            store.experiments.lock(f"trial-{number}", "1", PLAN, "dana", alone)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(begin, range(8)))

    assert begun.count(True) == 1
    assert len(store.experiments.running()) == 1


def test_a_stopped_one_exposes_nobody_and_is_stopped_once(store: Store) -> None:
    lock(store)

    stopped = store.experiments.stop("fast-route", "dana", "People complain.")

    assert (stopped.state, stopped.ended_by, stopped.reason) == ("stopped", "dana", "People complain.")
    assert store.experiments.running() == []
    with pytest.raises(Conflict, match="was stopped already by dana"):
        store.experiments.stop("fast-route", "omar", "Again")
    with pytest.raises(NotStored, match="no experiment 'other'"):
        store.experiments.stop("other", "dana", "Never was")


def test_a_look_is_made_once_and_in_order(store: Store) -> None:
    lock(store)
    first = store.experiments.looked("fast-route", 1, {"says": "continue"})

    again = store.experiments.looked("fast-route", 1, {"says": "win"})

    assert again == first
    with pytest.raises(Conflict, match="look 3 of fast-route comes before look 2"):
        store.experiments.looked("fast-route", 3, {})
    store.experiments.looked("fast-route", 2, {"says": "win"})
    assert [look.decision for look in store.experiments.looks("fast-route")] == [{"says": "continue"}, {"says": "win"}]


def test_a_verdict_stays(store: Store) -> None:
    lock(store)
    ended = store.experiments.end("fast-route", "jidoka", "better", {"outcome": "win"})

    assert (ended.state, ended.verdict) == ("ended", {"outcome": "win"})
    assert store.experiments.end("fast-route", "jidoka", "better", {"outcome": "win"}) == ended
    with pytest.raises(Conflict, match="another verdict"):
        store.experiments.end("fast-route", "jidoka", "worse", {"outcome": "harm"})


def test_what_somebody_stopped_gets_its_verdict_afterwards(store: Store) -> None:
    lock(store)
    store.experiments.stop("fast-route", "dana", "People complain.")

    judged = store.experiments.end("fast-route", "jidoka", "stopped", {"outcome": "stopped"})

    assert (judged.state, judged.ended_by, judged.verdict) == ("stopped", "dana", {"outcome": "stopped"})
