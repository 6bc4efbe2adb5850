"""The slice that a cycle carries: what its gates ask for, its time box, whose it is."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Key, Level, Priority, Value
from definitions.services import Days
from definitions.slices import CaseDefinition


class GateRule(Value):
    """What the gates ask for; an organisation may ask for more or less."""

    least_cases: Annotated[int, Field(ge=2)] = 50
    """Of a baseline."""
    least_kappa: Annotated[float, Field(ge=0, lt=1)] = 0.6
    """From here agreement is called substantial (Landis and Koch 1977)."""
    least_retriaged: Annotated[int, Field(ge=2)] = 20
    """Cases that were triaged a second time without seeing the first."""
    open_cycles: Annotated[int, Field(ge=1)] = 2
    """The most that one team may have open at a time."""


class CycleDefinition(CaseDefinition):
    """What one cycle needs of its organisation."""

    kind: Literal["dmaic", "kaizen"]
    gates: GateRule = GateRule()
    owner: Key
    """Who leads the team whose standard it is, and hears when it changes."""
    calendar_of_team: Key
    """Working days of the team: for the time box and its nudges."""
    time_box_days: Days = 10
    """Working days of a Kaizen until its trial begins; each one the team is nudged, once."""

    def priority_at(self, impact: Level, urgency: Level) -> Priority:
        """Improvement does not wait in line by urgency: all cycles have the same."""
        return Priority.P3
