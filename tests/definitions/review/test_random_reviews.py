"""Whole lives of reviews drawn at random: whatever people do and whatever comes, none hangs or contradicts itself, no
action is called proven while its trouble came, and the facts alone add up to it.

JIDOKA_TEST_LIVES asks for more lives than those of every run.
"""

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from definitions import acts
from definitions.base import Level, OverrideReason
from definitions.case import CaseState, Stage
from definitions.example import organisation
from definitions.facts import Fact, TextRef
from definitions.kinds import KINDS, decide, evolve
from definitions.organisation import Organisation
from definitions.review.acts import ActionDone, AddAction, AddFinding, CallOff, Conclude, DropAction
from definitions.review.rules import of
from definitions.review.state import ReviewBrief
from definitions.review.tasks import tasks_of
from definitions.review.watching import REMINDERS, Watch, looked, next_look, watches
from definitions.rules.opening import Opening
from tests.definitions.lived import Lived

LIVES = int(os.environ.get("JIDOKA_TEST_LIVES", "2000")) // 5
BATCHES = 10
MOVES = 25
STAFF = ("ravi", "kim", "dana")
WORDS = TextRef(id="t-1", digest="0" * 64)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the week before the clocks of Europe change
DEFINITION = organisation.review("platform")


class Life(Lived):
    """One review as its run keeps it, without the run; incidents of its class come from a list."""

    def __init__(self, random: Random) -> None:
        super().__init__("PIR-00000000", DEFINITION, MONDAY + timedelta(minutes=random.randrange(7 * 1440)))
        self.random = random
        self.came: list[datetime] = []
        """When incidents of the class came."""
        brief = ReviewBrief(case="INC-00000000", why="major", owner="ravi")
        start = Opening(
            service="vpn", category="outage", channel="engine", title=WORDS, requester=None, by="jidoka", at=self.now,
            impact=Level.MEDIUM, urgency=Level.MEDIUM, review=brief,
        )  # fmt: skip
        self.happens(KINDS["review"].opening(start, DEFINITION))

    def take(self, message: acts.Act | acts.News) -> None:
        super().take(message)
        self.look_if_due()

    def woken(self) -> None:
        self.look_if_due()

    def look_if_due(self) -> None:
        """As the process of the run does: also at once, for what was done so long ago that its watch is over."""
        at = next_look(self.state)
        if self.state.ended or at is None or at > self.now:
            return
        asked = watches(self.state)
        found = {watch.action: self._of(watch) for watch in asked}
        if self.random.random() < 0.1 and asked:  # somebody acts while the records are asked
            drop = DropAction(by="dana", action=asked[0].action, text=WORDS, reason=OverrideReason.AGREED)
            self.happens(decide(drop, self.state, DEFINITION, self.now))
        if not self.state.ended:
            self.happens(looked(self.state, DEFINITION, self.now, asked, found))

    def _of(self, watch: Watch) -> list[str]:
        return [f"INC-{n:08}" for n, at in enumerate(self.came) if watch.since < at <= min(watch.until, self.now)]


def move(life: Life) -> str | None:
    """One person does one thing; what it was, when the review took it."""
    random, by = life.random, life.random.choice(STAFF)
    some = random.choice(("a1", "a2", "a3"))
    due = life.now + timedelta(days=random.choice((-1, 1, 7, 30)))
    choices: list[acts.Act] = [
        AddFinding(by=by, what=random.choice(("cause", "contributing", "went_well")), text=WORDS),
        AddAction(
            by=by, text=WORDS, owner=random.choice(STAFF), due=random.choice((None, due)),
            watch_days=random.choice((None, 1, 7, 200)), service="vpn", category=random.choice((None, "outage")),
        ),
        ActionDone(by=by, action=some, text=random.choice((None, WORDS))),
        *(ActionDone(by=by, action=key) for key in ("a1", "a2", "a3")),
        DropAction(by=by, action="a2", text=WORDS, reason=OverrideReason.NOT_GIVEN),
        Conclude(by=by, text=random.choice((None, WORDS)), reason=OverrideReason.NOT_NEEDED),
        acts.Assign(by=by, to=random.choice(STAFF)), acts.Acknowledge(by=by), acts.Comment(by=by, text=WORDS),
        acts.Hear(by=by, text=WORDS),
    ]  # fmt: skip
    if random.random() < 0.03:
        choices = [CallOff(by=by, text=WORDS, reason=OverrideReason.MISTAKEN)]
    act = random.choice(choices)
    if random.random() < 0.1:
        act = act.model_copy(update={"at": life.now - timedelta(minutes=random.randrange(1, 6000))})
    return type(act).__name__ if life.takes(act) else None


def lived(random: Random) -> tuple[Life, Counter[str]]:
    """A whole life, checked after each move, left to itself at the end."""
    life, taken = Life(random), Counter[str]()
    for _ in range(MOVES):
        if (did := move(life)) is not None:
            taken[did] += 1
        check(life)
        if random.random() < 0.2:
            life.came.append(life.now)
        if random.random() < 0.5:
            life.sleep(life.now + timedelta(minutes=random.choice((1, 60, 6000, 60000))))
            check(life)
    life.sleep(life.now + timedelta(days=500))
    check(life)
    return life, taken


def check(life: Life) -> None:
    """Fail with the facts unless the review agrees with itself."""
    found = troubles_of(life)
    assert not found, f"{'; '.join(found)}\nfacts {[(f.type, f.data) for f in life.facts]}"


def troubles_of(life: Life) -> list[str]:
    """What cannot be so, in words."""
    state, review, found = life.state, of(life.state), []
    if state.stage is Stage.RESOLVED and all(action.settled for action in review.actions):
        found.append("concluded, every action settled, and not closed")
    if state.stage is Stage.CLOSED and not all(action.settled for action in review.actions):
        found.append("closed with an action that is not settled")
    if state.stage is Stage.RESOLVED and state.step != "watch":
        found.append(f"concluded in step {state.step}")
    says = KINDS["review"].waits(state)
    if (says is None) is not state.ended:
        found.append(f"{state.stage}, and it says that it waits for {says}")
    if review.watched and not state.ended and life.outlook.next_at is None:
        found.append("watched, and nothing will ever look")
    if state.ended and life.outlook.next_at is not None:
        found.append("ended, and yet a timer is armed")
    for action in review.actions:
        if action.state == "proven" and action.done_at and action.watched_until:
            if life.now < action.watched_until:
                found.append(f"{action.id} was proven before the end of its watch")
            if any(action.done_at < at <= action.watched_until for at in life.came):
                found.append(f"{action.id} is called proven, and its trouble came")
        if (action.state in ("watched", "proven")) != (action.done_at is not None) and action.state != "dropped":
            found.append(f"{action.id} is {action.state}, done at {action.done_at}")
        if action.reminders > REMINDERS:
            found.append(f"{action.id} was reminded {action.reminders} times")
    if {row.id for row in tasks_of(state)} != {f"{state.id}/{action.id}" for action in review.actions}:
        found.append("its tasks are not its actions")
    if state.resolved_at and not review.findings and not any(f.type == "overridden" for f in life.facts):
        found.append("concluded without a finding, and nobody was asked why")
    own = [tell for tell in life.told if tell.to == tell.by]
    return found + [f"{tell.to} was written to about their own act ({tell.template})" for tell in own]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_review_hangs_or_contradicts_itself(batch: int) -> None:
    random = Random(batch)

    taken: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for _ in range(LIVES // BATCHES):
        life, did = lived(random)
        taken += did
        ends[str(life.state.outcome)] += 1

    assert taken.total() > 5 * (LIVES // BATCHES)
    assert {"proven", "concluded", "cancelled"} <= set(ends), ends


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_facts_alone_add_up_to_the_review(batch: int) -> None:
    life, _ = lived(Random(1000 + batch))

    state = CaseState.model_validate({"id": life.state.id, "kind": "review"})
    for fact in (Fact.model_validate_json(fact.model_dump_json()) for fact in life.facts):
        state = evolve(state, fact)

    assert state == life.state


def test_everything_that_fits_a_review_happens_in_some_life() -> None:
    random = Random(7)

    taken: Counter[str] = Counter()
    for _ in range(80):
        taken += lived(random)[1]

    assert {each.__name__ for each in KINDS["review"].acts} == set(taken)


def test_the_slice_is_small_and_an_organisation_without_a_rule_reviews_nothing() -> None:
    from definitions.base import canonical
    from definitions.review.definition import REVIEW_BYTES
    from definitions.slices import UnknownKey

    none: Organisation = organisation.model_copy(update={"reviews": None})

    assert max(len(canonical(organisation.review(team.key))) for team in organisation.teams) <= REVIEW_BYTES
    assert none.incident("vpn").reviewed is None
    assert "reviewed" not in none.incident("vpn").model_dump()
    with pytest.raises(UnknownKey, match="reviews nothing"):
        none.review("platform")
