"""The register of cycles: where each stands, what it was to bring and brought, and what earlier ones found."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from definitions.base import Instant, Value
from definitions.case import CaseState
from definitions.cycle.benefit import Actual, Entry, Forecast, Ledger, ledger
from definitions.cycle.charter import Charter, Scope
from definitions.cycle.evidence import Neighbours
from definitions.cycle.rules import cycle_of, method_of
from definitions.cycle.state import Phase
from definitions.knowledge_words import stems

SAME_METRIC, SAME_SCOPE = 2.0, 1.0
"""What counts for likeness, beside the share of words in common (0 to 1, twice)."""
ALIKE = 2.0
"""Likeness from which an earlier cycle is shown to whoever begins one."""
SHOWN = 5

Ending = Literal["open", "held", "signalled", "rolled_back", "unwatched", "stopped"]
"""open: it goes on; held: the standard was watched to the end without a signal; stopped: given up before a verdict."""


class Row(Value):
    """One cycle in the register. Words come from records: an erased text is empty."""

    id: str
    method: Literal["dmaic", "kaizen"]
    title: str
    phase: Phase
    opened_at: Instant
    closed_at: Instant | None
    metric: str | None
    unit: str
    scope: Scope
    owner: str
    lead: str
    ending: Ending
    result: str | None
    """The outcome of the verdict, or what the interrupted series showed; None before."""
    overridden: tuple[Phase, ...]
    """Gates that refused and were gone past."""
    forecast: Forecast | None
    actual: Actual | None
    problem: str = ""
    tried: tuple[str, ...] = ()
    lesson: str = ""

    def age_s(self, now: datetime) -> float:
        """Seconds from its beginning to its end, or to now."""
        return ((self.closed_at or now) - self.opened_at).total_seconds()

    @property
    def failed(self) -> bool:
        """It was tried and did not help, or was given up."""
        return self.ending in ("rolled_back", "stopped") or self.result not in (None, "win")

    @property
    def entry(self) -> Entry:
        """Its line of the ledger."""
        return Entry(
            cycle=self.id, metric=self.metric or "none", unit=self.unit, forecast=self.forecast, actual=self.actual
        )


def row(state: CaseState, texts: Mapping[str, str]) -> Row:
    """Of the state of a cycle; `texts` by id."""
    cycle = cycle_of(state)
    charter, evidence = cycle.charter, cycle.evidence
    assert state.opened_at is not None
    result: str | None = evidence.verdict.outcome if evidence.verdict else None
    if evidence.interrupted is not None:
        result = "win" if evidence.interrupted.beaten else "no better than the rebound"
    return Row(
        id=state.id,
        method=method_of(cycle),
        title=texts.get(charter.title.id, ""),
        phase=cycle.phase,
        opened_at=state.opened_at,
        closed_at=state.closed_at,
        metric=charter.metric,
        unit=evidence.baseline.unit if evidence.baseline else charter.unit,
        scope=charter.scope,
        owner=charter.owner,
        lead=state.assignee or charter.lead,
        ending=_ending(state),
        result=result,
        overridden=tuple(record.gate for record in cycle.gates if record.outcome == "overridden"),
        forecast=cycle.forecast,
        actual=cycle.actual,
        problem=texts.get(charter.problem.id, "") if charter.problem else "",
        tried=tuple(texts.get(each.text.id, "") for each in cycle.countermeasures),
        lesson=texts.get(cycle.lesson.id, "") if cycle.lesson else "",
    )


def texts_of(state: CaseState) -> tuple[str, ...]:
    """The ids of the words that a row needs."""
    cycle = cycle_of(state)
    named = (cycle.charter.title, cycle.charter.problem, cycle.lesson, *(each.text for each in cycle.countermeasures))
    return tuple(text.id for text in named if text is not None)


def books(rows: Iterable[Row]) -> Ledger:
    """The ledger of the register."""
    return ledger(each.entry for each in rows)


def neighbours(rows: Iterable[Row], charter: Charter, me: str, known: frozenset[str]) -> Neighbours:
    """What else is open, for the gates; `known`: every service, category and team there is to be in a scope."""
    others = [each for each in rows if each.ending == "open" and each.id != me]
    named = (*charter.scope.services, *charter.scope.categories, *charter.scope.teams)
    return Neighbours(
        same=tuple(
            each.id
            for each in others
            if charter.metric is not None and each.metric == charter.metric and each.scope.overlaps(charter.scope)
        ),
        of_team=tuple(each.id for each in others if each.owner == charter.owner),
        unknown=tuple(name for name in named if name not in known),
    )


def search(rows: Sequence[Row], words: str) -> tuple[Row, ...]:
    """Cycles with all of these words in what they say, those with most of them in the title first."""
    wanted = set(stems(words))
    if not wanted:
        return ()
    hits = [each for each in rows if wanted <= _words(each)]
    return tuple(sorted(hits, key=lambda each: (-len(wanted & set(stems(each.title))), each.opened_at, each.id)))


def similar(rows: Sequence[Row], charter: Charter, words: str) -> tuple[Row, ...]:
    """Earlier cycles like this one, the most alike first, at most 5; among equals those that failed first.

    `words`: title and problem of the new one. They are shown to whoever begins it, so that nobody tries the same twice
    without knowing.
    """
    wanted = set(stems(words))
    scored = [(_likeness(each, charter, wanted), each) for each in rows]
    found = [(score, each) for score, each in scored if score >= ALIKE]
    return tuple(each for _, each in sorted(found, key=lambda item: (-item[0], not item[1].failed, item[1].id))[:SHOWN])


def _likeness(row: Row, charter: Charter, wanted: set[str]) -> float:
    metric = SAME_METRIC if charter.metric is not None and row.metric == charter.metric else 0.0
    scope = SAME_SCOPE if row.scope.overlaps(charter.scope) else 0.0
    said = _words(row)
    common = 2 * len(wanted & said) / len(wanted) if wanted else 0.0
    # The same metric of other cases is another problem.
    return scope and metric + scope + common


def _words(row: Row) -> set[str]:
    return set(stems(" ".join((row.title, row.problem, *row.tried, row.lesson))))


def _ending(state: CaseState) -> Ending:
    match state.outcome:
        case None:
            return "open"
        case "held" | "signalled" | "rolled_back" | "unwatched":
            return state.outcome
        case _:
            return "stopped"
