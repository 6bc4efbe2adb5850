"""What people do to a cycle, and what it learns from measurement."""

from typing import Annotated, Literal

from pydantic import Field

from definitions.acts import Act, News
from definitions.base import Instant, Key
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Evidence
from definitions.cycle.state import ControlPlan
from definitions.facts import TextRef


class AmendCharter(Act):
    """The charter as it shall be from now on; once the baseline is frozen, metric, direction and scope stay."""

    charter: Charter


class AddHypothesis(Act):
    """A possible cause, or the answer to "why?" about another one."""

    text: TextRef
    parent: Key | None = None


class AddGround(Act):
    """What speaks for or against a cause."""

    hypothesis: Key
    kind: Literal["numbers", "cases", "words"]
    supports: bool = True
    reference: Annotated[str, Field(max_length=200)] = ""
    text: TextRef


class Propose(Act):
    """A countermeasure; `change` is the version of the change to the definitions, where it is one."""

    text: TextRef
    change: str | None = None
    cause: Key | None = None


class PlanTrial(Act):
    """How the countermeasure will be tried; until the gate opens another plan may take its place."""

    experiment: Key
    plan: Annotated[str, Field(min_length=1, max_length=64)]
    """The version of the plan."""
    text: TextRef
    """The whole plan as JSON, kept by the desk."""


class PlanControl(Act):
    """How the standard will be watched."""

    control: ControlPlan


class AskGate(Act):
    """Is this phase done? The evidence is measured, then the gate answers."""


class OverrideGate(Act):
    """A lead goes on although the gate refused, and says why."""

    text: TextRef


class Decide(Act):
    """The countermeasure becomes the standard, or is rolled back; the same again after a signal that waits for it."""

    accept: bool
    text: TextRef | None = None


class Learn(Act):
    """What whoever has the same problem later should know."""

    text: TextRef


class StopCycle(Act):
    """It is not gone on with; what was learned stays to be found."""

    text: TextRef


class Evidenced(News):
    """Measurement answers; where the gate was asked for it answers too."""

    evidence: Evidence


class SignalSeen(News):
    """The control chart shows something that chance does not explain."""

    at: Instant
    rule: str
    value: float
