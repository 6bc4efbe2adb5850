"""Tasks begin when what they wait for is done, each comes once, and the way back is the way there reversed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from definitions.example import organisation
from definitions.plans import Plan, Task, Undo, inputs_of, ready, undo_order

BACK: tuple[dict[str, Any], ...] = (
    {"undo": Undo(title="Back")},
    {"undo": Undo(title="Back", team="other")},
    {"stays": "it is gone"},
    {"changes_nothing": True},
)


def _task(key: str, *after: str, **more: Any) -> Task:
    return Task(key=key, title=key, team="desk", after=after, **(more or BACK[0]))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any graph without a cycle, its tasks in any order."""
    n = draw(st.integers(1, 12))
    tasks = [
        _task(f"t{i}", *sorted(draw(st.sets(st.sampled_from([f"t{j}" for j in range(i)])))) if i else (), **back)
        for i, back in enumerate(draw(st.lists(st.sampled_from(BACK), min_size=n, max_size=n)))
    ]
    return Plan(tasks=tuple(draw(st.permutations(tasks))))


def _lived(plan: Plan, choose: Callable[[list[str]], str]) -> list[str]:
    """An order in which the tasks can be done, taking any that is ready."""
    done: list[str] = []
    while now := ready(plan, done):
        done.append(choose([task.key for task in now]))
    return done


@given(plans(), st.data())
def test_every_task_comes_once_and_never_before_what_it_waits_for(plan: Plan, data: Any) -> None:
    done = _lived(plan, lambda keys: data.draw(st.sampled_from(keys)))

    assert sorted(done) == sorted(task.key for task in plan.tasks)
    for task in plan.tasks:
        assert all(done.index(before) < done.index(task.key) for before in task.after)


@given(plans(), st.data())
def test_what_was_done_until_any_moment_is_undone_latest_first_or_named(plan: Plan, data: Any) -> None:
    done = _lived(plan, lambda keys: data.draw(st.sampled_from(keys)))[: data.draw(st.integers(0, 12))]

    back = undo_order(plan, done)

    undone, remain = [c.task for c in back.compensations], [r.task for r in back.remains]
    looked = [key for key in done if plan.task(key).changes_nothing]
    assert undone == [key for key in reversed(done) if key in undone]
    assert sorted([*undone, *remain, *looked]) == sorted(done)
    assert all(r.why for r in back.remains)


@given(plans())
def test_a_plan_survives_being_written(plan: Plan) -> None:
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ((_task("a", "b"), _task("b", "a")), "tasks wait for each other: (a after b after a|b after a after b)"),
        ((_task("a", "a"),), "tasks wait for each other: a after a"),
        ((_task("a", "z"),), "task a waits for z, which the plan does not have"),
        ((_task("a"), _task("a")), "the plan has two tasks a"),
        ((), "at least 1 item"),
    ],
)
def test_a_plan_that_could_not_end_is_refused(tasks: tuple[Task, ...], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Plan(tasks=tasks)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "give undo, or stays"),
        ({"stays": "x", "changes_nothing": True}, "give undo, or stays"),
        ({"stays": "x", "inputs": {"a": "b"}}, "names no automation"),
        ({"undo": Undo(title="Back", automated=True)}, "names no automation"),
    ],
)
def test_a_task_that_hides_its_effect_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Task(key="a", title="A", team="desk", **fields)


def test_an_unknown_task_cannot_be_done() -> None:
    plan = Plan(tasks=(_task("a"),))

    for ask in (lambda: ready(plan, ["b"]), lambda: undo_order(plan, ["b"]), lambda: plan.task("b")):
        with pytest.raises(LookupError, match=r"no task '?b"):
            ask()


def test_an_automation_undoes_what_it_did_only_where_the_plan_says_so() -> None:
    by_itself = _task("a", automation="group-add", undo=Undo(title="Back", automated=True))
    by_hand = _task("b", automation="group-add", undo=Undo(title="Back", team="other"))

    back = undo_order(Plan(tasks=(by_itself, by_hand)), ["a", "b"]).compensations

    assert [(c.task, c.automation, c.team) for c in back] == [("b", None, "other"), ("a", "group-add", "desk")]


def test_inputs_come_from_the_form_and_from_who_asked_and_empty_fields_give_none() -> None:
    task = _task(
        "a", automation="x", stays="x", inputs={"person": "for_whom", "by": "requester", "until": "until", "n": "count"}
    )

    found = inputs_of(task, {"count": 3}, requester="omar", for_whom="rita")

    assert found == {"person": "rita", "by": "omar", "n": 3}


def test_a_new_starter_is_twelve_tasks_over_four_teams_most_of_them_side_by_side() -> None:
    plan = organisation.item("new-starter").plan

    rounds: list[list[str]] = []
    done: list[str] = []
    while now := ready(plan, done):
        rounds.append([task.key for task in now])
        done += rounds[-1]

    assert rounds == [
        ["account", "desk", "badge", "laptop"],
        ["mailbox", "groups", "second-factor", "erp-user"],
        ["erp-role", "set-up", "welcome-letter"],
        ["first-day"],
    ]
    assert {task.team for task in plan.tasks} == {"platform", "service-desk", "business-apps", "workplace"}


@pytest.mark.parametrize("key", ["approve-manager", "undo-laptop", "rework-1"])
def test_no_task_is_called_as_those_are_that_no_plan_names(key: str) -> None:
    with pytest.raises(ValidationError, match="is what other tasks are called"):
        Plan(tasks=(_task(key),))
