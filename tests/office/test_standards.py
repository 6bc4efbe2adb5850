"""The standard is followed by everybody within half a second, and moves on only where nothing is wrong with that."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from definitions.case import CaseState
from definitions.change import Change, ChangeRefused
from definitions.cycle.state import CycleState
from definitions.example import organisation as code
from definitions.experiment import Experiment
from definitions.organisation import Organisation
from definitions.standards import How
from office.standards import AWAY_S, EVERY_S, Standards
from records.errors import Conflict, RecordsUnavailable
from records.store import Store
from tests.definitions.trials import trial
from tests.records.chains import chain, flush
from tests.records.conftest import TickingClock
from tests.stack.conftest import eventually

AGAIN = "/services/vpn/confirm/remind_after_days"
TITLE = "/services/vpn/title"
LONG = 60.0
"""Seconds: a slow machine changes no answer here."""


class Ticks:
    """Seconds that go on when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def change(value: object, path: str = TITLE, was: object = "VPN", base: Organisation = code) -> Change:
    """One value of the organisation becomes another."""
    patch = [{"op": "test", "path": path, "value": was}, {"op": "replace", "path": path, "value": value}]
    return Change.model_validate({"base": base.version, "why": "to see", "patch": patch})


def title(organisation: Organisation) -> str:
    return organisation.service("vpn").title


def running(store: Store, **given: Any) -> Experiment:
    """An experiment on when people are reminded."""
    plan = trial(**{"change": change(3, AGAIN, 2)} | given)
    store.experiments.lock(plan.key, plan.version, plan.model_dump(mode="json"), "dana", lambda others: None)
    return plan


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def ours(store: Store, ticks: Ticks, clock: TickingClock) -> Standards:
    return Standards(store, code, clock, ticks=ticks, patience=LONG)


@pytest.fixture
def theirs(store: Store, ticks: Ticks, clock: TickingClock) -> Standards:
    """Another process."""
    return Standards(store, code, clock, ticks=ticks, patience=LONG)


# -- following --------------------------------------------------------------------------------------------------------


def test_who_accepts_sees_it_at_once_and_others_half_a_second_later(
    ours: Standards, theirs: Standards, ticks: Ticks
) -> None:
    assert theirs.organisation() is code

    accepted = ours.accept(change("Way in"), "dana")

    assert title(ours.organisation()) == "Way in"
    assert title(theirs.organisation()) == "VPN"
    ticks.now += EVERY_S
    assert theirs.organisation().version == accepted.result


def test_the_records_are_asked_at_most_twice_a_second(
    ours: Standards, ticks: Ticks, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    latest = store.standards.latest

    def counted() -> int:
        asked.append(ticks.now)
        return latest()

    monkeypatch.setattr(store.standards, "latest", counted)
    with ThreadPoolExecutor(8) as threads:
        for _ in range(4):
            list(threads.map(lambda _: ours.organisation(), range(50)))
            ticks.now += EVERY_S / 2

    assert asked == [100.0, 100.0 + EVERY_S]


def test_records_that_are_away_leave_the_last_standard_and_are_not_waited_for_again(
    ours: Standards, ticks: Ticks, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    standing = ours.organisation()
    asked: list[float] = []

    def away() -> int:
        asked.append(ticks.now)
        raise RecordsUnavailable("the database is away")

    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
        broken.setattr(store.standards, "latest", away)
        for _ in range(5):
            ticks.now += EVERY_S
            assert ours.organisation() is standing
    ours.accept(change("Way in"), "dana")
    ticks.now += AWAY_S

    assert len(asked) == 1
    assert "the database is away" in caplog.text
    assert title(ours.organisation()) == "Way in"


def test_records_that_hang_hold_nobody_up(
    ours: Standards, ticks: Ticks, store: Store, clock: TickingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurried = Standards(store, code, clock, ticks=ticks, patience=0)
    hurried.organisation()
    ours.accept(change("Way in"), "dana")
    goes_on, answered, latest = Event(), Event(), store.standards.latest

    def hanging() -> int:
        goes_on.wait(LONG)
        try:
            return latest()
        finally:
            answered.set()

    with monkeypatch.context() as broken:
        broken.setattr(store.standards, "latest", hanging)
        ticks.now += EVERY_S
        served = [title(hurried.organisation()) for _ in range(3)]
        goes_on.set()
        answered.wait(LONG)

    assert served == ["VPN"] * 3
    assert eventually(lambda: title(hurried.organisation()) == "Way in", "what was accepted meanwhile")


def test_the_first_answer_is_refused_where_the_code_has_moved_on(
    ours: Standards, store: Store, clock: TickingClock
) -> None:
    ours.accept(change("Way in"), "dana")
    newer = code.model_copy(update={"name": "Other Ltd"})

    with pytest.raises(ChangeRefused, match="have moved on") as refused:
        Standards(store, newer, clock).organisation()

    assert "definitions rebase" in refused.value.hint


def test_a_process_that_cannot_follow_keeps_what_it_has_and_says_so_once(
    ours: Standards, store: Store, clock: TickingClock, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    ours.accept(change("Way in"), "dana")
    assert title(ours.organisation()) == "Way in"
    newer = Organisation.model_validate(code.model_dump() | {"name": "Other Ltd"})
    Standards(store, newer, clock).rebase("the new release", "dana")

    for _ in range(3):
        ticks.now += EVERY_S
        assert title(ours.organisation()) == "Way in"

    assert caplog.text.count("stays in force") == 1
    assert "have moved on" in caplog.text


# -- moving on --------------------------------------------------------------------------------------------------------


def test_a_change_for_another_version_is_refused_unless_it_is_carried_over(ours: Standards) -> None:
    ours.accept(change("Post", "/services/email/title", "E-mail and calendar"), "dana")

    with pytest.raises(ChangeRefused, match="is in force"):
        ours.accept(change("Way in"), "dana")
    assert len(ours.history()) == 1
    ours.accept(change("Way in"), "dana", carry=True)

    assert title(ours.organisation()) == "Way in"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (change(7), "valid string"),
        (change("nobody", "/services/vpn/default_team", "network"), "nobody"),
        (change("VPN"), "alters nothing"),
    ],
)
def test_what_does_not_fit_or_alters_nothing_is_refused_and_nothing_is_changed(
    ours: Standards, wrong: Change, says: str
) -> None:
    with pytest.raises(ChangeRefused, match=says):
        ours.accept(wrong, "dana")

    assert ours.history() == ()
    assert ours.organisation() == code


def test_a_cycle_sets_its_standard_once_however_often_it_asks(ours: Standards, theirs: Standards) -> None:
    wanted = change("Way in")
    first = ours.accept(wanted, "jidoka", "KZN-1")
    ours.accept(change("Post", "/services/email/title", "E-mail and calendar", ours.organisation()), "dana")

    assert theirs.accept(wanted, "jidoka", "KZN-1") == first
    assert len(ours.history()) == 2


def test_the_change_of_a_cycle_is_carried_over_to_what_is_in_force_by_then(ours: Standards) -> None:
    wanted = change("Way in")
    ours.accept(change("Post", "/services/email/title", "E-mail and calendar"), "dana")

    ours.accept(wanted, "jidoka", "KZN-1")

    assert (title(ours.organisation()), ours.organisation().service("email").title) == ("Way in", "Post")


def test_of_two_who_accept_at_once_the_second_decides_on_what_the_first_made(
    ours: Standards, theirs: Standards, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = ours.take

    def late(found: Any, by: str) -> Any:
        if not theirs.history():
            theirs.accept(change("Post", "/services/email/title", "E-mail and calendar"), "noor")
        return take(found, by)

    monkeypatch.setattr(ours, "take", late)
    ours.accept(change("Way in"), "jidoka", "KZN-1")

    assert [standard.by for standard in ours.history()] == ["noor", "jidoka"]
    assert (title(ours.organisation()), ours.organisation().service("email").title) == ("Way in", "Post")


def test_what_somebody_looked_at_is_not_accepted_on_top_of_something_else(ours: Standards, theirs: Standards) -> None:
    seen = ours.proposed(change("Way in"))
    theirs.accept(change("Post", "/services/email/title", "E-mail and calendar"), "noor")

    with pytest.raises(Conflict, match="accepted meanwhile"):
        ours.take(seen, "dana")

    assert len(ours.history()) == 1


def test_people_who_come_with_a_change_are_known_at_once(ours: Standards, store: Store) -> None:
    person = {"key": "nina", "name": "Nina", "addresses": ["nina@example.com"]}
    patch = [{"op": "add", "path": "/people/nina", "value": person}]
    made = Change.model_validate({"base": code.version, "why": "Nina joins", "patch": patch})
    store.directory.sync(code.people)

    ours.accept(made, "dana")

    assert store.directory.person_of("nina@example.com") == "nina"


# -- experiments beside it --------------------------------------------------------------------------------------------


def test_what_a_running_experiment_compares_with_is_not_changed_under_it(ours: Standards, store: Store) -> None:
    running(store)

    with pytest.raises(ChangeRefused, match=f"fast-route runs, and it changes {AGAIN} as well") as refused:
        ours.accept(change(4, AGAIN, 2), "dana")

    assert "experiment stop fast-route" in refused.value.hint
    assert ours.history() == ()


def test_a_change_elsewhere_hinders_no_experiment(ours: Standards, store: Store) -> None:
    running(store)

    ours.accept(change("Way in"), "dana")

    assert [row.key for row in store.experiments.running()] == ["fast-route"]


def test_a_cycle_may_accept_what_it_tried_itself(ours: Standards, store: Store) -> None:
    plan = running(store, cycle="KZN-1")

    ours.accept(plan.change, "jidoka", "KZN-1")

    assert ours.organisation().service("vpn").confirm.remind_after_days == 3


def test_going_back_is_always_possible_and_ends_the_experiments_that_stood_on_it(ours: Standards, store: Store) -> None:
    accepted = ours.accept(change(4, AGAIN, 2), "dana")
    running(store, change=change(3, AGAIN, 4, ours.organisation()))

    back = ours.revert(accepted.number, "it did not help", "dana")

    assert ours.organisation() == code
    assert (back.how, back.reverts) == (How.REVERTED, 1)
    stopped = store.experiments.get("fast-route")
    assert (stopped.state, stopped.ended_by) == ("stopped", "dana")
    assert stopped.reason == f"change 2: it changes {AGAIN} as well"


def under_trial(store: Store, standard: int, **more: Any) -> None:
    """A cycle that compares before with after, with this standard for everybody."""
    charter = {"title": {"id": "t", "digest": "0" * 64}, "lead": "dana", "owner": "network"}
    cycle = CycleState.model_validate({"charter": charter, "phase": "trial", "standard": standard})
    state = CaseState(id="KZN-1", kind="kaizen", cycle=cycle)
    row = {"kind": "kaizen", "state_json": state.model_dump(mode="json")} | more
    store.events.flush(flush(chain("KZN-1", 1), **row))


def test_what_a_cycle_compares_with_the_weeks_before_is_not_changed_under_it(ours: Standards, store: Store) -> None:
    provisional = ours.accept(change(4, AGAIN, 2), "jidoka", "KZN-1")
    under_trial(store, provisional.number)

    with pytest.raises(ChangeRefused, match="The cycle KZN-1 runs") as refused:
        ours.accept(change(3, AGAIN, 4, ours.organisation()), "dana")
    assert "cycle stop KZN-1" in refused.value.hint
    assert [each.key for each in ours.taken_back(provisional.number, "now").hinders] == ["KZN-1"]
    assert ours.taken_back(provisional.number, "it did not help", "KZN-1").hinders == ()


def test_a_cycle_that_has_ended_hinders_nobody(ours: Standards, store: Store, clock: TickingClock) -> None:
    provisional = ours.accept(change(4, AGAIN, 2), "jidoka", "KZN-1")
    under_trial(store, provisional.number, state="closed", closed_at=clock())

    ours.accept(change(3, AGAIN, 4, ours.organisation()), "dana")

    assert ours.organisation().service("vpn").confirm.remind_after_days == 3


def test_taking_back_twice_is_taking_back_once(ours: Standards) -> None:
    accepted = ours.accept(change("Way in"), "dana")

    first = ours.revert(accepted.number, "it did not help", "dana")

    assert ours.revert(accepted.number, "it did not help", "dana") == first
    with pytest.raises(ChangeRefused, match="already by change 2"):
        ours.taken_back(accepted.number, "once more")


def test_what_was_taken_back_can_be_accepted_and_taken_back_again(ours: Standards) -> None:
    for _ in range(2):
        accepted = ours.accept(change("Way in"), "jidoka", "KZN-1")
        ours.revert(accepted.number, "no", "dana")

    assert [standard.reverts for standard in ours.history()] == [None, 1, None, 3]
    assert ours.organisation() == code


def test_rebasing_carries_what_was_accepted_to_the_new_code(ours: Standards, store: Store, clock: TickingClock) -> None:
    ours.accept(change("Way in"), "dana")
    newer = Organisation.model_validate(code.model_dump() | {"name": "Other Ltd"})
    moved = Standards(store, newer, clock)

    moved.rebase("the new release", "dana")

    assert (title(moved.organisation()), moved.organisation().name) == ("Way in", "Other Ltd")
    with pytest.raises(ChangeRefused, match="nothing to carry over"):
        moved.rebase("again", "dana")


def test_code_that_holds_a_change_written_by_hand_and_more_leaves_nothing_to_carry_over(
    ours: Standards, store: Store, clock: TickingClock
) -> None:
    example = {"service": "vpn", "category": "certificate", "team": "service-desk"}
    rule = {
        "services": ["vpn"], "when": {"categories": ["certificate"]}, "team": "service-desk",
        "reason": "the service desk renews certificates itself", "examples": [example], "before": "access",
    }  # fmt: skip
    patch = [{"op": "add", "path": "/routing/renewals", "value": rule}]
    ours.accept(Change.model_validate({"base": code.version, "why": "to see", "patch": patch}), "dana")
    newer = Organisation.model_validate(ours.organisation().model_dump() | {"name": "Other Ltd"})
    moved = Standards(store, newer, clock)

    moved.rebase("the new release", "dana")

    assert moved.organisation() == newer
    assert moved.history()[-1].change.patch == ()
