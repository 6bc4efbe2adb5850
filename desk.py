"""The typed client: open cases, act on them, read them. CLI, web and intake all come through here."""

import asyncio
import functools
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from temporalio.client import Client
from temporalio.service import RPCError

from definitions.acts import Act, Assign, Comment, Hear, Overriding, wire_name
from definitions.base import OverrideReason
from definitions.case import ENDED, Receipt
from definitions.facts import TextRef
from definitions.intake import Alert, InboundMessage, OpenIncident, OpenProblem, OpenRequest, Received
from definitions.kinds import ACTS, noun_of
from definitions.organisation import Organisation
from definitions.people import Action, Actor, Object, Role
from definitions.review.acts import AddAction
from definitions.rights import may
from definitions.slices import IncidentDefinition, UnknownKey
from definitions.standards import InForce
from office.acceptance import Acceptance, Opened
from office.access import allow
from office.alerting import Alerting
from office.casebook import Casebook
from office.courier import Connect, Courier, unreachable
from office.cycle_publishing import CyclePublishing
from office.cycles import Cycles
from office.decisions import Decisions
from office.errors import NotFound, Unreachable
from office.experiments import Experiments
from office.feedback import Feedback
from office.ideas import Ideas
from office.identity import Identity
from office.incidents import Incidents
from office.kinds import AT_THE_DESK
from office.knowledge import Knowledge
from office.offers import Offers
from office.problems import Problems
from office.reception import Reception
from office.requests import Requests
from office.retriage import Retriage
from office.reviews import Reviews
from office.standards import Standards
from office.survey_replies import SurveyReplies
from office.taskbook import Decision, TaskBook
from office.voice import Voice
from records.store import Store
from records.values import CaseQuery, CaseRow, Page
from settings import Clock

if TYPE_CHECKING:
    from office.cycle_plans import CyclePlans


class Desk:
    """Everything that can be done with cases, for somebody who may."""

    def __init__(
        self,
        store: Store,
        organisation: Organisation,
        clock: Clock,
        connect: Connect,
        *,
        task_queue: str = "jidoka",
        lots: bytes = b"",
        standard: InForce | None = None,
    ) -> None:
        """`organisation` is that of the code, which new cases follow with all that was accepted on top of it.

        `lots` is the secret of the installation that is drawn by; without a hold-out nothing is.
        `standard` stands in the place of what is in force, for a play.
        """
        self.store, self.clock = store, clock
        self.standards = Standards(store, organisation, clock)
        self._standard = standard = standard or self.standards.organisation
        self.identity = Identity(store, standard, clock)
        self.knowledge = Knowledge(store, standard, clock, self.identity)
        self.experiments = Experiments(store, standard, clock, lots)
        self._acceptance = Acceptance(store, standard, lots, self.experiments)
        self._casebook = Casebook(store, standard, clock)
        self.courier = Courier(store, self._casebook, clock, connect, task_queue)
        room = (store, standard, clock, self.identity, self._acceptance, self.courier, self._casebook)
        self._incidents = Incidents(clock, self.identity, self._acceptance, self.courier)
        self.requests = Requests(*room)
        self.tasks = TaskBook(store, self._casebook, self.courier, self.requests)
        self.problems = Problems(*room)
        self.reviews = Reviews(*room)
        self.cycles = Cycles(*room)
        self.feedback = Feedback(*room)
        self.voice = Voice(store, standard, clock, self._acceptance, self.feedback)
        self.ideas = Ideas(store, clock, self.feedback, self._casebook, self.courier, self.act)
        self.retriage = Retriage(store, self._casebook, clock)
        self.offers = Offers(store, self.identity, self.knowledge, self.act)
        self._alerting = Alerting(store, standard, clock, self._acceptance, self.courier)
        self.reception = Reception(
            *(store, standard, self.identity, self._acceptance, self.courier, self._alerting),
            SurveyReplies(store, self._acceptance, self.voice),
            self.feedback,
            Decisions(store, self._acceptance, self.courier, self.tasks),
        )

    @functools.cached_property
    def plans(self) -> "CyclePlans":
        """Plans of trials; what they compute with takes a second to load, which nobody else is to wait for."""
        from office.cycle_plans import CyclePlans

        own = (self.store, self._standard, self.clock, self.experiments, self._casebook, self.courier)
        return CyclePlans(*own, self.words, self.act, self.ask)

    @functools.cached_property
    def publishing(self) -> CyclePublishing:
        """Pages of cycles for those concerned."""
        own = (self.store, self._standard, self.clock, self.identity, self.courier, self.cycles, self.ideas)
        return CyclePublishing(*own)

    @property
    def organisation(self) -> Organisation:
        """The one by which a new case goes at this moment."""
        return self._standard()

    async def client(self) -> Client:
        """The connection to Temporal, made when first needed. Raises Unreachable."""
        return await self.courier.client()

    def definition(self, service: str, category: str | None = None) -> IncidentDefinition:
        """The slice of a service. Raises NotFound, and Unusable for a category that is none of its own."""
        return self._acceptance.definition(service, category)

    async def words(self, text: str, person: str | None) -> TextRef:
        """Keep somebody's words in the records and refer to them."""
        return await self._acceptance.words(text, person)

    async def send(self, case_id: str, act: Act, *, key: str | None = None) -> Receipt:
        """Carry out an act once it is settled that the person may."""
        return await self.courier.send(case_id, act, key=key)

    # -- opening -------------------------------------------------------------------------------------------------

    async def open_incident(self, request: OpenIncident, *, actor: Actor) -> Opened:
        """Open an incident; with `external_id`, repeating it gives the same case."""
        return await self._incidents.open(request, actor)

    async def open_request(self, request: OpenRequest, *, actor: Actor) -> Opened:
        """Open a request for something of the catalogue; with `external_id`, repeating it gives the same case."""
        return await self.requests.open(request, actor)

    async def open_problem(self, problem: OpenProblem, *, actor: Actor) -> Opened:
        """Open a problem, of incidents or not; with `external_id`, repeating it gives the same one."""
        return await self.problems.open(problem, actor)

    async def receive(self, message: InboundMessage) -> Received:
        """Bring a message to its case, open one, or say why not."""
        return await self.reception.message(message)

    async def alerts(self, batch: Sequence[Alert]) -> list[Received]:
        """Bring alerts to their cases; one answer for each."""
        return await self._alerting.alerts(batch)

    # -- acting --------------------------------------------------------------------------------------------------

    async def act(self, case_id: str, act: Act, *, actor: Actor, key: str | None = None) -> Receipt:
        """Carry out an act for somebody who may; with `key`, repeating it does nothing more."""
        aside = isinstance(act, Comment) and act.internal
        await self.ask(case_id, type(act), actor=actor, internal=aside, task=getattr(act, "task", None))
        act = self._own_words(act, actor)
        if isinstance(act, Decision):
            act = await self.tasks.in_whose_name(act, case_id, actor)
        if isinstance(act, Overriding) and act.reason is None:
            act = act.model_copy(update={"reason": OverrideReason.NOT_GIVEN})
        if isinstance(act, Assign):
            await asyncio.to_thread(self._known, act)
        if isinstance(act, AddAction):
            await asyncio.to_thread(self.reviews.checked, act)
        await asyncio.to_thread(self.problems.checked, act)
        await asyncio.to_thread(self.ideas.checked, act)
        article = getattr(act, "article", None)
        if article is not None:
            # Facts are for ever: what stands in one as an article is one, and one that the actor may see.
            await asyncio.to_thread(self.knowledge.get, article, actor)
        # A key is good for one act of one person on one part of the case: another is never taken for its repetition.
        parts = [str(part) for part in (getattr(act, name, None) for name in PARTS) if part]
        scoped = "/".join((actor.person, wire_name(type(act)), *parts, key)) if key else None
        receipt = await self.courier.send(case_id, act, key=scoped)
        if isinstance(act, Decision):
            # Whoever has decided, or was spoken for, goes on seeing what became of it.
            for person in {actor.person, act.for_whom or actor.person}:
                await asyncio.to_thread(self.store.conversations.join, case_id, person)
        return receipt

    async def ask(
        self, case_id: str, kind: type[Act], *, actor: Actor, internal: bool = False, task: str | None = None
    ) -> None:
        """Whether the actor may do such an act; a door asks before it keeps the words of one. Raises NotAllowed."""
        row = await self.case(case_id)
        action = Action.COMMENT_INTERNAL if internal else _ACTIONS[wire_name(kind)]
        # Whether the case takes it is for its run to say, with a reason that fits.
        object = (await self._object(row, case_id)).model_copy(update={"closed": False})
        if task is not None or issubclass(kind, Decision):
            object = await self.tasks.about(object, kind, task)
        self.allow(actor, action, object)

    def _own_words(self, act: Act, actor: Actor) -> Act:
        """Whoever acts is who the door says; words of people who do not work here are heard, not announced."""
        if isinstance(act, Hear):
            return act if act.by == actor.person else act.model_copy(update={"logged_by": actor.person})
        if isinstance(act, Comment) and not act.internal and not STAFF & {*actor.roles}:
            return Hear(by=actor.person, channel=act.channel, at=act.at, text=act.text, verified=actor.verified)
        return act.model_copy(update={"by": actor.person})

    def _known(self, act: Assign) -> None:
        if act.team is not None:
            try:
                self.organisation.team(act.team)
            except UnknownKey as unknown:
                raise NotFound(str(unknown), "See `jidoka definitions show teams`.") from None
        if act.to is not None:
            self.identity.person(act.to)

    # -- reading -------------------------------------------------------------------------------------------------

    async def show(self, case_id: str, *, actor: Actor, again: bool = False) -> dict[str, Any]:
        """The whole case, as far as this person may see it; the look is logged first.

        `again` is a further look of somebody who watches: the watch was logged when it began.
        """
        client = await self.client()
        row = await self.case(case_id)
        object = await self._object(row, case_id)
        self.allow(actor, Action.SHOW, object)
        internal = may(actor, Action.SHOW_INTERNAL, object).allowed
        if not again:
            await asyncio.to_thread(self.store.access_log.add, actor.person, "show", case_id, self.clock())
        try:
            return await self._casebook.show(row, case_id, client, internal=internal)
        except RPCError as error:
            raise unreachable(error) from error

    async def ls(self, query: CaseQuery, *, actor: Actor) -> Page:
        """A page of cases from the records; a requester sees their own."""
        await self.client()  # a list while nothing runs would look current and be stale
        everything = may(actor, Action.LS, Object(kind="cases"))
        if not everything.allowed:
            self.allow(actor, Action.LS, Object(kind="cases", requester=query.requester or actor.person))
            query = query.model_copy(update={"requester": query.requester or actor.person})
        return await asyncio.to_thread(self._listed, query)

    def _listed(self, query: CaseQuery) -> Page:
        """As `show` names them: requesters by address."""
        page = self.store.cases.ls(query)
        known = {key: self.store.directory.address_of(key) for key in {row.requester for row in page.rows} if key}
        rows = tuple(
            row.model_copy(update={"requester": known.get(row.requester or "") or row.requester}) for row in page.rows
        )
        return page.model_copy(update={"rows": rows})

    async def case(self, case_id: str) -> CaseRow | None:
        """The case's row; None while its first facts are on the way. Raises NotFound."""
        row = await asyncio.to_thread(self.store.cases.get, case_id)
        if row is None and await asyncio.to_thread(self.store.inbox.start_of, case_id) is None:
            raise NotFound(f"there is no case {case_id!r}", f"See `jidoka {noun_of(case_id)} ls`.")
        return row

    async def object_of(self, case_id: str) -> Object | None:
        """The case as the rules about who may do what see it; None when there is none."""
        try:
            return await self._object(await self.case(case_id), case_id)
        except NotFound:
            return None

    async def _object(self, row: CaseRow | None, case_id: str) -> Object:
        return await asyncio.to_thread(self._recorded, row) if row is not None else await self._on_the_way(case_id)

    def _recorded(self, row: CaseRow) -> Object:
        team = AT_THE_DESK[row.kind].team(row.state_json)
        return Object(
            kind="case",
            id=row.id,
            team=row.team,
            requester=row.requester,
            participants=(*self.store.conversations.participants(row.id), *self.store.tasks.people(row.id), *team),
            closed=row.state in ENDED,
        )

    async def _on_the_way(self, case_id: str) -> Object:
        """A case whose first facts are not in the records yet: its run knows whose it is, or what opened it does."""
        try:
            state = await self._casebook.state(case_id, await self.client())
        except Unreachable:
            state = None
        if state is not None:
            return Object(kind="case", id=case_id, team=state.team, requester=state.requester, closed=state.ended)
        start = await asyncio.to_thread(self.store.inbox.start_of, case_id)
        payload = start.payload if start is not None and isinstance(start.payload, dict) else {}
        requester = payload.get("requester")
        return Object(kind="case", id=case_id, requester=requester if isinstance(requester, str) else None)

    def allow(self, actor: Actor, action: Action, object: Object) -> None:
        """Raise NotAllowed unless the actor may."""
        allow(actor, action, object)

    async def ready(self) -> list[str]:
        """Why the desk cannot serve now; empty when it can."""
        reasons = []
        try:
            client = await self.client()
            await client.service_client.check_health(timeout=timedelta(seconds=2))
        except (Unreachable, RPCError, RuntimeError) as error:
            reasons.append(f"temporal: {error}")
        try:
            await asyncio.to_thread(self.store.cases.ls, CaseQuery(limit=1))
        except Exception as error:  # whatever the database says is a reason not to be ready
            reasons.append(f"records: {error}")
        return reasons


STAFF = {Role.ANALYST, Role.LEAD, Role.ADMIN}

PARTS = ("task", "stage", "action")
"""Fields of acts that name what within the case is meant."""

TAKING_PART = (
    *("amend_charter", "add_hypothesis", "add_ground", "propose", "plan_trial", "plan_control", "ask_gate", "learn"),
)
LEADING = ("override_gate", "decide", "stop_cycle")
"""Acts on cycles of improvement."""

_ACTIONS = {name: Action(name) for name in ACTS if name in set(Action)} | {
    "hear": Action.COMMENT,
    "answer": Action.COMMENT,
    "rate_idea": Action.IDEAS,
    # Who may link and resolve cases may do so because of a problem.
    **dict.fromkeys(("link_problem", "unlink_problem", "link_incident"), Action.LINK),
    **dict.fromkeys(TAKING_PART, Action.CYCLE),
    **dict.fromkeys(LEADING, Action.CYCLE_LEAD),
    **dict.fromkeys(("record_known_error", "rule_out", "resolve_problem", "share_workaround"), Action.RESOLVE),
}
