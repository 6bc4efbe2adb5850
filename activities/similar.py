"""What a new case is like: open ones that may be the same or one outage, past ones and what helped then."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from activities.triage import Seen
from definitions.case import WORKABLE, Stage
from definitions.knowledge import Audience
from definitions.knowledge_sight import Sight
from definitions.runs import AutomationCall
from definitions.similar import AlikeCase, OutageFound, SimilarFound
from definitions.slices import UnknownKey
from definitions.standards import InForce
from measurement.routing.outage import Outage
from measurement.routing.similar import Index, Match, Phrases, Similar, Told, similar, speaking_for
from records.store import Store
from records.telling import Telling
from records.values import Clock

KEPT = 10_000
"""The newest incidents that a new one is compared with."""
AT_ONCE = 1_000
"""Of those that are not known yet so many are read for one question: triage must not wait for a whole index."""
PROPOSED = "parent_proposed"
PAST = (Stage.RESOLVED, Stage.CLOSED)
STAFF = Sight(audiences=(Audience.PUBLIC, Audience.STAFF))


class SimilarCases:
    """Keeps an index of the newest incidents by following the event log, and asks it for each new one.

    One for each worker: it holds stems of words, never more than the records do, and is gone with the process.
    """

    def __init__(self, store: Store, standard: InForce, clock: Clock) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._lock = threading.Lock()
        self._begin(())

    def _begin(self, synonyms: Phrases) -> None:
        """With nothing in it: what counts as the same word shapes the whole index."""
        self._synonyms, self._index = synonyms, Index((), synonyms)
        self._texts: dict[str, tuple[str, ...]] = {}
        """Case -> where its words stand."""
        self._mark: int | None = None
        self._oldest: Telling | None = None
        self._whole = False

    def __call__(self, call: AutomationCall) -> Seen | None:
        """A `SimilarFound`, with a sentence for whoever works on the case."""
        start = self._store.inbox.start_of(call.case_id)
        if start is None or not isinstance(start.payload, dict):
            return None
        refs = [start.payload.get("title"), start.payload.get("text")]
        words = self._words([str(ref["id"]) for ref in refs if isinstance(ref, dict)])
        service, requester = str(call.inputs.get("service")), call.inputs.get("requester")
        new = Told(call.case_id, start.at, service, words, str(requester) if requester else None)
        with self._lock:
            self._follow()
            found = similar(new, self._index)
            found = self._still_said(found) or similar(new, self._index)
        if not (found.open or found.past or found.outage):
            return None
        said = self._said(found, service)
        return Seen(said.model_dump(mode="json"), _line(said))

    # -- the index -----------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Take in what has happened since the last question, and some more of what lies before the first."""
        if (synonyms := self._standard().synonyms) != self._synonyms:
            self._begin(synonyms)
        tellings = self._store.tellings
        if self._mark is None:
            self._mark = tellings.last_event()
        else:
            self._mark, changed = tellings.changed(self._mark)
            self._take(tellings.of(changed))
        if not self._whole:
            older = tellings.latest(AT_ONCE, before=self._oldest)
            self._take(older)
            self._oldest = older[-1] if older else self._oldest
            self._whole = len(older) < AT_ONCE or len(self._index.cases) >= KEPT
        if len(self._index.cases) > KEPT + AT_ONCE:
            newest = sorted(self._index.cases.values(), key=lambda told: told.at)
            for told in newest[: len(newest) - KEPT]:
                self._forget(told.case_id)

    def _take(self, found: Sequence[Telling]) -> None:
        new = [telling for telling in found if telling.case_id not in self._texts]
        texts = self._store.texts.get_many(id for telling in new for id in telling.texts)
        for telling in found:
            standing = telling.state in WORKABLE or telling.state in PAST
            if not standing or telling.merged_into is not None:
                self._forget(telling.case_id)
                continue
            past = telling.state in PAST
            if telling.case_id in self._texts:
                self._index.update(telling.case_id, service=telling.service, parent=telling.parent, past=past)
                continue
            words = " ".join(texts[id] for id in telling.texts if id in texts)
            self._texts[telling.case_id] = telling.texts
            self._index.put(
                Told(telling.case_id, telling.at, telling.service, words, telling.requester, telling.parent, past=past)
            )

    def _forget(self, case_id: str) -> None:
        self._texts.pop(case_id, None)
        self._index.drop(case_id)

    def _still_said(self, found: Similar) -> Similar | None:
        """None when the words of any have been erased since: they count no more, and the question is asked again."""
        named = {match.case_id: self._texts[match.case_id] for match in (*found.open, *found.past)}
        there = self._store.texts.get_many(id for ids in named.values() for id in ids)
        gone = [case_id for case_id, ids in named.items() if not all(id in there for id in ids)]
        for case_id in gone:
            self._forget(case_id)
        return None if gone else found

    def _words(self, ids: Sequence[str]) -> str:
        texts = self._store.texts.get_many(ids)
        return " ".join(texts[id] for id in ids if id in texts)

    # -- the answer ----------------------------------------------------------------------------------------------

    def _said(self, found: Similar, service: str) -> SimilarFound:
        past = self._helped(found.past)
        return SimilarFound(
            open=tuple(map(_alike, found.open)),
            past=tuple(map(_alike, past)),
            articles=tuple(article for article, _ in speaking_for(past)),
            outage=self._outage(found.outage, service) if found.outage else None,
        )

    def _helped(self, past: Iterable[Match]) -> tuple[Match, ...]:
        """With the articles that staff may see."""
        today, articles = self._clock().date(), self._store.articles
        links = {match.case_id: articles.of_case(match.case_id, STAFF, today) for match in past}
        return tuple(replace(m, articles=tuple(link.article for link in links[m.case_id])) for m in past)

    def _outage(self, found: Outage, service: str) -> OutageFound:
        tell = None if self._store.tellings.said(found.cases, PROPOSED) else self._lead(service)
        return OutageFound(parent=found.parent, cases=found.cases, line=found.line, tell=tell)

    def _lead(self, service: str) -> str | None:
        try:
            organisation = self._standard()
            return organisation.team(organisation.service(service).default_team).lead
        except UnknownKey:
            return None


def _alike(match: Match) -> AlikeCase:
    return AlikeCase(case=match.case_id, likeness=round(match.likeness, 2), articles=match.articles)


def _line(found: SimilarFound) -> str:
    parts = []
    if found.open:
        parts.append(f"may be the same as {', '.join(each.case for each in found.open)}")
    if found.past:
        helped = f" ({', '.join(found.articles)} helped)" if found.articles else ""
        parts.append(f"much like {', '.join(each.case for each in found.past)}, solved before{helped}")
    return "; ".join(parts)
