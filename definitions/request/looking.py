"""What time and the plan bring to a request by themselves."""

from collections.abc import Iterator
from datetime import datetime

from definitions.case import SYSTEM, WORKABLE, CaseState
from definitions.catalogue import RequestDefinition
from definitions.facts import Draft
from definitions.request.approving import ahead, asking, granted, silence
from definitions.request.cancelling import going_back
from definitions.request.facts import of
from definitions.request.fulfilling import going_on
from definitions.rules import deadlines
from definitions.targets import Clock

LATE = "late"
"""The one page of a request: that its promise was missed."""


def look(state: CaseState, definition: RequestDefinition, now: datetime) -> deadlines.Outlook:
    """Stages that are asked, tasks that open, steps back, and who hears that it is late."""
    if state.ended:
        return deadlines.look(state, definition, now)
    due = (*_next(state, definition, now), *_late(state, definition))
    return deadlines.look(state, definition, now, due=due, ahead=ahead(state))


def _next(state: CaseState, definition: RequestDefinition, now: datetime) -> Iterator[Draft]:
    if of(state).cancelling:
        yield from going_back(state, definition)
    elif granted(state, definition):
        yield from going_on(state, definition, now)
    else:
        yield from asking(state, definition, now)
        yield from silence(state, definition, now)


def _late(state: CaseState, definition: RequestDefinition) -> Iterator[Draft]:
    """The lead of the team hears of a broken promise; those who work on the tasks see it in their lists."""
    clocks = {target.key for target in definition.targets if target.clock is Clock.RESOLUTION}
    if state.stage in WORKABLE and LATE not in state.pages and clocks & state.breached.keys():
        at = max(at for key, at in state.breached.items() if key in clocks)
        yield Draft(
            type="escalated",
            actor=SYSTEM,
            data={
                "page": LATE,
                "step": LATE,
                "on": "breached",
                "notify": "lead",
                "via": ["mail"],
                "due_at": at.isoformat(),
                "team": state.team,
            },
        )
