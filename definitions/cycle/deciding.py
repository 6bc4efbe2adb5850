"""What becomes of what was tried: decided, stopped, taken back after a signal; and the benefit that goes with it."""

from datetime import datetime

from definitions.case import SYSTEM, CaseState
from definitions.cycle.acts import Decide, SignalSeen, StopCycle
from definitions.cycle.benefit import actual
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.rules import TRYING, cycle_of, open_
from definitions.cycle.state import CycleState, Signal
from definitions.facts import Draft
from definitions.rules.base import Refused, decide, draft, ref, said


@decide.register
def _(act: Decide, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    if cycle.evidence.result is None:
        raise Refused(f"the trial of {state.id} has no result yet: there is nothing to decide on")
    if cycle.paused:
        return _after_signal(act, cycle, now)
    if cycle.decided is not None:
        raise Refused(f"{cycle.decided.by} has decided already; what follows shows in the control chart")
    if act.accept and not cycle.evidence.won and act.text is None:
        raise Refused("the trial did not show that it helps: roll it back, or say why it is accepted all the same")
    settling = "accept" if act.accept else "roll_back"
    decided = said(act, "decided", accepted=act.accept, text=ref(act.text), settling=settling)
    return (decided, *_benefit(cycle, now, accepted=act.accept))


@decide.register
def _(act: StopCycle, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    cycle = open_(act, state)
    stopped = said(act, "cancelled", "end", text=ref(act.text))
    if cycle.phase not in TRYING or cycle.decided is not None:
        return (stopped,)
    # Else cases would go on having arms that nobody looks at.
    experiment = cycle.planned.experiment if cycle.planned else None
    return (draft("trial_withdrawn", act.by, experiment=experiment), stopped)


@decide.register
def _(news: SignalSeen, state: CaseState, definition: CycleDefinition, now: datetime) -> tuple[Draft, ...]:
    return signalled(Signal(at=news.at, rule=news.rule, value=news.value), state, now)


def signalled(signal: Signal, state: CaseState, now: datetime) -> tuple[Draft, ...]:
    """What the control plan says to a signal; one that was seen before says nothing."""
    cycle = cycle_of(state)
    if state.ended or cycle.control_until is None or any(known.at == signal.at for known in cycle.signals):
        return ()
    plan = cycle.control.on_signal if cycle.control else "report"
    seen = draft("signal_seen", SYSTEM, at=signal.at.isoformat(), rule=signal.rule, value=signal.value)
    reacted = draft("reacted", SYSTEM, how=plan)
    if plan != "revert":
        return (seen, reacted)
    return (seen, reacted, *_benefit(cycle, now, accepted=False), ended_as("signalled"))


def _after_signal(act: Decide, cycle: CycleState, now: datetime) -> tuple[Draft, ...]:
    """The standard stays and is watched on, or is taken back and the cycle ends."""
    settling = None if act.accept else "revert"
    decided = said(act, "decided", accepted=act.accept, text=ref(act.text), settling=settling)
    if act.accept:
        return (decided,)
    return (decided, *_benefit(cycle, now, accepted=False), ended_as("signalled"))


def ended_as(outcome: str) -> Draft:
    """The end: held (watched to its end), signalled, rolled_back, unwatched."""
    return draft("closed", SYSTEM, "end", outcome=outcome)


def _benefit(cycle: CycleState, now: datetime, *, accepted: bool) -> tuple[Draft, ...]:
    found = actual(cycle.charter, cycle.evidence, accepted=accepted, at=now)
    return () if found is None else (draft("benefit_found", SYSTEM, actual=found.model_dump(mode="json")),)
