"""What a cycle waits for, by whom it goes on, and when somebody is reminded of it."""

from datetime import datetime
from typing import NamedTuple

from definitions.case import SYSTEM, CaseState, Stage
from definitions.cycle.deciding import ended_as
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.errands import Errand, next_errand
from definitions.cycle.rules import TRYING, cycle_of
from definitions.cycle.state import CycleState, Phase
from definitions.facts import Draft
from definitions.rules import deadlines
from definitions.rules.base import draft, working_days

BOXED = (Phase.PROBLEM, Phase.CAUSE)
"""The phases of a Kaizen that the time box holds; a trial takes the time that its plan says."""
PATIENCE_DAYS = 5
"""Working days after which whoever leads is told again that a cycle waits for people."""

DOING: dict[Errand, str] = {
    Errand.SETTLE: "the standard to be changed as decided",
    Errand.FOLLOW: "the next cycle to be opened",
    Errand.BEGIN: "the trial to begin",
    Errand.MEASURE: "measurement, for the gate {phase}",
    Errand.LOOK: "look {look} at the trial",
    Errand.WATCH: "the watch of the standard until {until}",
}
"""What an errand that is outstanding lets it wait for."""
BY_ITSELF: dict[Errand, str] = {
    Errand.LOOK: "the next look at the trial, if it is due by then",
    Errand.WATCH: "the control chart is looked at",
}
"""What happens by itself when such an errand falls due; any other is tried again."""
NEXT: dict[Phase, tuple[str, str]] = {
    Phase.DEFINE: ("a whole charter", "`amend_charter`"),
    Phase.MEASURE: ("cases triaged twice", "`add_ground`"),
    Phase.ANALYSE: ("a cause with evidence", "`add_hypothesis`, `add_ground`"),
    Phase.IMPROVE: ("something to try and its plan", "`propose`, `plan_trial`"),
    Phase.CONTROL: ("a plan of control", "`plan_control`"),
    Phase.PROBLEM: ("problem and goal in numbers", "`amend_charter`"),
    Phase.CAUSE: ("a cause, something to try and its plan", "`add_hypothesis`, `propose`, `plan_trial`"),
    Phase.TRIAL: ("nothing more", "`learn`"),
    Phase.STANDARD: ("a plan of control", "`plan_control`"),
}
"""What people bring about in each phase, and with which acts."""


class Wanted(NamedTuple):
    """What people are to do, in words, and the acts that do it."""

    what: str
    acts: str


def wanted(state: CaseState) -> Wanted | None:
    """What it wants of people; None while it waits for nobody."""
    cycle = cycle_of(state)
    if state.ended or cycle.asked_by is not None or cycle.settling is not None:
        return None
    if cycle.paused:
        return Wanted("a decision after the signal", "`decide`")
    if cycle.control_until is not None:
        return None
    if cycle.phase in TRYING and cycle.decided is None:
        return Wanted("a decision", "`decide`") if cycle.evidence.result is not None else None
    what, acts = NEXT[cycle.phase]
    ready = cycle.phase is Phase.TRIAL or (cycle.control is not None and cycle.phase in (Phase.CONTROL, Phase.STANDARD))
    what = f"somebody to ask for the gate {cycle.phase}" if ready else f"{what}; then the gate {cycle.phase}"
    return Wanted(what, f"{acts}, `ask_gate`")


def waits(state: CaseState) -> tuple[str, str] | None:
    """What it waits for, and who may act."""
    if state.ended and next_errand(state) is None:
        return None
    cycle = cycle_of(state)
    people = wanted(state)
    stop = "`override_gate`, `stop_cycle`" if _refused(cycle) else "`stop_cycle`"
    if people is not None:
        return f"{{assignee}} and the team: {people.what}", f"{people.acts}, {stop}"
    due = next_errand(state)
    doing = DOING[due.errand] if due is not None else DOING[Errand.WATCH]
    until = f"{cycle.control_until:%Y-%m-%d}" if cycle.control_until else "its end"
    return doing.format(phase=cycle.phase, look=cycle.looks + 1, until=until), "nobody" if state.ended else stop


def look(state: CaseState, definition: CycleDefinition, now: datetime) -> deadlines.Outlook:
    """Nudges and reminders, errands that fall due, the end of the watch."""
    cycle = cycle_of(state)
    due: list[Draft] = []
    ahead: list[tuple[datetime, str]] = []
    reminder = _reminder(state, definition)
    if reminder is not None:
        at, words, drafted = reminder
        (due.append(drafted) if at <= now else ahead.append((at, words)))
    errand = next_errand(state)
    if errand is not None and errand.at > now:
        ahead.append((errand.at, BY_ITSELF.get(errand.errand, f"{errand.errand} is tried again")))
    if state.stage is Stage.RESOLVED and cycle.control_until is not None:
        if cycle.control_until <= now:
            due.append(ended_as("signalled" if cycle.signals else "held"))
        else:
            ahead.append((cycle.control_until, "the standard has been watched for as long as planned"))
    return deadlines.look(state, definition, now, due=due, ahead=ahead)


def _reminder(state: CaseState, definition: CycleDefinition) -> tuple[datetime, str, Draft] | None:
    """Each working day of the time box the team, each week after that whoever leads, while it waits for people."""
    cycle, people = cycle_of(state), wanted(state)
    if people is None or cycle.turned_at is None or state.opened_at is None:
        return None
    calendar = definition.calendar(definition.calendar_of_team)
    if cycle.phase in BOXED and cycle.nudges < definition.time_box_days:
        day = cycle.nudges + 1
        at = working_days(calendar, cycle.nudged_at or state.opened_at, 1)
        words = f"day {day} of {definition.time_box_days} is over"
        return at, words, draft("nudged", SYSTEM, day=day, of=definition.time_box_days)
    since = max(cycle.turned_at, cycle.nudged_at or cycle.turned_at)
    at = working_days(calendar, since, PATIENCE_DAYS)
    return at, "whoever leads is reminded", draft("still_waiting", SYSTEM, what=people.what)


def _refused(cycle: CycleState) -> bool:
    return bool(cycle.gates) and cycle.gates[-1].gate is cycle.phase and cycle.gates[-1].outcome == "refused"
