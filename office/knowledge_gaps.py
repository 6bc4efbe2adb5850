"""What people searched for in vain, as work: whose it is, how many ask, who writes about it, when it is done."""

from collections.abc import Collection
from datetime import timedelta

from definitions.base import Instant, Value
from definitions.knowledge import Audience
from definitions.knowledge_sight import EVERYBODY, Sight, about
from definitions.knowledge_words import stems
from definitions.people import Action, Actor, Role
from definitions.slices import UnknownKey
from office.errors import NotFound
from office.knowledge import Knowledge
from records.knowledge_gaps import VainSearch

SAME = 0.5
"""From this share of words in common on, two searches ask for the same."""
DAYS = 90
TRIED_AGAIN = 300
"""So many different searches at most are tried again when an article is published."""
_HOUSE = Sight(audiences=(Audience.PUBLIC, Audience.STAFF))


class Gap(Value):
    """Searches in vain that ask for the same."""

    id: int
    words: str
    """As they were typed last."""
    searches: int
    people: int
    roles: tuple[str, ...]
    service: str | None
    team: str
    """Whose work it is."""
    article: str | None
    """The draft that is being written about it."""
    last_at: Instant
    ids: tuple[int, ...]


def gaps(room: Knowledge, actor: Actor, *, days: int = DAYS, team: str | None = None) -> list[Gap]:
    """What was searched for in vain and is not answered yet: what most people ask for first."""
    room.allow(actor, Action.KNOWLEDGE_WRITE)
    searches = room.store.vain_searches.open(room.clock() - timedelta(days=days))
    words = room.store.texts.get_many(search.text for search in searches)
    found = [_gap(room, group, words[group[0].text]) for group in _grouped(searches, words)]
    ranked = sorted(found, key=lambda gap: (-gap.people, -gap.searches, -gap.last_at.timestamp()))
    return [gap for gap in ranked if team is None or gap.team == team]


def gap(room: Knowledge, id: int, actor: Actor) -> Gap:
    """The gap that one of its searches is named by. Raises NotFound."""
    for found in gaps(room, actor):
        if id in found.ids:
            return found
    raise NotFound(f"there is no open gap {id}", "See `jidoka knowledge gaps`.")


def write_about(room: Knowledge, found: Gap, article: str) -> None:
    """An article is being written about it."""
    room.store.vain_searches.write_about(found.ids, article)


def dismiss(room: Knowledge, found: Gap, why: str, actor: Actor) -> None:
    """No article will be written about it, and why."""
    room.allow(actor, Action.KNOWLEDGE_APPROVE, about(found.team))
    room.store.vain_searches.close(found.ids, room.clock(), why=why)


def answered_by(room: Knowledge, keys: Collection[str]) -> int:
    """Close the vain searches that find one of these articles now that they are published; gives how many."""
    if not keys:
        return 0
    searches = room.store.vain_searches.open()
    words = room.store.texts.get_many(search.text for search in searches)
    tried: dict[tuple[bool, frozenset[str]], str | None] = {}
    closed: dict[str, list[int]] = {}
    for search in searches:
        mine = search.role == Role.REQUESTER.value
        asked = (mine, frozenset(stems(words[search.text])))
        if asked not in tried and len(tried) < TRIED_AGAIN:
            found = room.store.article_search.find(
                words[search.text], EVERYBODY if mine else _HOUSE, room.today, synonyms=room.organisation.synonyms
            )
            tried[asked] = next((hit.key for hit in found.hits if hit.key in keys), None)
        if key := tried.get(asked):
            closed.setdefault(key, []).append(search.id)
    for key, ids in closed.items():
        room.store.vain_searches.close(ids, room.clock(), article=key)
    return sum(len(ids) for ids in closed.values())


def _grouped(searches: list[VainSearch], words: dict[str, str]) -> list[list[VainSearch]]:
    """Latest first, in each group and among them."""
    groups: list[tuple[frozenset[str], list[VainSearch]]] = []
    for search in searches:
        said = frozenset(stems(words[search.text]))
        alike = next((group for seen, group in groups if len(said & seen) >= SAME * len(said | seen)), None)
        if alike is None:
            groups.append((said, [search]))
        else:
            alike.append(search)
    return [group for _, group in groups]


def _gap(room: Knowledge, group: list[VainSearch], words: str) -> Gap:
    service = next((search.service for search in group if search.service), None)
    try:
        team = room.organisation.service(service).default_team if service else room.organisation.triage
    except UnknownKey:
        team = room.organisation.triage
    return Gap(
        id=min(search.id for search in group),
        words=words,
        searches=len(group),
        people=len({search.person for search in group}),
        roles=tuple(sorted({search.role for search in group})),
        service=service,
        team=team,
        article=next((search.article for search in group if search.article), None),
        last_at=group[0].at,
        ids=tuple(search.id for search in group),
    )
