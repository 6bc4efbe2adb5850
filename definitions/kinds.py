"""Every kind of case, and the rules in force: what an act leads to, how facts change a case, what time brings.

Pure. A kind is added by naming it in `KINDS`; everything that serves cases goes by what stands there.
"""

from datetime import datetime

from definitions.acts import Act, News, wire_name
from definitions.case import CaseState
from definitions.cycle.kind import DMAIC, KAIZEN
from definitions.exposure import exposed
from definitions.facts import Draft, Fact
from definitions.feedback.kind import FEEDBACK
from definitions.problem.kind import PROBLEM
from definitions.request.kind import REQUEST
from definitions.review.kind import REVIEW
from definitions.rules import facts
from definitions.rules.base import Refused
from definitions.rules.base import decide as _decide
from definitions.rules.deadlines import Outlook
from definitions.rules.incident import INCIDENT
from definitions.rules.kind import Kind
from definitions.rules.notices import Command
from definitions.rules.opening import Opening
from definitions.slices import CaseDefinition
from definitions.tasks import TaskRow

KINDS: dict[str, Kind] = {kind.name: kind for kind in (INCIDENT, REQUEST, FEEDBACK, PROBLEM, REVIEW, DMAIC, KAIZEN)}
RULES: dict[str, facts.Rule] = {type_: rule for kind in KINDS.values() for type_, rule in kind.rules.items()}
"""Every fact type that changes some kind of case."""
_FITTING = frozenset().union(*(kind.acts for kind in KINDS.values()))
ACTS: dict[str, type[Act]] = {wire_name(each): each for each in _FITTING if issubclass(each, Act)}
NEWS: dict[str, type[News]] = {wire_name(each): each for each in _FITTING if issubclass(each, News)}
"""What fits some kind of case, by its name on the wire."""


def opening(kind: str, start: Opening, definition: CaseDefinition) -> tuple[Draft, ...]:
    """The first facts of a case, and the arms it has in experiments."""
    first, *more = KINDS[kind].opening(start, definition)
    return (first, *exposed(start.exposures), *more)


def decide(act: Act | News, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    """The facts that follow from `act`; `Refused` when it does not fit the case as it is. `now` is the run's clock."""
    if type(act) not in KINDS[state.kind].acts:
        word = wire_name(type(act)).replace("_", " ")
        raise Refused(f"cannot {word} {state.id}: that is nothing one does to {_a(state.kind)}")
    own = KINDS[state.kind].decides.get(type(act)) if isinstance(act, Act) else None
    return (own or _decide)(act, state, definition, now)


def evolve(state: CaseState, fact: Fact) -> CaseState:
    """The state after `fact`."""
    return facts.evolve(state, fact, KINDS[state.kind].rules)


def look(state: CaseState, definition: CaseDefinition, now: datetime) -> Outlook:
    """Facts that are due at `now`, else when to look again."""
    return KINDS[state.kind].look(state, definition, now)


def reactions(fact: Fact, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Command, ...]:
    """What to do about `fact`; `state` already reflects it."""
    return KINDS[state.kind].reactions(fact, state, definition, now)


def tasks_of(state: CaseState) -> tuple[TaskRow, ...]:
    """What the case waits for people to do, and what they did."""
    return KINDS[state.kind].tasks(state)


def kind_of(case_id: str) -> Kind:
    """The kind of the case with this id; an incident where nobody can tell."""
    prefix = case_id.partition("-")[0]
    return next((kind for kind in KINDS.values() if kind.prefix == prefix), INCIDENT)


def noun_of(case_id: str) -> str:
    """What the commands for the case with this id are called: `jidoka request show ...`."""
    kind = kind_of(case_id)
    return kind.noun or kind.name


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
