"""What a fact says in numbers: counters and timings that fall out of it. Names and labels: `definitions/meters.py`."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from definitions.case import SYSTEM, CaseState
from definitions.facts import Fact


class Sample(NamedTuple):
    """One more of a counter, or so many seconds in a histogram."""

    name: str
    labels: dict[str, str]
    value: float = 1.0


def counted(fact: Fact, before: CaseState, after: CaseState) -> Iterator[Sample]:
    """Each fact is counted once; `before` and `after` are the case without and with it."""
    base = {"kind": after.kind, "service": after.service}
    if before.step_since is not None and after.step != before.step:
        worth = {"step": before.step, "step_kind": before.kind_of(before.step).value}
        yield Sample("jidoka_step_seconds", base | worth, _since(before.step_since, fact))
    if before.stage_since is not None and after.stage is not before.stage:
        state = {"state": before.stage.value}
        yield Sample("jidoka_stage_seconds", base | state, _since(before.stage_since, fact))
    service, data = {"service": after.service}, fact.data
    ranked = {"priority": after.priority.value}
    match fact.type:
        case "opened":
            yield Sample("jidoka_cases_opened", base | ranked | {"channel": after.channel})
        case "routed":
            learned = data.get("learned")
            reason = str(learned["choice"]) if isinstance(learned, dict) else "rules"
            yield Sample("jidoka_routings", {"team": str(data["team"]), "reason": reason})
        case "closed" | "cancelled":
            yield Sample("jidoka_cases_resolved", base | ranked | {"outcome": after.outcome or "unknown"})
            touch, wait = after.seconds()
            yield Sample("jidoka_touch_seconds", base, touch)
            yield Sample("jidoka_wait_seconds", base, wait)
            if after.cycle is not None and after.opened_at is not None:
                ended = {"kind": after.kind, "outcome": after.outcome or "unknown"}
                yield Sample("jidoka_cycle_seconds", ended, _since(after.opened_at, fact))
        case "target_met" | "target_breached":
            ended = {"clock": str(data["clock"]), "outcome": fact.type.removeprefix("target_")}
            yield Sample("jidoka_target_outcomes", service | ranked | ended)
        case "promise_kept" | "promise_broken":
            yield Sample("jidoka_promises", service | {"outcome": fact.type.removeprefix("promise_")})
        case "paged":
            paged = {"step": str(data["step"]), "outcome": str(data["outcome"])}
            yield Sample("jidoka_escalations", service | ranked | paged)
        case "automated" | "remedy_tried":
            name = "jidoka_automations" if fact.type == "automated" else "jidoka_remedies"
            outcome = "not_verified" if data.get("verified") is False else str(data["outcome"])
            yield Sample(name, {"automation": str(data["automation"]), "outcome": outcome})
        case "exposed":
            yield Sample("jidoka_exposed", service | {"experiment": str(data["experiment"]), "arm": str(data["arm"])})
        case "help_drawn":
            yield Sample("jidoka_help", service | {"arm": str(data["arm"])})
        case "offered" | "offer_taken" | "offer_declined":
            yield Sample("jidoka_offers", service | {"outcome": fact.type.removeprefix("offer_")})
        case "overridden":
            yield Sample("jidoka_overrides", {"step": str(data["step"]), "reason": str(data["reason"])})
        case "gate_passed" | "gate_refused" | "gate_overridden":
            answered = {"step": str(data["gate"]), "outcome": fact.type.removeprefix("gate_")}
            yield Sample("jidoka_gates", {"kind": after.kind} | answered)
        case "looked" if after.cycle is not None and after.cycle.planned is not None:
            yield Sample("jidoka_looks", {"experiment": after.cycle.planned.experiment, "outcome": str(data["says"])})
        case "errand_failed":
            yield Sample("jidoka_errand_failures", {"kind": after.kind, "step": str(data["errand"])})
        case "reacted":
            reaction = {"kind": after.kind, "reason": str(data["how"])}
            yield Sample("jidoka_control_signals", reaction)
            if after.cycle is not None and after.cycle.signals:
                yield Sample("jidoka_signal_reaction_seconds", reaction, _since(after.cycle.signals[-1].at, fact))
        case "decided" if before.cycle is not None and before.cycle.paused:
            waited = _since(before.cycle.signals[-1].at, fact)
            yield Sample("jidoka_signal_reaction_seconds", {"kind": after.kind, "reason": "decided"}, waited)
        case "approval_escalated" | "stage_granted" | "stage_refused":
            yield from _approval(fact, before, service)
        case "task_claimed" | "task_done" | "task_failed" | "task_withdrawn":
            yield from _task(fact, before)
        case "answered_giver" | "taken_up" | "acted_on" | "not_acted_on" | "shared_with":
            first = before.responded_at is None and before.opened_at is not None
            if first and before.opened_at and fact.actor != SYSTEM:
                yield Sample("jidoka_feedback_response_seconds", service, _since(before.opened_at, fact))
        case _:
            pass


def _approval(fact: Fact, before: CaseState, service: dict[str, str]) -> Iterator[Sample]:
    labels = service | {"outcome": fact.type.rpartition("_")[2]}
    yield Sample("jidoka_approvals", labels)
    stages = before.request.stages if before.request else ()
    asked = [stage.asked_at for stage in stages if stage.stage == fact.data["stage"]]
    if asked and fact.type != "approval_escalated":
        yield Sample("jidoka_approval_wait_seconds", labels, _since(asked[-1], fact))


def _task(fact: Fact, before: CaseState) -> Iterator[Sample]:
    """A decision that somebody has to be found for is an approval, and no task of the plan."""
    work = before.request.work(str(fact.data["task"])) if before.request else None
    if work is None:
        return
    team = {"team": work.team}
    if fact.type == "task_claimed":
        yield Sample("jidoka_task_wait_seconds", team, _since(work.opened_at, fact))
        return
    machine = fact.data.get("automated") is True
    yield Sample("jidoka_tasks", team | {"outcome": "automated" if machine else fact.type.removeprefix("task_")})
    # What is claimed only when it is done has no work that was measured.
    if fact.type == "task_done" and not machine and work.claimed_at is not None and work.claimed_at < fact.at:
        yield Sample("jidoka_task_touch_seconds", team, _since(work.claimed_at, fact))


def _since(begin: datetime, fact: Fact) -> float:
    """A contact logged late never makes time run backwards."""
    return max(0.0, (fact.at - begin).total_seconds())
