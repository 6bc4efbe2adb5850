"""What was offered on a case, for whoever holds a token out of the mail that offered it."""

import asyncio
from collections.abc import Awaitable, Callable

from definitions.acts import Solved
from definitions.base import Value
from definitions.case import WORKABLE, CaseState, Stage
from definitions.people import Door
from office.errors import NotFound
from office.identity import Identity
from office.knowledge import Knowledge
from records.store import Store


class Offer(Value):
    """Articles that were offered to a person, and how the case stands."""

    case_id: str
    person: str
    articles: tuple[tuple[str, str], ...]
    """Key and title, best first."""
    stage: Stage
    taken: bool
    """They said that it is solved."""
    reopened: int
    """How often the case came back: each time it can be said anew."""

    @property
    def open(self) -> bool:
        """Whether it can still be said."""
        return self.stage in WORKABLE


class Offers:
    """Finds offers by token, and takes the word that one helped."""

    def __init__(
        self, store: Store, identity: Identity, knowledge: Knowledge, act: Callable[..., Awaitable[object]]
    ) -> None:
        self._store, self._identity, self._knowledge, self._act = store, identity, knowledge, act

    async def by_token(self, token: str) -> Offer:
        """The offer to the holder of a reply token. Raises NotFound."""
        return await asyncio.to_thread(self._find, token)

    def _find(self, token: str) -> Offer:
        nothing = NotFound("this link leads to no offer", "Answer the mail that it came with instead.")
        held = self._store.conversations.check_token(token)
        row = self._store.cases.get(held[0]) if held else None
        if held is None or row is None:
            raise nothing
        state = CaseState.model_validate(row.state_json)
        if state.requester != held[1] or state.help is None or not state.help.articles:
            raise nothing
        reader = self._identity.actor(held[1], Door.WEB, verified=True)
        titles = []
        for key in state.help.articles:
            try:
                titles.append((key, self._knowledge.get(key, reader).version.content.title))
            except NotFound:
                continue  # withdrawn since
        return Offer(
            case_id=state.id,
            person=held[1],
            articles=tuple(titles),
            stage=state.stage,
            taken=state.outcome == "self_service",
            reopened=state.reopened,
        )

    async def take(self, offer: Offer, article: str | None, *, key: str) -> None:
        """The person's word that one of them solved it; the same `key` says it once. Raises what `act` raises."""
        actor = await asyncio.to_thread(self._identity.actor, offer.person, Door.WEB, verified=True)
        said = Solved(by=offer.person, channel="web", article=article)
        await self._act(offer.case_id, said, actor=actor, key=key)
