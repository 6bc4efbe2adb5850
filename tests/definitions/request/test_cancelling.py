"""A request cancelled half way: each task that was done is taken back, or said to stay."""

from random import Random

import pytest

from definitions import acts
from definitions.automations import AutomationDefinition, Risk
from definitions.catalogue import CatalogueItem
from definitions.example import organisation
from definitions.plans import Plan, Task, Undo
from definitions.request.acts import Approve, ClaimTask, TaskDone
from definitions.request.fulfilling import call
from definitions.request.tasks import tasks_of
from definitions.rules.base import Refused
from definitions.rules.notices import Tell
from tests.definitions.request.life import WORDS, Life, slice_of

RESET = organisation.request("password-reset")
SWITCH = AutomationDefinition(key="switch", title="Switch", does="switch", owner="network", risk=Risk.CHANGES)
CHAIN = organisation.item("guest-wifi").model_copy(
    update={
        "plan": Plan(
            tasks=(
                Task(key="base", title="Lay", team="network", undo=Undo(title="Lift")),
                Task(
                    key="light", title="Light", team="network", after=("base",), automation="switch",
                    undo=Undo(title="Put out", automated=True),
                ),
                Task(key="tell", title="Tell", team="service-desk", after=("light",), stays="They know."),
                Task(key="look", title="Look", team="service-desk", after=("tell",), changes_nothing=True),
                Task(key="close", title="Close", team="network", after=("look",), undo=Undo(title="Open")),
            )
        )
    }
)  # fmt: skip


def chain(item: CatalogueItem = CHAIN) -> Life:
    """Lay, light (an automation), tell (stays), look (nothing to undo), close."""
    return Life(slice_of(item))


def cancel(by: str = "rita") -> acts.Cancel:
    return acts.Cancel(by=by, text=WORDS)


def work(case: Life, random: Random | None = None) -> None:
    """One step of whatever waits, as people and automations do it."""
    waiting = case.waiting()
    one = random.choice(waiting) if random else waiting[0]
    if one.state == "running":
        case.automated(one.key)
    else:
        case.take(TaskDone(by="sam", task=one.key))


def finish(case: Life) -> None:
    """Everything that is left, forth or back."""
    for _ in range(40):
        if not case.waiting():
            return
        work(case)
    pytest.fail("the way back has no end")


@pytest.mark.parametrize("steps", range(14))
@pytest.mark.parametrize("seed", range(4))
def test_a_new_starter_cancelled_at_any_point_has_every_done_task_taken_back_or_named(steps: int, seed: int) -> None:
    random = Random(f"{steps}/{seed}")
    case = Life(organisation.request("new-starter"), approvers={"manager": ("omar",)})
    if steps:
        case.take(Approve(by="omar"))
    for _ in range(min(steps - 1, 12) if steps else 0):
        work(case, random)
    done, was = list(case.request.done), case.state.stage
    by = "lena" if was == "resolved" else "rita"

    case.take(cancel(by))
    finish(case)

    assert case.state.stage == "cancelled"
    assert case.state.outcome == "cancelled"
    plan = {task.key: task for task in case.definition.plan.tasks}
    back = [key for key in reversed(done) if plan[key].undo]
    assert [str(fact.data["task"]) for fact in case.of_type("undone")] == back, "latest first, one after the other"
    assert {kept.task for kept in case.request.remains} == {key for key in done if plan[key].stays}
    assert {row.state for row in tasks_of(case.state)} <= {"done", "withdrawn"}
    assert all(promise.state != "open" for promise in case.state.promises)
    assert case.outlook.next_at is None
    assert case.tells[-1] == ("request_cancelled", "rita")


def test_before_anything_was_done_it_ends_at_once() -> None:
    case = Life(organisation.request("new-starter"), approvers={"manager": ("omar",)})
    case.take(Approve(by="omar"))
    case.take(ClaimTask(by="sam", task="account"))

    case.take(cancel())

    assert case.state.stage == "cancelled"
    assert "cancelling" not in case.types()
    assert {row.state for row in tasks_of(case.state) if "approve" not in row.id} == {"withdrawn"}
    assert ("task_withdrawn", "sam") in case.tells


def test_the_steps_back_wait_for_each_other_and_the_end_says_what_remains() -> None:
    case = chain()
    for _ in range(5):
        work(case)
    case.take(cancel("lena"))

    assert [one.key for one in case.waiting()] == ["undo-close"]
    assert case.state.stage == "queued"
    case.take(ClaimTask(by="jay", task="undo-close"))
    assert case.state.step == "rework"
    case.take(TaskDone(by="jay", task="undo-close"))
    assert [(one.key, one.state) for one in case.waiting()] == [("undo-light", "running")]
    case.automated("undo-light")
    case.take(TaskDone(by="jay", task="undo-base"))

    assert [(fact.data["task"], fact.data["automated"]) for fact in case.of_type("undone")] == [
        ("close", False), ("light", True), ("base", False),
    ]  # fmt: skip
    [said] = [each for each in case.commands if isinstance(each, Tell) and each.template == "request_cancelled"]
    assert said.lines == ("Tell: They know.",)


def test_an_automation_takes_its_own_effect_back() -> None:
    case = chain()
    work(case)
    work(case)
    case.take(cancel())

    [one] = case.waiting()
    given = call(one, case.state)

    assert (given.automation, given.step, given.mode) == ("switch", "light", "undo")


@pytest.mark.parametrize("outcome", ["failed", "unknown", "refused"])
def test_what_an_automation_cannot_take_back_a_person_does(outcome: str) -> None:
    case = chain()
    work(case)
    work(case)
    case.take(cancel())

    case.automated("undo-light", outcome)
    [one] = case.waiting()
    assert (one.key, one.state, one.why) == ("undo-light", "open", f"It is {outcome}.")
    finish(case)

    assert case.state.stage == "cancelled"
    assert list(case.request.undone) == ["light", "base"]


def test_a_running_automation_is_waited_for_and_then_taken_back() -> None:
    case = chain()
    work(case)
    case.take(cancel())
    assert [one.key for one in case.waiting()] == ["light"]
    assert not case.state.ended

    case.automated("light")

    assert [one.key for one in case.waiting()] == ["undo-light"]


def test_the_end_waits_for_the_first_automation_though_nothing_is_done_yet() -> None:
    case = Life(RESET)
    case.take(cancel())
    assert (case.state.stage, case.state.step) == ("in_progress", "rework")

    case.automated("reset")

    assert case.state.stage == "cancelled"
    assert [kept.task for kept in case.request.remains] == ["reset"]


def test_an_automation_that_fails_meanwhile_has_nothing_to_take_back() -> None:
    case = chain()
    work(case)
    case.take(cancel())

    case.automated("light", "failed")

    assert [one.key for one in case.waiting()] == ["undo-base"]
    assert case.types().count("task_withdrawn") == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_nobody_can_tell_is_looked_at_by_a_person(when: str) -> None:
    case = chain()
    work(case)
    if when == "before":
        case.take(cancel())
        case.automated("light", "unknown")
    else:
        case.automated("light", "unknown")
        case.take(cancel())

    [one] = case.waiting()

    assert (one.key, one.title, one.state) == ("undo-light", "If it was done: Put out", "open")
    finish(case)
    assert list(case.request.undone) == ["light", "base"]


def test_a_person_can_say_that_something_stays_and_why() -> None:
    case = chain()
    work(case)
    case.automated("light", "failed")
    case.take(cancel())
    with pytest.raises(Refused, match="say why what undo-base was to take back has to stay"):
        case.take(TaskDone(by="jay", task="undo-base", stays=True))

    case.take(TaskDone(by="jay", task="undo-base", stays=True, text=WORDS))

    assert case.state.stage == "cancelled"
    [kept] = case.request.remains
    assert (kept.task, kept.why, kept.text) == ("base", None, WORDS)
    assert case.request.undone == ()
    [told] = [each for each in case.commands if isinstance(each, Tell) and each.template == "request_cancelled"]
    assert (told.lines, told.line_texts) == ((kept.title,), (WORDS,))


def test_a_touchless_request_cancelled_too_late_says_what_stays() -> None:
    case = Life(RESET)
    case.automated("reset", "unknown")

    case.take(cancel())

    assert case.state.stage == "cancelled"
    assert [kept.why for kept in case.request.remains] == [RESET.plan.tasks[0].stays]


def test_the_requester_does_not_cancel_what_is_done() -> None:
    case = Life(RESET)
    case.automated("reset")

    with pytest.raises(Refused, match="it has been done; say no to the question whether it is"):
        case.take(cancel())


def test_a_cancelled_request_is_not_cancelled_again_nor_confirmed_nor_reopened() -> None:
    case = chain()
    work(case)
    case.automated("light")
    case.take(cancel())
    for act, why in (
        (cancel(), "is being cancelled"),
        (acts.Confirm(by="rita"), "nothing to confirm"),
        (acts.Reopen(by="rita"), "only a resolved or closed case"),
        (TaskDone(by="sam", task="tell"), "tell is withdrawn already, by rita"),
    ):
        with pytest.raises(Refused, match=why):
            case.take(act)
    finish(case)
    with pytest.raises(Refused, match="it is cancelled"):
        case.take(cancel())


def test_the_clocks_stop_when_it_is_cancelled_and_nobody_is_called_late_for_the_way_back() -> None:
    case = chain()
    work(case)
    case.take(cancel())

    case.sleep(case.now.replace(year=2027))

    assert case.state.breached == {}
    assert case.pages == []
