"""Who decides on a request, and what becomes of yes, no and silence."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from definitions import acts
from definitions.approvals import Stage
from definitions.example import organisation
from definitions.request.acts import Approve, ClaimTask, Reject, ReleaseTask, TaskDone
from definitions.request.tasks import tasks_of
from definitions.rules.base import Refused
from definitions.targets import Goal
from tests.definitions.request.life import WORDS, Life, slice_of

VPN = organisation.item("vpn-access")


def stage(key: str = "manager", needs: Literal["all", "any"] | int = "any", **more: Any) -> Stage:
    """Two working days, then max."""
    return Stage.model_validate(
        {
            "key": key, "title": f"Does the {key} agree?", "asks": ("manager",), "needs": needs,
            "calendar": "berlin-office", "within": Goal(amount=2, unit="days"), "escalate_to": "max", **more,
        }
    )  # fmt: skip


def life(*stages: Stage, people: tuple[tuple[str, ...], ...] = (("omar",),), **more: Any) -> Life:
    """A request with these stages, each asking these people."""
    asks = {each.key: who for each, who in zip(stages, people, strict=True)}
    return Life(slice_of(VPN.model_copy(update={"approvals": stages})), approvers=asks, **more)


def standing(case: Life) -> str:
    """Of its first stage."""
    return case.request.stages[0].standing


def yes(by: str, **more: Any) -> Approve:
    return Approve(by=by, **more)


def no(by: str, **more: Any) -> Reject:
    return Reject(by=by, text=WORDS, **more)


OUTCOMES = [
    ("any", ["+a"], "granted"),
    ("any", ["-a"], "open"),
    ("any", ["-a", "+b"], "granted"),
    ("any", ["-a", "-b"], "open"),
    ("any", ["-a", "-b", "-c"], "refused"),
    ("all", ["+a"], "open"),
    ("all", ["+a", "+b", "+c"], "granted"),
    ("all", ["+a", "-b"], "refused"),
    (2, ["+a"], "open"),
    (2, ["+a", "-b"], "open"),
    (2, ["+a", "-b", "+c"], "granted"),
    (2, ["-a", "-b"], "refused"),
]


@pytest.mark.parametrize(("needs", "answers", "stands"), OUTCOMES)
def test_a_stage_is_granted_by_all_by_any_or_by_a_quorum(needs: Any, answers: list[str], stands: str) -> None:
    case = life(stage(needs=needs), people=(("a", "b", "c"),))

    for answer in answers:
        case.take((yes if answer[0] == "+" else no)(answer[1]))

    assert standing(case) == stands
    assert [fact.type for fact in case.facts if fact.type in ("approved", "rejected")] == [
        {"+": "approved", "-": "rejected"}[answer[0]] for answer in answers
    ]
    stages = {"granted": "in_progress", "open": "paused", "refused": "closed"}
    assert case.state.stage == stages[stands]
    assert case.state.outcome == ("rejected" if stands == "refused" else None)


def test_stages_are_asked_one_after_the_other_and_tasks_open_after_the_last() -> None:
    case = life(stage(), stage("owner"), people=(("omar",), ("lena",)))
    assert [each.stage for each in case.request.stages] == ["manager"]

    case.take(yes("omar"))
    assert [each.stage for each in case.request.stages] == ["manager", "owner"]
    assert case.state.step == "wait_approval"
    assert case.request.tasks == ()

    case.take(yes("lena"))
    assert case.state.step == "work", "an automation is at it"
    assert {work.key for work in case.waiting()} == {"account", "certificate", "gateway"}


def test_a_no_ends_it_tells_the_requester_why_and_opens_no_task() -> None:
    case = life(stage(), stage("owner"), people=(("omar",), ("lena",)))
    case.sleep(case.now + timedelta(hours=1))

    case.take(no("omar"))

    assert case.state.outcome == "rejected"
    assert case.types()[-4:] == ["rejected", "stage_refused", "closed", "promise_kept"]
    assert ("request_rejected", "rita") in case.tells
    assert "task_opened" not in case.types()
    assert case.outlook.next_at is None
    assert [row.state for row in tasks_of(case.state)] == ["done"]


def test_a_rejected_request_is_not_reopened() -> None:
    case = life(stage())
    case.take(no("omar"))

    with pytest.raises(Refused, match="was rejected: that stands"):
        case.take(acts.Reopen(by="rita"))


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (yes("rita"), "nobody decides on their own request"),
        (no("rita"), "nobody decides on their own request"),
        (yes("mina"), "nobody decides on their own request"),
        (yes("rita", for_whom="omar"), "nobody decides on their own request"),
        (yes("nina"), "nina is not asked about REQ-00000000; the stage manager waits for: omar"),
        (yes("nina", for_whom="hugo"), "hugo is not asked"),
        (yes("omar", stage="owner"), "the stage owner of REQ-00000000 is not asked yet; it waits for the"),
        (yes("omar", stage="pope"), "has no stage 'pope': its stages are manager, owner"),
        (ClaimTask(by="sam", task="approve-manager"), "approve-manager is for those who are asked: omar"),
        (ClaimTask(by="sam", task="approve-owner"), "does not wait for approve-owner"),
        (TaskDone(by="omar", task="approve-manager"), "is a decision: approve or reject"),
        (ReleaseTask(by="omar", task="approve-manager"), "nobody has claimed approve-manager"),
    ],
)  # fmt: skip
def test_who_may_not_decide_is_told_why_and_nothing_happens(act: acts.Act, why: str) -> None:
    case = life(stage(), stage("owner"), people=(("omar",), ("lena",)), for_whom="mina")
    before = case.state

    with pytest.raises(Refused, match=why):
        case.take(act)

    assert case.state == before


def test_a_second_answer_is_refused_with_the_name_of_the_first() -> None:
    case = life(stage(needs="all"), people=(("omar", "lena"),))
    case.take(yes("omar"))

    for again in (yes("omar"), no("omar")):
        with pytest.raises(Refused, match="omar said yes already, at 2026-03-23T09:00"):
            case.take(again)
    case.take(yes("lena"))
    with pytest.raises(Refused, match="the stage manager of REQ-00000000 was granted already: omar said yes, lena"):
        case.take(no("lena"))


def test_after_a_no_nobody_can_still_say_yes() -> None:
    case = life(stage(needs="all"), people=(("omar", "lena"),))
    case.take(no("omar"))

    with pytest.raises(Refused, match="was refused already: omar said no"):
        case.take(yes("lena"))


def test_a_cancelled_request_waits_for_no_decision() -> None:
    case = life(stage())
    case.take(acts.Cancel(by="rita"))

    with pytest.raises(Refused, match="is cancelled: there is nothing to decide"):
        case.take(yes("omar"))
    assert [row.state for row in tasks_of(case.state)] == ["withdrawn"]


def test_a_delegate_answers_for_the_one_asked_and_the_fact_names_both() -> None:
    case = life(stage(needs="all"), people=(("omar", "lena"),))

    case.take(yes("nina", for_whom="omar"))

    [said] = case.request.stages[0].said
    assert (said.person, said.by) == ("omar", "nina")
    assert (case.of_type("approved")[0].actor, case.of_type("approved")[0].data["for_whom"]) == ("nina", "omar")
    with pytest.raises(Refused, match="nina said yes for omar already"):
        case.take(yes("omar"))
    with pytest.raises(Refused, match="nina said yes for omar already"):
        case.take(yes("nina", for_whom="lena"))


def test_a_time_that_went_by_unseen_asks_somebody_else_and_reminds_nobody_in_the_same_breath() -> None:
    case = life(stage())
    case.now += timedelta(days=14)  # nothing ran meanwhile, so no timer went off

    case.happens(())

    assert [type_ for type_ in case.types() if type_.startswith("approval_")] == [
        "approval_asked",
        "approval_escalated",
    ]
    assert case.tells.count(("approval_escalated", "max")) == 1


def test_those_who_are_silent_are_reminded_once_then_somebody_else_is_asked_and_it_is_never_a_yes() -> None:
    case = life(stage(needs="all"), people=(("omar", "lena"),))
    case.take(yes("omar"))
    case.sleep(case.now + timedelta(days=30))

    assert [fact.data["to"] for fact in case.of_type("approval_reminded")] == [["lena"]]
    assert [fact.data["to"] for fact in case.of_type("approval_escalated")] == ["max"]
    assert standing(case) == "open"
    assert case.state.step == "wait_approval"
    assert case.tells.count(("approval_escalated", "max")) == 1

    case.take(yes("max"))
    assert standing(case) == "granted", "max stands in for lena, who is silent"


def test_one_who_stands_in_does_not_outvote_a_no() -> None:
    case = life(stage(needs=2), people=(("omar", "lena", "hugo"),))
    case.sleep(case.now + timedelta(days=4))
    case.take(no("omar"))
    case.take(no("lena"))
    assert standing(case) == "open", "hugo and max can still say yes"

    case.take(no("max"))

    assert case.state.outcome == "rejected"


def test_when_nobody_is_left_to_ask_it_becomes_a_task_of_those_who_triage() -> None:
    case = life(stage())
    case.sleep(case.now + timedelta(days=30))

    [row] = tasks_of(case.state)
    assert (row.id, row.team, row.state) == ("REQ-00000000/approve-manager", organisation.triage, "open")
    assert case.types().count("task_opened") == 1
    assert standing(case) == "open"
    with pytest.raises(Refused, match="sam is not asked"):
        case.take(yes("sam"))

    case.take(ClaimTask(by="sam", task="approve-manager"))
    assert tasks_of(case.state)[0].assignee == "sam"
    with pytest.raises(Refused, match="sam has claimed approve-manager already"):
        case.take(ClaimTask(by="kim", task="approve-manager"))
    case.take(ReleaseTask(by="sam", task="approve-manager"))
    assert tasks_of(case.state)[0].state == "open"
    case.take(ClaimTask(by="kim", task="approve-manager"))
    case.take(yes("kim"))

    assert standing(case) == "granted"


def test_a_stage_that_can_ask_nobody_is_a_task_at_once_and_not_for_the_requester() -> None:
    case = life(stage(), people=((),), requester="sam", for_whom="sam")

    assert tasks_of(case.state)[0].team == organisation.triage
    with pytest.raises(Refused, match="nobody decides on their own request"):
        case.take(ClaimTask(by="sam", task="approve-manager"))
    case.take(ClaimTask(by="kim", task="approve-manager"))
    case.take(no("kim"))
    assert case.state.outcome == "rejected"


def test_clocks_that_stop_for_approvals_stand_still_until_the_yes() -> None:
    case = life(stage())
    assert case.outlook.due_at is None
    case.sleep(case.now + timedelta(days=1))
    case.take(yes("omar"))

    assert case.outlook.due_at is not None
    assert case.outlook.due_at > case.now + timedelta(days=4)


def test_the_requester_is_given_a_word_at_the_opening_and_after_the_yes() -> None:
    case = life(stage())
    [first] = case.state.promises
    due_at = case.request.stages[0].due_at
    assert due_at is not None
    assert first.what == "update"
    assert due_at < first.due <= due_at + timedelta(days=1), "an hour later, in office hours"
    case.sleep(case.now + timedelta(hours=1))

    case.take(yes("omar"))

    first, second = case.state.promises
    assert (first.state, second.what, second.due) == ("kept", "resolve", case.outlook.due_at)


def test_the_requester_hears_when_somebody_else_is_asked_and_no_word_is_broken_for_it() -> None:
    case = life(stage())
    case.sleep(case.now + timedelta(days=5))

    assert case.tells.count(("request_undecided", "rita")) == 2, "max first, then those who triage"
    assert "promise_broken" not in case.types()
    assert [promise.state for promise in case.state.promises] == ["kept", "kept", "open"]


def test_without_stages_the_word_is_given_at_once() -> None:
    case = Life(organisation.request("password-reset"))

    [promise] = case.state.promises
    assert (promise.what, promise.due) == ("resolve", case.outlook.due_at)
    assert case.tells == [("request_received", "rita")]
