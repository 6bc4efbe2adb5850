"""How facts change a cycle."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from definitions.case import CaseState, Stage
from definitions.cycle.benefit import Actual, Forecast
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Evidence
from definitions.cycle.rules import cycle_of
from definitions.cycle.state import (
    COURSE,
    ControlPlan,
    Countermeasure,
    CycleBrief,
    CycleState,
    Decided,
    GateRecord,
    Ground,
    Hypothesis,
    Method,
    Phase,
    Planned,
    Signal,
)
from definitions.facts import Fact, TextRef
from definitions.rules.facts import COMMON, Change, Rule


def _with(state: CaseState, **change: Any) -> Change:
    return {"cycle": cycle_of(state).model_copy(update=change)}


def _opened(method: Method) -> Rule:
    def begin(state: CaseState, fact: Fact) -> Change:
        brief = CycleBrief.model_validate(fact.data["cycle"])
        began = CycleState(**dict(brief), phase=COURSE[method][0], turned_at=fact.at)
        return {"opened_at": fact.at, "queued_at": fact.at, "acknowledged_at": fact.at, "cycle": began}

    return replace(COMMON["opened"], stage=Stage.IN_PROGRESS, also=begin)


def _amended(state: CaseState, fact: Fact) -> Change:
    return _with(state, charter=Charter.model_validate(fact.data["charter"]))


def _hypothesis(state: CaseState, fact: Fact) -> Change:
    data = {"id": fact.data["hypothesis"], "text": fact.data["text"], "parent": fact.data["parent"], "by": fact.actor}
    return _with(state, hypotheses=(*cycle_of(state).hypotheses, Hypothesis.model_validate(data)))


def _ground(state: CaseState, fact: Fact) -> Change:
    named = {name: fact.data[name] for name in ("kind", "supports", "reference", "text")}
    ground = Ground.model_validate(named | {"by": fact.actor})
    changed = tuple(
        each.model_copy(update={"grounds": (*each.grounds, ground)}) if each.id == fact.data["hypothesis"] else each
        for each in cycle_of(state).hypotheses
    )
    return _with(state, hypotheses=changed)


def _proposed(state: CaseState, fact: Fact) -> Change:
    named = {name: fact.data[name] for name in ("text", "change", "cause")}
    found = Countermeasure.model_validate(named | {"id": fact.data["countermeasure"], "by": fact.actor})
    return _with(state, countermeasures=(*cycle_of(state).countermeasures, found))


def _evidence(state: CaseState, fact: Fact) -> Change:
    before = cycle_of(state)
    known = before.knowing(Evidence.model_validate(fact.data["evidence"]))
    came = before.evidence.result is None and known.evidence.result is not None
    return {"cycle": known.model_copy(update={"turned_at": fact.at}) if came else known}


def _gate(state: CaseState, fact: Fact) -> Change:
    cycle = cycle_of(state)
    # Whoever asked, not whoever computed; a lead who overrides stands as actor.
    by = fact.actor if fact.type == "gate_overridden" else cycle.asked_by or fact.actor
    record = GateRecord.model_validate(fact.data | {"at": fact.at, "by": by})
    return _with(state, gates=(*cycle.gates, record), asked_by=None, turned_at=fact.at)


def _planned(state: CaseState, fact: Fact) -> Change:
    named = {name: fact.data[name] for name in ("experiment", "plan", "text")}
    # What was found about the plan before is no evidence for this one.
    evidence = cycle_of(state).evidence.model_copy(update={"trial": None})
    return _with(state, planned=Planned.model_validate(named | {"by": fact.actor}), evidence=evidence)


def _looked(state: CaseState, fact: Fact) -> Change:
    return _with(state, looks=fact.data["number"], look_at=_at(fact, "next_at"))


def _decided(state: CaseState, fact: Fact) -> Change:
    decided = Decided(accepted=bool(fact.data["accepted"]), by=fact.actor, at=fact.at)
    return _with(state, decided=decided, settling=fact.data["settling"], paused=False)


def _withdrawn(state: CaseState, fact: Fact) -> Change:
    cycle = cycle_of(state)
    # Cases go on getting arms until it is carried out, whatever could not be done before. A trial that may still be
    # about to begin is waited for.
    rests = cycle.rests_until if cycle.begun_at is None else None
    return _with(state, settling="roll_back", rests_until=rests)


def _settled(state: CaseState, fact: Fact) -> Change:
    change: Change = {"settling": None, "standard": fact.data["standard"]}
    if fact.data["refused"] and fact.data["did"] == "accept":
        # It is no standard: somebody has to decide anew.
        change |= {"decided": None, "actual": None, "turned_at": fact.at}
    return _with(state, **change)


def _control_began(state: CaseState, fact: Fact) -> Change:
    cycle = cycle_of(state)
    assert cycle.control is not None
    watch_at = fact.at + timedelta(days=cycle.control.every_days)
    return {"resolved_at": fact.at} | _with(state, control_until=_at(fact, "until"), watch_at=watch_at)


def _reacted(state: CaseState, fact: Fact) -> Change:
    how = fact.data["how"]
    settling = "revert" if how == "revert" else cycle_of(state).settling
    return _with(state, paused=how == "pause", settling=settling, turned_at=fact.at)


def _signal(state: CaseState, fact: Fact) -> Change:
    signal = Signal.model_validate({name: fact.data[name] for name in ("at", "rule", "value")})
    return _with(state, signals=(*cycle_of(state).signals, signal))


def _at(fact: Fact, name: str) -> datetime:
    return datetime.fromisoformat(str(fact.data[name]))


FACTS: dict[str, Rule] = {
    "charter_amended": Rule(also=_amended, by_hand=True),
    "hypothesis_added": Rule(also=_hypothesis, by_hand=True),
    "ground_added": Rule(also=_ground, by_hand=True),
    "countermeasure_proposed": Rule(also=_proposed, by_hand=True),
    "control_planned": Rule(
        also=lambda state, fact: _with(state, control=ControlPlan.model_validate(fact.data["control"])), by_hand=True
    ),
    "gate_asked": Rule(also=lambda state, fact: _with(state, asked_by=fact.actor), by_hand=True),
    "evidence_found": Rule(also=_evidence),
    "gate_passed": Rule(also=_gate),
    "gate_refused": Rule(also=_gate),
    "gate_overridden": Rule(also=_gate, by_hand=True),
    "forecast_locked": Rule(
        also=lambda state, fact: _with(state, forecast=Forecast.model_validate(fact.data["forecast"]))
    ),
    "phase_entered": Rule(
        also=lambda state, fact: (
            _with(state, phase=Phase(str(fact.data["phase"]))) | (COMMON["step_entered"].also or _nothing)(state, fact)
        )
    ),
    "decided": Rule(also=_decided, by_hand=True),
    "benefit_found": Rule(also=lambda state, fact: _with(state, actual=Actual.model_validate(fact.data["actual"]))),
    "trial_planned": Rule(also=_planned, by_hand=True),
    "trial_began": Rule(
        also=lambda state, fact: _with(
            state, begun_at=fact.at, look_at=_at(fact, "look_at"), standard=fact.data["standard"]
        )
    ),
    "trial_withdrawn": Rule(also=_withdrawn),
    "looked": Rule(also=_looked),
    "look_put_off": Rule(also=lambda state, fact: _with(state, look_at=_at(fact, "until"))),
    "settled": Rule(also=_settled),
    "control_began": Rule(Stage.RESOLVED, also=_control_began),
    "chart_read": Rule(also=lambda state, fact: _with(state, watch_at=_at(fact, "next_at"))),
    "signal_seen": Rule(also=_signal),
    "reacted": Rule(also=_reacted),
    "followed_up": Rule(also=lambda state, fact: _with(state, follow_up=fact.data["cycle"])),
    "errand_failed": Rule(also=lambda state, fact: _with(state, rests_until=_at(fact, "until"))),
    "nudged": Rule(also=lambda state, fact: _with(state, nudged_at=fact.at, nudges=cycle_of(state).nudges + 1)),
    "still_waiting": Rule(also=lambda state, fact: _with(state, nudged_at=fact.at)),
    "learned": Rule(also=lambda state, fact: _with(state, lesson=TextRef.model_validate(fact.data["text"]))),
}


def _nothing(state: CaseState, fact: Fact) -> Change:
    return {}


def rules_of(method: Method) -> dict[str, Rule]:
    """Every fact that changes a cycle of this method."""
    return COMMON | FACTS | {"opened": _opened(method)}
