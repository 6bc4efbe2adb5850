"""Articles that probably answer a new case: looked up with its triage, for whoever asked."""

import re
from collections.abc import Mapping
from datetime import datetime

from activities.triage import Seen
from definitions.base import Value
from definitions.help import Offered
from definitions.knowledge_sight import sight_of
from definitions.organisation import Organisation
from definitions.people import Actor, Door
from definitions.runs import AutomationCall
from definitions.slices import UnknownKey
from definitions.standards import InForce
from records.knowledge_search import Hit
from records.store import Store
from records.values import Clock

MOST = 3
NEARLY = 0.8
"""Beside the best article only those with so much of its score: each further one is more to read for nothing."""
MOST_CHARACTERS = 800
"""Of an answer in a mail."""
_MARKS = re.compile(r"(\*\*|`|\*(?=\S))(.+?)\1")


class Offers(Value):
    """What to offer somebody who asks: articles, best first; none where it is not probable enough that one answers."""

    articles: tuple[Hit, ...]
    confidence: float
    threshold: float
    """Of the service of the best article."""


def offer(
    store: Store, words: str, actor: Actor, *, organisation: Organisation, now: datetime, limit: int = MOST
) -> Offers:
    """The articles that probably answer `words`, among those the actor may see: empty below the service's threshold.

    Meant for a subject or a title. A long text says more than any article covers, so it is offered less.
    """
    sight = sight_of(actor)
    found = store.article_search.find(words, sight, now.date(), synonyms=organisation.synonyms, limit=limit)
    if not found.hits or found.confidence is None:
        return Offers(articles=(), confidence=0.0, threshold=1.0)
    try:
        threshold = organisation.service(found.hits[0].content.service).offer_from
    except UnknownKey:
        threshold = 1.0  # the service is gone from the definitions: nobody would stand for the answer
    enough = threshold <= found.confidence and threshold < 1.0
    least = NEARLY * found.hits[0].score
    return Offers(
        articles=tuple(hit for hit in found.hits if hit.score >= least) if enough else (),
        confidence=found.confidence,
        threshold=threshold,
    )


class FindOffer:
    """What the requester of a new case may be offered; looked up for cases that are held out as well."""

    def __init__(self, store: Store, standard: InForce, clock: Clock) -> None:
        self._store, self._standard, self._clock = store, standard, clock

    def __call__(self, call: AutomationCall) -> Seen | None:
        """By the words of the title, among what the requester may see."""
        clues: Mapping[str, object] = call.inputs
        title, requester = clues.get("title"), clues.get("requester")
        if not clues.get("help") or not isinstance(title, str) or not isinstance(requester, str):
            return None
        words = self._store.texts.get_many([title]).get(title, "")
        found = offer(
            self._store, words, reader(self._store, requester), organisation=self._standard(), now=self._clock()
        )
        if not found.articles:
            return None
        best = found.articles[0].content
        offered = Offered(
            articles=tuple(hit.key for hit in found.articles),
            confidence=found.confidence,
            category=best.category if best.service == clues.get("service") else None,
        )
        return Seen(offered.model_dump(mode="json"), f"probably answered by {', '.join(offered.articles)}")


def reader(store: Store, person: str) -> Actor:
    """Whoever gets the answer: it goes to their own address, whoever sent the mail that asked."""
    known = store.directory.get(person)
    roles, teams = (tuple(known.roles), tuple(known.teams)) if known else ((), ())
    return Actor(person=person, roles=roles, teams=teams, door=Door.WEB, verified=True)


def short(answer: str) -> str:
    """An answer as it stands in a mail: without marks of Markdown, and at most so long that it is read."""
    plain = _MARKS.sub(lambda found: found[2], answer)
    if len(plain) <= MOST_CHARACTERS:
        return plain
    kept = plain[:MOST_CHARACTERS]
    return kept[: max(kept.rfind("\n"), kept.rfind(". ") + 1) or None].rstrip() + " ..."
