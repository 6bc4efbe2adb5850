"""Problems at the door: opened from incidents, their workarounds found for those who wait."""

import asyncio
from collections.abc import Sequence

from definitions.acts import Act
from definitions.intake import OpenProblem
from definitions.kinds import KINDS, noun_of
from definitions.people import Action, Actor, Object
from definitions.problem.acts import LinkIncident, LinkProblem, ShareWorkaround
from definitions.problem.state import KnownError, ProblemBrief
from definitions.rules.opening import Opening
from office.acceptance import Opened, own_key
from office.access import allow
from office.errors import ActRefused, NotFound, Unusable
from office.room import Room
from records.values import CaseRow


class Problems(Room):
    """Opens problems and reads what is known about them."""

    async def open(self, wanted: OpenProblem, actor: Actor) -> Opened:
        """Open a problem; with `external_id`, repeating it gives the same one.

        Raises NotAllowed, NotFound or Unusable before anything is kept.
        """
        allow(actor, Action.OPEN, Object(kind="case"), "Ask somebody who works at the desk.")
        external = own_key(actor, wanted.external_id, "problem")
        if (known := await self._courier.opened(wanted.source, external)) is not None:
            return known
        rows = await asyncio.to_thread(self._incidents, wanted.incidents)
        service, category = self._about(wanted, rows)
        opening = Opening(
            service=service,
            category=category,
            channel="cli",
            title=await self._acceptance.words(wanted.title, actor.person),
            text=await self._acceptance.words(wanted.description, actor.person) if wanted.description else None,
            requester=None,
            by=actor.person,
            at=self._clock(),
            impact=wanted.impact,
            urgency=wanted.urgency,
            problem=ProblemBrief(incidents=tuple(dict.fromkeys(wanted.incidents))),
        )
        definition = self._standard().problem(service)
        row = await self._acceptance.accept(opening, definition, source=wanted.source, external_id=external)
        return await self._courier.open(row)

    async def workaround(self, case_id: str) -> KnownError:
        """What is known of a problem that has a workaround. Raises NotFound, Unusable, ActRefused where it has none."""
        await asyncio.to_thread(self._there, case_id, "problem")
        # The records may be a second behind the one who has just written it down.
        state = await self._casebook.state(case_id, await self._courier.client())
        known = state.problem.known_error if state is not None and state.problem is not None else KnownError()
        if known.workaround is None:
            raise ActRefused(
                f"no workaround is known for {case_id}",
                f"Record one with `jidoka problem known-error {case_id} --workaround WORDS`.",
            )
        return known

    def checked(self, act: Act) -> None:
        """Facts are for ever: what stands in one as a problem or an incident is one. Raises NotFound or Unusable."""
        if isinstance(act, LinkProblem | ShareWorkaround):
            self._there(act.problem, "problem")
        if isinstance(act, LinkIncident):
            self._there(act.incident, "incident")

    def _there(self, case_id: str, kind: str) -> CaseRow | None:
        if noun_of(case_id) != kind:
            ids = f"{KINDS[kind].prefix}-..."
            raise Unusable(f"{case_id!r} is no {kind}", f"Name one by its id, {ids}; `jidoka {kind} ls` lists them.")
        row = self._store.cases.get(case_id)
        if row is None and self._store.inbox.start_of(case_id) is None:
            raise NotFound(f"there is no {kind} {case_id!r}", f"See `jidoka {kind} ls`.")
        return row

    def _incidents(self, case_ids: Sequence[str]) -> list[CaseRow]:
        rows = [self._there(case_id, "incident") for case_id in case_ids]
        return [row for row in rows if row is not None]

    def _about(self, wanted: OpenProblem, rows: Sequence[CaseRow]) -> tuple[str, str | None]:
        """Service and category: as named, else those of the incidents."""
        named = wanted.service or (rows[0].service if rows else None)
        if named is None:
            raise Unusable("it is not said which service has the problem", "Name --service, or incidents with --from.")
        self._acceptance.category(named, wanted.category)
        common = {row.category for row in rows if row.service == named}
        return named, wanted.category or (common.pop() if len(common) == 1 else None)
