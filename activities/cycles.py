"""What the run of a cycle asks of the desk: measure, begin the trial, look at it, settle the standard, watch it."""

from typing import Protocol

from temporalio import activity

from definitions.base import Instant, Value
from definitions.cycle.errands import Began, Looked, Settled, Watched
from definitions.cycle.evidence import Evidence
from definitions.cycle.state import CycleState, Settling, Signal

__all__ = [
    "Began", "Begin", "CycleActivities", "Cycles", "FollowUp", "LookAt", "Looked", "Measure", "Settle", "Settled",
    "WatchOver", "Watched",
]  # fmt: skip


class _Asked(Value):
    """The cycle as it is, and when it was asked."""

    cycle: str
    """Its id."""
    state: CycleState
    at: Instant


class Measure(_Asked):
    """What the gate of the present phase needs to know."""

    opened_at: Instant


class Begin(_Asked):
    """The gate of the plan has opened: begin the trial as planned."""


class LookAt(_Asked):
    """Make the next planned look, if it is due."""


class Settle(_Asked):
    """Make the change the standard, or take it back; doing it again changes nothing."""

    do: Settling
    by: str
    """Who decided; the engine, where the control plan did."""


class WatchOver(_Asked):
    """The metric since the standard changed."""


class FollowUp(_Asked):
    """Begin the cycle that a signal leads to; once for each cycle."""

    signal: Signal


class Cycles(Protocol):
    """The desk, as far as cycles need it. Each may be called again with the same and answers the same."""

    async def measure(self, asked: Measure) -> Evidence:
        """The evidence for the gate of the phase that `asked.state` is in; parts that nobody can measure are None."""
        ...

    async def begin(self, asked: Begin) -> Began:
        """Lock the experiment, or make the change the standard for as long as it is tried."""
        ...

    async def look(self, asked: LookAt) -> Looked:
        """Make the next look, once; with the evidence once the trial is over."""
        ...

    async def settle(self, asked: Settle) -> Settled:
        """Do to the standard what was decided; a trial that is not over ends."""
        ...

    async def watch(self, asked: WatchOver) -> Watched:
        """The course of the metric since the standard changed, and whether chance explains it."""
        ...

    async def follow(self, asked: FollowUp) -> str:
        """The id of the cycle that follows on this one."""
        ...


class CycleActivities:
    """Brings what runs ask to the desk."""

    def __init__(self, cycles: Cycles) -> None:
        self._cycles = cycles

    @activity.defn(name="cycles.measure")
    async def measure(self, asked: Measure) -> Evidence:
        """The evidence for a gate."""
        return await self._cycles.measure(asked)

    @activity.defn(name="cycles.begin")
    async def begin(self, asked: Begin) -> Began:
        """The trial, begun or refused."""
        return await self._cycles.begin(asked)

    @activity.defn(name="cycles.look")
    async def look(self, asked: LookAt) -> Looked:
        """One look at the trial."""
        return await self._cycles.look(asked)

    @activity.defn(name="cycles.settle")
    async def settle(self, asked: Settle) -> Settled:
        """What became of the standard."""
        return await self._cycles.settle(asked)

    @activity.defn(name="cycles.watch")
    async def watch(self, asked: WatchOver) -> Watched:
        """The control chart of the standard."""
        return await self._cycles.watch(asked)

    @activity.defn(name="cycles.follow")
    async def follow(self, asked: FollowUp) -> str:
        """The id of the next cycle."""
        return await self._cycles.follow(asked)
