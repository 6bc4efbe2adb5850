"""What a fact says in numbers: under registered names, with bounded labels, once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from definitions.case import CaseState
from definitions.cycle.acts import AskGate, Decide, Evidenced, OverrideGate, PlanTrial, SignalSeen, StopCycle
from definitions.cycle.errands import Errand, Failed, Looked, failed, looked
from definitions.cycle.evidence import Evidence, Neighbours
from definitions.example import organisation
from definitions.facts import Draft, Fact, chained
from definitions.kinds import evolve
from definitions.meters import labels_problem, meter
from definitions.request.acts import Approve, ClaimTask, Reject, ReleaseTask, TaskDone
from definitions.rules.counted import Sample, counted
from definitions.rules.facts import evolve as fold
from definitions.runs import StartCase
from office.recorded import golden
from tests.definitions.cycle.lives import ALL
from tests.definitions.cycle.lives import Life as Cycle
from tests.definitions.cycle.test_rules import controlled
from tests.definitions.request.life import WORDS, Life

HISTORIES = sorted((Path(__file__).parents[1] / "histories").glob("*.json.gz"))
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def samples(facts: list[Fact], start: CaseState) -> list[Sample]:
    """Of a whole life."""
    found: list[Sample] = []
    state = start
    for fact in facts:
        after = evolve(state, fact)
        found += counted(fact, state, after)
        state = after
    return found


def of(found: list[Sample], name: str) -> list[tuple[dict[str, str], float]]:
    return [(sample.labels, sample.value) for sample in found if sample.name == name]


def counts(found: list[Sample], name: str, label: str) -> dict[str, float]:
    totals: Counter[str] = Counter()
    for labels, value in of(found, name):
        totals[labels[label]] += value
    return dict(totals)


def vpn() -> Life:
    """VPN access that waits for a manager."""
    return Life(organisation.request("vpn-access"), approvers={"manager": ("omar",)})


def lived(case: Life) -> list[Sample]:
    return samples(case.facts, CaseState(id=case.state.id, kind="request"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.name.partition(".")[0])
def test_every_recorded_life_is_counted_under_registered_names_and_nobody_is_in_a_label(path: Path) -> None:
    recorded = golden(path)
    facts = list(recorded.facts)
    begun = recorded.history.events[0].workflow_execution_started_event_attributes.input.payloads[0]
    start = StartCase.model_validate_json(begun.data)

    found = samples(facts, start.state or CaseState(id=start.case_id, kind=start.definition.kind))

    for name, labels, value in found:
        assert labels_problem(meter(name), frozenset(labels)) is None
        assert value >= 0
        assert all(
            isinstance(text, str) and "@" not in text and facts[0].case_id not in text for text in labels.values()
        )
    assert len(of(found, "jidoka_cases_opened")) == (start.opening is not None)


def test_a_stage_of_approval_is_counted_with_what_it_waited() -> None:
    yes, no = vpn(), vpn()
    yes.now += 2 * HOUR
    yes.take(Approve(by="omar"))
    no.now += 3 * HOUR
    no.take(Reject(by="omar", text=WORDS))

    assert counts(lived(yes), "jidoka_approvals", "outcome") == {"granted": 1}
    assert of(lived(yes), "jidoka_approval_wait_seconds") == [({"service": "vpn", "outcome": "granted"}, 7200.0)]
    assert of(lived(no), "jidoka_approval_wait_seconds") == [({"service": "vpn", "outcome": "refused"}, 10800.0)]
    assert counts(lived(no), "jidoka_cases_resolved", "outcome") == {"rejected": 1}


def test_tasks_are_counted_by_team_with_what_they_waited_and_what_they_took() -> None:
    case = vpn()
    case.take(Approve(by="omar"))
    by_hand = [work.key for work in case.waiting() if work.automation is None]
    machine = [work.key for work in case.waiting() if work.automation is not None]
    first, second = by_hand[:2]
    case.now += HOUR
    case.take(ClaimTask(by="sam", task=first))
    case.now += HOUR
    case.take(ReleaseTask(by="sam", task=first))
    case.take(ClaimTask(by="kim", task=first))
    case.now += HOUR
    case.take(TaskDone(by="kim", task=first))
    # Done without being claimed before: it waited three hours, and what it took was not measured.
    case.take(TaskDone(by="kim", task=second))
    for key in machine:
        case.automated(key)

    found = lived(case)

    team = {work.key: work.team for work in case.request.tasks}
    assert of(found, "jidoka_task_wait_seconds") == [
        *(({"team": team[first]}, 3600.0), ({"team": team[first]}, 7200.0), ({"team": team[second]}, 10800.0)),
    ]
    assert of(found, "jidoka_task_touch_seconds") == [({"team": team[first]}, 3600.0)]
    assert counts(found, "jidoka_tasks", "outcome") == {"done": 2, "automated": len(machine)}


def test_a_task_that_its_automation_failed_at_is_counted_as_that_and_then_as_a_persons() -> None:
    case = Life(organisation.request("password-reset"))
    (work,) = case.waiting()
    case.automated(work.key, "failed")
    case.take(TaskDone(by="sam", task=work.key))

    assert counts(lived(case), "jidoka_tasks", "outcome") == {"failed": 1, "done": 1}


def one(type_: str, actor: str = "jidoka", before: CaseState | None = None, **data: object) -> list[Sample]:
    """What one fact is counted as, three hours after the case was opened."""
    state = before or CaseState(id="INC-0000", service="vpn", opened_at=MONDAY)
    draft = Draft.model_validate({"type": type_, "actor": actor, "data": data})
    at = MONDAY + 3 * HOUR
    fact = chained(draft, case_id=state.id, seq=1, step=state.step, at=at, prev_hash=state.last_hash)
    return list(counted(fact, state, state))


@pytest.mark.parametrize(
    ("type_", "data", "sample"),
    [
        ("routed", {"team": "net"}, ("jidoka_routings", {"team": "net", "reason": "rules"})),
        (
            "routed",
            {"team": "net", "learned": {"choice": "learning"}},
            ("jidoka_routings", {"team": "net", "reason": "learning"}),
        ),
        ("help_drawn", {"arm": "hold_out"}, ("jidoka_help", {"service": "vpn", "arm": "hold_out"})),
        ("offered", {}, ("jidoka_offers", {"service": "vpn", "outcome": "offered"})),
        ("offer_taken", {}, ("jidoka_offers", {"service": "vpn", "outcome": "taken"})),
        ("offer_declined", {}, ("jidoka_offers", {"service": "vpn", "outcome": "declined"})),
        (
            "remedy_tried",
            {"automation": "reset", "outcome": "done", "verified": False},
            ("jidoka_remedies", {"automation": "reset", "outcome": "not_verified"}),
        ),
        (
            "overridden",
            {"step": "routing", "reason": "knows_more"},
            ("jidoka_overrides", {"step": "routing", "reason": "knows_more"}),
        ),
    ],
)
def test_what_is_offered_tried_chosen_and_overridden_is_counted(
    type_: str, data: dict[str, object], sample: tuple[str, dict[str, str]]
) -> None:
    assert one(type_, **data) == [Sample(*sample)]


def test_feedback_is_answered_once_and_by_a_person() -> None:
    state = CaseState(id="FBK-0000", kind="feedback", service="vpn", opened_at=MONDAY)
    heard = state.model_copy(update={"responded_at": MONDAY + HOUR})

    assert one("answered_giver", "lea", state) == [
        Sample("jidoka_feedback_response_seconds", {"service": "vpn"}, 10800.0),
    ]
    assert one("acted_on", "lea", heard) == one("shared_with", "jidoka", state) == []


def test_gates_of_a_cycle_are_counted_by_phase_and_answer() -> None:
    life = Cycle("kaizen")
    held = ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-1",))})
    for evidence in (held, held, ALL):
        life.do(AskGate(by="ravi"))
        life.do(Evidenced(evidence=evidence))
    life.do(AskGate(by="ravi"))
    life.do(Evidenced(evidence=Evidence()))

    found = of(cycled(life), "jidoka_gates")

    assert found == [
        ({"kind": "kaizen", "step": step, "outcome": outcome}, 1.0)
        for step, outcome in (
            ("problem", "refused"),
            ("problem", "refused"),
            ("problem", "passed"),
            ("cause", "refused"),
        )
    ]


def test_a_gate_that_was_gone_past_is_counted_as_overridden() -> None:
    life = Cycle()
    life.do(AskGate(by="ravi"))
    life.do(Evidenced(evidence=ALL.model_copy(update={"neighbours": Neighbours(same=("DMC-1",))})))
    life.do(OverrideGate(by="dana", text=life.cycle.charter.title))

    assert counts(cycled(life), "jidoka_gates", "outcome") == {"refused": 1, "overridden": 1}


def test_looks_are_counted_by_what_they_said_and_errands_that_nobody_could_do_too() -> None:
    life = Cycle("kaizen")
    plan = {"experiment": "fast-route", "plan": "abc", "text": life.cycle.charter.title}
    life.do(PlanTrial.model_validate({"by": "ravi", **plan}))
    for number, says in enumerate(("continue", "continue", "win"), 1):
        look = Looked(number=number, says=says, next_at=life.now)
        life.write(looked(life.state, life.definition, life.now, look))
    life.write(looked(life.state, life.definition, life.now, Looked(number=None, says=None, next_at=life.now)))
    life.write(failed(Failed(errand=Errand.LOOK, why="the records are away"), life.now))

    found = cycled(life)

    assert counts(found, "jidoka_looks", "outcome") == {"continue": 2, "win": 1}
    assert counts(found, "jidoka_looks", "experiment") == {"fast-route": 3}
    assert of(found, "jidoka_errand_failures") == [({"kind": "kaizen", "step": "look"}, 1.0)]


@pytest.mark.parametrize("how", ["report", "pause", "revert"])
def test_a_signal_is_counted_with_the_time_until_somebody_or_something_reacted(how: str) -> None:
    life = controlled(on_signal=how)
    point = life.now
    life.now += 5 * HOUR
    life.do(SignalSeen(at=point, rule="beyond the limit", value=0.4))

    found = cycled(life)

    assert of(found, "jidoka_control_signals") == [({"kind": "dmaic", "reason": how}, 1.0)]
    assert of(found, "jidoka_signal_reaction_seconds") == [({"kind": "dmaic", "reason": how}, 5 * 3600.0)]


def test_after_a_pause_the_time_until_people_decide_is_counted_too() -> None:
    life = controlled(on_signal="pause")
    point = life.now
    life.do(SignalSeen(at=point, rule="beyond the limit", value=0.4))
    life.now += 30 * HOUR
    life.do(Decide(by="dana", accept=True, text=life.cycle.charter.title))

    assert of(cycled(life), "jidoka_signal_reaction_seconds") == [
        ({"kind": "dmaic", "reason": "pause"}, 0.0),
        ({"kind": "dmaic", "reason": "decided"}, 30 * 3600.0),
    ]


def test_a_cycle_that_ends_is_counted_with_its_outcome_and_how_long_it_took() -> None:
    held, stopped = controlled(), Cycle("kaizen")
    held.pass_(92)
    stopped.now += 3 * HOUR
    stopped.do(StopCycle(by="dana", text=stopped.cycle.charter.title))

    assert of(cycled(held), "jidoka_cycle_seconds") == [({"kind": "dmaic", "outcome": "held"}, 92 * 86_400.0)]
    assert of(cycled(stopped), "jidoka_cycle_seconds") == [({"kind": "kaizen", "outcome": "cancelled"}, 3 * 3600.0)]


def cycled(life: Cycle) -> list[Sample]:
    """Of the whole life of a cycle, folded as its own kind does."""
    found: list[Sample] = []
    state = CaseState(id=life.state.id, kind=life.state.kind)
    for fact in life.facts:
        after = fold(state, fact, life.kind.rules)
        found += counted(fact, state, after)
        state = after
    for sample in found:
        assert labels_problem(meter(sample.name), frozenset(sample.labels)) is None
    return found
