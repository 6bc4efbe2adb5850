"""What may be set about routing that learns: how much it tries out, how much it must know, what delays cost."""

from typing import Annotated

from pydantic import Field

from definitions.base import Value

Share = Annotated[float, Field(ge=0, le=0.5)]
Seconds = Annotated[float, Field(ge=0)]
HOUR = 3600.0


class LearnedRouting(Value):
    """Chosen by an organisation; without it the table decides alone."""

    learning: Share = 0.05
    """Share of cases given to another team that may be as good, so that the estimates do not feed on themselves."""
    coaching: Share = 0.05
    """Share of cases given to somebody who is new to their kind, with somebody at their side who is not."""
    new_to: Annotated[int, Field(ge=1)] = 5
    """Resolved cases of a kind below which a person is new to it."""
    least_cases: Annotated[int, Field(ge=1)] = 30
    """Resolved cases of a kind below which it says nothing of its own."""
    least_gain: Annotated[float, Field(ge=0, le=1)] = 0.05
    """By how much the share of another must be above that of the proposed one before the case goes there."""
    hand_over_s: Seconds = 8 * HOUR
    """What beginning at the wrong place costs."""
    load_s: Seconds = 2 * HOUR
    """The wait in a queue of load 1."""
    full: Annotated[float, Field(gt=0)] = 5.0
    """Open cases per person that are a load of 1."""
