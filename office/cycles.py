"""Cycles of improvement at the door: begun with a charter, planned, found again, told on one page."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from pydantic import Field, FiniteFloat

from activities.cycle_page import a3_of
from definitions.base import Level, Value
from definitions.case import CaseState
from definitions.cycle.benefit import Ledger
from definitions.cycle.charter import Affected, Charter, Direction, Guard, Member, Scope, Voice
from definitions.cycle.register import Row, books, search
from definitions.cycle.report import A3
from definitions.cycle.rules import cycle_of
from definitions.cycle.state import COURSE, CycleBrief, Method
from definitions.facts import TextRef
from definitions.organisation import Organisation
from definitions.people import Action, Actor, Object
from definitions.rules.opening import Opening
from definitions.slices import UnknownKey
from office.acceptance import Acceptance, Opened, own_key
from office.access import allow
from office.casebook import Casebook
from office.courier import Courier
from office.errors import NotFound, Unusable
from office.identity import Identity
from office.register import CycleRegister
from records.store import Store
from settings import Clock

Words = Annotated[str, Field(min_length=1, max_length=5_000)]


class Said(Value):
    """What of a charter somebody has said; the first gate asks for what is missing."""

    title: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    problem: Words | None = None
    experience: Words | None = None
    affected: tuple[Affected, ...] = ()
    metric: str | None = None
    direction: Direction | None = None
    """None: that of the metric."""
    level: FiniteFloat | None = None
    goal: FiniteFloat | None = None
    guards: tuple[Guard, ...] = ()
    scope: Scope = Scope()
    sponsor: str | None = None
    members: tuple[tuple[str, Voice | None], ...] = ()


class Asked(Said):
    """What somebody wants to improve, as a door took it down."""

    method: Method
    title: Annotated[str, Field(min_length=1, max_length=200)]
    owner: str | None = None
    """The team whose cycle it is; None: the lead's only team, else that of the first service."""
    after: str | None = None
    source: str = "cli"
    external_id: str | None = None
    """Idempotency key: repeating it returns the same cycle."""


class Begun(Value):
    """A cycle was begun; `alike` are the earlier ones like it, those that failed first among equals."""

    id: str
    created: bool
    alike: tuple[Row, ...]


class Cycles:
    """Begins cycles and keeps their register."""

    def __init__(
        self,
        store: Store,
        standard: Callable[[], Organisation],
        clock: Clock,
        identity: Identity,
        acceptance: Acceptance,
        courier: Courier,
        casebook: Casebook,
    ) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._identity, self._acceptance, self._courier = identity, acceptance, courier
        self._casebook = casebook
        self._register = CycleRegister(store)

    # -- beginning -----------------------------------------------------------------------------------------------

    def alike(self, asked: Asked, actor: Actor) -> tuple[Charter, tuple[Row, ...]]:
        """What would be begun, without its words, and earlier cycles like it. Raises as `start` does."""
        owner = self._owner(asked, actor)
        allow(actor, Action.CYCLE_LEAD, Object(kind="case", team=owner))
        self._checked(asked)
        return self.charter(asked, actor, owner), self._like(asked, actor)

    async def start(self, asked: Asked, actor: Actor) -> Begun:
        """Begin a cycle; with `external_id`, repeating it gives the same one.

        Raises NotAllowed, NotFound or Unusable before anything is kept.
        """
        owner = await asyncio.to_thread(self._owner, asked, actor)
        allow(actor, Action.CYCLE_LEAD, Object(kind="case", team=owner))
        if (known := await self.begun(asked, actor)) is not None:
            return Begun(id=known.id, created=False, alike=())
        await asyncio.to_thread(self._checked, asked)
        alike = await asyncio.to_thread(self._like, asked, actor)
        charter = await asyncio.to_thread(self.charter, asked, actor, owner)
        charter = charter.model_copy(update=await self._words(asked, actor))
        brief = CycleBrief(charter=charter, alike=tuple(each.id for each in alike), after=asked.after)
        external = own_key(actor, asked.external_id, asked.method)
        opened = await self.open(asked.method, brief, actor.person, source=asked.source, external_id=external)
        return Begun(id=opened.id, created=opened.created, alike=alike)

    async def begun(self, asked: Asked, actor: Actor) -> Opened | None:
        """The cycle that the same idempotency key began before; None where it is new."""
        if asked.external_id is None:
            return None
        return await self._courier.opened(asked.source, own_key(actor, asked.external_id, asked.method))

    async def amended(self, case_id: str, said: Said, actor: Actor) -> Charter:
        """The charter of a cycle with what was said now; what was not said stays. Raises as `start` does."""
        await asyncio.to_thread(self._checked, said)
        state = await self._casebook.state(case_id, await self._courier.client())
        if state is None or state.cycle is None:
            raise NotFound(f"there is no cycle {case_id!r}", "See `jidoka cycle ls`.")
        before = state.cycle.charter
        found = await asyncio.to_thread(self.charter, said, actor, before.owner)
        names = {"members": "team"}
        changed = {names.get(name, name) for name in said.model_fields_set} - {"title", "problem", "experience"}
        if "metric" in changed:
            changed |= {"unit", "direction"}
        if said.scope != Scope():
            kept = {name: getattr(before.scope, name) for name in Scope.model_fields if not getattr(said.scope, name)}
            found = found.model_copy(update={"scope": said.scope.model_copy(update=kept)})
        update = {name: getattr(found, name) for name in changed}
        return before.model_copy(update=update | await self._words(said, actor))

    async def open(
        self, method: Method, brief: CycleBrief, by: str, *, source: str, external_id: str, channel: str = "cli"
    ) -> Opened:
        """A cycle of this charter, whoever asks for it; the same `source` and `external_id` give the same one."""
        if (known := await self._courier.opened(source, external_id)) is not None:
            return known
        definition = self._standard().cycle(method, brief.charter.owner)
        scope = brief.charter.scope
        opening = Opening(
            service=scope.services[0] if scope.services else definition.key,
            category=scope.categories[0] if len(scope.categories) == 1 and len(scope.services) == 1 else None,
            channel=channel,
            title=brief.charter.title,
            requester=None,
            by=by,
            at=self._clock(),
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
            cycle=brief,
        )
        row = await self._acceptance.accept(opening, definition, source=source, external_id=external_id)
        return await self._courier.open(row)

    def _owner(self, asked: Asked, actor: Actor) -> str:
        """The team whose cycle it is. Raises NotFound, and Unusable where nobody could tell."""
        standard = self._standard()
        try:
            if asked.owner is not None:
                return standard.team(asked.owner).key
            if len(actor.teams) == 1:
                return actor.teams[0]
            if asked.scope.teams:
                return standard.team(asked.scope.teams[0]).key
            if asked.scope.services:
                return standard.service(asked.scope.services[0]).default_team
        except UnknownKey as unknown:
            raise Unusable(str(unknown), "See `jidoka definitions show`.") from None
        raise Unusable("it is not said whose cycle it is", "Name the team with --owner.")

    async def _words(self, said: Said, actor: Actor) -> dict[str, TextRef]:
        words = {"title": said.title, "problem": said.problem, "experience": said.experience}
        return {name: await self._acceptance.words(each, actor.person) for name, each in words.items() if each}

    def _checked(self, asked: Said) -> None:
        """Names are names of something: what a cycle is about must be in force today. Raises Unusable."""
        standard = self._standard()
        known = {
            "service": {each.key for each in standard.services},
            "category": {key for each in standard.services for key in each.categories},
            "team": {each.key for each in standard.teams},
        }
        scope = asked.scope
        for what, names in (("service", scope.services), ("category", scope.categories), ("team", scope.teams)):
            for name in names:
                if name not in known[what]:
                    raise Unusable(
                        f"the standard in force has no {what} {name!r}: nothing can be changed for it",
                        f"It has {', '.join(sorted(known[what]))}.",
                    )
        if isinstance(asked, Asked) and asked.after is not None:
            self.state(asked.after)

    def charter(self, said: Said, actor: Actor, owner: str) -> Charter:
        """Everything of the charter but its words. Raises NotFound for a person or a metric that is none."""
        # The catalogue takes a second to load: only who begins a cycle waits for it.
        from measurement.metrics.catalogue import metric as named
        from measurement.metrics.metric import Better

        person = self._identity.person
        metric = named(said.metric) if said.metric else None
        for guard in said.guards:
            named(guard.metric)
        better: Direction = "higher" if metric is not None and metric.better is Better.HIGHER else "lower"
        return Charter(
            title=TextRef(id="", digest=""),
            affected=said.affected,
            metric=metric.key if metric else None,
            unit=metric.unit if metric else "",
            direction=said.direction or better,
            level=said.level,
            goal=said.goal,
            guards=said.guards,
            scope=said.scope,
            sponsor=person(said.sponsor) if said.sponsor else None,
            lead=actor.person,
            team=tuple(Member(person=person(who), voice=voice) for who, voice in said.members),
            owner=owner,
        )

    def _like(self, asked: Asked, actor: Actor) -> tuple[Row, ...]:
        charter = self.charter(asked, actor, self._owner(asked, actor))
        return self._register.like(charter, f"{asked.title} {asked.problem or ''}")

    # -- reading -------------------------------------------------------------------------------------------------

    def state(self, case_id: str) -> CaseState:
        """A cycle as the records have it. Raises NotFound."""
        row = self._store.cases.get(case_id)
        if row is None or row.kind not in COURSE:
            raise NotFound(f"there is no cycle {case_id!r}", "See `jidoka cycle ls`.")
        return CaseState.model_validate(row.state_json)

    def register(self, actor: Actor, *, words: str = "") -> tuple[Row, ...]:
        """Every cycle, newest first; with `words`, those in which they all stand. Raises NotAllowed."""
        allow(actor, Action.METRICS, Object())
        rows = self._register.rows()
        return search(rows, words) if words.strip() else rows

    def ledger(self, actor: Actor) -> Ledger:
        """What all cycles were to bring and brought. Raises NotAllowed."""
        return books(self.register(actor))

    def report(self, case_id: str, actor: Actor) -> A3:
        """The page of a cycle, made of its facts alone. Raises NotFound, NotAllowed; the look is logged."""
        state = self.state(case_id)
        people = cycle_of(state).charter.people
        allow(actor, Action.SHOW, Object(kind="case", id=case_id, team=state.team, participants=people))
        self._store.access_log.add(actor.person, "report", case_id, self._clock())
        found = a3_of(self._store, case_id)
        if found is None:
            raise NotFound(f"the records do not know how {case_id} began", "See `jidoka cycle show`.")
        return found
