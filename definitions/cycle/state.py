"""What only a cycle remembers: charter, phase, what its gates said, causes, trial, decision, control."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from definitions.base import Instant, Key, Value
from definitions.cycle.benefit import Actual, Forecast
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Evidence
from definitions.facts import TextRef

Method = Literal["dmaic", "kaizen"]
Settling = Literal["accept", "roll_back", "revert"]
"""What is to be done about the standard: the change becomes it, its trial ends without, it is taken back."""


class Phase(StrEnum):
    """Where a cycle is; each phase ends at the gate of its name."""

    DEFINE = "define"
    MEASURE = "measure"
    ANALYSE = "analyse"
    IMPROVE = "improve"
    CONTROL = "control"
    PROBLEM = "problem"
    CAUSE = "cause"
    TRIAL = "trial"
    STANDARD = "standard"


COURSE: dict[Method, tuple[Phase, ...]] = {
    "dmaic": (Phase.DEFINE, Phase.MEASURE, Phase.ANALYSE, Phase.IMPROVE, Phase.CONTROL),
    "kaizen": (Phase.PROBLEM, Phase.CAUSE, Phase.TRIAL, Phase.STANDARD),
}
"""The phases of each method, in order. In the last one the control plan runs; its gate ends the cycle."""


LOCKS: dict[Phase, tuple[str, ...]] = {
    Phase.MEASURE: ("baseline",),
    Phase.PROBLEM: ("baseline",),
    Phase.IMPROVE: ("trial",),
    Phase.CAUSE: ("trial",),
}
"""What each gate locks when it opens."""


class Shortfall(Value):
    """Why a gate does not open, and what to do next."""

    check: Key
    said: str
    next_step: str
    numbers: dict[str, float] = {}
    overridable: bool = True
    """Whether a lead may go on without it; not where what follows would have nothing to compute with."""


class GateRecord(Value):
    """What a gate said, and who asked."""

    gate: Phase
    at: Instant
    by: str
    outcome: Literal["passed", "refused", "overridden"]
    shortfalls: tuple[Shortfall, ...] = ()
    warnings: tuple[str, ...] = ()
    text: TextRef | None = None
    """Why a lead went on all the same."""


class Ground(Value):
    """What speaks for or against a hypothesis: numbers, cases that were read, words of people."""

    kind: Literal["numbers", "cases", "words"]
    supports: bool
    reference: Annotated[str, Field(max_length=200)] = ""
    """What it was read from: a metric and its breakdown, the ids of cases."""
    text: TextRef
    by: str


class Hypothesis(Value):
    """A possible cause; `parent` is the effect that it answers a "why?" about."""

    id: Key
    text: TextRef
    by: str
    parent: Key | None = None
    grounds: tuple[Ground, ...] = ()

    @property
    def supported(self) -> bool:
        """More speaks for it than against it, and something does."""
        return sum(1 if ground.supports else -1 for ground in self.grounds) > 0


class Countermeasure(Value):
    """What is to be tried: a change to a definition, by its version, or something in the way people work."""

    id: Key
    text: TextRef
    by: str
    change: str | None = None
    cause: Key | None = None
    """The hypothesis that it acts on."""


class Planned(Value):
    """The trial as it was planned, whole: words that the desk keeps. Nothing is exposed before its gate has opened."""

    experiment: Key
    plan: str
    """Its version, which locks all of it."""
    text: TextRef
    """The plan as JSON."""
    by: str


class ControlPlan(Value):
    """How the standard is watched: how often, for how long, and what a signal does."""

    every_days: Annotated[int, Field(ge=1, le=92)] = 7
    days: Annotated[int, Field(ge=7, le=1098)] = 92
    on_signal: Literal["report", "pause", "revert"] = "pause"


class Signal(Value):
    """A point of the control chart at which chance is no explanation."""

    at: Instant
    rule: str
    value: float


class Decided(Value):
    """What became of the countermeasure."""

    accepted: bool
    by: str
    at: Instant


class CycleBrief(Value):
    """What a cycle begins with besides what every case does."""

    charter: Charter
    alike: tuple[str, ...] = ()
    """Earlier cycles that were shown to whoever began it."""
    after: str | None = None
    """The cycle whose control chart gave the signal that began this one."""


class CycleState(CycleBrief):
    """Everything of a cycle that other kinds of case do not have."""

    phase: Phase
    asked_by: str | None = None
    """Who asked for the gate, while the evidence is being measured; None while nobody waits for it."""
    evidence: Evidence = Evidence()
    gates: tuple[GateRecord, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    countermeasures: tuple[Countermeasure, ...] = ()
    planned: Planned | None = None
    begun_at: Instant | None = None
    """When the trial began."""
    look_at: Instant | None = None
    """When its next look is to be made, or thought of."""
    looks: int = 0
    """Looks made."""
    control: ControlPlan | None = None
    forecast: Forecast | None = None
    decided: Decided | None = None
    settling: Settling | None = None
    """What was decided and is not carried out yet."""
    standard: int | None = None
    """The number of the change that it made to the standard."""
    actual: Actual | None = None
    control_until: Instant | None = None
    watch_at: Instant | None = None
    """When the control chart is looked at next."""
    signals: tuple[Signal, ...] = ()
    paused: bool = False
    """A signal waits for somebody to decide; nobody looks at the chart meanwhile."""
    follow_up: str | None = None
    """The cycle that a signal led to."""
    rests_until: Instant | None = None
    """After something failed that is not anybody's to mend at once: when it is tried again."""
    turned_at: Instant | None = None
    """When it last came to wait for somebody else: a phase, a gate's answer, a result, a signal."""
    nudges: int = 0
    """Working days of the time box that the team was reminded of."""
    nudged_at: Instant | None = None
    lesson: TextRef | None = None
    """What was learned, in words for whoever has the same problem later."""

    @property
    def locked(self) -> frozenset[str]:
        """Parts of the evidence that no later one replaces: their gate has opened, or it was decided on them."""
        # The last word counts: a trial that could not begin has shut its gate again.
        last = {record.gate: record.outcome for record in self.gates}
        parts = {part for gate, names in LOCKS.items() if last.get(gate, "refused") != "refused" for part in names}
        return frozenset(parts | ({"verdict", "interrupted"} if self.decided else set()))

    def knowing(self, newer: Evidence) -> "CycleState":
        """With what was measured since."""
        return self.model_copy(update={"evidence": self.evidence.with_(newer, self.locked)})
