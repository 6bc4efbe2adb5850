"""Whole lives of incidents drawn at random through the pure rules: whatever people do and in whatever order, the case
neither hangs nor contradicts itself, and its facts alone add up to it.

JIDOKA_TEST_LIVES asks for more lives than those of every run.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from definitions import acts
from definitions.base import Level, PauseReason
from definitions.case import ENDED, SYSTEM, WORKABLE, CaseState, Stage
from definitions.clock import TargetState
from definitions.example import organisation
from definitions.facts import GENESIS, Draft, Fact, TextRef
from definitions.help import CONSENT, HelpRule, Offered, Remedy
from definitions.kinds import KINDS, evolve
from definitions.problem.acts import (
    LinkProblem,
    ProblemLinked,
    ProblemSolved,
    ShareWorkaround,
    UnlinkProblem,
    WorkaroundFound,
)
from definitions.review.acts import Reviewed
from definitions.rules.base import SOLVED
from definitions.rules.deadlines import positions_of
from definitions.rules.help import consent, drawn, exposed, to_try, tried
from definitions.rules.notices import Convene
from definitions.rules.opening import Opening, opening
from definitions.rules.triage import triage
from definitions.runs import AutomationResult
from definitions.slices import IncidentDefinition
from tests.definitions.lived import Lived

LIVES = int(os.environ.get("JIDOKA_TEST_LIVES", "2000"))
BATCHES = 20
MOVES = 10
CASE, OTHERS = "INC-00000000", ("INC-11111111", "INC-22222222")
PROBLEMS = ("PRB-11111111", "PRB-22222222")
REVIEW = "PIR-00000000"
REQUESTER, STAFF = "rita", ("sam", "jay", "kim")
WORDS = TextRef(id="t-1", digest="0" * 64)
REMEDIES = (Remedy(automation="restart", categories=("outage",)), Remedy(automation="reset", consent=True))
DEFINITIONS = tuple(
    organisation.incident(service.key).model_copy(update={"help": HelpRule(hold_out=0.5, remedies=REMEDIES)})
    for service in organisation.services
)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the week before the clocks of Europe change


class Life(Lived):
    """An incident from its opening on; a review that it asks for is opened beside what it writes, and once."""

    def __init__(self, start: Opening, definition: IncidentDefinition, now: datetime) -> None:
        super().__init__(CASE, definition, now)
        self.asked_at = now
        self.happens(opening(start, definition), start.at)

    def keep(self, fact: Fact, before: CaseState) -> None:
        super().keep(fact, before)
        if fact.type == "asked":
            self.asked_at = self.now

    def happens(self, drafts: Sequence[Draft], at: datetime | None = None) -> None:
        super().happens(drafts, at)
        wanted = next((command.why for command in self.commands if isinstance(command, Convene)), None)
        if wanted is not None and self.state.reviewed is None:
            self.happens([Draft(type="review_opened", actor=SYSTEM, data={"review": REVIEW, "why": wanted})])


Draw = Callable[[Random, Life], acts.Act | acts.News]


def _by(random: Random) -> str:
    return random.choice((*STAFF, REQUESTER))


def _alerts(random: Random, life: Life) -> acts.News:
    seen = acts.AlertSeen(fingerprint=random.choice("ab"), starts_at=MONDAY, firing=random.random() < 0.4)
    return acts.AlertsHeard(alerts=(seen,))


def _assign(random: Random, life: Life) -> acts.Act:
    team = random.choice((None, *(team.key for team in organisation.teams)))
    return acts.Assign(by=_by(random), team=team, to=random.choice((None, *STAFF)))


def _redefine(random: Random, life: Life) -> acts.Act:
    return acts.Redefine(by=_by(random), definition=random.choice(DEFINITIONS))


def _set_priority(random: Random, life: Life) -> acts.Act:
    impact, urgency = random.choice(list(Level)), random.choice(list(Level))
    return acts.SetPriority(by=_by(random), impact=impact, urgency=urgency)


def _hear(random: Random, life: Life) -> acts.Act:
    answer = random.choice((True, False, None))
    return acts.Hear(by=_by(random), text=WORDS, answer=answer, solved=answer is True and random.random() < 0.3)


def _said(random: Random) -> TextRef:
    """One of two workarounds."""
    return TextRef(id=random.choice(("t-2", "t-3")), digest="0" * 64)


def _answer(random: Random, life: Life) -> acts.Act:
    return acts.Answer(by=REQUESTER, question=random.choice((SOLVED, CONSENT)), value=random.choice(("yes", "no")))


def _target_ended(random: Random, life: Life) -> acts.News:
    state = random.choice(("resolved", "queued", "closed", "cancelled"))
    return acts.TargetEnded(target=life.state.merged_into or OTHERS[0], state=state)


MESSAGES: dict[str, tuple[int, Draw]] = {
    "acknowledge": (4, lambda r, life: acts.Acknowledge(by=_by(r))),
    "start": (4, lambda r, life: acts.Start(by=_by(r))),
    "pause": (8, lambda r, life: acts.Pause(by=_by(r), reason=r.choice(list(PauseReason)))),
    "resume": (4, lambda r, life: acts.Resume(by=_by(r))),
    "assign": (4, _assign),
    "comment": (2, lambda r, life: acts.Comment(by=_by(r), text=WORDS, internal=r.random() < 0.5)),
    "hear": (5, _hear),
    "resolve": (5, lambda r, life: acts.Resolve(by=_by(r), text=WORDS)),
    "confirm": (2, lambda r, life: acts.Confirm(by=REQUESTER)),
    "solved": (2, lambda r, life: acts.Solved(by=REQUESTER, article=r.choice((None, "kb-vpn-drops")))),
    "reopen": (3, lambda r, life: acts.Reopen(by=_by(r), text=WORDS)),
    "cancel": (2, lambda r, life: acts.Cancel(by=_by(r))),
    "merge": (3, lambda r, life: acts.Merge(by=_by(r), into=r.choice((*OTHERS, CASE)))),
    "unmerge": (3, lambda r, life: acts.Unmerge(by=_by(r))),
    "link": (1, lambda r, life: acts.Link(by=_by(r), parent=r.choice((*OTHERS, CASE)))),
    "major": (2, lambda r, life: acts.Major(by=_by(r), declare=r.random() < 0.6)),
    "set_priority": (3, _set_priority),
    "redefine": (3, _redefine),
    "answer": (1, _answer),
    "alerts_heard": (2, _alerts),
    "absorbed": (1, lambda r, life: acts.Absorbed(source=r.choice(OTHERS))),
    "returned": (1, lambda r, life: acts.Returned(source=r.choice(OTHERS))),
    "merge_refused": (1, lambda r, life: acts.MergeRefused(target=life.state.merged_into or OTHERS[0], reason="no")),
    "forwarded": (1, lambda r, life: acts.Forwarded(source=OTHERS[0], text=WORDS)),
    "target_ended": (2, _target_ended),
    "child_linked": (1, lambda r, life: acts.ChildLinked(child=r.choice(OTHERS))),
    "parent_said": (1, lambda r, life: acts.ParentSaid(parent=OTHERS[0], text=WORDS)),
    "parent_resolved": (1, lambda r, life: acts.ParentResolved(parent=OTHERS[0])),
    "link_problem": (1, lambda r, life: LinkProblem(by=_by(r), problem=r.choice(PROBLEMS))),
    "unlink_problem": (1, lambda r, life: UnlinkProblem(by=_by(r))),
    "share_workaround": (1, lambda r, life: ShareWorkaround(by=_by(r), problem=r.choice(PROBLEMS), text=_said(r))),
    "problem_linked": (1, lambda r, life: ProblemLinked(problem=r.choice(PROBLEMS))),
    "workaround_found": (1, lambda r, life: WorkaroundFound(problem=r.choice(PROBLEMS), text=_said(r))),
    "reviewed": (1, lambda r, life: Reviewed(review=REVIEW, why="asked")),
    "problem_solved": (1, lambda r, life: ProblemSolved(problem=r.choice(PROBLEMS), text=WORDS)),
}


def test_every_message_that_fits_an_incident_takes_part() -> None:
    assert set(MESSAGES) == {acts.wire_name(each) for each in KINDS["incident"].acts}


def born(random: Random) -> Life:
    """A case that begins, with or without a requester, now or noted down later."""
    now = MONDAY + timedelta(minutes=random.randrange(7 * 1440))
    requester = random.choice((REQUESTER, REQUESTER, None))
    start = Opening(
        service="vpn",
        channel="email" if requester else "alert",
        title=WORDS,
        requester=requester,
        by=requester or SYSTEM,
        at=now - timedelta(minutes=random.choice((0, 0, 0, 30, 3000))),
        impact=random.choice(list(Level)),
        urgency=random.choice(list(Level)),
        silent=random.random() < 0.1,
        category=random.choice((None, "outage")),
    )
    definition = random.choice(DEFINITIONS)
    return Life(drawn(start, definition, f"{CASE}-{random.random()}", b"secret"), definition, now)


def _helped(random: Random, life: Life) -> None:
    """What triage found, and the question of a remedy that asks first."""
    offer = random.choice((None, Offered(articles=("kb-vpn-drops", "kb-vpn-client"), confidence=0.9)))
    life.happens(exposed(life.state, life.definition, offer))
    remedy = to_try(life.state, life.definition)
    if remedy is not None and remedy.consent:
        asked = consent(life.state, life.definition, life.now)
        life.happens([Draft(type="asked", actor=SYSTEM, data=asked.model_dump(mode="json"))])


def _remedied(random: Random, life: Life) -> str | None:
    """The remedy runs as soon as it may."""
    remedy = to_try(life.state, life.definition)
    agreed = {q.state: q.answer for q in life.state.questions if q.key == CONSENT}
    if remedy is None or (remedy.consent and agreed != {"answered": "yes"}):
        return None
    result = AutomationResult(
        outcome=random.choice(("done", "done", "failed")), data={"verified": random.choice((True, None, False))}
    )
    life.happens(tried(remedy, result, life.state, life.definition, life.now))
    return f"(remedy {result.outcome})"


def live(random: Random) -> tuple[Life, list[str]]:
    """A whole life, and every message in the order in which the case took it."""
    life, taken = born(random), []
    names, weights = list(MESSAGES), [weight for weight, _ in MESSAGES.values()]
    routed_after = random.choice((0, 0, 0, 0, 1, 2))  # people may be quicker than the routing
    for move in range(MOVES):
        if move == routed_after:
            if life.state.team is None and not life.state.ended:  # somebody may have given it to a team meanwhile
                life.happens(triage(life.state, life.definition))
            _helped(random, life)
            taken.append("(routed)")
            check(life, taken)
        if ran := _remedied(random, life):
            taken.append(ran)
            check(life, taken)
        name = random.choices(names, weights)[0]
        message = MESSAGES[name][1](random, life)
        if isinstance(message, acts.Act) and random.random() < 0.1:
            message = message.model_copy(update={"at": life.now - timedelta(minutes=random.randrange(1, 600))})
            name += " (late)"
        if life.takes(message):
            taken.append(name)
        check(life, taken)
        if random.random() < 0.6:
            life.sleep(life.now + timedelta(minutes=random.choice((1, 10, 60, 600, 6000))))
            taken.append("...")
            check(life, taken)
    return life, taken


def check(life: Life, taken: list[str]) -> None:
    """Fail with the whole story unless the case agrees with itself."""
    found = contradictions(life)
    assert not found, f"{'; '.join(found)}\nafter {', '.join(taken)}\nfacts {[f.type for f in life.facts]}"


def contradictions(life: Life) -> list[str]:
    """What cannot be so, in words."""
    return [*_of_stage_and_step(life), *_of_clocks(life), *_of_words(life), *_of_time(life), *_of_reviews(life)]


def _of_stage_and_step(life: Life) -> list[str]:
    state, found = life.state, []
    if state.team is None and not state.ended and state.step == "triage":
        return []  # it has not found its team yet
    if (state.stage is Stage.PAUSED) != state.step.startswith("wait_"):
        found.append(f"stage {state.stage} in step {state.step}: paused or not?")
    if (state.stage is Stage.IN_PROGRESS) != (state.step in ("work", "rework")):
        found.append(f"stage {state.stage} in step {state.step}: worked on or not?")
    if (state.stage is Stage.RESOLVED) != (state.step == "confirm"):
        found.append(f"stage {state.stage} in step {state.step}: asked to confirm or not?")
    if state.ended != (state.step == "end"):
        found.append(f"stage {state.stage} in step {state.step}: ended or not?")
    if (state.stage is Stage.MERGED) != (state.merged_into is not None) and not state.ended:
        found.append(f"stage {state.stage}, merged into {state.merged_into}")
    return found


def _of_clocks(life: Life) -> list[str]:
    state, found = life.state, []
    for target, stand in positions_of(state, life.definition, life.now).items():
        reason = state.step.removeprefix("wait_") if state.stage is Stage.PAUSED else None
        waits = state.stage is Stage.MERGED or reason in stand.target.pauses
        counts = not stand.ended and stand.breached_at is None and not state.ended
        if counts and (stand.state is TargetState.PAUSED) != waits:
            found.append(f"stage {state.stage}, step {state.step}: the clock of {target} is {stand.state}")
        if stand.state is TargetState.CANCELLED and not state.ended:
            found.append(f"stage {state.stage}: the clock of {target} is dead")
        if stand.target.clock == "resolution" and state.stage in (Stage.RESOLVED, Stage.CLOSED) and not stand.ended:
            found.append(f"stage {state.stage}: the resolution clock {target} goes on")
        if stand.target.clock == "resolution" and state.stage in WORKABLE and stand.ended:
            found.append(f"stage {state.stage}: the resolution clock {target} has ended")
    return found


def _of_words(life: Life) -> list[str]:
    state, found = life.state, []
    open_questions = [question.key for question in state.questions if question.state == "open"]
    if open_questions.count(SOLVED) != (state.stage is Stage.RESOLVED):
        found.append(f"stage {state.stage} with open questions {open_questions}")
    if CONSENT in open_questions and (state.stage is not Stage.QUEUED or state.major):
        found.append("asked whether a remedy may run, though a person has it")
    if state.help is not None and state.help.arm == "hold_out" and (state.help.articles or state.help.tried):
        found.append("held out, and helped all the same")
    said_so = [fact.actor for fact in life.facts if fact.type == "confirmed"][-1:]
    if state.outcome in ("self_service", "automated") and said_so != [REQUESTER]:
        found.append(f"ended as {state.outcome} without the word of the requester")
    if state.ended and any(promise.state == "open" for promise in state.promises):
        found.append("an open promise on a case that has ended")
    if any(promise.state == "open" and promise.due <= life.now for promise in state.promises):
        found.append("a promise that is past and neither kept nor broken")
    if state.stage is Stage.RESOLVED and life.outlook.next_at is None:
        found.append("resolved, and nothing will ever close it")
    if state.outcome == "assumed" and life.now - life.asked_at < timedelta(hours=1):
        found.append("closed for silence before anybody could speak")
    if state.ended and life.outlook.next_at is not None:
        found.append("ended, and yet a timer is armed")
    if len({p.id for p in state.promises}) != len(state.promises) or len(set(state.pages)) != len(state.pages):
        found.append("the same promise or page twice")
    if [page.page for page in life.paged] != list(state.pages):
        found.append("pages that went out are not those remembered")
    return found


def _of_time(life: Life) -> list[str]:
    state, found = life.state, []
    touch, wait = state.seconds(life.now)
    end = life.now if not state.ended else state.step_since
    assert state.opened_at is not None
    assert end is not None
    if touch < 0 or wait < 0 or any(spent < 0 for spent in state.step_s.values()):
        found.append("negative time")
    if abs(touch + wait - (end - state.opened_at).total_seconds()) > 1e-3:
        found.append(f"touch {touch} and wait {wait} are not the lead time {end - state.opened_at}")
    if any(at < state.opened_at for at in (state.acknowledged_at, state.resolved_at, state.closed_at) if at):
        found.append("something happened to it before it was opened")
    ends = [fact.type for fact in life.facts if fact.type in ("closed", "cancelled", "reopened")]
    if any(one != "reopened" and two != "reopened" for one, two in pairwise(ends)):
        found.append("it ended twice in one life")
    return found


def _of_reviews(life: Life) -> list[str]:
    state, found = life.state, []
    if sum(fact.type == "review_opened" for fact in life.facts) > 1:
        found.append("reviewed twice")
    alone = state.parent is None and state.merged_into is None
    if alone and state.major and state.stage in (Stage.RESOLVED, *ENDED) and state.reviewed is None:
        found.append("a major incident is over and nobody reviews it")
    return found


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_life_hangs_or_contradicts_itself(batch: int) -> None:
    random = Random(batch)

    lives = [live(random) for _ in range(LIVES // BATCHES)]

    taken = Counter(name.removesuffix(" (late)") for _, names in lives for name in names)
    assert len(lives) == LIVES // BATCHES
    assert sum(taken.values()) > 5 * len(lives)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_facts_alone_add_up_to_the_case(batch: int) -> None:
    random = Random(1000 + batch)
    life, _ = live(random)

    state = CaseState(id=CASE)
    for number, fact in enumerate((Fact.model_validate_json(f.model_dump_json()) for f in life.facts), start=1):
        assert (fact.seq, fact.prev_hash) == (number, state.last_hash)
        state = evolve(state, fact)

    assert state == life.state
    assert state.last_hash != GENESIS


def test_every_message_is_taken_by_some_life() -> None:
    random = Random(7)

    taken = {name.removesuffix(" (late)") for _ in range(400) for name in live(random)[1]}

    # An incident asks one question of its own, and that is answered by confirm or reopen.
    assert set(MESSAGES) - {"answer"} <= taken
