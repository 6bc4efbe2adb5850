"""Problems as incidents know them: linked, told how to go on meanwhile, solved together with them."""

from collections.abc import Iterator
from datetime import datetime

from definitions.acts import Act, News
from definitions.case import SYSTEM, WORKABLE, CaseState
from definitions.facts import Draft, Fact, Visibility
from definitions.problem.acts import (
    IncidentLinked,
    IncidentUnlinked,
    LinkProblem,
    ProblemLinked,
    ProblemSolved,
    Recurred,
    ShareWorkaround,
    UnlinkProblem,
    WorkaroundFound,
)
from definitions.problem.state import LinkedProblem, ProblemFound
from definitions.rules.base import Refused, acknowledged_by, decide, draft, ref, said, workable
from definitions.rules.ending import resolution
from definitions.rules.facts import COMMON, Change, Rule
from definitions.rules.notices import Notify
from definitions.slices import CaseDefinition

ACTS: frozenset[type[Act] | type[News]] = frozenset(
    {LinkProblem, UnlinkProblem, ShareWorkaround, ProblemLinked, WorkaroundFound, ProblemSolved}
)
"""What fits an incident because there are problems."""


def _of(state: CaseState) -> str | None:
    return state.linked_problem.problem if state.linked_problem else None


@decide.register
def _(act: LinkProblem, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.ended:
        raise Refused(f"{state.id} has ended ({state.stage}); link it from the side of {act.problem}")
    if act.problem == _of(state):
        raise Refused(f"{state.id} is linked to {act.problem} already")
    return _linked(act.by, act.problem, state)


@decide.register
def _(act: UnlinkProblem, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.linked_problem is None:
        raise Refused(f"{state.id} is linked to no problem")
    return (said(act, "problem_unlinked", problem=_of(state)),)


@decide.register
def _(act: ShareWorkaround, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "share a workaround on")
    if state.linked_problem is not None and act.text.id in state.linked_problem.told:
        raise Refused(f"the requester of {state.id} has this workaround already")
    link = _linked(act.by, act.problem, state) if act.problem != _of(state) else ()
    shared = said(act, "workaround_shared", public=True, problem=act.problem, text=ref(act.text), article=act.article)
    return (*link, *acknowledged_by(act, state, "share_workaround"), shared)


@decide.register
def _(news: ProblemLinked, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    return () if news.problem == _of(state) else _linked(news.by, news.problem, state)


def _linked(by: str, problem: str, state: CaseState) -> tuple[Draft, ...]:
    """An incident comes from one problem: where it was linked to another one, that link goes first."""
    before = _of(state)
    unlinked = (draft("problem_unlinked", by, problem=before),) if before else ()
    return (*unlinked, draft("problem_linked", by, problem=problem))


@decide.register
def _(news: WorkaroundFound, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    linked = state.linked_problem
    waits = state.stage in WORKABLE and linked is not None and linked.problem == news.problem
    if not waits or (linked and news.text.id in linked.told):
        return ()
    return (
        draft(
            "workaround_shared",
            SYSTEM,
            channel="problem",
            visibility=Visibility.PUBLIC,
            problem=news.problem,
            text=ref(news.text),
            article=news.article,
        ),
    )


@decide.register
def _(news: ProblemSolved, state: CaseState, definition: CaseDefinition, now: datetime) -> tuple[Draft, ...]:
    if state.stage not in WORKABLE or news.problem != _of(state):
        return ()
    # As with a parent: the requester is asked, and a no brings the case to its team. A queue would only add a wait.
    solved = draft("problem_solved", SYSTEM, problem=news.problem)
    return (solved, *resolution(SYSTEM, "problem", state, definition, now, news.text))


def _link(state: CaseState, fact: Fact) -> Change:
    return {"linked_problem": LinkedProblem(problem=str(fact.data["problem"]))}


def _unlink(state: CaseState, fact: Fact) -> Change:
    return {"linked_problem": None}


def _shared(state: CaseState, fact: Fact) -> Change:
    text = fact.data["text"]
    assert isinstance(text, dict)
    before = state.linked_problem.told if state.linked_problem else ()
    linked = LinkedProblem(problem=str(fact.data["problem"]), told=(*before, str(text["id"])))
    article = fact.data.get("article")
    articles = tuple(dict.fromkeys((*state.articles, str(article)))) if article else state.articles
    change = {"linked_problem": linked, "articles": articles}
    return change | (COMMON["commented"].also(state, fact) if COMMON["commented"].also else {})


RULES: dict[str, Rule] = {
    "problem_linked": Rule(also=_link, by_hand=True),
    "problem_unlinked": Rule(also=_unlink, by_hand=True),
    "workaround_shared": Rule(also=_shared, by_hand=True),
}


def news(fact: Fact, state: CaseState) -> Iterator[Notify]:
    """What the problem hears of it."""
    match fact.type:
        case "problem_linked":
            opened = state.opened_at or fact.at
            linked = IncidentLinked(by=fact.actor, incident=state.id, opened_at=opened)
            yield Notify(case_id=str(fact.data["problem"]), news=linked)
        case "problem_unlinked":
            yield Notify(case_id=str(fact.data["problem"]), news=IncidentUnlinked(by=fact.actor, incident=state.id))
        case "problems_found":
            problems = fact.data["problems"]
            assert isinstance(problems, list)
            for each in map(ProblemFound.model_validate, problems):
                if each.watched:
                    yield Notify(case_id=each.problem, news=Recurred(incident=state.id))
        case _:
            pass
