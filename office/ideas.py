"""Ideas for improvement: all see their titles and rate them, a cycle tries one, whoever had it hears what became."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from definitions.acts import Act
from definitions.base import Instant, Value
from definitions.case import CaseState
from definitions.cycle.state import COURSE
from definitions.feedback.acts import CloseFeedback, IdeaTried, RateIdea, TakeIdea
from definitions.feedback.giving import GiveFeedback
from definitions.feedback.state import Tone
from definitions.people import Action, Actor, Object
from definitions.rights import may
from office.acceptance import Opened
from office.access import allow
from office.casebook import Casebook
from office.courier import Courier
from office.errors import NotFound, Unreachable, Unusable
from office.feedback import Feedback
from records.store import Store
from records.values import CaseQuery
from settings import Clock

ERASED = "(erased)"
PAGE = 500

log = logging.getLogger("jidoka.ideas")


class Idea(Value):
    """An idea as all may see it; its words are for whoever had it and for those who work here."""

    id: str
    title: str
    service: str
    at: Instant
    state: str
    """open, tried, standard, done, did not help, declined or cancelled."""
    score: float | None
    """1 to 5, drawn to the middle where few have rated; None where nobody has."""
    ratings: int
    rated: int | None
    """By whoever looks."""
    cycle: str | None
    own: bool
    words: str | None = None
    """None where they are not for whoever looks."""


class Ideas:
    """Takes ideas and ratings, and follows ideas through the cycles that try them."""

    def __init__(
        self, store: Store, clock: Clock, feedback: Feedback, casebook: Casebook, courier: Courier,
        act: Callable[..., Awaitable[object]],
    ) -> None:  # fmt: skip
        """`act` carries out what one may do to the idea as to every case."""
        self._store, self._clock = store, clock
        self._feedback, self._casebook, self._courier, self._act = feedback, casebook, courier, act

    async def add(
        self, title: str, text: str, actor: Actor, *, service: str | None = None, external_id: str | None = None
    ) -> Opened:
        """An idea of somebody's; with `external_id`, repeating it gives the same one. Raises Unusable, NotFound."""
        first = " ".join(title.split())
        if not first:
            raise Unusable("an idea needs a title", "Say it in a few words: everybody sees them.")
        words = f"{first}\n\n{text}".strip()
        given = GiveFeedback(text=words, tone=Tone.IDEA, service=service, external_id=external_id)
        return await self._feedback.give(given, actor)

    def ls(self, actor: Actor, *, mine: bool = False, open_only: bool = False) -> list[Idea]:
        """Newest first. Raises NotAllowed."""
        allow(actor, Action.IDEAS, Object(kind="cases"))
        states = list(self._all(requester=actor.person if mine else None, open_only=open_only))
        titles = self._store.texts.get_many(state.title.id for state in states if state.title)
        return [_seen(state, titles, actor) for state in states]

    async def show(self, idea_id: str, actor: Actor) -> Idea:
        """One, as it stands now; a look at its words is logged. Raises NotFound, NotAllowed."""
        allow(actor, Action.IDEAS, Object(kind="case"))
        state = await self._state(idea_id)
        seen = await asyncio.to_thread(self._titled, state, actor)
        about = Object(kind="case", id=idea_id, team=state.team, requester=state.requester, closed=state.ended)
        if state.feedback is None or state.feedback.words is None or not may(actor, Action.SHOW, about).allowed:
            return seen
        await asyncio.to_thread(self._store.access_log.add, actor.person, "show", idea_id, self._clock())
        words = await asyncio.to_thread(self._store.texts.get, state.feedback.words.id)
        return seen.model_copy(update={"words": words or ERASED})

    async def rate(self, idea_id: str, score: int, actor: Actor) -> Idea:
        """How much it would help, 1 to 5; the last word of each person counts. Raises ActRefused for one's own."""
        await self._act(idea_id, RateIdea(by=actor.person, score=score), actor=actor)
        return await self.show(idea_id, actor)

    async def take(self, idea_id: str, cycle: str, actor: Actor) -> Idea:
        """A cycle tries it. Raises Unusable for what is no open cycle, ActRefused for what another has."""
        await self._act(idea_id, TakeIdea(by=actor.person, cycle=cycle), actor=actor)
        return await self.show(idea_id, actor)

    async def decline(self, idea_id: str, reason: str, actor: Actor) -> Idea:
        """Nobody tries it, and why: whoever had it reads the words. Raises NotFound for what is no idea."""
        about = await self._state(idea_id)
        seen = Object(kind="case", id=idea_id, team=about.team, requester=about.requester)
        allow(actor, Action.CLOSE_FEEDBACK, seen)
        text = await asyncio.to_thread(self._store.texts.put, reason, person=actor.person)
        await self._act(idea_id, CloseFeedback(by=actor.person, text=text, done=False), actor=actor)
        return await self.show(idea_id, actor)

    def checked(self, act: Act) -> None:
        """Whether what an idea is taken into is a cycle, and open. Raises NotFound or Unusable."""
        if not isinstance(act, TakeIdea):
            return
        row = self._store.cases.get(act.cycle)
        if row is None or row.kind not in COURSE:
            raise NotFound(f"there is no cycle {act.cycle!r}", "See `jidoka cycle ls`.")
        if row.closed_at is not None:
            raise Unusable(f"{act.cycle} has ended", "Take the idea into an open one: `jidoka cycle ls --open`.")

    async def follow(self) -> int:
        """Tell ideas what their cycles made of them; gives how many. Doing it again says nothing twice."""
        news = await asyncio.to_thread(self._news)
        told = 0
        for idea_id, each in news:
            try:
                told += await self._courier.tell(idea_id, each)
            except Unreachable as late:
                log.warning("%s hears of %s later: %s", idea_id, each.cycle, late.message)
        return told

    def _news(self) -> list[tuple[str, IdeaTried]]:
        found = []
        for state in self._all(open_only=True):
            idea = state.feedback.idea if state.feedback else None
            if idea is None or idea.cycle is None or not idea.tried:
                continue
            cycle = self._store.cases.get(idea.cycle)
            made = CaseState.model_validate(cycle.state_json).cycle if cycle is not None else None
            if cycle is None or made is None:
                continue
            # What was decided counts when it is carried out.
            if made.decided is not None and made.settling is None:
                how = "standard" if made.decided.accepted else "rolled_back"
            elif cycle.closed_at is not None:
                how = "stopped"
            else:
                continue
            found.append((state.id, IdeaTried.model_validate({"cycle": idea.cycle, "how": how})))
        return found

    def givers(self, cycle: str) -> list[str]:
        """Who had the ideas that a cycle tries, each once; ideas without a name have nobody."""
        found = [(state.requester, state.feedback.idea) for state in self._all() if state.feedback]
        return sorted({who for who, idea in found if who is not None and idea is not None and idea.cycle == cycle})

    def _all(self, *, requester: str | None = None, open_only: bool = False) -> Iterator[CaseState]:
        """Newest first."""
        after: str | None = None
        while True:
            wanted = CaseQuery(kind="feedback", requester=requester, open_only=open_only, limit=PAGE, after=after)
            page = self._store.cases.ls(wanted)
            for row in page.rows:
                state = CaseState.model_validate(row.state_json)
                if state.feedback is not None and state.feedback.tone is Tone.IDEA:
                    yield state
            if page.next is None:
                return
            after = page.next

    async def _state(self, idea_id: str) -> CaseState:
        state = await self._casebook.state(idea_id, await self._courier.client())
        if state is None or state.feedback is None or state.feedback.tone is not Tone.IDEA:
            raise NotFound(f"there is no idea {idea_id!r}", "See `jidoka idea ls`.")
        return state

    def _titled(self, state: CaseState, actor: Actor) -> Idea:
        return _seen(state, self._store.texts.get_many([state.title.id] if state.title else []), actor)


def _seen(state: CaseState, titles: dict[str, str], actor: Actor) -> Idea:
    assert state.feedback is not None
    assert state.opened_at is not None
    idea = state.feedback.idea
    return Idea(
        id=state.id,
        title=titles.get(state.title.id, ERASED) if state.title else "",
        service=state.service,
        at=state.opened_at,
        state=_word(state),
        score=idea.score if idea else None,
        ratings=len(idea.ratings) if idea else 0,
        rated=idea.ratings.get(actor.person) if idea else None,
        cycle=idea.cycle if idea else None,
        own=state.requester == actor.person,
    )


def _word(state: CaseState) -> str:
    """How it stands, in one word or two."""
    idea = state.feedback.idea if state.feedback else None
    tried = idea is not None and idea.how in ("standard", "rolled_back")
    if state.ended:
        return {
            "acted_on": "standard" if tried else "done",
            "not_acted_on": "did not help" if tried else "declined",
        }.get(state.outcome or "", "cancelled")
    return "tried" if idea is not None and idea.tried else "open"
