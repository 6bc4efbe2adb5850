"""Requests at the door: who asks for what for whom, the form, the entitlement, and who will be asked to approve."""

import asyncio
import difflib
import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from definitions.approvals import asked
from definitions.base import Level
from definitions.catalogue import CatalogueItem
from definitions.entitlement import For, entitled
from definitions.form_fields import Kind
from definitions.forms import Answers, FieldProblem, Form, filled
from definitions.intake import OpenRequest
from definitions.people import Action, Actor, Object, Person, Role
from definitions.plans import inputs_of
from definitions.request.state import RequestBrief
from definitions.rules.opening import Opening
from definitions.slices import UnknownKey
from office.acceptance import Opened, contact, own_key
from office.access import allow
from office.errors import NotAllowed, NotFound, Unusable
from office.room import Room


class Requests(Room):
    """Opens requests, and says what a form may hold; a request that is not entitled or not filled in never begins."""

    @property
    def items(self) -> tuple[CatalogueItem, ...]:
        """The catalogue."""
        return self._standard().catalogue

    def item(self, key: str) -> CatalogueItem:
        """The catalogue item of this key. Raises NotFound with the nearest ones."""
        organisation = self._standard()
        try:
            return organisation.item(key)
        except UnknownKey:
            known = [item.key for item in organisation.catalogue]
            near = difflib.get_close_matches(key.casefold(), known)
            alike = f"Is it {' or '.join(near)}? " if near else ""
            hint = f"{alike}`jidoka catalogue ls` lists all." if known else "There is nothing yet."
            raise NotFound(f"there is no item {key!r} in the catalogue", hint) from None

    async def open(self, wanted: OpenRequest, actor: Actor) -> Opened:
        """Open a request; with `external_id`, repeating it gives the same case.

        Raises NotFound, NotAllowed or Unusable before anything is kept.
        """
        item = self.item(wanted.item)
        requester, for_whom = await asyncio.to_thread(self._people, wanted, item, actor)
        allow(actor, Action.OPEN, Object(kind="case", requester=requester.key))
        # A key is good for one item for one person, so that another request is never taken for its repetition.
        external = own_key(actor, wanted.external_id, f"request/{item.key}/{for_whom.key}")
        if (known := await self._courier.opened(wanted.source, external)) is not None:
            return known
        right = entitled(item.entitlement, requester, for_whom)
        if not right.allowed:
            raise NotAllowed(right.reason, f"`jidoka catalogue show {item.key}` says who may ask for it.")
        at = contact(wanted.channel, wanted.at, self._clock())
        answers = await asyncio.to_thread(self._answers, item, wanted.fields, requester)
        definition = self._standard().request(item.key)
        whole = json.dumps(answers.written, ensure_ascii=False)
        opening = Opening(
            service=item.service,
            channel=wanted.channel,
            title=await self._acceptance.words(_title(item, requester, for_whom), requester.key),
            requester=requester.key,
            by=actor.person,
            at=at,
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
            request=RequestBrief(
                item=item.key,
                for_whom=for_whom.key,
                answers=await self._acceptance.words(whole, requester.key) if answers.values else None,
                inputs={
                    task.key: inputs_of(task, answers.values, requester=requester.key, for_whom=for_whom.key)
                    for task in item.plan.tasks
                    if task.automation is not None
                },
                approvers=self._approvers(item, requester, for_whom),
            ),
        )
        row = await self._acceptance.accept(opening, definition, source=wanted.source, external_id=external)
        return await self._courier.open(row)

    def filled(self, form: Form, given: Mapping[str, str], zone: str) -> Answers:
        """The answers to a form, its people by their keys. Raises Unusable with everything that is wrong with it."""
        today = self._clock().astimezone(ZoneInfo(zone)).date()
        people, strangers = {}, []
        for field in form.fields:
            who = given.get(field.key, "").strip()
            if field.kind is Kind.PERSON and who:
                try:
                    people[field.key] = self._identity.person(who)
                except NotFound:
                    what = f"is {who!r}, whom nobody here knows"
                    example = f"{field.key}={field.shown(today)}"
                    strangers.append(FieldProblem(field=field.key, what=what, rule=field.rule, example=example))
        found = filled(form, {**given, **people}, today)
        wrong = [] if isinstance(found, Answers) else list(found)
        named = {problem.field for problem in wrong}
        wrong += [stranger for stranger in strangers if stranger.field not in named]
        if wrong or not isinstance(found, Answers):
            raise Unusable(
                "; ".join(problem.text for problem in wrong), "Correct it and try again; nothing was opened."
            )
        return found

    def _answers(self, item: CatalogueItem, given: Mapping[str, str], requester: Person) -> Answers:
        try:
            return self.filled(item.form, given, requester.zone)
        except Unusable as wrong:
            raise Unusable(
                wrong.message, f"Nothing was opened. `jidoka request form {item.key}` shows every field."
            ) from None

    def _people(self, wanted: OpenRequest, item: CatalogueItem, actor: Actor) -> tuple[Person, Person]:
        """Who asks, and for whom."""
        for_whom = self._for_whom(wanted.for_whom, item) if wanted.for_whom is not None else None
        if wanted.requester is not None:
            requester = self._identity.known_or_new(wanted.requester)
        elif self._store.directory.get(actor.person) is not None or for_whom is None:
            requester = actor.person
        else:
            # Whoever owns the data but is no person of the directory writes it down for the one it is for.
            requester = for_whom
        if self._store.directory.get(requester) is None:
            raise Unusable(
                f"{requester} is not in the directory, so nobody is known to ask",
                "Name who it is for with --for, or act as somebody with --as.",
            )
        return self._person(requester), self._person(for_whom or requester)

    def _for_whom(self, who: str, item: CatalogueItem) -> str:
        """Somebody new may be named where anybody may be asked for and nothing is done to an account of theirs."""
        uses_account = any("for_whom" in task.inputs.values() for task in item.plan.tasks)
        if item.entitlement.reach is For.ANYBODY and not uses_account:
            return self._identity.known_or_new(who)
        return self._identity.person(who)

    def _person(self, key: str) -> Person:
        """As the organisation describes them; whom only the directory knows has neither manager nor department."""
        try:
            return self._standard().person(key)
        except UnknownKey:
            known = self._store.directory.get(key)
            assert known is not None
            roles = known.roles or (Role.REQUESTER,)
            zone = known.zone or self._standard().calendars[0].zone
            return Person(key=key, name=known.name, addresses=(), roles=roles, teams=known.teams, zone=zone)

    def _approvers(self, item: CatalogueItem, requester: Person, for_whom: Person) -> dict[str, tuple[str, ...]]:
        organisation = self._standard()
        teams = {team.key: team for team in organisation.teams}
        people = {person.key: person for person in organisation.people}
        owner = organisation.team(item.team)
        return {
            stage.key: asked(stage, owner=owner, requester=requester, for_whom=for_whom, teams=teams, people=people)
            for stage in item.approvals
        }


def _title(item: CatalogueItem, requester: Person, for_whom: Person) -> str:
    """What the case is called: the item, and for whom where that is somebody else."""
    if requester.key == for_whom.key:
        return item.title
    return f"{item.title} for {for_whom.name or for_whom.key}"[:300]
