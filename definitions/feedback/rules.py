"""What follows from what one does to feedback: it is answered, passed on, and closed with what was done or why not."""

from datetime import datetime

from pydantic import JsonValue

from definitions.acts import Act, Assign
from definitions.case import SYSTEM, CaseState
from definitions.facts import Draft, Visibility
from definitions.feedback import acts
from definitions.feedback.definition import FeedbackDefinition
from definitions.feedback.state import FeedbackState, IdeaState, Tone
from definitions.rules.base import Refused, decide, draft, ref, said, workable
from definitions.rules.opening import Opening, opened

ACTED_ON, NOT_ACTED_ON, SHARED = "acted_on", "not_acted_on", "shared"
"""How feedback ends."""


def opening(start: Opening, definition: FeedbackDefinition) -> tuple[Draft, ...]:
    """The first fact: what it is about, in which tone."""
    return (opened(start, definition),)


def received(state: CaseState, definition: FeedbackDefinition) -> tuple[Draft, ...]:
    """It finds its owner; a compliment to people we know reaches them at once, and needs nobody else."""
    mine = draft("routed", SYSTEM, "queue", team=definition.team, why=f"feedback about {state.service} is its team's")
    owned = draft("assigned", SYSTEM, assignee=definition.owner)
    if praises(state):
        return (mine, owned, *_shared(SYSTEM, of(state).people))
    return (mine, owned)


def praises(state: CaseState) -> bool:
    """It reaches those it is about by itself; words without a name reach nobody unread by its owner."""
    feedback = of(state)
    return feedback.tone is Tone.COMPLIMENT and bool(feedback.people) and state.requester is not None


def of(state: CaseState) -> FeedbackState:
    """What only feedback has."""
    assert state.feedback is not None, f"{state.id} is {state.kind}"
    return state.feedback


def idea_of(state: CaseState) -> IdeaState:
    """What only an idea has. Raises Refused for other feedback."""
    if state.feedback is None or state.feedback.idea is None:
        raise Refused(f"{state.id} is no idea; `jidoka idea ls` lists them")
    return state.feedback.idea


def of_others(act: Act, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    """As with every case; but whom it is about neither gives it away nor ends it, and does not get it."""
    _unconcerned(act.by, state)
    if isinstance(act, Assign) and act.to is not None:
        _unconcerned(act.to, state)
    return decide(act, state, definition, now)


def _unconcerned(person: str, state: CaseState) -> None:
    """Refuse whom the feedback is about; a compliment is theirs to read all the same."""
    feedback = of(state)
    if feedback.tone is not Tone.COMPLIMENT and person in feedback.people:
        raise Refused(f"{state.id} is about {person}: somebody else says what becomes of it; they can comment on it")


@decide.register
def _(act: acts.AnswerGiver, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "answer")
    _unconcerned(act.by, state)
    if state.requester is None:
        raise Refused(f"{state.id} was given without a name: there is nobody to answer; close it with what was done")
    return (said(act, "answered_giver", "work", public=True, text=ref(act.text)),)


@decide.register
def _(act: acts.ShareWith, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "pass on")
    if of(state).tone is not Tone.COMPLIMENT:
        raise Refused(f"{state.id} is a {of(state).tone}: only a compliment is passed on as one; assign it instead")
    return _shared(act.by, act.people, act.channel)


@decide.register
def _(act: acts.CloseFeedback, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    workable(state, "close")
    _unconcerned(act.by, state)
    outcome = ACTED_ON if act.done else NOT_ACTED_ON
    why = said(act, outcome, "work", public=True, text=ref(act.text))
    return (why, draft("closed", SYSTEM, "end", visibility=Visibility.PUBLIC, outcome=outcome))


@decide.register
def _(act: acts.RateIdea, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    idea_of(state)
    if state.ended:
        raise Refused(f"{state.id} has been decided on: {state.outcome}")
    if act.by == state.requester:
        raise Refused(f"{state.id} is your own idea: others say what they think of it")
    return (said(act, "rated", score=act.score),)


@decide.register
def _(act: acts.TakeIdea, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    idea = idea_of(state)
    workable(state, "take up")
    if idea.tried:
        raise Refused(f"{state.id} is in {idea.cycle} already")
    return (said(act, "taken_up", "work", public=True, cycle=act.cycle),)


@decide.register
def _(news: acts.IdeaTried, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Draft, ...]:
    idea = of(state).idea
    if idea is None or state.ended or not idea.tried or idea.cycle != news.cycle:
        return ()
    if news.how == "stopped":
        return (draft("given_back", news.by, "queue", visibility=Visibility.PUBLIC, cycle=news.cycle, how=news.how),)
    outcome = ACTED_ON if news.how == "standard" else NOT_ACTED_ON
    return (
        draft(outcome, news.by, "work", visibility=Visibility.PUBLIC, cycle=news.cycle, how=news.how),
        draft("closed", SYSTEM, "end", visibility=Visibility.PUBLIC, outcome=outcome),
    )


def _shared(by: str, people: tuple[str, ...], channel: str | None = None) -> tuple[Draft, ...]:
    names: list[JsonValue] = list(dict.fromkeys(people))
    return (
        draft("shared_with", by, "work", channel, people=names),
        draft("closed", SYSTEM, "end", visibility=Visibility.PUBLIC, outcome=SHARED),
    )
