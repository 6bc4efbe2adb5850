"""The plan of a cycle's trial at the door: made from little, shown whole, and kept by reference once it is sent."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from definitions.base import Instant, Key, Value
from definitions.change import Change, applied
from definitions.change_between import between
from definitions.cycle.acts import PlanTrial, Propose
from definitions.cycle.before_after import BeforeAfter
from definitions.cycle.charter import Charter
from definitions.cycle.evidence import Frozen
from definitions.cycle.rules import cycle_of
from definitions.cycle.state import CycleState
from definitions.experiment import MOST_LOOKS, Experiment, Guard, Unit
from definitions.organisation import Organisation
from definitions.people import Action, Actor, Object
from measurement.cycles.counted import followed_log, measure_of
from measurement.cycles.planning import Planned, Wish, followed_for, past, planned
from measurement.log.live import live_log
from measurement.values import BadData
from office.access import allow
from office.casebook import Casebook
from office.courier import Courier
from office.errors import ActRefused, NotFound, Unusable
from office.experiments import Experiments
from office.plan_defaults import guards_of, hypothesis_of, layer_of, scope_of
from records.store import Store
from settings import Clock

DAY = 86_400
BEFORE = 4
"""Weeks that a change without a second arm is compared with: the more, the less of them came back by itself."""


class Wanted(Value):
    """How somebody wants it tried; what is None is chosen from charter, baseline and change."""

    change: Change | None = None
    words: Annotated[str | None, Field(max_length=1_000)] = None
    """The countermeasure; None: what the change says of itself."""
    cause: Key | None = None
    hypothesis: Annotated[str | None, Field(min_length=10, max_length=500)] = None
    services: tuple[Key, ...] = ()
    kind: Literal["incident", "request", "problem"] | None = None
    unit: Unit = Unit.CASE
    block_days: Annotated[int, Field(ge=1, le=28)] = 7
    least: float | None = None
    guards: tuple[Guard, ...] | None = None
    follow_days: Annotated[float | None, Field(gt=0, le=366)] = None
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    power: Annotated[float, Field(gt=0, lt=1)] = 0.8
    looks: Annotated[int, Field(ge=1, le=MOST_LOOKS)] = 5
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Of the units, with the variant."""
    traffic: tuple[float, float] = (0.0, 1.0)
    layer: Key | None = None
    days: Annotated[int | None, Field(ge=1, le=1_098)] = None
    starts_at: Instant | None = None
    before_after: bool = False
    """Everybody gets the change: there is no second arm."""
    weeks: Annotated[int, Field(ge=2, le=52)] = 8
    """Compared after it, without a second arm."""


@dataclass(frozen=True)
class Proposal:
    """A plan that was not sent yet; `found` is what was computed for two arms."""

    case_id: str
    plan: Experiment | BeforeAfter
    words: str
    cause: str | None
    found: Planned | None
    notes: tuple[str, ...]


class CyclePlans:
    """Makes plans of trials and brings them to their cycles."""

    def __init__(
        self,
        store: Store,
        standard: Callable[[], Organisation],
        clock: Clock,
        experiments: Experiments,
        casebook: Casebook,
        courier: Courier,
        words: Callable[..., Awaitable[object]],
        act: Callable[..., Awaitable[object]],
        ask: Callable[..., Awaitable[None]],
    ) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._experiments, self._casebook, self._courier = experiments, casebook, courier
        self._words, self._act, self._ask = words, act, ask

    async def draft(self, case_id: str, wanted: Wanted, actor: Actor, live: Sequence[Path]) -> Proposal:
        """The plan, whole, before anybody is asked to live with it. `live`: the files of the copy of the event log.

        Raises NotAllowed; ActRefused, ChangeRefused, BadData or measurement's Refused where it cannot be tried so.
        """
        await self._ask(case_id, PlanTrial, actor=actor)
        _may_change(wanted.change, actor, for_all=wanted.before_after)
        state = await self._casebook.state(case_id, await self._courier.client())
        if state is None or state.cycle is None:
            raise NotFound(f"there is no cycle {case_id!r}", "See `jidoka cycle ls`.")
        if state.ended:
            raise ActRefused(f"{case_id} has ended ({state.outcome})", "Begin another cycle: this one is shown there.")
        return await asyncio.to_thread(self._drafted, case_id, cycle_of(state), wanted, live)

    async def send(self, proposal: Proposal, actor: Actor, *, key: str | None = None) -> None:
        """Bring it to its cycle, with its countermeasure. Until its gate opens another one may take its place."""
        plan = proposal.plan
        _may_change(plan.change, actor, for_all=isinstance(plan, BeforeAfter))
        if proposal.found is not None:
            # A look years from now finds the numbers that ranks were promised against.
            await asyncio.to_thread(self._store.blobs.put, proposal.found.numbers)
        kept = await self._words(plan.model_dump_json(), actor.person)
        act = PlanTrial(by=actor.person, experiment=plan.key, plan=plan.version, text=kept)
        await self._act(proposal.case_id, act, actor=actor, key=key)
        if not await self._proposed(proposal):
            words = await self._words(proposal.words, actor.person)
            version = plan.change.version if plan.change is not None else None
            propose = Propose(by=actor.person, text=words, change=version, cause=proposal.cause)
            await self._act(proposal.case_id, propose, actor=actor, key=key)

    async def _proposed(self, proposal: Proposal) -> bool:
        """Whether its countermeasure stands in the cycle already: by its change, else by its words."""
        state = await self._casebook.state(proposal.case_id, await self._courier.client())
        known = cycle_of(state).countermeasures if state is not None else ()
        if proposal.plan.change is not None:
            return any(each.change == proposal.plan.change.version for each in known)
        texts = await asyncio.to_thread(self._store.texts.get_many, [each.text.id for each in known])
        return any(each.change is None and texts.get(each.text.id) == proposal.words for each in known)

    def _drafted(self, case_id: str, cycle: CycleState, wanted: Wanted, live: Sequence[Path]) -> Proposal:
        baseline, charter = cycle.evidence.baseline, cycle.charter
        if baseline is None or "baseline" not in cycle.locked:
            raise ActRefused(
                f"{case_id} has no frozen baseline yet, so nobody can say how many cases a trial needs",
                f"Pass its gate {cycle.phase} first: `jidoka cycle gate {case_id}`.",
            )
        if "trial" in cycle.locked:
            raise ActRefused(f"the plan of {case_id} is locked", "Try something else in another cycle.")
        if wanted.cause is not None and wanted.cause not in {each.id for each in cycle.hypotheses}:
            known = ", ".join(each.id for each in cycle.hypotheses) or "none"
            raise Unusable(f"{case_id} has no cause {wanted.cause!r}", f"It has {known}.")
        if wanted.change is not None:
            standard = self._standard()
            becomes = applied(standard, wanted.change, self._clock())
            # With a test for all that it overwrites, so that it goes along when something else is accepted meanwhile.
            wanted = wanted.model_copy(update={"change": between(standard, becomes, wanted.change.why)})
        words = wanted.words or (wanted.change.why if wanted.change is not None else None)
        if words is None:
            raise Unusable("nothing is there to try", "Name --change FILE, or say what is done with --words.")
        try:
            if wanted.before_after:
                plan = self._series(case_id, charter, baseline, wanted, words)
                return Proposal(case_id, plan, words, wanted.cause, None, ())
            return self._two_arms(case_id, charter, baseline, wanted, words, live)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False)[0]
            raise Unusable(first["msg"].removeprefix("Value error, "), "See `jidoka cycle plan --help`.") from None

    def _two_arms(
        self, case_id: str, charter: Charter, baseline: Frozen, wanted: Wanted, words: str, live: Sequence[Path]
    ) -> Proposal:
        change, metric, now = wanted.change, charter.metric or "", self._clock()
        standard = self._standard()
        if change is None:
            raise Unusable(
                "two arms need a change of the definitions: nobody can draw how people work",
                "Name --change FILE, or compare before and after with --before-after.",
            )
        measure_of(metric)
        scope = scope_of(charter, wanted.services, wanted.kind, change, standard)
        guards, notes = guards_of(charter, wanted.guards)
        wish = Wish(
            scope=scope,
            layer=wanted.layer or layer_of(change),
            hypothesis=wanted.hypothesis or hypothesis_of(words, charter),
            unit=wanted.unit,
            block_days=wanted.block_days,
            guards=guards,
            least=wanted.least,
            alpha=wanted.alpha,
            power=wanted.power,
            looks=wanted.looks,
            traffic=wanted.traffic,
            share=wanted.share,
            days=wanted.days,
            starts_at=wanted.starts_at,
            zone=next((team.zone for team in standard.teams if team.key == charter.owner), Wish.zone),
            team_of={service.key: service.default_team for service in standard.services},
        )
        follow = round(wanted.follow_days * DAY) if wanted.follow_days else 0
        follow = follow or followed_for(live_log(live, now), metric, scope, baseline.start, baseline.end)
        known = past(followed_log(live, now, follow), metric, scope, baseline.start, baseline.end, now, wish, follow)
        found = planned(_key(case_id), case_id, charter, change, wish, known, baseline.value, now)
        self._experiments.checked(found.plan)
        return Proposal(case_id, found.plan, words, wanted.cause, found, (*notes, *found.notes))

    def _series(self, case_id: str, charter: Charter, baseline: Frozen, wanted: Wanted, words: str) -> BeforeAfter:
        metric = charter.metric or ""
        how = measure_of(metric)
        if how == "time" and (charter.goal is None or charter.goal <= 0):
            raise BadData("Without a goal nobody can say which case was late.", "Set it in the charter.")
        late = round(charter.goal or 0) if how == "time" else None
        follow = round(wanted.follow_days * DAY) if wanted.follow_days else (late or 7 * DAY)
        starts = wanted.starts_at or max(self._clock(), baseline.end)
        return BeforeAfter(
            key=_key(case_id),
            hypothesis=wanted.hypothesis or hypothesis_of(words, charter),
            cycle=case_id,
            change=wanted.change,
            metric=metric,
            measure=how,
            better=charter.direction,
            late_s=late,
            follow_s=max(follow, late or 0),
            baseline=baseline.sha256,
            # Those that somebody found bad enough to begin with; what is older says what is usual.
            before=(max(baseline.start, baseline.end - timedelta(weeks=BEFORE)), baseline.end),
            starts_at=starts,
            weeks=wanted.weeks,
        )


def _may_change(change: Change | None, actor: Actor, *, for_all: bool) -> None:
    """Whoever takes part may say what to try; a change is tried by who works here, on everybody by who may accept it.

    Without a second arm it is the standard from the gate on, before anybody has decided. Raises NotAllowed.
    """
    if change is not None:
        action = Action.DEFINITIONS_ACCEPT if for_all else Action.DEFINITIONS
        allow(
            actor,
            action,
            Object(),
            "Propose it in words (`jidoka cycle record countermeasure`), and ask a lead to plan it.",
        )


def _key(case_id: str) -> str:
    return case_id.casefold()
