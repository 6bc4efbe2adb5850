"""Feedback: a complaint, a compliment or a suggestion that somebody owns until something was done about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from definitions import acts as common
from definitions.case import CaseState, Stage
from definitions.clock import Mark, MarkKind
from definitions.facts import Fact, TextRef
from definitions.feedback import acts, rules
from definitions.feedback.definition import FeedbackDefinition
from definitions.feedback.rules import of, of_others, praises
from definitions.feedback.state import FeedbackState, IdeaState, Tone
from definitions.rules import notices
from definitions.rules.facts import COMMON, Rule
from definitions.rules.kind import Kind
from definitions.rules.notices import Command, Tell

AS_FOR_ALL = ("escalated", "commented", "promise_broken", "reopened", "cancelled")
"""Facts that lead to what they lead to with every case."""


def _opened(state: CaseState, fact: Fact) -> dict[str, Any]:
    brief: Any = fact.data["feedback"]
    idea = IdeaState() if brief["tone"] == Tone.IDEA else None
    feedback = FeedbackState.model_validate({**brief, "words": fact.data["text"], "idea": idea})
    return {"opened_at": fact.at, "queued_at": fact.at, "feedback": feedback}


def _spoken(state: CaseState, fact: Fact, **more: Any) -> dict[str, Any]:
    """The giver hears from a person."""
    change: dict[str, Any] = {"spoke_at": fact.at, "feedback": of(state).model_copy(update=more)}
    if state.responded_at is None:
        change |= {"responded_at": fact.at, "marks": (*state.marks, Mark(at=fact.at, kind=MarkKind.RESPONDED))}
    return change


def _answered(state: CaseState, fact: Fact) -> dict[str, Any]:
    first = {} if state.acknowledged_at is not None else {"acknowledged_at": fact.at}
    return first | _spoken(state, fact, answered_at=of(state).answered_at or fact.at)


def _ended(state: CaseState, fact: Fact, **more: Any) -> dict[str, Any]:
    change = _spoken(state, fact, **more)
    return change | {
        "resolved_at": fact.at,
        "marks": (*change.get("marks", state.marks), Mark(at=fact.at, kind=MarkKind.RESOLVED)),
    }


def _idea(state: CaseState, **change: Any) -> IdeaState | None:
    idea = of(state).idea
    return idea.model_copy(update=change) if idea is not None else None


def _rated(state: CaseState, fact: Fact) -> dict[str, Any]:
    rated = {fact.actor: int(str(fact.data["score"]))}
    return {
        "feedback": of(state).model_copy(update={"idea": _idea(state, ratings=rules.idea_of(state).ratings | rated)})
    }


def _taken_up(state: CaseState, fact: Fact) -> dict[str, Any]:
    first = {} if state.acknowledged_at is not None else {"acknowledged_at": fact.at}
    return first | _spoken(state, fact, idea=_idea(state, cycle=fact.data["cycle"], how=None))


def _given_back(state: CaseState, fact: Fact) -> dict[str, Any]:
    return {"feedback": of(state).model_copy(update={"idea": _idea(state, how=fact.data["how"])})}


def _acted_on(state: CaseState, fact: Fact) -> dict[str, Any]:
    return _ended(state, fact, acted_on_at=fact.at, **_as_tried(state, fact))


def _not_acted_on(state: CaseState, fact: Fact) -> dict[str, Any]:
    return _ended(state, fact, **_as_tried(state, fact))


def _as_tried(state: CaseState, fact: Fact) -> dict[str, Any]:
    """Where a cycle found it out, the idea knows."""
    return {"idea": _idea(state, how=fact.data["how"])} if "how" in fact.data else {}


def _shared_with(state: CaseState, fact: Fact) -> dict[str, Any]:
    people = tuple(str(person) for person in fact.data["people"])  # type: ignore[union-attr]
    return _ended(state, fact, acted_on_at=fact.at, shared=tuple(dict.fromkeys((*of(state).shared, *people))))


RULES: dict[str, Rule] = COMMON | {
    "opened": replace(COMMON["opened"], also=_opened),
    "answered_giver": Rule(Stage.ACKNOWLEDGED, also=_answered, by_hand=True),
    "acted_on": Rule(also=_acted_on, by_hand=True),
    "not_acted_on": Rule(also=_not_acted_on, by_hand=True),
    "rated": Rule(also=_rated),
    "taken_up": Rule(Stage.IN_PROGRESS, also=_taken_up, by_hand=True),
    "given_back": Rule(Stage.ACKNOWLEDGED, also=_given_back),
    "shared_with": Rule(also=_shared_with, by_hand=True),
}


def reactions(fact: Fact, state: CaseState, definition: FeedbackDefinition, now: datetime) -> tuple[Command, ...]:
    """Who hears of it: whoever gave it, who owns it, whom it praises."""
    if fact.type in AS_FOR_ALL:
        return notices.reactions(fact, state, definition, now)
    return (*_to_staff(fact, state), *_to_giver(fact, state, definition, now))


TO_GIVER = {
    "answered_giver": "feedback_answer",
    "acted_on": "feedback_done",
    "not_acted_on": "feedback_not_done",
    "shared_with": "compliment_passed",
}


def _to_giver(fact: Fact, state: CaseState, definition: FeedbackDefinition, now: datetime) -> Iterator[Tell]:
    if state.requester is None or state.silent:
        return
    if fact.type == "opened" and not praises(state):
        promise = notices.promise_of("respond", fact, state, definition, now)
        received = "feedback_received" if of(state).idea is None else "idea_received"
        yield Tell(template=received, to=state.requester, promise=promise)
    elif fact.type == "taken_up":
        yield Tell(template="idea_taken", to=state.requester, by=fact.actor, reason=str(fact.data["cycle"]))
    elif "how" in fact.data:
        yield Tell(template="idea_tried", to=state.requester, reason=str(fact.data["how"]))
    elif (template := TO_GIVER.get(fact.type)) is not None:
        text = fact.data.get("text")
        words = TextRef.model_validate(text) if isinstance(text, dict) else None
        yield Tell(template=template, to=state.requester, text=words, by=fact.actor)


def _to_staff(fact: Fact, state: CaseState) -> Iterator[Tell]:
    feedback = of(state)
    owner = state.assignee
    if fact.type in ("assigned", "handed_over") and owner and owner != fact.actor and not praises(state):
        template = "feedback_owner" if feedback.idea is None else "idea_owner"
        yield Tell(template=template, to=owner, text=feedback.words, by=fact.actor, reason=feedback.tone.value)
    if fact.type == "shared_with":
        people = [str(person) for person in fact.data["people"]]  # type: ignore[union-attr]
        for reader in dict.fromkeys((*people, *([owner] if owner else []))):
            about = "" if reader in people else ", ".join(people)
            yield Tell(template="compliment", to=reader, text=feedback.words, reason=about or None)


def waits(state: CaseState) -> tuple[str, str] | None:
    """What it waits for and who may act."""
    if state.ended:
        return None
    idea = of(state).idea
    if idea is not None and idea.tried:
        return f"what {idea.cycle} makes of it", "`close_feedback`, `answer_giver`, `comment`"
    if idea is not None:
        return (
            "{assignee}: a cycle that tries it, or why not",
            "`take_idea`, `close_feedback`, `answer_giver`, `assign`",
        )
    what = "something to be done about it, or why not" if state.responded_at else "an answer to whoever gave it"
    return f"{{assignee}}: {what}", "`answer_giver`, `close_feedback`, `assign`, `comment`"


FEEDBACK = Kind(
    name="feedback",
    prefix="FBK",
    acts=frozenset(
        {
            *(common.Comment, common.Hear, common.Reopen, common.Cancel, common.Assign),
            *(acts.AnswerGiver, acts.ShareWith, acts.CloseFeedback),
            *(acts.RateIdea, acts.TakeIdea, acts.IdeaTried),
        }
    ),
    opening=rules.opening,
    decides={common.Assign: of_others, common.Cancel: of_others},
    rules=RULES,
    reactions=reactions,
    waits=waits,
    paged="Answer it (jidoka feedback answer {case}), close it with what was done (jidoka feedback close {case}), or "
    "give it to somebody who can (jidoka feedback assign {case}).",
    # It is about service, not itself a wish for any.
    demand=False,
)
