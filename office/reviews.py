"""Reviews at the door: each case has one, its owner is the lead of the team that had the case."""

import asyncio
from collections.abc import Sequence

from temporalio.exceptions import ApplicationError

from activities.reviews import Look, OpenReview
from definitions.base import Level
from definitions.case import SYSTEM, CaseState
from definitions.kinds import KINDS
from definitions.people import Action, Actor, Object
from definitions.review.acts import AddAction, Reviewed
from definitions.review.definition import ReviewDefinition
from definitions.review.report import Report, report, texts_of
from definitions.review.rules import of
from definitions.review.state import ReviewBrief
from definitions.review.timeline import roles
from definitions.rules.opening import Opening
from definitions.slices import UnknownKey
from office.acceptance import Opened
from office.access import WORK_HERE, allow
from office.errors import NotFound, Unusable
from office.room import Room

SOURCE = "review"
REVIEWABLE = frozenset(kind.name for kind in KINDS.values() if Reviewed in kind.acts)


class Reviews(Room):
    """Opens reviews, checks what they are given, and looks for recurrences."""

    async def start(self, case_id: str, actor: Actor) -> Opened:
        """Have a case reviewed because somebody wants it; the review it has already, where it has one."""
        row = await asyncio.to_thread(self._store.cases.get, case_id)
        if row is None:
            raise NotFound(f"there is no case {case_id!r}", "See `jidoka incident ls`.")
        allow(actor, Action.REVIEW, Object(kind="case", id=case_id, team=row.team, closed=bool(row.closed_at)))
        if row.kind not in REVIEWABLE:
            raise Unusable(f"{case_id} is a {row.kind}: only incidents are reviewed", "See `jidoka incident ls`.")
        order = OpenReview(
            case=case_id, why="asked", at=self._clock(), service=row.service, category=row.category, team=row.team
        )
        opened = await self._open(order, actor.person)
        if opened.created:
            # Where its run is over nobody hears it; the review itself names the case.
            await self._courier.tell(case_id, Reviewed(by=actor.person, review=opened.id, why="asked"))
        return opened

    async def convene(self, order: OpenReview) -> str:
        """The review of a case whose run asks for one. Raises, without retry, where the organisation has no rule."""
        try:
            return (await self._open(order, SYSTEM)).id
        except Unusable as wrong:
            raise ApplicationError(wrong.message, type="NoReviews", non_retryable=True) from wrong

    async def _open(self, order: OpenReview, by: str) -> Opened:
        if (known := await self._courier.opened(SOURCE, order.case)) is not None:
            return known
        organisation = self._standard()
        try:
            definition = organisation.review(order.team or organisation.triage)
        except UnknownKey as unknown:
            raise Unusable(str(unknown), "See `jidoka definitions show`.") from None
        lead = organisation.team(definition.team).lead
        opening = Opening(
            service=order.service,
            category=order.category,
            channel="cli" if by != SYSTEM else "engine",
            title=await self._acceptance.words(f"Review of {order.case}", None),
            requester=None,
            by=by,
            at=order.at,
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
            review=ReviewBrief(case=order.case, why=order.why, owner=lead),
        )
        row = await self._acceptance.accept(opening, definition, source=SOURCE, external_id=order.case)
        return await self._courier.open(row)

    def checked(self, act: AddAction) -> None:
        """Whether the owner works here and the class of cases is one of ours. Raises NotFound or Unusable."""
        self._works_here(act.owner)
        self._acceptance.category(act.service, act.category)

    def _works_here(self, person: str) -> None:
        known = self._store.directory.get(self._identity.person(person))
        # Who works here can say that it is done.
        if known is None or not WORK_HERE & {*known.roles}:
            raise Unusable(
                f"{person} does not work here, so an action cannot be theirs",
                "Name somebody of a team; whoever does it elsewhere answers to them.",
            )

    def report(self, review_id: str, actor: Actor, *, names: bool) -> Report:
        """The report of a review; with `names`, people stand by name beside their part.

        Raises NotFound, NotAllowed: what it says of the case is for those who work here.
        """
        row = self._store.cases.get(review_id)
        if row is None or row.kind != "review":
            raise NotFound(f"there is no review {review_id!r}", "See `jidoka review ls`.")
        state = CaseState.model_validate(row.state_json)
        about = of(state).case
        for case_id in (review_id, about):
            allow(actor, Action.SHOW_INTERNAL, Object(kind="case", id=case_id, team=row.team))
            self._store.access_log.add(actor.person, "report", case_id, self._clock())
        facts, case_facts = self._store.events.of(review_id), self._store.events.of(about)
        parts = roles(case_facts)
        called = {key: f"{self._name(key)} ({part})" for key, part in parts.items() if key != SYSTEM} if names else {}
        definition = self._casebook.definition(state)
        assert isinstance(definition, ReviewDefinition)
        return report(
            state,
            definition.zone,
            facts,
            case_facts,
            self._store.texts.get_many(texts_of(state, facts)),
            parts | called,
            {action.owner: self._name(action.owner) for action in of(state).actions},
        )

    def _name(self, person: str) -> str:
        known = self._store.directory.get(person)
        return known.name or person if known else person

    def recurrences(self, look: Look) -> dict[str, Sequence[str]]:
        """Action -> incidents of its class opened while it is watched, oldest first."""
        return {
            watch.action: [
                case
                for case in self._store.cases.opened_of(
                    watch.service, watch.category, watch.since, watch.until, kinds=sorted(REVIEWABLE)
                )
                if case != look.case
            ]
            for watch in look.watches
        }
