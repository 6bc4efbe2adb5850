"""When an incident is reviewed by itself: it was a major one, or missed the resolution target of its priority."""

from collections.abc import Iterator
from datetime import datetime

from definitions.case import CaseState
from definitions.facts import Draft, Fact
from definitions.review.acts import Reviewed
from definitions.rules.base import decide, draft
from definitions.rules.facts import Rule
from definitions.rules.notices import Convene
from definitions.slices import CaseDefinition, IncidentDefinition
from definitions.targets import Clock

REVIEWED: dict[str, Rule] = {"review_opened": Rule(also=lambda state, fact: {"reviewed": str(fact.data["review"])})}
"""What a case remembers of its review."""
OVER = frozenset({"major_stood_down", "resolved", "cancelled"})


def convened(fact: Fact, state: CaseState, definition: IncidentDefinition) -> Iterator[Convene]:
    """Once, when it is over; what belongs to another case is reviewed with that one."""
    if definition.reviewed is None or fact.type not in OVER or state.reviewed is not None:
        return
    if state.parent is not None or state.merged_into is not None:
        return
    if fact.type == "major_stood_down" or state.major:
        yield Convene(why="major")
    elif fact.type != "major_stood_down" and state.priority in definition.reviewed and _missed(state, definition):
        yield Convene(why="breach")


def _missed(state: CaseState, definition: IncidentDefinition) -> bool:
    return any(t.clock is Clock.RESOLUTION and t.key in state.breached for t in definition.targets)


@decide.register
def _(news: Reviewed, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    return () if state.reviewed else (draft("review_opened", news.by, review=news.review, why=news.why),)
