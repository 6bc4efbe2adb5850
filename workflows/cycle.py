"""Cycles of improvement: led by people from gate to gate; measured, tried, settled and watched by the run."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.cycles import Begin, CycleActivities, FollowUp, LookAt, Measure, Settle, WatchOver
    from definitions.case import SYSTEM, Receipt
    from definitions.cycle import errands
    from definitions.cycle.definition import CycleDefinition
    from definitions.cycle.errands import Errand, next_errand
    from definitions.cycle.rules import cycle_of
    from definitions.cycle.state import CycleState
    from definitions.facts import Draft
    from definitions.runs import StartCase
    from workflows.blocks.case import Case

ANSWER_IN = timedelta(minutes=10)
"""A baseline of years of cases is read and resampled."""
NOTICED = timedelta(minutes=1)
"""How long after its last sign of life a worker counts as dead; signs come after four fifths of it."""
GIVE_UP_AFTER = timedelta(hours=12)
"""From then on somebody is told, and it is tried again the next day."""
AGAIN = RetryPolicy(maximum_interval=timedelta(minutes=10), maximum_attempts=0)


class _Cycle(Case):
    """What both methods do: whatever is due next, one errand after the other."""

    @property
    def definition(self) -> CycleDefinition:
        """The slice in force."""
        return cast(CycleDefinition, self.journal.definition)

    @property
    def cycle(self) -> CycleState:
        """What only a cycle remembers."""
        return cycle_of(self.state)

    async def process(self) -> None:
        """An errand whenever one is due; all else follows from what people do and from time."""
        while True:
            await self.until(lambda: self._due() is not None or (self.state.ended and next_errand(self.state) is None))
            errand = self._due()
            if errand is None:
                return
            await self._run(errand)

    def _due(self) -> Errand | None:
        found = next_errand(self.state)
        return found.errand if found is not None and found.at <= workflow.now() else None

    async def _run(self, errand: Errand) -> None:
        try:
            drafts = await self._carried_out(errand)
        except FailureError as failure:
            if is_cancelled_exception(failure):
                raise
            why = str(failure.cause or failure)
            drafts = errands.failed(errands.Failed(errand=errand, why=why), workflow.now())
        self.write(*drafts)

    async def _carried_out(self, errand: Errand) -> tuple[Draft, ...]:
        """What the desk answers, as facts of the case as it is by then."""
        state, cycle = self.state, self.cycle
        asked: dict[str, Any] = {"cycle": state.id, "state": cycle, "at": workflow.now()}
        match errand:
            case Errand.MEASURE:
                evidence = await self._ask(
                    CycleActivities.measure, Measure(**asked, opened_at=state.opened_at), f"measure for {cycle.phase}"
                )
                return errands.measured(self.state, self.definition, workflow.now(), evidence)
            case Errand.BEGIN:
                begun = await self._ask(CycleActivities.begin, Begin(**asked), "begin the trial")
                return errands.began(self.state, workflow.now(), begun)
            case Errand.LOOK:
                looked = await self._ask(CycleActivities.look, LookAt(**asked), f"look {cycle.looks + 1} at the trial")
                return errands.looked(self.state, self.definition, workflow.now(), looked)
            case Errand.SETTLE:
                do = cycle.settling
                assert do is not None
                # A stop or a signal may undo what somebody had decided: then it is not in their name.
                theirs = cycle.decided is not None and cycle.decided.accepted is (do == "accept")
                by = cycle.decided.by if cycle.decided and theirs else SYSTEM
                settled = await self._ask(CycleActivities.settle, Settle(**asked, do=do, by=by), do.replace("_", " "))
                return errands.settled(self.state, settled)
            case Errand.WATCH:
                watched = await self._ask(CycleActivities.watch, WatchOver(**asked), "look at the control chart")
                return errands.watched(self.state, self.definition, workflow.now(), watched)
            case Errand.FOLLOW:
                signal = cycle.signals[-1]
                opened = await self._ask(
                    CycleActivities.follow, FollowUp(**asked, signal=signal), "begin the next cycle"
                )
                return errands.followed(errands.FollowedUp(cycle=opened))

    async def _ask(self, activity: Callable[[Any, Any], Awaitable[Any]], asked: Any, summary: str) -> Any:
        return await workflow.execute_activity_method(
            activity,
            asked,
            start_to_close_timeout=ANSWER_IN,
            heartbeat_timeout=NOTICED,
            schedule_to_close_timeout=GIVE_UP_AFTER,
            retry_policy=AGAIN,
            summary=summary,
        )


@workflow.defn
class DmaicWorkflow(_Cycle):
    """One cycle with five gates, for what is large or unclear."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until the cycle has ended; answers with its last receipt."""
        return await self.live()


@workflow.defn
class KaizenWorkflow(_Cycle):
    """The small cycle, for one step that a team knows well."""

    @workflow.init
    def __init__(self, start: StartCase) -> None:
        super().__init__(start)
        self.begin(start)

    @workflow.run
    async def run(self, start: StartCase) -> Receipt:
        """Runs until the cycle has ended; answers with its last receipt."""
        return await self.live()
