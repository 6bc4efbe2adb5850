"""The tasks of a request: in the order of the plan, whoever is quicker, and by people where automations fail."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions import acts
from definitions.example import organisation
from definitions.request.acts import Approve, ClaimTask, ReleaseTask, TaskDone
from definitions.request.fulfilling import call
from definitions.request.tasks import tasks_of
from definitions.rules.base import SOLVED, Refused
from definitions.runs import SLICE
from tests.definitions.request.life import WORDS, Life

STARTER = SLICE.validate_python(organisation.request("new-starter").model_dump(mode="json"))
RESET = organisation.request("password-reset")
VPN = organisation.request("vpn-access")


def starter() -> Life:
    """Somebody new starts, and the manager agrees."""
    case = Life(organisation.request("new-starter"), approvers={"manager": ("omar",)})
    case.take(Approve(by="omar"))
    return case


def vpn(**more: Any) -> Life:
    """VPN access with a manager's yes: two tasks for people, one automation, one after all of them."""
    case = Life(VPN, approvers={"manager": ("omar",)}, **more)
    case.take(Approve(by="omar"))
    return case


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_is_done_first_no_task_of_a_new_starter_opens_before_what_it_waits_for(data: st.DataObject) -> None:
    case = starter()
    plan = {task.key: task for task in case.definition.plan.tasks}
    done: list[str] = []
    claimed: set[str] = set()
    while case.waiting():
        assert {work.key for work in case.waiting()} == {
            key for key, task in plan.items() if key not in done and set(task.after) <= set(done)
        }
        key = data.draw(st.sampled_from(sorted(work.key for work in case.waiting())))
        if key not in claimed and data.draw(st.booleans()):
            case.take(ClaimTask(by="sam", task=key))
            claimed.add(key)
            assert case.state.step == "work"
        else:
            case.take(TaskDone(by="sam", task=key))
            done.append(key)

    assert sorted(done) == sorted(plan)
    assert len({task.team for task in plan.values()}) == 4
    assert len(plan) == 12
    assert list(case.request.done) == done
    assert case.state.stage == "resolved"
    assert {row.state for row in tasks_of(case.state)} == {"done"}


def test_the_requester_confirms_what_was_done() -> None:
    case = Life(RESET)
    case.automated("reset")
    assert (case.state.stage, case.state.step) == ("resolved", "confirm")
    assert [question.key for question in case.state.questions] == [SOLVED]

    case.take(acts.Confirm(by="rita"))

    assert case.state.outcome == "confirmed"
    assert case.state.human_acts == 0


def test_nobody_and_no_approval_makes_it_touchless_and_anybody_does_not() -> None:
    for case, touched in ((Life(RESET), 0), (Life(VPN, approvers={"manager": ("omar",)}), 1)):
        if touched:
            case.take(Approve(by="omar"))
        else:
            case.automated("reset")
        assert case.state.human_acts == touched


@pytest.mark.parametrize("outcome", ["failed", "refused", "unknown"])
def test_what_an_automation_could_not_do_a_person_takes_over_with_what_it_found(outcome: str) -> None:
    case = Life(RESET)
    assert case.state.step == "work"

    case.automated("reset", outcome)

    [work] = case.waiting()
    assert (work.state, work.why, work.unsure) == ("open", f"It is {outcome}.", outcome == "unknown")
    assert (case.state.stage, case.state.step) == ("queued", "queue")
    assert ("task_opened", "on_call:service-desk") in case.tells
    case.take(ClaimTask(by="sam", task="reset"))
    case.take(TaskDone(by="sam", task="reset", text=WORDS))
    assert case.state.stage == "resolved"
    assert [promise.state for promise in case.state.promises] == ["kept"]


def test_a_check_that_finds_trouble_is_for_a_person_and_one_that_finds_none_is_done() -> None:
    for good, state in ((False, "open"), (True, "done"), (None, "done")):
        case = vpn()

        case.automated("gateway", good=good)

        work = case.request.work("gateway")
        assert work is not None
        assert (work.state, work.unsure) == (state, False)


def test_an_effect_that_does_not_hold_is_for_a_person_and_there_may_be_something_to_take_back() -> None:
    case = Life(RESET)

    case.automated("reset", verified=False)

    [work] = case.waiting()
    assert (work.state, work.unsure) == ("open", True)


def test_nothing_to_do_is_done() -> None:
    case = Life(RESET)

    case.automated("reset", "nothing")

    assert case.state.stage == "resolved"


def test_an_automation_is_given_the_same_each_time_and_who_said_yes() -> None:
    case = vpn()
    [work] = [work for work in case.waiting() if work.automation]

    given = call(work, case.state)

    assert (given.automation, given.case_id, given.step, given.mode) == (
        "vpn-certificate",
        case.state.id,
        "gateway",
        "run",
    )
    assert (given.consent_by, given.approved_by) == ("rita", "omar")
    assert call(work, vpn(for_whom="mina").state).consent_by is None, "nobody agrees for somebody else"


CLAIMED = [ClaimTask(by="jay", task="account")]


@pytest.mark.parametrize(
    ("before", "act", "why"),
    [
        ([], ClaimTask(by="sam", task="first-connection"), "it waits for account, certificate, gateway"),
        ([], TaskDone(by="sam", task="first-connection"), "it waits for account, certificate, gateway"),
        ([], ClaimTask(by="sam", task="nonsense"), "has no task 'nonsense'; those open are: account, cert"),
        ([], ClaimTask(by="sam", task="gateway"), "the automation vpn-certificate is at gateway"),
        ([], TaskDone(by="sam", task="gateway"), "the automation vpn-certificate is at gateway"),
        ([], ReleaseTask(by="jay", task="account"), "nobody has claimed account"),
        (CLAIMED, ClaimTask(by="sam", task="account"), "jay has claimed account already"),
        (CLAIMED, TaskDone(by="sam", task="account"), "jay is at account"),
        ([TaskDone(by="jay", task="account")], TaskDone(by="sam", task="account"), "account is done already, by jay"),
        ([], TaskDone(by="sam", task="account", stays=True, text=WORDS), "takes nothing back, so nothing stays"),
        ([], acts.Resolve(by="sam", text=WORDS), "that is nothing one does to a request"),
        ([], acts.Start(by="sam"), "that is nothing one does to a request"),
        ([], acts.Confirm(by="rita"), "there is nothing to confirm yet"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_reason_and_changes_nothing(
    before: list[acts.Act], act: acts.Act, why: str
) -> None:
    case = vpn()
    for earlier in before:
        case.take(earlier)
    state = case.state

    with pytest.raises(Refused, match=why):
        case.take(act)

    assert case.state == state


def test_a_released_task_waits_for_its_team_again() -> None:
    case = vpn()
    case.automated("gateway")
    case.take(ClaimTask(by="jay", task="account"))
    assert case.state.stage == "in_progress"

    case.take(ReleaseTask(by="kim", task="account"))

    assert case.state.stage == "queued"
    [account] = [row for row in tasks_of(case.state) if row.id.endswith("/account")]
    assert (account.state, account.assignee) == ("open", None)


def test_a_no_of_the_requester_makes_a_task_of_what_is_still_missing() -> None:
    case = Life(RESET)
    case.automated("reset")
    for number in (1, 2):
        case.take(acts.Reopen(by="rita", text=WORDS))
        [work] = case.waiting()
        assert (work.key, work.kind, work.team) == (f"rework-{number}", "rework", "service-desk")
        case.take(ClaimTask(by="sam", task=work.key))
        assert case.state.step == "rework"
        case.take(TaskDone(by="sam", task=work.key))
        assert case.state.stage == "resolved"


def test_who_is_late_hears_of_it_once_and_so_does_the_lead() -> None:
    case = Life(RESET)
    case.automated("reset", "failed")
    assert case.outlook.due_at is not None

    case.sleep(case.outlook.due_at)

    assert case.pages == ["late"]
    [late] = case.of_type("escalated")
    assert (late.data["notify"], late.data["team"]) == ("lead", "service-desk")
    case.sleep(case.now.replace(year=2027))
    assert case.pages == ["late"]


def test_what_it_carries_reads_back_as_it_was() -> None:
    assert organisation.request("new-starter") == STARTER
