"""Searching the articles for somebody."""

from definitions.knowledge_alike import Pair, alike
from definitions.knowledge_sight import sight_of
from definitions.knowledge_words import stems
from definitions.people import Action, Actor
from definitions.slices import UnknownKey
from office.errors import NotFound
from office.identity import STAFF
from office.knowledge import Knowledge
from records.knowledge import Shown, Wanted
from records.knowledge_search import Found, Hit

ALIKE = 0.5
"""From this score on, what is written anew is said to be much like what is there."""


def search(
    room: Knowledge, words: str, actor: Actor, *, service: str | None = None, drafts: bool = False, limit: int = 5
) -> Found:
    """The articles about `words` that the actor may see. What finds nothing is remembered, as work for somebody."""
    room.allow(actor, Action.KNOWLEDGE_WRITE if drafts else Action.KNOWLEDGE_READ)
    if service is not None:
        try:
            room.organisation.service(service)
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show services`.") from None
    found = room.store.article_search.find(
        words, sight_of(actor), room.today, synonyms=room.organisation.synonyms, service=service, drafts=drafts,
        limit=limit,
    )  # fmt: skip
    if not found.hits and not drafts and stems(words):
        text = room.store.texts.put(words, person=actor.person)
        role = next((role.value for role in STAFF if role in actor.roles), "nobody")
        room.store.vain_searches.add(text.id, role, service or room.service_of(words), room.clock())
    return found


def like(room: Knowledge, shown: Shown, actor: Actor) -> tuple[Hit, ...]:
    """Other articles, drafts too, that say much the same."""
    content = shown.version.content
    found = room.store.article_search.find(
        f"{content.title} {content.problem}", sight_of(actor), room.today, drafts=True, limit=4
    )
    return tuple(hit for hit in found.hits if hit.key != shown.article.key and hit.score >= ALIKE)[:3]


def duplicates(room: Knowledge, actor: Actor, *, least: float) -> list[tuple[Pair, Shown, Shown]]:
    """Pairs of articles that say much the same, the likest first."""
    shown = {found.article.key: found for found in room.ls(actor, Wanted(), drafts=True)}
    pairs = alike({key: found.version.content for key, found in shown.items()}, least)
    return [(pair, shown[pair.one], shown[pair.other]) for pair in pairs]
