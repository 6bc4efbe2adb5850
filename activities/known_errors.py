"""Problems that an incident may come from: by the words in which they and their incidents were told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from activities.triage import Seen
from definitions.case import Stage
from definitions.facts import TextRef
from definitions.problem.state import ProblemFound, ProblemState
from definitions.runs import AutomationCall
from definitions.standards import InForce
from measurement.routing.similar import Index, Phrases, Told
from records.store import Store
from records.values import CaseRow

MOST = 3
OF_EACH = 5
"""Incidents of one problem whose titles are compared, the latest."""
SAME = 0.6
"""From this likeness on, an incident of the same category is taken for a sign that a solved problem is back; one
without a category is judged by its words alone."""


@dataclass(frozen=True)
class _Problem:
    row: CaseRow
    state: ProblemState

    @property
    def watched(self) -> bool:
        """It is held to be solved."""
        return self.row.state == Stage.RESOLVED


def known_errors(
    store: Store, service: str, words: str, *, category: str | None = None, synonyms: Phrases = ()
) -> tuple[ProblemFound, ...]:
    """Open problems of a service that were told in such words, the likeliest first; solved ones only if they seem back.

    For people who work on cases: nobody else may see a problem.
    """
    problems = [_Problem(row, _state(row)) for row in store.cases.open_of("problem", service)]
    if not problems:
        return ()
    likeness = _likeness(store, problems, words, synonyms)
    found = [
        ProblemFound(
            problem=problem.row.id,
            likeness=likeness[problem.row.id],
            workaround=problem.state.known_error.workaround,
            watched=problem.watched,
        )
        for problem in problems
        if problem.row.id in likeness and (not problem.watched or _back(problem, likeness[problem.row.id], category))
    ]
    return tuple(sorted(found, key=lambda each: (-each.likeness, each.problem))[:MOST])


def _state(row: CaseRow) -> ProblemState:
    raw = row.state_json.get("problem") if isinstance(row.state_json, dict) else None
    return ProblemState.model_validate(raw or {})


def _back(problem: _Problem, likeness: float, category: str | None) -> bool:
    same = category == problem.row.category or None in (category, problem.row.category)
    return likeness >= SAME and same


def _likeness(store: Store, problems: Sequence[_Problem], words: str, synonyms: Phrases) -> dict[str, float]:
    """Problem -> likeness to its own title or to that of one of its incidents, whichever is nearest."""
    latest = {problem.row.id: problem.state.incidents[-OF_EACH:] for problem in problems}
    of_incidents = store.cases.titles([incident for incidents in latest.values() for incident in incidents])
    titles: dict[str, list[TextRef]] = {
        problem.row.id: [
            *([problem.row.title] if problem.row.title else []),
            *(of_incidents[incident] for incident in latest[problem.row.id] if incident in of_incidents),
        ]
        for problem in problems
    }
    texts = store.texts.get_many(ref.id for refs in titles.values() for ref in refs)
    told = [
        Told(case_id=f"{problem.row.id}/{n}", at=problem.row.opened_at, service=problem.row.service, words=said)
        for problem in problems
        for n, said in enumerate(_said(titles[problem.row.id], texts))
    ]
    nearest: dict[str, float] = {}
    for match in Index(told, synonyms).like(words):
        nearest.setdefault(match.case_id.partition("/")[0], match.likeness)
    return nearest


def _said(refs: Iterable[TextRef], texts: dict[str, str]) -> list[str]:
    return [texts[ref.id] for ref in refs if ref.id in texts]


class FindKnownErrors:
    """The look of triage: for each new incident."""

    def __init__(self, store: Store, standard: InForce) -> None:
        self._store, self._standard = store, standard

    def __call__(self, call: AutomationCall) -> Seen | None:
        """The problems found, and a sentence with those whose workaround is known."""
        service, title, category = (call.inputs.get(name) for name in ("service", "title", "category"))
        words = self._store.texts.get(title) if isinstance(title, str) else None
        if not isinstance(service, str) or words is None:
            return None
        named = category if isinstance(category, str) else None
        found = known_errors(self._store, service, words, category=named, synonyms=self._standard().synonyms)
        if not found:
            return None
        return Seen([each.model_dump(mode="json") for each in found], "; ".join(map(_line, found)))


def _line(found: ProblemFound) -> str:
    if found.watched:
        return f"{found.problem}, which is held to be solved, may be back"
    known = "a workaround is known" if found.workaround else "no workaround is known yet"
    return f"may come from {found.problem}: {known}"
