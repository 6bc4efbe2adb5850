"""Whole lives of requests drawn at random: whatever people, automations and time do and in whatever order, a request
neither hangs nor contradicts itself, nothing is granted by silence, nothing stays done in silence.

JIDOKA_TEST_LIVES asks for more lives than those of every run.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from definitions import acts
from definitions.approvals import Standing
from definitions.approvals import standing as stands
from definitions.case import CaseState
from definitions.example import organisation
from definitions.facts import Fact
from definitions.kinds import evolve
from definitions.request.acts import Approve, ClaimTask, NotDecided, Reject, ReleaseTask, TaskDone
from definitions.request.facts import STAGES
from definitions.request.kind import REQUEST
from definitions.request.tasks import tasks_of
from definitions.rules.base import Refused
from tests.definitions.request.life import CASE, MONDAY, WORDS, Life, slice_of
from tests.definitions.request.test_approving import stage
from tests.definitions.request.test_cancelling import CHAIN

LIVES = int(os.environ.get("JIDOKA_TEST_LIVES", "600"))
BATCHES = 20
PEOPLE = ("rita", "mina", "omar", "lena", "max", "sam", "jay", "kim")
STAGED = CHAIN.model_copy(update={"approvals": (stage("first", "all"), stage("second", 2))})
DEFINITIONS = (
    *(organisation.request(item.key) for item in organisation.catalogue),
    *(slice_of(item) for item in (CHAIN, STAGED, STAGED)),
)
Draw = Callable[[Random, Life], acts.Act | acts.News]


def _by(random: Random) -> str:
    return random.choice(PEOPLE)


def _asked(random: Random, life: Life) -> str:
    """Mostly somebody who is asked."""
    stage = life.request.stage
    return random.choice(stage.asked) if stage and stage.asked and random.random() < 0.7 else _by(random)


def _task(random: Random, life: Life) -> str:
    keys = [*(work.key for work in life.waiting()), *(row.id.partition("/")[2] for row in tasks_of(life.state))]
    return random.choice(keys or ["laptop"])


def _done(random: Random, life: Life) -> acts.Act:
    key = _task(random, life)
    work = life.request.work(key)
    by = work.assignee if work and work.assignee and random.random() < 0.8 else _by(random)
    return TaskDone(by=by, task=key, text=WORDS, stays=random.random() < 0.05)


def _approve(random: Random, life: Life) -> acts.Act:
    person = _asked(random, life)
    other = random.random() < 0.2
    return Approve(by=_by(random) if other else person, for_whom=person if other else None)


MESSAGES: dict[str, tuple[int, Draw]] = {
    "approve": (8, _approve),
    "reject": (1, lambda r, life: Reject(by=_asked(r, life), text=WORDS)),
    "claim_task": (8, lambda r, life: ClaimTask(by=_by(r), task=_task(r, life))),
    "release_task": (2, lambda r, life: ReleaseTask(by=_by(r), task=_task(r, life))),
    "task_done": (12, _done),
    "cancel": (1, lambda r, life: acts.Cancel(by=r.choice(("rita", "lena")), text=WORDS)),
    "confirm": (1, lambda r, life: acts.Confirm(by="rita")),
    "reopen": (2, lambda r, life: acts.Reopen(by="rita", text=WORDS)),
    "hear": (1, lambda r, life: acts.Hear(by=_by(r), text=WORDS, answer=r.choice((True, False, None)))),
    "comment": (1, lambda r, life: acts.Comment(by=_by(r), text=WORDS)),
    "not_decided": (1, lambda r, life: NotDecided(person=_asked(r, life), task="approve-manager", why="unproven")),
    "answer": (1, lambda r, life: acts.Answer(by="rita", question="solved", value="yes")),
}


def born(random: Random) -> Life:
    """Some item, for oneself or for somebody else; sometimes nobody can be asked."""
    definition = random.choice(DEFINITIONS)
    asks = (("omar", "lena"), ("omar",), ("omar", "max", "kim"), ())
    return Life(
        definition,
        for_whom=random.choice(("rita", "rita", "mina")),
        approvers={each.key: random.choice(asks) for each in definition.approvals},
        now=MONDAY + timedelta(minutes=random.randrange(7 * 1440)),
    )


def live(random: Random) -> tuple[Life, list[str]]:
    """A whole life, and every message in the order in which the request took it."""
    life, taken = born(random), []
    names, weights = list(MESSAGES), [weight for weight, _ in MESSAGES.values()]
    for _ in range(40):
        running = [work.key for work in life.waiting() if work.state == "running"]
        if running and random.random() < 0.5:
            outcome = random.choice(("done", "done", "nothing", "failed", "unknown"))
            life.automated(random.choice(running), outcome)
            taken.append(f"({outcome})")
        else:
            name = random.choices(names, weights)[0]
            act = MESSAGES[name][1](random, life)
            if isinstance(act, acts.Act) and random.random() < 0.1:
                act = act.model_copy(update={"at": life.now - timedelta(minutes=random.randrange(1, 600))})
            before = life.state
            try:
                life.take(act)
                taken.append(name)
            except Refused:
                assert life.state == before
        check(life, taken)
        if random.random() < 0.3:
            life.sleep(life.now + timedelta(minutes=random.choice((1, 60, 600, 6000, 60000))))
            taken.append("...")
            check(life, taken)
    return life, taken


def check(life: Life, taken: list[str]) -> None:
    """Fail with the whole story unless the request agrees with itself."""
    found = [*_of_stage(life), *_of_decisions(life), *_of_tasks(life), *_of_time(life)]
    assert not found, f"{'; '.join(found)}\nafter {', '.join(taken)}\nfacts {life.types()}"


def _of_stage(life: Life) -> list[str]:
    state, request, found = life.state, life.request, []
    if state.step in STAGES and STAGES[state.step] is not state.stage:
        found.append(f"stage {state.stage} in step {state.step}")
    if (state.stage == "paused") != (request.stage is not None and not state.ended):
        found.append(f"stage {state.stage}, and {'a' if request.stage else 'no'} stage is asked")
    busy = any(work.state in ("running", "claimed") for work in request.tasks)
    if (state.stage == "in_progress") != busy:
        found.append(f"stage {state.stage}, and {'something' if busy else 'nothing'} is under way")
    if state.stage in ("queued", "in_progress") and not life.waiting():
        found.append("it waits for nobody: it hangs")
    if state.stage == "paused" and request.stage and not (request.stage.due_at or request.stage.team):
        found.append("it waits for a decision that nobody will be asked for again")
    if state.stage == "resolved" and life.outlook.next_at is None:
        found.append("resolved, and nothing will ever close it")
    if state.ended and (life.waiting() or life.outlook.next_at is not None):
        found.append("ended, and yet something waits")
    if state.ended and any(row.state in ("open", "claimed") for row in tasks_of(state)):
        found.append("ended, and yet a list shows something to do")
    return found


def _of_decisions(life: Life) -> list[str]:
    found = []
    stages = {each.key: each for each in life.definition.approvals}
    for approval in life.request.stages:
        answers = {said.person: said.yes for said in approval.said}
        came = stands(stages[approval.stage], approval.people, answers, approval.also)
        if came != Standing(approval.standing):
            found.append(f"{approval.stage} is {approval.standing}, but the answers come to {came}")
        voices = [said.by for said in approval.said]
        if len(set(voices)) != len(voices) or {"rita", life.request.for_whom} & set(voices):
            found.append(f"{approval.stage} was answered by {voices}")
    if life.request.tasks and not all(approval.standing == "granted" for approval in life.request.stages):
        found.append("a task was opened before everybody had said yes")
    return found


def _of_tasks(life: Life) -> list[str]:
    request, found = life.request, []
    plan = {task.key: task for task in life.definition.plan.tasks}
    for number, key in enumerate(request.done):
        if not set(plan[key].after) <= set(request.done[:number]):
            found.append(f"{key} was done before {plan[key].after}")
    if life.state.outcome == "cancelled":
        kept = {kept.task for kept in request.remains}
        silent = [k for k in request.done if not plan[k].changes_nothing and k not in (*request.undone, *kept)]
        if silent:
            found.append(f"{silent} stay done, and nobody says so")
    if life.state.stage == "resolved" and set(request.done) != set(plan):
        found.append("resolved with tasks left to do")
    if len({row.id for row in tasks_of(life.state)}) != len(tasks_of(life.state)):
        found.append("two tasks are called the same")
    return found


def _of_time(life: Life) -> list[str]:
    state, found = life.state, []
    touch, wait = state.seconds(life.now)
    end = life.now if not state.ended else state.step_since
    assert state.opened_at is not None
    assert end is not None
    if abs(touch + wait - (end - state.opened_at).total_seconds()) > 1e-3:
        found.append(f"touch {touch} and wait {wait} are not the lead time {end - state.opened_at}")
    if any(promise.state == "open" and (state.ended or promise.due <= life.now) for promise in state.promises):
        found.append("a promise that is over and neither kept nor broken")
    if len({promise.id for promise in state.promises}) != len(state.promises):
        found.append("the same promise twice")
    if life.pages != list(state.pages):
        found.append("pages that went out are not those remembered")
    return found


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_request_hangs_or_contradicts_itself(batch: int) -> None:
    random = Random(batch)

    lives = [live(random) for _ in range(LIVES // BATCHES)]

    taken = Counter(name for _, names in lives for name in names)
    assert sum(taken.values()) > 5 * len(lives)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_facts_alone_add_up_to_the_request(batch: int) -> None:
    life, _ = live(Random(1000 + batch))

    state = CaseState(id=CASE, kind="request")
    for fact in (Fact.model_validate_json(fact.model_dump_json()) for fact in life.facts):
        state = evolve(state, fact)

    assert state == life.state
    assert CaseState.model_validate_json(state.model_dump_json()) == state


def test_every_act_is_taken_and_every_end_reached_by_some_life() -> None:
    random = Random(7)
    lives = [live(random) for _ in range(200)]

    assert {name for _, names in lives for name in names} >= set(MESSAGES) - {"answer"}
    assert {acts.wire_name(act) for act in REQUEST.acts} == set(MESSAGES)
    assert {life.state.outcome for life, _ in lives} >= {"rejected", "cancelled", "confirmed", "assumed"}
    assert any(life.request.remains for life, _ in lives)
    assert any(life.request.undone for life, _ in lives)
