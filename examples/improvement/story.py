"""The improvement: a Kaizen on the slowest step, its trial, its standard, a disturbance, the cycle that follows."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from activities.live import live_copy
from commands.cases_times import read
from commands.cycle_story import story
from definitions.case import CaseState
from definitions.change import Change
from definitions.cycle import acts
from definitions.cycle.charter import Affected, Guard, Scope
from definitions.cycle.state import ControlPlan, CycleState, GateRecord, Phase
from desk import Desk
from examples.improvement.agenda import Agenda
from examples.improvement.floor import Floor
from examples.improvement.site import Site
from measurement.cycles.baseline import in_scope
from measurement.flow.candidates import Candidate, candidates
from measurement.log.live import live_log
from measurement.log.live_asks import columns
from measurement.metrics.measure import measure
from office.cycle_plans import Wanted
from office.cycles import Asked

T = TypeVar("T")
Say = Callable[[datetime, str], None]
"""Simulated time, and one line."""
CHANGE = Path(__file__).with_name("faster-delivery.json")
SERVICE, CATEGORY, METRIC = "email", "delivery", "time_to_resolve"
SCOPE = Scope(services=(SERVICE,), categories=(CATEGORY,))
LEAD, SPONSOR, ANALYST, CUSTOMER = "lena", "max", "sam", "rita"
BASELINE = 530
"""Solved cases of the category before anything is begun: ranks need 500 that were followed to the end."""
FOLLOWED_DAYS = 2.0
LOOKS = 3
WISHED = 0.65
"""New time / old time that is worth the trouble."""
HARDER_MINUTES = 120
CONTROL = ControlPlan(every_days=7, days=182, on_signal="pause")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


class NotSeen(Exception):
    """Something that this demonstration is about did not happen."""


class Story:
    """Plays it, step by step; what a step returns was really seen."""

    def __init__(self, site: Site, agenda: Agenda, floor: Floor, say: Say) -> None:
        self._site, self._agenda, self._floor, self._say = site, agenda, floor, say
        self._told: dict[str, int] = {}
        """Facts of each cycle that were told already."""

    @property
    def _desk(self) -> Desk:
        return self._site.desk

    # -- time ----------------------------------------------------------------------------------------------------

    async def weeks(self, enough: Callable[[], bool], within: int) -> None:
        """Let whole weeks go by until it is enough."""
        for _ in range(within):
            came, solved = len(self._floor.opened), self._floor.solved.total()
            await self._agenda.until(self._site.clock() + WEEK)
            came, solved = len(self._floor.opened) - came, self._floor.solved.total() - solved
            self._tell(f"A week: {came} incidents came, {solved} were solved.")
            if enough():
                return
        raise NotSeen(f"{within} weeks were not enough")

    async def _seen(
        self, cycle: str, what: str, look: Callable[[CycleState], T | None], *, within: timedelta, step: timedelta
    ) -> T:
        """What `look` finds in the cycle, as soon as it finds something; what the cycle did meanwhile is told."""
        end = self._site.clock() + within
        while True:
            await self._shown(cycle)
            row = self._site.store.cases.get(cycle)
            state = CaseState.model_validate(row.state_json).cycle if row is not None else None
            if state is not None and (found := look(state)) is not None:
                return found
            if self._site.clock() >= end:
                raise NotSeen(f"{what}: not within {within.days} days")
            await self._agenda.until(self._site.clock() + step)

    # -- the steps -----------------------------------------------------------------------------------------------

    async def baseline(self) -> tuple[Candidate, float]:
        """Work as usual, until there is enough to judge by; gives the step that loses most, and the metric now."""
        await self._agenda.until(_monday(self._site.clock()))
        self._tell("Example Ltd begins to count. Mail that does not arrive goes to the service desk first.")
        self._floor.begin(self._site.clock())
        await self.weeks(lambda: self._floor.solved[CATEGORY] >= BASELINE, within=20)
        with self._log() as parts:
            log = live_log(parts, self._site.clock(), columns(self._site.store.asks.heard()))
            found = candidates(log, "category")
            level = measure(in_scope(log, SCOPE), METRIC).estimate.value
        for rank, place in enumerate(found.places[:3], 1):
            lost = place.lost_per_case_s / 3600
            self._tell(f"Candidate {rank}: {place.what}, {place.step} at {place.team}, {lost:.1f} h lost a case.")
        first = found.places[0]
        if (first.what, first.step) != (CATEGORY, "queue"):
            raise NotSeen(f"the slowest step is {first.step} of {first.what}, not the queue of {CATEGORY}")
        if level is None:
            raise NotSeen(f"{METRIC} has no value")
        return first, level

    async def begun(self, place: Candidate, level: float) -> str:
        """A lead begins a Kaizen; its gate freezes the baseline."""
        asked = Asked(
            method="kaizen",
            title=f"{CATEGORY.capitalize()} cases wait at the wrong desk",
            problem=f"They wait {place.lost_per_case_s / 3600:.1f} hours in the {place.step} of {place.team}, "
            "who can only pass them on.",
            experience="Whoever misses a mail hears within the hour where it is.",
            affected=(Affected.USER, Affected.EMPLOYEE),
            metric=METRIC,
            level=round(level),
            goal=round(WISHED * level),
            guards=(Guard(metric="reopen_rate", direction="lower", harm=0.15),),
            scope=SCOPE,
            sponsor=SPONSOR,
            members=((ANALYST, "staff"), (CUSTOMER, "customer")),
            owner="service-desk",
        )
        cycle = (await self._desk.cycles.start(asked, self._site.person(LEAD))).id
        await self._gate(cycle, Phase.PROBLEM)
        return cycle

    async def planned(self, cycle: str) -> str:
        """A cause, what speaks for it, a change, the plan of its trial; the gate locks it. Gives the experiment."""
        by = self._site.person(ANALYST)
        why = await self._desk.words(
            "Every one of them needs the logs of the mail servers; we cannot read those.", ANALYST
        )
        await self._desk.act(cycle, acts.AddHypothesis(by=ANALYST, text=why), actor=by)
        seen = await self._desk.words("First in `jidoka kaizen candidates --by category`.", ANALYST)
        ground = acts.AddGround(by=ANALYST, hypothesis="h1", kind="numbers", reference=METRIC, text=seen)
        await self._desk.act(cycle, ground, actor=by)
        change = Change(
            base=self._desk.standards.organisation().version,
            why="Send cases of mail delivery to platform at once",
            patch=json.loads(CHANGE.read_text()),
        )
        wanted = Wanted(change=change, cause="h1", looks=LOOKS, follow_days=FOLLOWED_DAYS)
        lead = self._site.person(LEAD)
        with self._log() as parts:
            proposal = await self._desk.plans.draft(cycle, wanted, lead, parts)
        await self._desk.plans.send(proposal, lead)
        assert proposal.found is not None
        plan, strength = proposal.found.plan, proposal.found.strength
        self._tell(
            f"{plan.units} cases in both arms, {len(plan.looks)} looks: {1 - plan.least:.0%} less time would be found "
            f"in {strength.power:.0%} of such trials. It stops on {plan.stops_at:%d %b %Y} at the latest."
        )
        await self._gate(cycle, Phase.CAUSE)
        return plan.key

    async def tried(self, cycle: str) -> str:
        """The trial runs by itself, to its verdict at a planned look."""
        verdict = await self._seen(
            cycle, "a verdict", lambda state: state.evidence.verdict, within=timedelta(days=120), step=DAY
        )
        self._tell(f"Verdict: {verdict.outcome}. {verdict.why} {_effect(verdict.effect.value)}")
        if verdict.outcome != "win":
            raise NotSeen(f"the trial was no win: {verdict.why}")
        return verdict.hash

    async def accepted(self, cycle: str) -> int:
        """The change becomes the standard and is watched."""
        lead = self._site.person(LEAD)
        words = await self._desk.words("It helped, and nobody had to write twice.", LEAD)
        await self._desk.act(cycle, acts.Decide(by=LEAD, accept=True, text=words), actor=lead)
        number = await self._seen(
            cycle, "a new standard", lambda state: self._site.store.standards.latest() or None, within=DAY, step=HOUR
        )
        await self._desk.act(cycle, acts.PlanControl(by=LEAD, control=CONTROL), actor=lead)
        await self._gate(cycle, Phase.TRIAL)
        await self._gate(cycle, Phase.STANDARD)
        return number

    async def held(self, cycle: str, weeks: int) -> None:
        """The standard is watched, and nothing is seen that chance would not do."""
        for _ in range(weeks):
            await self._agenda.until(self._site.clock() + WEEK)
            await self._shown(cycle)

    async def disturbed(self, cycle: str) -> str:
        """The work becomes harder, the control chart shows it, a new cycle is there; gives its id."""
        self._floor.harder(CATEGORY, HARDER_MINUTES)
        self._tell("The log server is being replaced: to find a mail takes two hours now. Nobody tells the desk.")
        return await self._seen(
            cycle, "a signal and the next cycle", lambda state: state.follow_up, within=timedelta(days=60), step=DAY
        )

    # -- what they have in common --------------------------------------------------------------------------------

    async def _gate(self, cycle: str, phase: Phase) -> None:
        """Ask for the gate; it has to open."""
        await self._desk.act(cycle, acts.AskGate(by=LEAD), actor=self._site.person(LEAD))
        asked = self._site.clock()

        def answer(state: CycleState) -> GateRecord | None:
            return next((one for one in state.gates if one.gate is phase and one.at >= asked), None)

        found = await self._seen(cycle, f"an answer of the gate {phase}", answer, within=DAY, step=HOUR / 6)
        if found.outcome != "passed":
            raise NotSeen(f"the gate {phase} refused: " + "; ".join(short.said for short in found.shortfalls))

    @contextmanager
    def _log(self) -> Iterator[list[Path]]:
        with live_copy(self._site.store, self._site.settings.data_dir).refreshed() as parts:
            yield parts

    async def _shown(self, cycle: str) -> None:
        """Tell what the cycle did since it was looked at last, as `jidoka cycle watch` does."""
        shown = await self._desk.show(cycle, actor=self._site.person(LEAD), again=True)
        at = {event["seq"]: read(event["at"]) or self._site.clock() for event in shown["events"]}
        for number, line in story(shown, self._told.get(cycle, 0), self._site.clock()):
            self._say(at[number], line.partition("  ")[2])
            self._told[cycle] = number

    def _tell(self, what: str) -> None:
        self._say(self._site.clock(), what)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h"


def _effect(ratio: float | None) -> str:
    return "" if ratio is None else f"New time / old time: {ratio:.2f}."


def _monday(after: datetime) -> datetime:
    """The next Monday at five in the morning, UTC: weeks are whole ones."""
    day = after.replace(hour=5, minute=0, second=0, microsecond=0)
    return day + timedelta(days=7 - day.weekday())
