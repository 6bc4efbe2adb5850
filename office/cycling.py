"""The desk of a cycle's run: measures for its gates, tries what was planned, moves the standard, watches it.

What a call has done counts once, however often it is made: plans are locked and looks remembered by the records, a
change is accepted once for each cycle, the next cycle is opened under the name of the one before.
"""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from temporalio.exceptions import ApplicationError

from activities.cycles import (
    Began,
    Begin,
    FollowUp,
    LookAt,
    Looked,
    Measure,
    Settle,
    Settled,
    Watched,
    WatchOver,
)
from definitions.case import SYSTEM
from definitions.change import ChangeRefused
from definitions.cycle.before_after import PLANS, BeforeAfter
from definitions.cycle.evidence import Evidence
from definitions.cycle.rules import method_of
from definitions.cycle.state import CycleBrief, CycleState, Phase
from definitions.experiment import Experiment
from office.cycling_reading import Reading
from office.cycling_trial import Trials, numbers_of
from office.errors import ActRefused
from office.neighbours import clashes, neighbours
from records.errors import Conflict, NotStored

if TYPE_CHECKING:
    from desk import Desk

SOURCE = "cycle"
SLACK = timedelta(hours=1)
"""By which a gate may open before the day that was planned for everybody."""


class Cycling:
    """Answers `activities.cycles.Cycles`; `reading` is where the live log is read."""

    def __init__(self, desk: "Desk", reading: Reading) -> None:
        self._desk, self._store, self._reading = desk, desk.store, reading
        self._trials = Trials(desk.store, reading)
        # Reading takes memory and a thread that others want: cycles can wait a moment for each other.
        self._one_reads = asyncio.Semaphore(1)

    # -- the gates -----------------------------------------------------------------------------------------------

    async def measure(self, asked: Measure) -> Evidence:
        """What the gate of the present phase needs; parts that nobody can measure are None."""
        async with self._one_reads:
            return await asyncio.to_thread(self._measured, asked)

    def _measured(self, asked: Measure) -> Evidence:
        state, standard = asked.state, self._desk.organisation
        plan = self._plan(state)
        team_of = {service.key: service.default_team for service in standard.services}
        found: Evidence = self._reading("found", state, plan, numbers_of(self._store, plan), team_of, asked.at)
        known: dict[str, object] = {}
        if state.phase in (Phase.DEFINE, Phase.PROBLEM):
            known["neighbours"] = neighbours(self._store, standard, asked.cycle, state)
        if state.phase is Phase.MEASURE:
            known["agreement"] = self._desk.retriage.agreement(asked.cycle)
        if found.trial is not None and plan is not None:
            running = [Experiment.model_validate(row.plan) for row in self._store.experiments.running()]
            known["trial"] = found.trial.model_copy(update={"clashes": clashes(plan, running)})
        return found.model_copy(update=known)

    # -- the trial -----------------------------------------------------------------------------------------------

    async def begin(self, asked: Begin) -> Began:
        """Lock the experiment, or make the change the standard for as long as it is tried."""
        return await asyncio.to_thread(self._begun, asked)

    def _begun(self, asked: Begin) -> Began:
        planned, plan = asked.state.planned, self._plan(asked.state)
        if planned is None or plan is None:
            return Began(experiment=None, refused="nobody has planned it")
        if isinstance(plan, Experiment):
            try:
                self._desk.experiments.lock(plan, planned.by)
            except (ActRefused, Conflict) as refused:
                return Began(experiment=None, refused=refused.message)
            first = plan.looks[0]
            soonest = first if isinstance(first, datetime) else max(asked.at, plan.starts_at) + _followed(plan)
            return Began(experiment=plan.key, next_at=min(soonest, plan.stops_at))
        if asked.at < plan.starts_at - SLACK:
            return Began(
                experiment=None,
                refused=f"it is planned for {plan.starts_at:%Y-%m-%d %H:%M}, and everybody gets it when the gate opens",
            )
        number = None
        if plan.change is not None:
            try:
                number = self._desk.standards.accept(plan.change, planned.by, asked.cycle).number
            except ChangeRefused as refused:
                return Began(experiment=None, refused=f"{refused.message} {refused.hint}")
        return Began(experiment=None, next_at=plan.over(plan.began(asked.at)), standard=number)

    async def look(self, asked: LookAt) -> Looked:
        """Make the next look, once; with the evidence once the trial is over."""
        async with self._one_reads:
            return await asyncio.to_thread(self._looked, asked)

    def _looked(self, asked: LookAt) -> Looked:
        plan = self._plan(asked.state)
        if plan is None:
            raise ApplicationError(f"the plan of {asked.cycle} is not in the records", non_retryable=True)
        return self._trials.after(asked, plan) if isinstance(plan, BeforeAfter) else self._trials.look(asked, plan)

    # -- the standard --------------------------------------------------------------------------------------------

    async def settle(self, asked: Settle) -> Settled:
        """Do to the standard what was decided; a trial that is not over ends."""
        return await asyncio.to_thread(self._settled, asked)

    def _settled(self, asked: Settle) -> Settled:
        plan, standing = self._plan(asked.state), asked.state.standard
        try:
            if asked.do == "accept":
                if plan is None or plan.change is None:
                    return Settled(standard=None, how="accepted")
                by = self._desk.standards.accept(plan.change, asked.by, asked.cycle)
                return Settled(standard=by.number, how="accepted")
            if isinstance(plan, Experiment):
                self._withdrawn(plan, asked)
            how = "reverted" if asked.do == "revert" else "rolled_back"
            if standing is None:
                return Settled(standard=None, how=how)
            self._desk.standards.revert(standing, _why(asked), asked.by, asked.cycle)
        except ChangeRefused as refused:
            return Settled(standard=standing, how="unchanged", refused=f"{refused.message} {refused.hint}")
        return Settled(standard=None, how=how)

    def _withdrawn(self, plan: Experiment, asked: Settle) -> None:
        """Nobody is exposed any more, where it still ran."""
        try:
            if self._store.experiments.get(plan.key).state == "running":
                self._store.experiments.stop(plan.key, asked.by, _why(asked))
        except (NotStored, Conflict):
            return  # it never began, or ended meanwhile: nobody is exposed either way

    async def watch(self, asked: WatchOver) -> Watched:
        """The course of the metric since the standard changed, and whether chance explains it."""
        async with self._one_reads:
            return await asyncio.to_thread(self._watched, asked)

    def _watched(self, asked: WatchOver) -> Watched:
        plan, verdict = self._plan(asked.state), asked.state.evidence.verdict
        if plan is None:
            return Watched(says="no chart: nothing was tried")
        content = self._store.blobs.get(verdict.data) if verdict is not None else None
        watched: Watched = self._reading("watched", asked.state, plan, content, asked.at)
        return watched

    async def follow(self, asked: FollowUp) -> str:
        """The cycle that follows: the same charter, with what the control chart showed as its problem."""
        charter, signal = asked.state.charter, asked.signal
        title = f"After {asked.cycle}: {charter.metric} is out of control"
        problem = (
            f"The standard of {asked.cycle} was watched, and since {signal.at:%Y-%m-%d} chance does not explain what "
            f"its chart shows: {signal.value:g}. {signal.rule}"
        )
        put, key = self._store.texts.put, asked.cycle.casefold()
        named = await asyncio.to_thread(put, title, id=f"t-after-{key}-title")
        words = await asyncio.to_thread(put, problem, id=f"t-after-{key}-problem")
        course = asked.state.evidence.course
        again = charter.model_copy(
            update={"title": named, "problem": words, "level": course[-1].value if course else charter.level}
        )
        brief = CycleBrief(charter=again, alike=(asked.cycle,), after=asked.cycle)
        method = method_of(asked.state)
        opened = await self._desk.cycles.open(
            method, brief, SYSTEM, source=SOURCE, external_id=asked.cycle, channel="engine"
        )
        return opened.id

    # -- what is kept --------------------------------------------------------------------------------------------

    def _plan(self, state: CycleState) -> Experiment | BeforeAfter | None:
        """As it was planned; None before. Raises ApplicationError where the records have another one, or none."""
        if state.planned is None:
            return None
        words = self._store.texts.get(state.planned.text.id)
        plan = PLANS.validate_json(words) if words is not None else None
        if plan is None or plan.version != state.planned.plan:
            raise ApplicationError(
                f"the plan {state.planned.plan} of {state.planned.experiment} is not in the records", non_retryable=True
            )
        return plan


def _followed(plan: Experiment | BeforeAfter) -> timedelta:
    return timedelta(seconds=plan.follow_s)


def _why(asked: Settle) -> str:
    what = "the control chart gave a signal" if asked.do == "revert" else "rolled back"
    return f"{asked.cycle}: {what}"
