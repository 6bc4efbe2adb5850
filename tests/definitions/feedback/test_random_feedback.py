"""Whole lives of feedback drawn at random: whatever people do, it neither hangs nor ends in silence, whoever gave it
hears what became of it, and the facts alone add up to it.

JIDOKA_TEST_LIVES asks for more lives than those of every run.
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from definitions import acts
from definitions.base import Level
from definitions.case import CaseState, Stage
from definitions.example import organisation
from definitions.facts import TextRef
from definitions.feedback.acts import AnswerGiver, CloseFeedback, IdeaTried, RateIdea, ShareWith, TakeIdea
from definitions.feedback.rules import received
from definitions.feedback.state import FeedbackBrief, Tone
from definitions.kinds import KINDS, evolve
from definitions.rules.deadlines import positions_of
from definitions.rules.opening import Opening
from tests.definitions.lived import Lived

LIVES = int(os.environ.get("JIDOKA_TEST_LIVES", "2000")) // 4
BATCHES = 10
MOVES = 8
STAFF = ("dana", "jay", "maria")
CYCLES = ("KZN-00000000", "DMC-00000000")
WORDS = TextRef(id="t-1", digest="0" * 64)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the week before the clocks of Europe change


class Life(Lived):
    """One piece of feedback as its run keeps it, without the run."""

    def __init__(self, random: Random) -> None:
        now = MONDAY + timedelta(minutes=random.randrange(7 * 1440))
        self.random, self.named = random, random.random() < 0.8
        tone = random.choice(list(Tone))
        definition = organisation.feedback("vpn", named=self.named, idea=tone is Tone.IDEA)
        super().__init__("FBK-00000000", definition, now)
        people = random.choice(((), (), ("jay",), ("jay", "dana")))
        start = Opening(
            service="vpn", channel="web", title=WORDS, text=WORDS, requester="rita" if self.named else None,
            by="rita" if self.named else "anonymous", at=self.now, impact=Level.MEDIUM,
            urgency=Level.HIGH if tone is Tone.COMPLAINT else Level.MEDIUM,
            feedback=FeedbackBrief(tone=tone, about=random.choice((None, "INC-00000000")), people=people),
        )  # fmt: skip
        self.happens(KINDS["feedback"].opening(start, self.definition))
        self.happens(received(self.state, self.definition))


def move(life: Life) -> str | None:
    """One person does one thing; what it was, when it was taken."""
    random, by = life.random, life.random.choice((*STAFF, "rita"))
    if random.random() < 0.2:
        life.take(IdeaTried(cycle=random.choice(CYCLES), how=random.choice(("standard", "rolled_back", "stopped"))))
    choices: list[acts.Act] = [
        AnswerGiver(by=by, text=WORDS), AnswerGiver(by=by, text=WORDS),
        CloseFeedback(by=by, text=WORDS, done=random.random() < 0.5),
        ShareWith(by=by, people=random.choice((("jay",), ("maria", "jay")))),
        acts.Assign(by=by, to=random.choice(STAFF)), acts.Assign(by=by, team="service-desk", to="lena"),
        acts.Comment(by=by, text=WORDS, internal=random.random() < 0.5), acts.Hear(by="rita", text=WORDS),
        acts.Reopen(by="rita", text=WORDS), acts.Start(by=by), acts.Confirm(by="rita"),
    ]  # fmt: skip
    feedback = life.state.feedback
    if feedback is not None and feedback.tone is Tone.IDEA and random.random() < 0.4:
        choices = [RateIdea(by=by, score=random.randint(1, 5)), TakeIdea(by=by, cycle=random.choice(CYCLES))]
    if random.random() < 0.05:
        choices = [acts.Cancel(by="rita")]
    act = random.choice(choices)
    return type(act).__name__ if life.takes(act) else None


def check(life: Life) -> None:
    """What must be true at every moment."""
    state, feedback = life.state, life.state.feedback
    assert feedback is not None
    types = [fact.type for fact in life.facts]
    assert state.assignee is not None or "handed_over" in types, "somebody owns it from the start"
    assert state.ended or life.outlook.next_at is not None or not _waits(life), "somebody is reminded, or all were"
    assert "Start" not in types
    closed = [fact for fact in life.facts if fact.type == "closed"]
    ends = [fact.type for fact in life.facts if fact.type in ("acted_on", "not_acted_on", "shared_with")]
    assert len(closed) == len(ends), "it never closes without saying what was done or why not"
    assert {"acted_on": "acted_on", "not_acted_on": "not_acted_on", "shared_with": "shared"}.get(
        ends[-1] if ends and state.stage is Stage.CLOSED else "", state.outcome
    ) == state.outcome
    if life.named:
        answers = {"answered_giver", "acted_on", "not_acted_on", "shared_with", "given_back"}
        told = [tell.template for tell in life.told if tell.to == "rita"]
        assert sum(type_ in answers for type_ in types) == sum(
            template in ("feedback_answer", "feedback_done", "feedback_not_done", "compliment_passed", "idea_tried")
            for template in told
        ), "whoever gave it hears each answer once"
        assert types.count("taken_up") == told.count("idea_taken")
    else:
        assert not [tell for tell in life.told if tell.to in ("rita", "anonymous")]
        assert "answered_giver" not in types
    if feedback.idea is None:
        assert not {"rated", "taken_up", "given_back"} & {*types}, "only ideas are rated and tried"
    else:
        assert feedback.tone is Tone.IDEA
        assert not life.named or "rita" not in feedback.idea.ratings
        assert types.count("taken_up") >= types.count("given_back")
        assert all(1 <= score <= 5 for score in feedback.idea.ratings.values())
    if feedback.tone is not Tone.COMPLIMENT:
        assert "shared_with" not in types, "only a compliment is passed on as one"
    for who in feedback.shared:
        assert any(tell.to == who and tell.template == "compliment" for tell in life.told)


def _waits(life: Life) -> bool:
    """A clock still runs that has not been breached."""
    stands = positions_of(life.state, life.definition, life.now).values()
    return any(
        stand.due_at is not None and stand.breached_at is None and not stand.ended and stand.due_at > life.now
        for stand in stands
    )


@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_people_do_feedback_is_heard_out(batch: int) -> None:
    random, taken, ended = Random(f"feedback {batch}"), Counter[str](), Counter[str]()
    for _ in range(LIVES // BATCHES):
        life = Life(random)
        check(life)
        for _ in range(MOVES):
            if (did := move(life)) is not None:
                taken[did] += 1
            check(life)
            life.sleep(life.now + timedelta(hours=random.choice((0, 1, 30, 200, 1000))))
            check(life)
        again = CaseState.model_validate({"id": "FBK-00000000", "kind": "feedback"})
        for fact in life.facts:
            again = evolve(again, fact)
        assert again == life.state, "its facts add up to it"
        life.sleep(life.now + timedelta(days=400))
        assert life.state.stage is not Stage.CLOSED or life.state.closed_at is not None
        ended[life.state.outcome or "open"] += 1

    assert set(taken) >= {
        "RateIdea",
        "TakeIdea",
        "AnswerGiver",
        "CloseFeedback",
        "ShareWith",
        "Assign",
        "Comment",
        "Hear",
        "Reopen",
    }
    assert not {"Start", "Confirm"} & set(taken)
    assert {"acted_on", "not_acted_on", "shared"} <= set(ended)
