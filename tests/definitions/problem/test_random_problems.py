"""Whole worlds of problems and incidents drawn at random: whatever people do, and in whatever order the news arrive,
each case agrees with itself, both sides agree on what is linked, and nobody is told the same workaround twice.

JIDOKA_TEST_LIVES asks for more worlds than those of every run.
"""

import os
from collections import Counter, deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from definitions import acts
from definitions.base import Level, PauseReason
from definitions.case import WORKABLE, CaseState, Stage
from definitions.clock import TargetState
from definitions.example import organisation
from definitions.facts import Draft, Fact, TextRef
from definitions.kinds import KINDS, evolve
from definitions.problem import acts as problem_acts
from definitions.problem.rules import PROVEN, of
from definitions.problem.state import ProblemBrief
from definitions.rules.deadlines import positions_of
from definitions.rules.notices import Notify
from definitions.rules.opening import Opening
from definitions.rules.triage import triage
from definitions.slices import CaseDefinition, IncidentDefinition
from tests.definitions.lived import Lived

WORLDS = int(os.environ.get("JIDOKA_TEST_LIVES", "2000")) // 10
BATCHES = 10
MOVES = 25
STAFF = ("sam", "jay", "kim")
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)  # the week before the clocks of Europe change
INCIDENT, PROBLEM = organisation.incident("vpn"), organisation.problem("vpn")


class World:
    """A few incidents and problems of one service, and the news on their way between them."""

    def __init__(self, random: Random) -> None:
        self.random, self.now = random, MONDAY + timedelta(minutes=random.randrange(7 * 1440))
        self.lives: dict[str, Life] = {}
        self.post: dict[tuple[str, str], deque[acts.News]] = {}
        self.taken: Counter[str] = Counter()
        self.words = 0

    def text(self) -> TextRef:
        """New words."""
        self.words += 1
        return TextRef(id=f"t-{self.words}", digest="0" * 64)

    def incident(self) -> None:
        """One more, with or without somebody who waits."""
        requester = self.random.choice(("rita", "omar", None))
        case = f"INC-{len(self.lives):08}"
        life = self.lives[case] = Life(self, case, INCIDENT)
        life.begin(self._opening(requester))
        life.happens(triage(life.state, INCIDENT))

    def problem(self) -> None:
        """One more, of some of the incidents there are."""
        incidents = tuple(case for case in self.named("incident") if self.random.random() < 0.3)
        case = f"PRB-{len(self.lives):08}"
        life = self.lives[case] = Life(self, case, PROBLEM)
        life.begin(self._opening(None).model_copy(update={"problem": ProblemBrief(incidents=incidents)}))

    def named(self, kind: str) -> list[str]:
        """The cases of a kind."""
        return [case for case, life in self.lives.items() if life.state.kind == kind]

    def deliver(self, *, all_: bool = False) -> None:
        """Bring news to whom they are for; those from one case to another keep their order, nothing else does."""
        while self.post and (all_ or self.random.random() < 0.6):
            way = self.random.choice(sorted(self.post))
            news = self.post[way].popleft()
            if not self.post[way]:
                del self.post[way]
            self.lives[way[1]].hear(news)

    def sleep(self, span: timedelta) -> None:
        """Let time pass for everybody."""
        until = self.now + span
        while True:
            due = [life.outlook.next_at for life in self.lives.values() if life.outlook.next_at is not None]
            if not due or min(due) > until:
                break
            assert min(due) > self.now, "a timer in the past would go off for ever"
            self.now = min(due)
            for life in self.lives.values():
                life.now = self.now
                life.happens(())
        self.now = until
        for life in self.lives.values():
            life.now = until

    def _opening(self, requester: str | None) -> Opening:
        return Opening(
            service="vpn", channel="cli", title=self.text(), requester=requester, by=requester or "sam", at=self.now,
            impact=self.random.choice(list(Level)), urgency=self.random.choice(list(Level)),
        )  # fmt: skip


class Life(Lived):
    """One case of a world, by its clock; news to others go into its post."""

    def __init__(self, world: World, case: str, definition: CaseDefinition) -> None:
        super().__init__(case, definition, world.now)
        self.world = world

    @property
    def ever_over(self) -> bool:
        """It has ended at least once."""
        return any(fact.type in ("closed", "cancelled") for fact in self.facts)

    def begin(self, start: Opening) -> None:
        """Its first facts."""
        self.happens(KINDS[self.state.kind].opening(start, self.definition))

    def happens(self, drafts: Sequence[Draft], at: datetime | None = None) -> None:
        super().happens(drafts, at)
        for command in [command for command in self.commands if isinstance(command, Notify)]:
            self.commands.remove(command)
            if command.case_id in self.world.lives:
                self.world.post.setdefault((self.state.id, command.case_id), deque()).append(command.news)

    def does(self, act: acts.Act) -> None:
        """What the run does with an act."""
        self.world.taken[type(act).__name__] += self.takes(act)

    def hear(self, news: acts.News) -> None:
        """What the run does with news; one that is over hears nothing."""
        if self.state.ended:
            return
        before = len(self.facts)
        self.take(news)
        self.world.taken[type(news).__name__] += len(self.facts) > before


def move(world: World) -> None:
    """One person does one thing."""
    random, by = world.random, world.random.choice(STAFF)
    case = random.choice(list(world.lives))
    problems, incidents = world.named("problem"), world.named("incident")
    common: list[acts.Act] = [
        acts.Start(by=by), acts.Pause(by=by, reason=random.choice((PauseReason.VENDOR, PauseReason.SCHEDULE))),
        acts.Resume(by=by), acts.Assign(by=by, to=random.choice(STAFF)), acts.Reopen(by=by, text=world.text()),
        acts.Comment(by=by, text=world.text()),
    ]  # fmt: skip
    if random.random() < 0.05:
        common = [acts.Cancel(by=by)]
    if case in problems:
        words, workaround = random.choice(((True, False), (True, True), (False, True)))
        own: list[acts.Act] = [
            problem_acts.RecordKnownError(
                by=by, text=world.text() if words else None, workaround=world.text() if workaround else None
            ),
            problem_acts.RuleOut(by=by, text=world.text()),
            problem_acts.ResolveProblem(by=by, text=world.text(), watch_days=random.choice((None, 1, 7))),
            problem_acts.LinkIncident(by=by, incident=random.choice(incidents)),
        ]
    else:
        problem = random.choice(problems)
        known = of(world.lives[problem].state).known_error.workaround
        own = [
            problem_acts.LinkProblem(by=by, problem=problem), problem_acts.LinkProblem(by=by, problem=problem),
            problem_acts.UnlinkProblem(by=by), acts.Resolve(by=by, text=world.text()), acts.Confirm(by="rita"),
            *([problem_acts.ShareWorkaround(by=by, problem=problem, text=known)] if known else []),
        ]  # fmt: skip
    world.lives[case].does(random.choice((*common, *own, *own)))
    if random.random() < 0.1:
        world.lives[random.choice(problems)].hear(problem_acts.Recurred(incident=random.choice(incidents)))


def lived(random: Random) -> World:
    """A whole world, checked after each move."""
    world = World(random)
    for _ in range(3):
        world.incident()
    for _ in range(2):
        world.problem()
    for _ in range(MOVES):
        move(world)
        world.deliver()
        if random.random() < 0.1:
            world.incident()
        if random.random() < 0.4:
            world.sleep(timedelta(minutes=random.choice((1, 60, 6000, 20000))))
        found = [trouble for life in world.lives.values() for trouble in troubles_of(life)]
        assert not found, found
    world.deliver(all_=True)
    return world


def troubles_of(life: Life) -> list[str]:
    """What cannot be so of one case, in words."""
    state, found = life.state, []
    if state.kind == "problem":
        problem = of(state)
        if (state.stage is Stage.RESOLVED) != (state.step == "watch"):
            found.append(f"stage {state.stage} in step {state.step}: watched or not?")
        if state.stage is Stage.RESOLVED and life.outlook.next_at is None:
            found.append("watched, and nothing will ever close it")
        if state.stage is Stage.CLOSED and (
            state.outcome != PROVEN or life.world.now < (problem.watch_until or MONDAY)
        ):
            found.append(f"closed as {state.outcome} before the end of its watch")
        if state.stage in WORKABLE and problem.watch_until is not None:
            found.append("open and watched")
        never_solved = state.resolved_at is None and not state.reopened
        if never_solved and (state.responded_at is None) != (problem.known_error.workaround is None):
            found.append(f"answered {state.responded_at} with {problem.known_error}")
        for target, stand in positions_of(state, life.definition, life.world.now).items():
            if stand.target.clock == "resolution" and state.stage is Stage.RESOLVED and not stand.ended:
                found.append(f"solved, and the clock of {target} goes on")
            if stand.state is TargetState.CANCELLED and not state.ended:
                found.append(f"the clock of {target} is dead")
        named = (problem.incidents, problem.recurrences)
        found += [f"the same incident twice in {names}" for names in named if len(set(names)) != len(names)]
    told = [tell.text.id for tell in life.told if tell.template == "workaround" and tell.text is not None]
    linked = [fact for fact in life.facts if fact.type == "problem_linked"]
    if len(set(told)) != len(told) and len(linked) < 2:
        found.append(f"told the same workaround twice: {told}")
    if state.ended and life.outlook.next_at is not None:
        found.append("ended, and yet a timer is armed")
    return [f"{state.id}: {trouble}" for trouble in found]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_world_contradicts_itself_and_both_sides_agree_on_what_is_linked(batch: int) -> None:
    random = Random(batch)

    for _ in range(WORLDS // BATCHES):
        world = lived(random)
        for case in world.named("incident"):
            state = world.lives[case].state
            says = state.linked_problem.problem if state.linked_problem else None
            counted = {p for p in world.named("problem") if case in of(world.lives[p].state).incidents}
            # What is over hears nothing: one that has been so may have missed what the other side said.
            if world.lives[case].ever_over:
                continue
            assert {p for p in counted if not world.lives[p].ever_over} <= {says}
            assert says is None or says in counted or world.lives[says].ever_over


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_facts_alone_add_up_to_each_case(batch: int) -> None:
    world = lived(Random(1000 + batch))

    for life in world.lives.values():
        state = CaseState.model_validate({"id": life.state.id, "kind": life.state.kind})
        for fact in (Fact.model_validate_json(fact.model_dump_json()) for fact in life.facts):
            state = evolve(state, fact)
        assert state == life.state


def test_everything_that_fits_a_problem_happens_in_some_world() -> None:
    random = Random(7)

    taken: Counter[str] = Counter()
    for _ in range(60):
        taken += lived(random).taken

    own = {each.__name__ for each in KINDS["problem"].acts if each.__module__ == problem_acts.__name__}
    news = {"ProblemLinked", "WorkaroundFound", "ProblemSolved"}
    assert own | news | {"LinkProblem", "UnlinkProblem", "ShareWorkaround"} <= set(taken)


def test_the_slice_of_every_service_is_small() -> None:
    assert isinstance(INCIDENT, IncidentDefinition)
    assert {service.key: organisation.problem(service.key).watch_days for service in organisation.services} == {
        service.key: 28 for service in organisation.services
    }
