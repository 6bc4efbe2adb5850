"""Counters and timings that fall out of the facts. The SDK's meter is silent on replay, so nothing counts twice."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from definitions.case import CaseState
    from definitions.facts import Fact
    from definitions.slices import CaseDefinition


def count(fact: Fact, before: CaseState, after: CaseState, definition: CaseDefinition) -> None:
    """Whatever this fact says in numbers. Names and labels: `definitions/meters.py`."""
    base = {"kind": after.kind, "service": after.service}
    if before.step_since is not None and after.step != before.step:
        spent = max(0.0, (fact.at - before.step_since).total_seconds())
        kind = before.kind_of(before.step)
        _time("jidoka_step_seconds", spent, base | {"step": before.step, "step_kind": kind.value})
    if before.stage_since is not None and after.stage is not before.stage:
        spent = max(0.0, (fact.at - before.stage_since).total_seconds())
        _time("jidoka_stage_seconds", spent, base | {"state": before.stage.value})
    match fact.type:
        case "opened":
            _add("jidoka_cases_opened", base | {"priority": after.priority.value, "channel": after.channel})
        case "closed" | "cancelled":
            outcome = after.outcome or "unknown"
            _add("jidoka_cases_resolved", base | {"priority": after.priority.value, "outcome": outcome})
            touch, wait = after.seconds()
            _time("jidoka_touch_seconds", touch, base)
            _time("jidoka_wait_seconds", wait, base)
        case "target_met" | "target_breached":
            clock = str(fact.data["clock"])
            outcome = fact.type.removeprefix("target_")
            labels = {"service": after.service, "clock": clock, "priority": after.priority.value, "outcome": outcome}
            _add("jidoka_target_outcomes", labels)
        case "promise_kept" | "promise_broken":
            _add("jidoka_promises", {"service": after.service, "outcome": fact.type.removeprefix("promise_")})
        case "paged":
            labels = {"service": after.service, "priority": after.priority.value, "step": str(fact.data["step"])}
            _add("jidoka_escalations", labels | {"outcome": str(fact.data["outcome"])})
        case "automated":
            _add(
                "jidoka_automations",
                {"automation": str(fact.data["automation"]), "outcome": str(fact.data["outcome"])},
            )
        case _:
            pass


def count_act(kind: str, act: str, outcome: str) -> None:
    """One act of a person: done or refused."""
    _add("jidoka_acts", {"kind": kind, "act": act, "outcome": outcome})


def count_failed_flush() -> None:
    """The records could not be written; the facts wait in the run."""
    _add("jidoka_flush_failures", {})


def _add(name: str, labels: dict[str, str]) -> None:
    workflow.metric_meter().create_counter(name).add(1, labels)


def _time(name: str, seconds: float, labels: dict[str, str]) -> None:
    workflow.metric_meter().create_histogram_float(name, unit="s").record(seconds, labels)
