"""Cycles of improvement at the door: begun with a charter, planned, found again, told on one page."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from pydantic import Field, FiniteFloat

from definitions.base import Level, Value
from definitions.case import CaseState
from definitions.cycle.benefit import Ledger
from definitions.cycle.charter import Affected, Charter, Direction, Guard, Member, Scope, Voice
from definitions.cycle.register import Row, books, search
from definitions.cycle.report import A3, a3, texts_of
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


class Asked(Value):
    """What somebody wants to improve, as a door took it down; what is missing the first gate asks for."""

    method: Method
    title: Annotated[str, Field(min_length=1, max_length=200)]
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

    def alike(self, asked: Asked, actor: Actor) -> tuple[Row, ...]:
        """Earlier cycles on the same metric or in the same words, before one is begun. Raises as `start` does."""
        allow(actor, Action.CYCLE_LEAD, Object(kind="case", team=self._owner(asked, actor)))
        return self._like(asked, actor)

    async def start(self, asked: Asked, actor: Actor) -> Begun:
        """Begin a cycle; with `external_id`, repeating it gives the same one.

        Raises NotAllowed, NotFound or Unusable before anything is kept.
        """
        owner = await asyncio.to_thread(self._owner, asked, actor)
        allow(actor, Action.CYCLE_LEAD, Object(kind="case", team=owner))
        external = own_key(actor, asked.external_id, asked.method)
        if (known := await self._courier.opened(asked.source, external)) is not None:
            return Begun(id=known.id, created=False, alike=())
        await asyncio.to_thread(self._checked, asked, actor)
        alike = await asyncio.to_thread(self._like, asked, actor)
        charter = await asyncio.to_thread(self._charter, asked, actor, owner)
        words = {
            name: await self._acceptance.words(said, actor.person)
            for name, said in (("title", asked.title), ("problem", asked.problem), ("experience", asked.experience))
            if said
        }
        brief = CycleBrief(
            charter=Charter.model_validate(charter | words), alike=tuple(each.id for each in alike), after=asked.after
        )
        opened = await self.open(asked.method, brief, actor.person, source=asked.source, external_id=external)
        return Begun(id=opened.id, created=opened.created, alike=alike)

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

    def _checked(self, asked: Asked, actor: Actor) -> None:
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
        if asked.after is not None:
            self.state(asked.after)

    def _charter(self, asked: Asked, actor: Actor, owner: str) -> dict[str, object]:
        """Everything of the charter but its words."""
        # The catalogue takes a second to load: only who begins a cycle waits for it.
        from measurement.metrics.catalogue import metric as named
        from measurement.metrics.metric import Better

        person = self._identity.person
        metric = named(asked.metric) if asked.metric else None
        for guard in asked.guards:
            named(guard.metric)
        better = "higher" if metric is not None and metric.better is Better.HIGHER else "lower"
        return {
            "affected": asked.affected,
            "metric": metric.key if metric else None,
            "unit": metric.unit if metric else "",
            "direction": asked.direction or better,
            "level": asked.level,
            "goal": asked.goal,
            "guards": asked.guards,
            "scope": asked.scope,
            "sponsor": person(asked.sponsor) if asked.sponsor else None,
            "lead": actor.person,
            "team": tuple(Member(person=person(who), voice=voice) for who, voice in asked.members),
            "owner": owner,
        }

    def _like(self, asked: Asked, actor: Actor) -> tuple[Row, ...]:
        unsaid = TextRef(id="", digest="")
        charter = Charter.model_validate(self._charter(asked, actor, self._owner(asked, actor)) | {"title": unsaid})
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
        cycle = cycle_of(state)
        people = tuple(member.person for member in cycle.charter.team)
        allow(actor, Action.SHOW, Object(kind="case", id=case_id, team=state.team, participants=people))
        self._store.access_log.add(actor.person, "report", case_id, self._clock())
        facts = self._store.events.of(case_id)
        # By the rules that the cycle began with: a calendar that changed since must not change the page.
        definition = self._casebook.definition(state)
        zone = definition.calendars[0].zone
        names = {fact.actor for fact in facts} | {cycle.charter.lead, cycle.charter.sponsor or "", *people}
        known = {key: person for key in sorted(names) if (person := self._store.directory.get(key)) is not None}
        return a3(
            facts,
            self._store.texts.get_many(sorted(texts_of(cycle))),
            {key: person.name for key, person in known.items() if person.name},
            zone,
        )
