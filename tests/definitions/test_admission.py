import re
from datetime import UTC, datetime, timedelta

import pytest

from definitions.admission import Guard, Pause, Ran, admit, after
from definitions.automations import AutomationDefinition, Breaker, Budget, Diagnosis, Match, Risk, diagnoses_of, fitting

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LOOK = AutomationDefinition(
    key="look", title="Look", does="look", owner="network", risk=Risk.READS,
    budget=Budget(per_hour=3, per_day=5), breaker=Breaker(failures=2, within_s=60, rest_s=300),
)  # fmt: skip


def _open(seconds_ago: int, trial_ago: int | None = None) -> Guard:
    trial = None if trial_ago is None else NOW - timedelta(seconds=trial_ago)
    return Guard(opened_at=NOW - timedelta(seconds=seconds_ago), trial_at=trial)


@pytest.mark.parametrize(
    ("guard", "ran", "reason"),
    [
        (Guard(paused=Pause(by="olga", reason="wrong host", since=NOW)), Ran(), "paused by olga .*: wrong host"),
        (_open(10), Ran(), "failed 2 times within 60 s and rests until 2026-03-02T09:04:50Z"),
        (_open(300, trial_ago=5), Ran(), "on trial"),
        (Guard(), Ran(hour=3, day=3), "ran 3 times in 1 h, and its budget is 3"),
        (Guard(), Ran(hour=0, day=5), "ran 5 times in 24 h, and its budget is 5"),
    ],
)
def test_what_may_not_run_says_why(guard: Guard, ran: Ran, reason: str) -> None:
    admission = admit(LOOK, guard, ran, NOW)

    assert not admission.allowed
    assert re.search(reason, admission.reason)


@pytest.mark.parametrize(
    ("guard", "trial"),
    [(Guard(), False), (_open(300), True), (_open(9_000, trial_ago=541), True)],
    ids=["nothing holds it back", "rested", "the trial before it died with its worker"],
)
def test_what_may_run_is_a_trial_only_after_failures(guard: Guard, trial: bool) -> None:
    admission = admit(LOOK, guard, Ran(hour=2, day=4), NOW)

    assert (admission.allowed, admission.trial) == (True, trial)


def test_a_pause_is_stronger_than_a_rested_breaker() -> None:
    paused = Pause(by="olga", reason="no", since=NOW)

    assert not admit(LOOK, _open(9_000).model_copy(update={"paused": paused}), Ran(), NOW).allowed


def test_the_breaker_opens_with_the_last_failure_it_bears_and_not_before() -> None:
    one = after(LOOK, Guard(), failed=True, trial=False, failures=1, now=NOW)
    two = after(LOOK, Guard(), failed=True, trial=False, failures=2, now=NOW)

    assert one == Guard()
    assert two == Guard(opened_at=NOW)


def test_a_success_does_not_open_it_however_many_failed_before() -> None:
    assert after(LOOK, Guard(), failed=False, trial=False, failures=9, now=NOW) == Guard()


def test_only_the_trial_decides_whether_it_closes() -> None:
    on_trial = _open(400, trial_ago=1)

    assert after(LOOK, on_trial, failed=False, trial=True, failures=2, now=NOW) == Guard()
    assert after(LOOK, on_trial, failed=True, trial=True, failures=3, now=NOW) == Guard(opened_at=NOW)
    assert after(LOOK, on_trial, failed=False, trial=False, failures=2, now=NOW) == on_trial


def test_only_what_reads_and_asks_nobody_runs_by_itself() -> None:
    match = {"services": ("vpn",)}

    for change in ({"risk": "changes"}, {"consent": True}, {"needs_approval": True}):
        with pytest.raises(ValueError, match="would run by itself"):
            AutomationDefinition.model_validate(LOOK.model_dump() | {"diagnoses": (match,)} | change)


def test_a_case_is_looked_at_by_what_fits_its_service_and_category_each_once() -> None:
    def used(key: str, *matches: Match) -> AutomationDefinition:
        return LOOK.model_copy(update={"key": key, "diagnoses": matches})

    everything = used("all", Match(services=("vpn", "email")))
    outage = used("out", Match(services=("vpn",), categories=("outage",)), Match(services=("vpn",)))
    other = used("erp", Match(services=("erp",)))

    found = diagnoses_of((everything, outage, other), "vpn")

    assert found == (
        Diagnosis(automation="all"),
        Diagnosis(automation="out", categories=("outage",)),
        Diagnosis(automation="out"),
    )
    assert fitting(found, "outage") == ("all", "out")
    assert fitting(found[:2], "client") == ("all",)
