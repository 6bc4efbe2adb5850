"""A share of cases goes to somebody new to their kind, with somebody at their side who is not."""

from dataclasses import dataclass

from definitions.routing_learned import LearnedRouting
from measurement.routing.choice import Choice

LAYER = "coaching"
"""Layer of the keyed hash (`definitions.assignment.fraction`), apart from that of learning."""


@dataclass(frozen=True)
class Pair:
    """Who works on the case and who helps; `line` says why."""

    learner: str
    coach: str
    line: str


def pair(choice: Choice, settings: LearnedRouting, draw: float) -> Pair | None:
    """The pair for a choice among people, or None: not drawn, nobody new to it at work now, or no one to learn from.

    The learner is whoever of the new ones has come furthest, so that one gets through to `new_to` before the next
    begins. `draw` in [0, 1) is the keyed hash of the case.
    """
    if draw >= settings.coaching:
        return None
    coach = next(c for c in choice.candidates if c.who == choice.who)
    new = [
        c
        for c in choice.candidates
        if c is not coach and c.estimate.resolved < settings.new_to and c.opens_in_s <= coach.opens_in_s
    ]
    if coach.estimate.resolved < settings.new_to or not new:
        return None
    learner = min(new, key=lambda c: (-c.estimate.resolved, c.who))
    done, by_coach = learner.estimate.resolved, coach.estimate.resolved
    line = f"{learner.who} with {coach.who}: has resolved {done} of this kind, {coach.who} {by_coach}"
    return Pair(learner.who, coach.who, line)
